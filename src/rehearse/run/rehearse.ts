import { lengthOfTime } from '../../formats/go-duration';
import type { Graph } from '../../graph';
import {
  disruptionOf,
  type AnalysisRun,
  type Frame,
  type MetricModel,
  type PlannedRollout,
  type RolloutModel,
  measuredMetrics,
  trafficEnd,
} from '../../controller';
import { conditionText } from '../../plan';
import { hasSubquery, parsePromql } from '../../promql';
import { type Outcome } from '../../simulate';
import { type Judged, measure, unreachable } from './measure';
import {
  analysed,
  looksBack,
  readingsOf,
  SYNTHETIC_HASHES,
  type StatedMetric,
  TrafficDescription,
} from '../../traffic-model';
import { type Aftermath, aftermathOf, aftermathText, type Failure } from './aftermath';
import { absentMetrics, assumedIn } from './assumed';
import { scrapeNotes, planNotes } from './hindsight';
import { replayNotes, unansweredOf, unknownMetrics } from './notes';
import { measuredBy, otherRelease } from './measuring-release';
import { reachOfRules, Recorder } from './recorder';
import { RehearsalProblem } from '../problem';
import type { PrometheusApi } from '../prometheus';
import type { Replay } from '../replay/replay';
import type { Rehearsal, RehearsalEvent, RehearsedMeasurement, RehearsedUpdate } from './result';
import { type UpdateRun, runMeasured } from './update';
import { Cluster } from '../world/cluster';
import type { Conditions } from '../world/conditions';
import type { Traffic } from '../world/ledger';

/** What is rehearsed. */
export interface RehearsalOptions {
  readonly graph: Graph;
  readonly planned: PlannedRollout;
  readonly conditions: Conditions;
  /** `kubectl argo rollouts retry` after an abort: the delay, and the conditions from the abort on. */
  readonly retry?: { readonly after: number; readonly conditions: Conditions };
  /** Where the manifests state none. */
  readonly namespace?: string;
  /** The description of the app's metrics. */
  readonly metrics?: Readonly<Record<string, StatedMetric>>;
  /** The phases of metrics of other providers than Prometheus. Default: Successful. */
  readonly assumed?: Readonly<Record<string, Judged['phase']>>;
  /** Real metrics in place of synthetic ones. */
  readonly replay?: Replay;
  /** Default 1. */
  readonly seed?: number;
  /** The releases of Prometheus that are stated; default: none is, and that of the binary counts. */
  readonly statedPrometheus?: readonly string[];
  /** Seconds after which it is given up; default a day. */
  readonly horizon?: number;
  readonly watch?: (event: RehearsalEvent) => void;
}

/** Second 0 of every rehearsal: far enough in the past that no Prometheus takes it for the future. */
const EPOCH = Date.UTC(2024, 0, 1, 12);
const DAY = 86_400;
/** How long the old version has been scraped before the update, beyond what any query looks back. */
const HISTORY_BEYOND = 600;
const LONGEST_HISTORY = 7 * DAY;
/** The number of periods into which a report divides an update. */
const STRETCHES = 120;

/**
 * Rehearses a rollout against a Prometheus that is empty: every measurement is a query to it. Throws RehearsalProblem
 * where that cannot be done, and PrometheusFailed where the Prometheus goes away.
 */
export async function rehearse(api: PrometheusApi, options: RehearsalOptions): Promise<Rehearsal> {
  const model = modelOf(options);
  const version = await api.version();
  const graph = measuredBy(version, options.graph);
  const rehearsal = new Rehearsing(api, model, { ...options, graph }, version);
  return rehearsal.hold();
}

/**
 * Throws RehearsalProblem where a rollout cannot be rehearsed whatever Prometheus measures, so that none is started.
 * What depends on the release of Prometheus is left to the rehearsal.
 */
export function refuseEarly({ planned, graph, namespace, assumed }: EarlyOptions): void {
  const { model, problems } = planned;
  if (model === undefined) throw new RehearsalProblem(problems.join('\n'));
  const description = new TrafficDescription({ model, around: { graph, rollout: planned.rollout }, namespace });
  const { unknownPods } = description.catalogue;
  if (unknownPods === undefined) return;
  const unknown = unknownMetrics(model, description.catalogue, assumed ?? {});
  if (unknown.length > 0) throw new RehearsalProblem(unknown.join('\n'));
}

type EarlyOptions = Pick<RehearsalOptions, 'planned' | 'graph' | 'namespace' | 'assumed'>;

/** The model, or what the manifests must say first. */
export function modelOf({ planned, conditions }: Pick<RehearsalOptions, 'planned' | 'conditions'>): RolloutModel {
  const { model, problems } = planned;
  if (model === undefined) throw new RehearsalProblem(problems.join('\n'));
  const { pods } = conditions.profile;
  return pods === undefined ? model : { ...model, replicas: pods };
}

class Rehearsing {
  private readonly namespace: string;
  private readonly notes: string[] = [];
  private readonly description: TrafficDescription;
  private readonly assumptions: readonly string[];
  /** By metric: why its query never finds a series. */
  private readonly absent: ReadonlyMap<string, readonly string[]>;
  /** The rollout when each AnalysisRun was created. */
  private created = new Map<string, Frame | undefined>();
  private readonly cluster: Cluster;
  private readonly recorder: Recorder;
  private readonly seed: number;

  constructor(
    private readonly api: PrometheusApi,
    private readonly model: RolloutModel,
    private readonly options: RehearsalOptions,
    private readonly prometheus: string,
  ) {
    const { planned, conditions, metrics = {}, seed = 1, replay } = options;
    this.notes.push(...otherRelease(prometheus, options.statedPrometheus));
    const hashes = replay?.hashes ?? SYNTHETIC_HASHES;
    this.seed = seed;
    const queries = measuredMetrics(model).flatMap(({ query }) => query ?? []);
    this.description = new TrafficDescription({
      model,
      around: { graph: options.graph, rollout: planned.rollout },
      namespace: options.namespace,
      metrics,
      profile: conditions.profile,
      hashes,
    });
    const { namespace, scraping } = this.description;
    this.namespace = namespace;
    if (!replay) this.refuseUnknown();
    const readings = replay ? [] : readingsOf(model, this.description);
    this.assumptions = assumedIn(options, model, this.description, readings);
    this.absent = absentMetrics(readings, options.assumed);
    const reach = Math.max(0, ...queries.map(looksBack)) + reachOfRules(scraping.rules);
    if (reach > LONGEST_HISTORY) {
      this.notes.push(
        `a query looks back ${lengthOfTime(reach)}; the rehearsal has only ${lengthOfTime(LONGEST_HISTORY)} of the time before the update`,
      );
    }
    this.notes.push(...planned.notes, ...(replay ? replayNotes(replay, model) : []));
    const history = Math.min(reach, LONGEST_HISTORY) + HISTORY_BEYOND;
    this.recorder = new Recorder(replay ? [] : scraping.rules, api, EPOCH, -history);
    this.cluster = new Cluster({
      model,
      hashes,
      scraping,
      conditions,
      history,
      epoch: EPOCH,
      seed,
    });
  }

  /** A query that is not understood finds nothing, whatever the version does. */
  private refuseUnknown(): void {
    const { assumed = {} } = this.options;
    const problems = unknownMetrics(this.model, this.description.catalogue, assumed);
    if (problems.length > 0) throw new RehearsalProblem(problems.join('\n'));
  }

  async hold(): Promise<Rehearsal> {
    const { options, model, cluster, prometheus } = this;
    await this.tryQueries();
    cluster.advance(0, []);
    if (options.replay) await this.api.write(options.replay.series(EPOCH));
    const updates = [await this.update(options.conditions, false)];
    const { retry } = options;
    if (retry !== undefined) {
      const [first] = updates;
      if (first.outcome !== 'aborted') {
        throw new RehearsalProblem(
          `there is nothing to retry: the first attempt was not aborted, but ${first.outcome} after ${lengthOfTime(first.endedAt)}`,
        );
      }
      cluster.change(retry.conditions);
      cluster.advance(cluster.start + first.endedAt + retry.after, first.frames);
      updates.push(await this.update(retry.conditions, true));
    }
    this.lookBack(updates);
    return {
      rollout: model,
      namespace: this.namespace,
      updates,
      prometheus,
      seed: this.seed,
      replayed: options.replay !== undefined,
      assumptions: [...new Set(this.assumptions)],
      notes: [...new Set(this.notes)],
    };
  }

  /** Prometheus refuses an invalid query at once, so there is no need to wait for the measurement. */
  private async tryQueries(): Promise<void> {
    const problems: string[] = [];
    for (const { metric, ...use } of analysed(this.model)) {
      if (metric.query === undefined) continue;
      const filled = this.description.fill(metric, use, undefined).metric;
      const open = unansweredOf({ ...use, metric: filled });
      if (open !== undefined && this.options.assumed?.[metric.name] === undefined) {
        problems.push(`metric '${metric.name}': ${open}; state how it ends with --assume ${metric.name}=success`);
      }
      if (/\{\{/.test(filled.query ?? '')) continue;
      const { beyond, errors } = parsePromql(filled.query ?? '');
      // Prometheus itself would take minutes.
      if (beyond) {
        problems.push(`the query of metric '${metric.name}' cannot be rehearsed: ${errors[0].message}`);
        continue;
      }
      const { phase, message, answer } = await measure(filled, this.api, EPOCH);
      if (phase === 'Error' && answer === undefined) {
        problems.push(
          `Prometheus ${this.prometheus} refuses the query of metric '${metric.name}': ${message}\n  ${filled.query!.trim().replace(/\n/g, '\n  ')}`,
        );
      }
    }
    if (problems.length > 0) throw new RehearsalProblem([...new Set(problems)].join('\n'));
  }

  private async update(conditions: Conditions, retry: boolean): Promise<RehearsedUpdate> {
    const { cluster, model, options } = this;
    const { watch } = options;
    cluster.begin(conditions);
    const { start } = cluster;
    this.created = new Map();
    watch?.({ type: 'update', retry, conditions, replayed: this.options.replay !== undefined });
    const measurements: RehearsedMeasurement[] = [];
    const failures = new Map<string, Failure>();
    let shown = 0;
    const show = (frames: readonly Frame[]): void => {
      for (; shown < frames.length; shown++) watch?.({ type: 'frame', frame: frames[shown] });
    };
    const traced = await runMeasured(model, {
      podReady: (version, ordinal) => cluster.pods.startSeconds(version, ordinal) + model.minReadySeconds,
      approvalAfter: conditions.approvalAfter,
      horizon: options.horizon ?? DAY,
      take: async (analysis, metric, now, frames) => {
        show(frames);
        const filled = this.description.fill(metric, analysis, this.frameOf(analysis, frames));
        const judged = await this.judge(filled, conditions, now, frames);
        const measurement = this.describe(filled.metric, analysis, now, judged);
        measurements.push(measurement);
        // Of an error and of an answer without data nothing can be told.
        const fails = judged.phase === 'Failed' || judged.phase === 'Inconclusive';
        if (fails && judged.answer?.series.length && !failures.has(metric.name)) {
          failures.set(metric.name, { metric: filled.metric, at: now });
        }
        watch?.({ type: 'measurement', measurement });
        return { phase: judged.phase, seconds: judged.seconds };
      },
    });
    show(traced.trace.frames);
    const aftermath = await this.aftermath([...failures.values()]);
    const update = { conditions, ...this.summary(traced, measurements, start), ...aftermath };
    watch?.({ type: 'end', update });
    return update;
  }

  /** A recording goes on where the update was stopped. */
  private async aftermath(failures: readonly Failure[]): Promise<{ readonly aftermath?: readonly Aftermath[] }> {
    const { replay } = this.options;
    if (replay === undefined || failures.length === 0) return {};
    const aftermath: Aftermath[] = [];
    for (const failure of failures) {
      aftermath.push(await aftermathOf(failure, this.api, EPOCH, replay.canaryUntil));
    }
    this.notes.push(...aftermath.map(aftermathText));
    return { aftermath };
  }

  /** Arguments have the values of the moment at which the AnalysisRun was created. */
  private frameOf(
    { background, stepIndex, experiment }: Pick<AnalysisRun, 'background' | 'stepIndex' | 'experiment'>,
    frames: readonly Frame[],
  ): Frame | undefined {
    const key = background ? 'background' : `step ${stepIndex} ${experiment ?? ''}`;
    if (!this.created.has(key)) {
      const start = background ? (this.model.background?.startingStep ?? 0) : (stepIndex ?? 0);
      const first = frames.find((frame) => frame.stepIndex === undefined || frame.stepIndex >= start);
      const last = frames.filter(({ stepIndex: at }) => at === start).slice(0, 1)[0];
      this.created.set(key, last ?? first ?? frames[frames.length - 1]);
    }
    return this.created.get(key);
  }

  private async judge(
    { metric, missing }: { readonly metric: MetricModel; readonly missing: readonly string[] },
    { prometheusUnreachable }: Conditions,
    now: number,
    frames: readonly Frame[],
  ): Promise<Judged> {
    const { cluster } = this;
    cluster.advance(cluster.start + now, frames);
    const assumed = this.options.assumed?.[metric.name];
    if (assumed !== undefined) return { phase: assumed };
    if (metric.provider !== 'prometheus') return { phase: 'Successful' };
    if (missing.length > 0) return { phase: 'Error', message: `failed to resolve {{args.${missing[0]}}}` };
    const span = prometheusUnreachable;
    if (span !== undefined && now >= span.from && now < span.to) return unreachable(metric);
    if (!this.options.replay) await this.api.write(cluster.scraped());
    await this.recorder.catchUp(cluster.start + now);
    return measure(metric, this.api, EPOCH + (cluster.start + now) * 1000);
  }

  private describe(
    metric: MetricModel,
    { background, stepIndex }: { readonly background: boolean; readonly stepIndex?: number },
    now: number,
    { phase, message, answer }: Judged,
  ): RehearsedMeasurement {
    const { cluster } = this;
    const { replay } = this.options;
    const window = looksBack(metric.query ?? '');
    const at = cluster.start + now;
    const first = replay ? replay.firstScraped : cluster.firstScraped.get('new');
    return {
      at: now,
      metric: metric.name,
      step: background ? undefined : stepIndex,
      background,
      dryRun: metric.dryRun,
      query: metric.query,
      condition: conditionText(metric),
      answer,
      phase,
      message,
      window,
      filled:
        window === 0 || hasSubquery(metric.query ?? '') || this.absent.has(metric.name)
          ? undefined
          : Math.max(0, Math.min(window, first === undefined ? 0 : at - first)),
      traffic: window === 0 || replay ? undefined : cluster.users.ledger.between(at - window, at),
      firstOf: this.versionOf(answer?.series[0]?.labels),
    };
  }

  /** Told by a pod-template hash in any label. */
  private versionOf(labels: Readonly<Record<string, string>> = {}): RehearsedMeasurement['firstOf'] {
    const { canary, stable } = this.options.replay?.hashes ?? SYNTHETIC_HASHES;
    const values = Object.values(labels);
    if (values.some((value) => value.includes(canary))) return 'canary';
    return values.some((value) => value.includes(stable)) ? 'stable' : undefined;
  }

  private summary(
    { trace, outcome }: UpdateRun,
    measurements: readonly RehearsedMeasurement[],
    start: number,
  ): Omit<RehearsedUpdate, 'conditions'> {
    const { cluster } = this;
    const { frames, endedAt, message } = trace;
    // After an abort the canary may have requests for some time yet.
    const traffic = trafficEnd(this.model, frames, endedAt);
    cluster.advance(start + traffic, frames);
    const { ledger } = cluster.users;
    const step = Math.max(1, endedAt / STRETCHES);
    const stretches: Traffic[] = [];
    const { replay } = this.options;
    for (let at = 0; !replay && at < endedAt - 1e-9; at += step) {
      stretches.push(ledger.between(start + at, start + Math.min(endedAt, at + step)));
    }
    return {
      outcome: outcome satisfies Outcome,
      endedAt,
      message,
      ...disruptionOf(this.model, frames),
      frames,
      measurements,
      failedRequests: replay ? undefined : ledger.between(start, start + traffic).canary.failures,
      traffic: { step, stretches },
    };
  }

  /** Notes at the end. */
  private lookBack(updates: readonly RehearsedUpdate[]): void {
    const measured = updates.flatMap(({ measurements }) => measurements);
    const { replay } = this.options;
    const late = replay && measured.find(({ at }) => at > replay.until);
    if (replay === undefined) this.notes.push(...scrapeNotes(this.cluster, this.options.planned, this.absent));
    else if (late !== undefined) {
      this.notes.push(
        `the replayed metrics end after ${lengthOfTime(replay.until)}, before the measurement at ${lengthOfTime(late.at)}: what is measured then is not what happened`,
      );
    }
    this.notes.push(...updates.flatMap((update) => planNotes(update, this.model, this.absent)));
  }
}
