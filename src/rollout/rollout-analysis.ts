import * as argo from '../../imports/argoproj.io';
import { AnalysisTemplate, IAnalysisTemplate } from '../analysis/analysis-template';
import { AnalysisArg } from '../analysis/values/arg';
import { MeasurementRetention, ruleProblems } from '../analysis/metric-rules';
import { quoted } from '../formats/names';
import { prefixed, type Found } from '../formats/option-problem';

/**
 * Analyses that a Rollout runs together: in a step, in the background, before or after a promotion.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export interface RolloutAnalysis {
  /**
   * The AnalysisTemplates, which run together.
   * @default - those of the app of the Rollout
   */
  readonly templates?: IAnalysisTemplate[];

  /**
   * Arguments, in addition to those that the templates declare.
   * @default - none
   */
  readonly args?: AnalysisArg[];

  /**
   * Metrics that are measured but do not decide (dry run), by regular expressions (RE2) over their names: `.*` for all.
   * @default - those of the templates
   */
  readonly dryRun?: string[];

  /**
   * The number of measurements that are kept, by regular expressions (RE2) over the names of metrics.
   * @default - those of the templates; 10 per metric
   */
  readonly measurementRetention?: MeasurementRetention[];

  /**
   * Labels of the AnalysisRun.
   * Becomes `analysisRunMetadata.labels`.
   * @default - none
   */
  readonly runLabels?: { [key: string]: string };

  /**
   * Annotations of the AnalysisRun.
   * Becomes `analysisRunMetadata.annotations`.
   * @default - none
   */
  readonly runAnnotations?: { [key: string]: string };
}

/** The shape of analyses in steps, in the background and around promotions; only what they add differs. */
export type RenderedAnalysis = argo.RolloutSpecStrategyCanaryStepsAnalysis;

/** Arguments that the Rollout states win over those that the templates ask for. */
export function argsOf(templates: readonly IAnalysisTemplate[], stated: readonly AnalysisArg[] = []): AnalysisArg[] {
  const all = [...templates.flatMap((template) => template.rolloutArgs), ...stated];
  return [...new Map(all.map((arg) => [arg.name, arg])).values()];
}

/** @param own The templates that are meant where none is named. */
export function renderAnalysis(analysis: RolloutAnalysis, own: readonly IAnalysisTemplate[]): RenderedAnalysis {
  const templates = analysis.templates ?? own;
  const args = argsOf(templates, analysis.args);
  const { dryRun, measurementRetention, runLabels, runAnnotations } = analysis;
  return {
    templates: templates.map(({ templateName, clusterScope }) => ({
      templateName,
      clusterScope: clusterScope || undefined,
    })),
    args: args.length > 0 ? args.map((arg) => arg._toKube()) : undefined,
    dryRun: dryRun?.map((metricName) => ({ metricName })),
    measurementRetention: measurementRetention?.map(({ metrics, limit }) => ({ metricName: metrics, limit })),
    analysisRunMetadata: runLabels || runAnnotations ? { labels: runLabels, annotations: runAnnotations } : undefined,
  };
}

/**
 * What Argo Rollouts would refuse, as far as the templates are known: those that only have a name are not looked into.
 *
 * @param ends Whether the analysis must end by itself, as all but one in the background must.
 */
export function analysisProblems(
  what: string,
  analysis: RolloutAnalysis,
  own: readonly IAnalysisTemplate[],
  ends: boolean,
): Found[] {
  if (analysis.templates?.length === 0) return [`${what} has an empty list of templates; name at least one`];
  const templates = analysis.templates ?? own;
  if (templates.length === 0) return [`${what} names no template, and there is none to mean; give templates: […]`];
  const all = withNested(templates);
  const known = all.filter((template) => template instanceof AnalysisTemplate);
  const complete = known.length === all.length;
  const stated = analysis.args ?? [];
  const metrics = known.flatMap((template) => template._metrics);
  const names = metrics.map((metric) => metric.name);
  const rules = known.flatMap((template) => template._dryRun);
  const problems: Found[] = [
    ...stated.map((arg) => arg._problem),
    ...repeated(names).map(
      (name) => `two of the analyses have a metric called ${quoted(name)}; Argo Rollouts needs each name once`,
    ),
    ...ruleProblems('dryRun', [...(analysis.dryRun ?? []), ...rules], complete ? names : undefined),
    ...ruleProblems(
      'measurementRetention',
      (analysis.measurementRetention ?? []).map((rule) => rule.metrics),
      complete ? names : undefined,
    ),
    ...argProblems(known, templates, stated, complete),
  ];
  for (const metric of ends ? metrics : []) {
    if (metric.interval === undefined || metric.count !== undefined) continue;
    problems.push(
      `its metric ${quoted(metric.name)} has an interval and no count, so that it would never end; give it a count, or run it in the background`,
    );
  }
  return prefixed(`${what}: `, problems);
}

function withNested(templates: readonly IAnalysisTemplate[]): IAnalysisTemplate[] {
  const nested = templates.flatMap((one) => (one instanceof AnalysisTemplate ? withNested(one._nested) : []));
  return [...new Set([...templates, ...nested])];
}

function argProblems(
  known: readonly AnalysisTemplate[],
  templates: readonly IAnalysisTemplate[],
  stated: readonly AnalysisArg[],
  complete: boolean,
): Found[] {
  const problems = repeated(stated.map((arg) => arg.name)).map(
    (name) => `the argument ${quoted(name)} is given twice; give it once`,
  );
  const passed = new Set(argsOf(templates, stated).map((arg) => arg.name));
  const declared = known.flatMap((template) => [...template._args]);
  for (const name of new Set(declared.map((arg) => arg.name))) {
    const same = declared.filter((arg) => arg.name === name);
    if (!passed.has(name) && same.every((arg) => arg._required)) {
      problems.push(`the argument ${quoted(name)} is required and not given; add it to args`);
    }
    const defaults = new Set(same.filter((arg) => !arg._required).map((arg) => JSON.stringify(arg._toKube())));
    if (defaults.size > 1) {
      problems.push(
        `two of the analyses have the argument ${quoted(name)} with different defaults, which Argo Rollouts refuses; give it the same one, or none`,
      );
    }
  }
  const unknown = complete ? stated.filter((arg) => !declared.some((one) => one.name === arg.name)) : [];
  return [
    ...problems,
    ...unknown.map(
      (arg) =>
        `the argument ${quoted(arg.name)} is given, but no template declares it, and it would be ignored; declare it, or leave it out`,
    ),
  ];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
