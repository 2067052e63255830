import { NEWEST_ENGINE } from '../../expr';
import { readGoDuration } from '../../formats/go-duration';
import { goMatches } from '../../formats/go-regexp';
import { metricViolations, templateReferences, type AnalysisUse, type Field } from '../../graph';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';
import type { AnalysisModel, MetricModel } from '../model';

/** Placeholders in queries for the hashes that are only known in the cluster. */
export const CANARY_HASH = 'canary-pod-template-hash';
export const STABLE_HASH = 'stable-pod-template-hash';

/** Notes a problem with the place of a field. */
export function sayAt(problems: string[], field: Field, what: string): void {
  const place = field.place();
  const at = place ? `${place.file}:${place.line}:${place.column}` : field.toString();
  problems.push(`${at}  ${what}`);
}

/** Reads the analyses of a rollout: metrics with the controller's defaults, and where each is written. */
export class AnalysisReader {
  /** Where each metric is written. */
  readonly sources = new Map<MetricModel, Field>();

  /** @param release of Argo Rollouts, whose engine evaluates the conditions */
  constructor(
    private readonly problems: string[],
    private readonly release: string,
  ) {}

  /**
   * One AnalysisRun, with the metrics of all its templates.
   *
   * @param where what uses it, in words
   * @param ruled the field that has the rules about metrics, where it is not that of the use: an experiment's
   */
  read(use: AnalysisUse, where: string, ruled = use.field): AnalysisModel {
    for (const template of use.templates) {
      const missing = templateReferences(template).find(({ target }) => target === undefined);
      if (missing) {
        sayAt(
          this.problems,
          missing.from,
          `the ${where} uses ${missing.to.kind} '${missing.to.name}', which nothing here defines; give its file too`,
        );
      }
    }
    const dryRun = rulesOf(use, ruled, 'dryRun');
    const fields = use.resolved.flatMap((template) => template.field('spec', 'metrics').items());
    const metrics = fields.map((field) => this.metric(field, use, dryRun));
    const templates = use.templates.map(({ reference }) => reference.to.name);
    return {
      templates,
      metrics,
      invalid: unresolved(use) ?? invalidity(metrics, fields) ?? withoutMetric(use, ruled, metrics),
    };
  }

  private metric(field: Field, use: AnalysisUse, dryRun: readonly string[]): MetricModel {
    const text = (key: string): string | undefined => {
      const { value } = field.get(key);
      return value === undefined || value === null ? undefined : fill(String(value), use);
    };
    const integer = (key: string): number | undefined => {
      const given = text(key);
      if (given === undefined) return undefined;
      // Go reads a text that is not a number as 0.
      return /^-?\d+$/.test(given) ? Number(given) : 0;
    };
    const seconds = (key: string): number | undefined => {
      const given = text(key);
      return given === undefined || given === '' ? undefined : readGoDuration(given);
    };
    const interval = seconds('interval');
    const count = integer('count');
    const name = field.get('name').string ?? '';
    const provider =
      field
        .get('provider')
        .entries()
        .filter(([, given]) => given.exists)[0]?.[0] ?? '';
    const query = field.get('provider', 'prometheus', 'query').string;
    const range = field.get('provider', 'prometheus', 'rangeQuery');
    const ofRange = (key: string): string | undefined => {
      const given = range.get(key).string;
      return given === undefined ? undefined : fill(given, use);
    };
    const metric: MetricModel = {
      name,
      successCondition: text('successCondition'),
      failureCondition: text('failureCondition'),
      interval,
      initialDelay: seconds('initialDelay'),
      count: count || (field.get('interval').exists ? undefined : 1),
      failureLimit: integer('failureLimit') ?? 0,
      inconclusiveLimit: integer('inconclusiveLimit') ?? 0,
      consecutiveErrorLimit: integer('consecutiveErrorLimit') ?? 4,
      consecutiveSuccessLimit: integer('consecutiveSuccessLimit') ?? 0,
      dryRun: dryRun.some((pattern) => goMatches(pattern, name)),
      provider,
      query: query === undefined ? undefined : fill(query, use),
      rangeQuery: range.exists ? { start: ofRange('start'), end: ofRange('end'), step: ofRange('step') } : undefined,
      timeout: field.get('provider', 'prometheus', 'timeout').integer,
      ...engineOf(this.release),
    };
    this.sources.set(metric, field);
    return metric;
  }
}

/** Undefined for the newest engine, which is the default of a metric. */
function engineOf(release: string): Pick<MetricModel, 'engine'> {
  const engine = lookUp(ARGO_ROLLOUTS.expressionEngine, release);
  return engine === NEWEST_ENGINE ? {} : { engine };
}

/** Replaces the arguments whose values are known. A hash is replaced by a placeholder. */
function fill(text: string, use: AnalysisUse): string {
  return text.replace(/\{\{\s*args\.([^{}]*?)\s*\}\}/g, (whole, name: string) => {
    const argument = use.args.find((one) => one.name === name);
    if (argument?.source === 'podTemplateHash') {
      const stable = argument.given?.get('valueFrom', 'podTemplateHashValue').string === 'Stable';
      return stable ? STABLE_HASH : CANARY_HASH;
    }
    return argument?.value ?? whole;
  });
}

function unresolved(use: AnalysisUse): string | undefined {
  const missing = use.args.find(({ source }) => source === 'missing');
  return missing && `args.${missing.name} was not resolved`;
}

/** The patterns of the rules about metrics, in the order of the AnalysisRun: those of the use, then those of its templates. */
function rulesOf(use: AnalysisUse, ruled: Field, key: 'dryRun' | 'measurementRetention'): string[] {
  const fields = [ruled.get(key), ...use.resolved.map((template) => template.field('spec', key))];
  return fields.flatMap((field) => field.items()).map((rule) => String(rule.get('metricName').value ?? ''));
}

/** A rule that concerns no metric ends the run. */
function withoutMetric(use: AnalysisUse, ruled: Field, metrics: readonly MetricModel[]): string | undefined {
  for (const key of ['dryRun', 'measurementRetention'] as const) {
    const index = rulesOf(use, ruled, key).findIndex(
      (pattern) => !metrics.some(({ name }) => goMatches(pattern, name)),
    );
    if (index >= 0) return `Analysis spec invalid: ${key}[${index}]: Rule didn't match any metric name(s)`;
  }
  return undefined;
}

/** The controller's first error about a run's metrics before it measures. */
function invalidity(metrics: readonly MetricModel[], fields: readonly Field[]): string | undefined {
  if (metrics.length === 0) return 'Analysis spec invalid: no metrics specified';
  for (const [i, metric] of metrics.entries()) {
    const problem = metricProblem(metric, fields[i], metrics.slice(0, i));
    if (problem) return `Analysis spec invalid: metrics[${i}]: ${problem}`;
  }
  return undefined;
}

function metricProblem(metric: MetricModel, field: Field, earlier: readonly MetricModel[]): string | undefined {
  if (earlier.some((other) => other.name === metric.name)) return `duplicate name '${metric.name}'`;
  // An interval that cannot be read is reported as such.
  const interval = field.get('interval').exists ? (metric.interval ?? NaN) : undefined;
  const times = field.get('count').exists ? (field.get('count').integer ?? metric.count) : undefined;
  const [violation] = metricViolations({ ...metric, count: times, interval });
  if (violation) return violation.message;
  for (const [key, words] of [
    ['interval', 'interval'],
    ['initialDelay', 'startDelay'],
  ]) {
    const given = field.get(key);
    if (given.exists && metric[key as 'interval'] === undefined)
      return `invalid ${words} string: '${String(given.value)}'`;
  }
  const providers = field
    .get('provider')
    .entries()
    .filter(([, given]) => given.exists);
  const plugins = providers.reduce(
    (sum, [name, given]) => sum + (name === 'plugin' ? given.entries().length - 1 : 0),
    0,
  );
  const count = providers.length + plugins;
  return count === 0 ? 'no provider specified' : count > 1 ? 'multiple providers specified' : undefined;
}
