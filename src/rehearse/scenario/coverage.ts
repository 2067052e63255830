import { canFail, canLackData, emptyPhase, planRollout, sightOf } from '../../plan';
import type { MetricModel, RolloutModel } from '../../controller';
import { analysed, queriedMetrics } from '../../traffic-model';
import { CHECK_OUTCOMES, type CheckOutcome } from '../run/check-outcome';
import type { ScenarioResult } from './run';

/** Which outcomes of one check the scenarios of a rollout exercise. */
export interface CheckCoverage {
  readonly check: string;
  /** The steps whose analyses measure it, from 0. */
  readonly steps: readonly number[];
  readonly background: boolean;
  /** By outcome: the scenarios in which it came about. Outcomes that cannot happen are left out. */
  readonly exercised: Readonly<Partial<Record<CheckOutcome, readonly string[]>>>;
  readonly missing: readonly CheckOutcome[];
  /** What cannot happen to this check, whatever the version does, or cannot be stated in a scenario. */
  readonly impossible: readonly CheckOutcome[];
  /** For each of them: why. */
  readonly reasons: readonly string[];
  /** For each missing outcome: what a scenario states that exercises it. */
  readonly advice: readonly string[];
}

/** The coverage of a rollout. */
export interface Coverage {
  readonly rollout: string;
  readonly files: readonly string[];
  /** Scenarios that ran. */
  readonly scenarios: number;
  readonly checks: readonly CheckCoverage[];
  /** Outcomes that can happen, and those of them that a scenario exercises. */
  readonly outcomes: number;
  readonly covered: number;
}

/** A check of a rollout, and where it is measured. */
interface Check {
  readonly metric: MetricModel;
  readonly steps: number[];
  background: boolean;
}

/** What the scenarios of one rollout exercise of its checks. */
export function coverageOf(rollout: string, model: RolloutModel, results: readonly ScenarioResult[]): Coverage {
  const ran = results.filter(({ status }) => status === 'passed' || status === 'failed');
  const traffic = trafficByCheck(model);
  const checks = checksOf(model).map((check) => coverageOfCheck(check, ran, traffic.get(check.metric.name)));
  const count = (of: (check: CheckCoverage) => number): number => checks.reduce((sum, check) => sum + of(check), 0);
  const missing = count((check) => check.missing.length);
  const outcomes = count(({ impossible }) => CHECK_OUTCOMES.length - impossible.length);
  const files = [...new Set(results.map(({ file }) => file))];
  return { rollout, files, scenarios: ran.length, checks, outcomes, covered: outcomes - missing };
}

/** The same metric in several steps is one check. */
function checksOf(model: RolloutModel): Check[] {
  const found = new Map<string, Check>();
  for (const { metric, stepIndex, background } of analysed(model)) {
    const { name, provider, query, successCondition, failureCondition } = metric;
    const key = JSON.stringify([name, provider, query, successCondition, failureCondition]);
    const check = found.get(key) ?? { metric, steps: [], background: false };
    found.set(key, check);
    if (background) check.background = true;
    else check.steps.push(stepIndex!);
  }
  return [...found.values()];
}

/**
 * By check: the traffic that a scenario must state, because no request reaches the new version otherwise at one of its
 * measurements, which then has no data and may end the update.
 */
function trafficByCheck(model: RolloutModel): Map<string, string> {
  const found = new Map<string, string>();
  const plan = planRollout(model);
  for (const { step, metrics } of plan.analyses) {
    const preview = step !== undefined && model.steps[step].stage === 'pre-promotion';
    for (const planned of metrics) {
      const { by = [] } = sightOf(plan, planned) ?? {};
      const header = by.length > 0 && by.every(({ kind }) => kind === 'header');
      const { name } = planned.metric;
      if (preview) found.set(name, 'previewRps: 5');
      else if (header) found.set(name, 'headerShare: 10%');
    }
  }
  return found;
}

function coverageOfCheck(
  { metric, steps, background }: Check,
  results: readonly ScenarioResult[],
  traffic: string | undefined,
): CheckCoverage {
  const reasons = new Map(CHECK_OUTCOMES.map((outcome) => [outcome, whyNever(metric, outcome)]));
  const possible = CHECK_OUTCOMES.filter((outcome) => reasons.get(outcome) === undefined);
  const impossible = CHECK_OUTCOMES.filter((outcome) => !possible.includes(outcome));
  const measuredHere = (step: number | undefined): boolean => (step === undefined ? background : steps.includes(step));
  const scenarios = (wanted: CheckOutcome): string[] =>
    results
      .filter(({ exercised }) =>
        exercised.some(
          ({ metric: name, step, outcome }) => name === metric.name && outcome === wanted && measuredHere(step),
        ),
      )
      .map(({ name }) => name);
  const exercised = Object.fromEntries(possible.map((outcome) => [outcome, scenarios(outcome)]));
  const missing = possible.filter((outcome) => exercised[outcome].length === 0);
  return {
    check: metric.name,
    steps,
    background,
    exercised,
    missing,
    impossible,
    reasons: impossible.map((outcome) => reasons.get(outcome)!),
    advice: missing.map((outcome) => adviceFor(metric, outcome, traffic)),
  };
}

/** What the cluster counts of pods is there in every scenario. */
function readsClusterAlone({ query = '' }: MetricModel): boolean {
  const names = [...queriedMetrics([query.replace(/\{\{[^{}]*\}\}/g, '0')]).keys()];
  return names.length > 0 && names.every((name) => /^(kube|container)_/.test(name));
}

/** Why an outcome is not asked for; undefined where a scenario can exercise it. */
function whyNever(metric: MetricModel, outcome: CheckOutcome): string | undefined {
  const { provider } = metric;
  if (outcome === 'fail' && !canFail(metric)) {
    return metric.successCondition || metric.failureCondition
      ? 'its conditions do not depend on the result, so no answer fails'
      : 'it has neither a successCondition nor a failureCondition, so every answer passes';
  }
  if (outcome !== 'no data') return undefined;
  if (provider === 'prometheus') {
    if (!canLackData(metric)) return 'its query always finds a value';
    return readsClusterAlone(metric) ? 'what the cluster counts of pods is there in every scenario' : undefined;
  }
  if (provider === 'job') return 'a Job has no data: it completes, fails or cannot be run';
  if (emptyPhase(metric) !== undefined) return undefined;
  return `what ${provider} answers without data is not known, so no scenario can state it`;
}

const ASSUMED: Readonly<Record<CheckOutcome, string>> = {
  pass: 'success',
  fail: 'failure',
  'no data': 'no data',
  error: 'error',
};

/** A version that a check must stop, by what its query reads. */
function badVersion(query: string): string {
  if (query.includes('OOMKilled')) return '{ restarts: 60, restart-reason: OOMKilled }';
  if (query.includes('kube_pod_container_status_restarts_total')) return '{ restarts: 60 }';
  if (/container_(memory|cpu)_/.test(query)) return '{ saturation: 100% }';
  return /_bucket\b/.test(query) ? 'slow' : '{ fails: 5% }';
}

/** @param traffic what reaches the new version only where a scenario states it */
function adviceFor(
  { name, provider, query = '' }: MetricModel,
  outcome: CheckOutcome,
  traffic: string | undefined,
): string {
  if (provider !== 'prometheus') return `assume: { ${name}: ${ASSUMED[outcome]} }`;
  const stated = traffic === undefined ? '' : `, and traffic: { ${traffic} }`;
  switch (outcome) {
    case 'pass':
      return `version: healthy${stated}`;
    case 'fail':
      return `a version that this check must stop, such as version: ${badVersion(query)}${stated}`;
    case 'no data':
      return 'traffic: none';
    case 'error':
      return 'prometheus: unreachable';
  }
}
