import { lengthOfTime } from '../../formats/go-duration';
import type { Place } from '../../formats/source';
import type { MeasurementPhase } from '../../expr';
import type { Graph } from '../../graph';
import { emptyPhase, NO_EMPHASIS } from '../../plan';
import {
  measuredMetrics,
  type MetricModel,
  type PlannedRollout,
  plannedRollouts,
  type RolloutModel,
  unknownMetrics,
} from '../../controller';
import { percentage } from '../../formats/percentage';
import { TrafficDescription } from '../../traffic-model';
import { RehearsalProblem } from '../problem';
import { Prometheus, PrometheusFailed } from '../prometheus';
import { modelOf, rehearse } from '../run/rehearse';
import { readReplay } from '../replay/replay';
import { checkOutcome, type Exercised } from '../run/check-outcome';
import type { Rehearsal, RehearsedMeasurement } from '../run/result';
import { rehearsalText } from '../report/text';
import { notSimulated, simulateUpdates } from '../simulated/simulated';
import type { Expectation, Scenario, ScenarioFile } from './model';

/** The engine that runs scenarios: a real Prometheus, or the built-in simulation. */
export type Engine =
  | { readonly type: 'prometheus'; readonly binary: string; readonly interrupted?: (signal: string) => void }
  | { readonly type: 'simulation' };

/** How a scenario went. */
export interface ScenarioResult {
  /** As it is shown to the user. */
  readonly file: string;
  readonly name: string;
  readonly place?: Place;
  /** `Prometheus 2.42.0`, or what took its place. */
  readonly engine: string;
  /** `broken`: it could not be run. `skipped`: this engine cannot run it. */
  readonly status: 'passed' | 'failed' | 'skipped' | 'broken';
  /** Why it did not pass: what was expected, and what happened. */
  readonly problems: readonly string[];
  /** What happened. */
  readonly details: readonly string[];
  /** The outcomes of checks that came about: each once. In a simulation, those of at least half of the updates. */
  readonly exercised: readonly Exercised[];
  /** Assumptions, a sentence each. */
  readonly assumptions: readonly string[];
  /** Of the last rehearsal, where it was one. */
  readonly rehearsal?: Rehearsal;
  /** Whether each update of that rehearsal, the retry among them, went as expected. */
  readonly asExpected?: readonly boolean[];
  /** Real time. */
  readonly seconds: number;
}

/** Simulated updates of a scenario; this share of them must go as expected. */
const SIMULATED_UPDATES = 1000;
const SURE = 0.95;
const HORIZON = 86_400;

/** Finds the rollout that a file of scenarios is about, or says why there is none. */
export function rolloutOf(file: ScenarioFile, graph: Graph): PlannedRollout | string {
  const all = plannedRollouts(graph);
  const names = all.map(({ rollout: { resource } }) => resource.fullName);
  const { rollout: wanted, rolloutPlace: place } = file;
  const at = `${place.file}:${place.line}:${place.column}  `;
  const found = all.filter(
    ({ rollout: { resource } }) => wanted === undefined || wanted === resource.name || wanted === resource.fullName,
  );
  if (found.length === 1) return unknownMetric(file, found[0]) ?? found[0];
  if (all.length === 0) return `${at}no Rollout is in ${file.manifests.join(', ')}`;
  if (found.length === 0)
    return `${at}no Rollout is called '${wanted}'; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
  return `${at}the manifests have several Rollouts (${names.join(', ')}); say which one: rollout: ${names[0]}`;
}

/** The outcome of a metric that the rollout does not have is a typo, and would change nothing. */
function unknownMetric({ scenarios }: ScenarioFile, { model }: PlannedRollout): string | undefined {
  if (model === undefined) return undefined;
  const problems = scenarios.flatMap(({ assumed, place: { file, line, column } }) =>
    unknownMetrics(Object.keys(assumed), [model]).map(
      ({ name, instead }) => `${file}:${line}:${column}  assume: no metric is called '${name}'${instead}`,
    ),
  );
  return problems.length > 0 ? problems.join('\n') : undefined;
}

/** Runs one scenario. Throws PrometheusFailed where the Prometheus goes away. */
export async function runScenario(
  file: ScenarioFile,
  scenario: Scenario,
  graph: Graph,
  planned: PlannedRollout,
  engine: Engine,
): Promise<ScenarioResult> {
  const began = performance.now();
  const common = { file: file.name, name: scenario.name, place: scenario.place };
  const result = (given: Ran): ScenarioResult => ({
    ...common,
    exercised: [],
    assumptions: given.rehearsal?.assumptions ?? [],
    ...given,
    seconds: (performance.now() - began) / 1000,
  });
  try {
    if (engine.type === 'simulation') return result(simulated(file, scenario, graph, planned));
    return result(await rehearsed(file, scenario, graph, planned, engine));
  } catch (error) {
    if (error instanceof PrometheusFailed) throw error;
    if (!(error instanceof RehearsalProblem) && (error as Error).name !== 'PrometheusRefused') throw error;
    const name = engine.type === 'simulation' ? SIMULATION : 'Prometheus';
    return result({ engine: name, status: 'broken', problems: [(error as Error).message], details: [] });
  }
}

type Ran = Pick<ScenarioResult, 'engine' | 'status' | 'problems' | 'details'> &
  Partial<Pick<ScenarioResult, 'exercised' | 'assumptions' | 'rehearsal' | 'asExpected'>>;

async function rehearsed(
  file: ScenarioFile,
  scenario: Scenario,
  graph: Graph,
  planned: PlannedRollout,
  { binary, interrupted }: Engine & { readonly type: 'prometheus' },
): Promise<Ran> {
  const { retry, conditions, expected, repeat, seed } = scenario;
  const model = modelOf({ planned, conditions });
  const { phases: assumed, withoutData } = assumedEnds(scenario, model);
  const replay =
    scenario.replay && readReplay(scenario.replay, model.name, conditions.profile.podStart + model.minReadySeconds);
  let last: Rehearsal | undefined;
  const measured: RehearsedMeasurement[] = [];
  for (let i = 0; i < repeat; i++) {
    const prometheus = await Prometheus.start(binary, { interrupted });
    try {
      last = await rehearse(prometheus.api, {
        graph,
        planned,
        conditions,
        replay,
        retry: retry && { after: retry.after, conditions: retry.conditions },
        namespace: file.namespace,
        metrics: file.metrics,
        assumed,
        seed: seed + i,
      });
    } finally {
      await prometheus.stop();
    }
    const [first, second] = last.updates;
    measured.push(...last.updates.flatMap(({ measurements }) => measurements));
    const exercised = exercisedBy(measured, withoutData);
    const unmets = [unmet(expected, first), ...(retry && second ? [unmet(retry.expected, second)] : [])];
    const problems = unmets.flatMap((all, at) => all.map((one) => (at === 0 ? one : `retry: ${one}`)));
    const asExpected = unmets.map((all) => all.length === 0);
    const engine = `Prometheus ${last.prometheus}`;
    const details = rehearsalText(last, NO_EMPHASIS).trimEnd().split('\n');
    if (problems.length > 0) {
      const which = repeat > 1 ? [`with seed ${seed + i}:`] : [];
      return {
        engine,
        status: 'failed',
        problems,
        details: [...which, ...details],
        exercised,
        rehearsal: last,
        asExpected,
      };
    }
    if (i === repeat - 1)
      return { engine, status: 'passed', problems: [], details, exercised, rehearsal: last, asExpected };
  }
  throw new Error('a scenario is rehearsed at least once');
}

/** The outcomes among measurements, each once. */
function exercisedBy(measurements: readonly RehearsedMeasurement[], withoutData: ReadonlySet<string>): Exercised[] {
  const found = new Map<string, Exercised>();
  for (const { metric, step, phase, answer } of measurements) {
    const [value] = answer?.series.flatMap(({ values }) => values) ?? [];
    const noData = answer !== undefined && (value === undefined || Number.isNaN(value));
    const outcome = checkOutcome(phase, noData || withoutData.has(metric));
    if (outcome !== undefined) found.set(`${metric} ${step} ${outcome}`, { metric, step, outcome });
  }
  return [...found.values()];
}

/** How metrics end that a scenario states. */
interface Ends {
  readonly phases: Readonly<Record<string, MeasurementPhase>>;
  /** Those of them that find no data. */
  readonly withoutData: ReadonlySet<string>;
}

/** What the stated outcomes come to: of no data, the conditions of the metric decide. Throws RehearsalProblem. */
function assumedEnds({ assumed }: Scenario, model: RolloutModel): Ends {
  const all = measuredMetrics(model);
  const phases: Record<string, MeasurementPhase> = {};
  const withoutData = new Set<string>();
  for (const [name, outcome] of Object.entries(assumed)) {
    if (outcome === 'no data') withoutData.add(name);
    phases[name] = outcome === 'no data' ? phaseWithoutData(name, all) : outcome;
  }
  return { phases, withoutData };
}

function phaseWithoutData(name: string, all: readonly MetricModel[]): MeasurementPhase {
  const found = all.filter((metric) => metric.name === name);
  const phases = new Set(found.map(emptyPhase));
  const [phase] = phases;
  if (phase !== undefined && phases.size === 1) return phase;
  const why =
    phase === undefined
      ? `what ${found[0].provider} answers without data is not known`
      : 'metrics of this name end differently without data';
  throw new RehearsalProblem(
    `assume: metric '${name}' is stated to find no data, but ${why}; state how it ends: success, failure, inconclusive or error`,
  );
}

const SIMULATION = `simulation of ${SIMULATED_UPDATES.toLocaleString('en')} updates`;

function simulated(file: ScenarioFile, scenario: Scenario, graph: Graph, planned: PlannedRollout): Ran {
  const { retry, replay, expected } = scenario;
  const without = (retry && 'a retry') ?? (replay && 'a replay of real metrics') ?? notSimulated(scenario.conditions);
  if (without !== undefined) {
    const problems = [`the simulation knows nothing of ${without}: this scenario needs a real Prometheus`];
    return { engine: SIMULATION, status: 'skipped', problems, details: [] };
  }
  const { conditions } = scenario;
  const model = modelOf({ planned, conditions });
  const { phases, withoutData } = assumedEnds(scenario, model);
  const { updates, exercised, assumptions } = simulateUpdates(model, conditions, {
    runs: SIMULATED_UPDATES,
    seed: scenario.seed,
    stated: statedOutcomes(phases),
    withoutData,
    horizon: HORIZON,
    description: new TrafficDescription({
      model,
      around: { graph, rollout: planned.rollout },
      namespace: file.namespace,
      metrics: file.metrics,
      profile: conditions.profile,
    }),
  });
  const wrong = updates.map((update) => unmet(expected, update)).filter((problems) => problems.length > 0);
  const met = 1 - wrong.length / updates.length;
  const outcomes = (['promoted', 'aborted', 'paused'] as const)
    .map(
      (outcome) => [outcome, updates.filter((update) => update.outcome === outcome).length / updates.length] as const,
    )
    .filter(([, share]) => share > 0)
    .map(([outcome, share]) => `${outcome} ${percentage(share)}`);
  const details = [outcomes.join(', ')];
  if (met >= SURE) return { engine: SIMULATION, status: 'passed', problems: [], details, exercised, assumptions };
  const problem = `only ${percentage(met)} of the simulated updates go as expected, ${percentage(SURE)} must; one that does not: ${wrong[0].join('; ')}`;
  return { engine: SIMULATION, status: 'failed', problems: [problem], details, exercised, assumptions };
}

const statedOutcomes = (assumed: Ends['phases']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(assumed).map(([metric, phase]) => [
      metric,
      { Successful: 'success', Failed: 'failure', Inconclusive: 'inconclusive', Error: 'error' }[phase],
    ]),
  );

/** The expectations that an update does not meet. */
export function unmet(
  { outcome, within, failedRequests }: Expectation,
  update: {
    readonly outcome: Expectation['outcome'];
    readonly endedAt: number;
    readonly failedRequests: number | undefined;
    readonly message?: string;
  },
): string[] {
  const problems: string[] = [];
  if (update.outcome !== outcome) {
    const why = update.message ? ` (${update.message})` : '';
    problems.push(`expected ${outcome}, was ${update.outcome} after ${lengthOfTime(update.endedAt)}${why}`);
  }
  if (within !== undefined && update.endedAt > within) {
    problems.push(`expected an end within ${lengthOfTime(within)}, took ${lengthOfTime(update.endedAt)}`);
  }
  if (failedRequests !== undefined) {
    const { operator, limit } = failedRequests;
    const actual = update.failedRequests;
    if (actual === undefined) problems.push('replayed metrics do not tell the number of failed requests');
    else if (!COMPARISONS[operator](actual, limit)) {
      problems.push(`expected ${operator} ${limit} failed requests, found ${actual}`);
    }
  }
  return problems;
}

const COMPARISONS = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
};
