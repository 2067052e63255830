import { Duration } from 'cdk8s';
import * as argo from '../../imports/argoproj.io';
import { IAnalysisTemplate } from '../analysis/analysis-template';
import { AnalysisArg } from '../analysis/values/arg';
import { positiveDurationProblem, seconds, wholeSecondsProblem, writeDuration } from '../formats/duration';
import { dnsLabelProblem, quoted } from '../formats/names';
import { analysisProblems, argsOf } from './rollout-analysis';
import { type Found } from '../formats/option-problem';

/**
 * The version of the pods that an experiment starts.
 */
export enum ExperimentSpecRef {
  /** The new version. */
  CANARY = 'canary',
  /** The stable version: a baseline as young as the canary, unlike the running stable pods. */
  STABLE = 'stable',
}

/**
 * Pods that an experiment starts, in addition to those of the Rollout.
 */
export interface ExperimentTemplate {
  /**
   * The name of the pods, unique in the experiment.
   */
  readonly name: string;

  /**
   * The version of the pods.
   */
  readonly specRef: ExperimentSpecRef;

  /**
   * The number of pods.
   * @default - 1 (the default of Argo Rollouts)
   */
  readonly replicas?: number;

  /**
   * The weight of the pods in percent, which is taken from the stable version. Needs traffic routing.
   * @default - none: they receive only the requests that the analysis makes
   */
  readonly weight?: number;

  /**
   * The name of a Service that the controller creates for the pods.
   * @default - none; with a weight, a name that the controller chooses
   */
  readonly serviceName?: string;

  /**
   * Additional labels of the pods.
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Additional annotations of the pods.
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * The labels of the experiment's selector. `labels` must contain them.
   * Becomes `selector.matchLabels`.
   * @default - those of the Rollout
   */
  readonly selector?: { [key: string]: string };
}

/**
 * An analysis that runs during the experiment.
 */
export interface ExperimentAnalysis {
  /**
   * The name of the analysis, unique in the experiment.
   */
  readonly name: string;

  /**
   * The AnalysisTemplate.
   */
  readonly template: IAnalysisTemplate;

  /**
   * Arguments, in addition to those that the template declares. `{{templates.baseline.podTemplateHash}}` is the hash of
   * the pods called `baseline`.
   * @default - none
   */
  readonly args?: AnalysisArg[];

  /**
   * Whether the experiment waits until this analysis has ended.
   * @default false
   */
  readonly requiredForCompletion?: boolean;
}

/**
 * Options for `CanaryStep.experiment`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/experiment/
 */
export interface ExperimentOptions {
  /**
   * The pods to start. At least one entry.
   */
  readonly templates: ExperimentTemplate[];

  /**
   * The duration of the experiment.
   * @default - until the analyses with `requiredForCompletion` have ended
   */
  readonly duration?: Duration;

  /**
   * The analyses that run during the experiment.
   * @default - nothing
   */
  readonly analyses?: ExperimentAnalysis[];

  /**
   * Metrics that are measured but do not decide (dry run), by regular expressions (RE2) over their names.
   * @default - none
   */
  readonly dryRun?: string[];

  /**
   * Labels of the AnalysisRuns.
   * Becomes `analysisRunMetadata.labels`.
   * @default - none
   */
  readonly runLabels?: { [key: string]: string };

  /**
   * Annotations of the AnalysisRuns.
   * Becomes `analysisRunMetadata.annotations`.
   * @default - none
   */
  readonly runAnnotations?: { [key: string]: string };

  /**
   * The time until the pods are removed after the experiment, in whole seconds.
   * Becomes `scaleDownDelaySeconds`.
   * @default - 30 seconds (the default of Argo Rollouts)
   */
  readonly scaleDownDelay?: Duration;
}

export function renderExperiment(options: ExperimentOptions): argo.RolloutSpecStrategyCanarySteps {
  const { duration, scaleDownDelay, dryRun, runLabels, runAnnotations } = options;
  return {
    experiment: {
      duration: duration && writeDuration(duration),
      scaleDownDelaySeconds: scaleDownDelay && seconds(scaleDownDelay),
      templates: options.templates.map(({ serviceName, labels, annotations, selector, ...template }) => ({
        ...template,
        metadata: labels || annotations ? { labels, annotations } : undefined,
        selector: selector && { matchLabels: selector },
        service: serviceName === undefined ? undefined : { name: serviceName },
      })),
      analyses: options.analyses?.map(({ name, template, args, requiredForCompletion }) => {
        const passed = argsOf([template], args);
        return {
          name,
          templateName: template.templateName,
          clusterScope: template.clusterScope || undefined,
          args: passed.length > 0 ? passed.map((arg) => arg._toKube()) : undefined,
          requiredForCompletion,
        };
      }),
      dryRun: dryRun?.map((metricName) => ({ metricName })),
      analysisRunMetadata: runLabels || runAnnotations ? { labels: runLabels, annotations: runAnnotations } : undefined,
    },
  };
}

export function experimentProblems(options: ExperimentOptions): Found[] {
  const { templates, analyses = [], duration } = options;
  const problems: Found[] = [
    positiveDurationProblem('the duration of the experiment', duration),
    wholeSecondsProblem('the scaleDownDelay of the experiment', options.scaleDownDelay),
    ...uniqueProblems('templates', templates),
    ...uniqueProblems('analyses', analyses),
  ];
  if (templates.length === 0) problems.push('an experiment has no templates; name at least one kind of pods');
  if (duration === undefined && !analyses.some((analysis) => analysis.requiredForCompletion)) {
    problems.push(
      'an experiment has neither a duration nor an analysis that is required for completion, so it would never end; give one of them',
    );
  }
  for (const { name, replicas, weight } of templates) {
    problems.push(dnsLabelProblem(`the name of the experiment's template`, name));
    if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 1)) {
      problems.push(`the replicas of the experiment's template ${quoted(name)} are ${replicas}; use 1 or more`);
    }
    if (weight !== undefined && (!Number.isInteger(weight) || weight < 0 || weight > 100)) {
      problems.push(
        `the weight of the experiment's template ${quoted(name)} is ${weight}; use a whole number from 0 to 100`,
      );
    }
  }
  const total = templates.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (total > 100) problems.push(`the weights of the experiment add up to ${total} %; stay within 100`);
  for (const { name, template, args } of analyses) {
    const what = `the experiment's analysis ${quoted(name)}`;
    problems.push(...analysisProblems(what, { templates: [template], args }, [], duration === undefined));
  }
  return problems;
}

/** Whether one of the templates gets a share of the requests, which needs traffic routing. */
export function hasWeights(options: ExperimentOptions): boolean {
  return options.templates.some((template) => template.weight !== undefined);
}

function uniqueProblems(what: string, all: readonly { readonly name: string }[]): string[] {
  const names = all.map((one) => one.name);
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map(
    (name) => `the ${what} of an experiment have two called ${quoted(name)}; give each its own name`,
  );
}
