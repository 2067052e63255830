import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Graph } from '../graph';
import type { PlannedRollout, PlannedUpdate } from '../controller';
import {
  type Conditions,
  conditionsOf,
  closingText,
  findPrometheus,
  LiveText,
  momentOf,
  NoPrometheus,
  type PageEntry,
  Prometheus,
  PrometheusFailed,
  PrometheusRefused,
  readReplay,
  type Rehearsal,
  RehearsalProblem,
  rehearsalPage,
  rehearse,
} from '../rehearse';
import { type Io, UsageError } from './io';
import { duration, emphasisOf, write } from './plan';
import { readUpdates } from './read-updates';
import { addProfileOptions, number, type ProfileFlags, profileOf } from './simulate';

const PHASES = { success: 'Successful', failure: 'Failed', inconclusive: 'Inconclusive', error: 'Error' } as const;
type Assumed = Record<string, (typeof PHASES)[keyof typeof PHASES]>;
const BEHAVIOURS = ['healthy', 'fails', 'slow', 'crashes'] as const;

interface Flags extends ProfileFlags {
  readonly format: 'text' | 'json' | 'html';
  readonly output?: string;
  readonly rollout?: string;
  readonly newVersion?: (typeof BEHAVIOURS)[number];
  readonly crashesAfter?: number;
  readonly trafficStopsAfter?: number;
  readonly unreachableAfter?: number;
  readonly nobody?: boolean;
  readonly namespace?: string;
  readonly assume?: Assumed;
  readonly seed: number;
  readonly atMost: number;
  readonly prometheus?: string;
  readonly replay?: string;
  readonly replayCanary?: string;
  readonly replayStable?: string;
  readonly replayFrom?: number;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addProfileOptions(command.argument('[paths...]', 'files, folders, globs, or - for standard input'))
    .addOption(
      new Option('--new-version <behaviour>', 'a whole behaviour instead of --error-rate').choices([...BEHAVIOURS]),
    )
    .option('--crashes-after <duration>', 'the new version crashes under load, each time after this long', duration)
    .option('--traffic-stops-after <duration>', 'traffic stops after this time', duration)
    .option('--unreachable-after <duration>', 'the controller cannot reach Prometheus any more', duration)
    .option('--nobody', 'manual pauses are never approved')
    .option('--namespace <name>', 'where the manifests state none')
    .option('--assume <metric=phase>', 'how a metric ends that something else measures: success, failure, …', assumed)
    .option('--replay <file>', 'real metrics: an OpenMetrics dump with timestamps, or the JSON of a range query')
    .option('--replay-canary <hash>', 'the pod-template hash of the canary (default: the one that begins last)')
    .option('--replay-stable <hash>', 'the pod-template hash of the stable version (default: the other one)')
    .option(
      '--replay-from <moment>',
      'when that update began: 2026-01-31T12:00:00Z, or seconds since 1970 (default: told from the canary)',
      moment,
    )
    .option('--prometheus <path>', 'the binary (default: prometheus on the PATH)')
    .addOption(new Option('--seed <n>', 'the same seed gives the same requests').argParser(number).default(1))
    .addOption(
      new Option('--at-most <duration>', 'a rollout that takes longer is given up')
        .argParser(duration)
        .default(86_400, '24h'),
    )
    .option('--rollout <name>', 'only this rollout: name or namespace/name')
    .addOption(new Option('-f, --format <format>', 'output format').choices(['text', 'json', 'html']).default('text'))
    .option('-o, --output <file>', 'write to a file instead of the terminal')
    .addHelpText(
      'after',
      `
Runs the whole rollout, in simulated time, against a Prometheus of its own that is fed with what the monitors would scrape.
Exit codes: 0 rehearsed, 1 a rollout cannot be rehearsed, 2 usage or input that cannot be read, or no Prometheus.

  cdk8s-canary rehearse deploy/ --rps 20 --error-rate 0.02
  cdk8s-canary rehearse deploy/ --new-version crashes --format html -o rehearsal.html
  cdk8s-canary rehearse deploy/ --replay last-week.om --replay-canary 7d5c9f6b84`,
    );
  run((paths, flags) => rehearseCommand(paths, flags, io));
}

function assumed(text: string, before: Assumed = {}): Assumed {
  const [metric, word] = text.split('=');
  if (!metric || !(word in PHASES)) throw new InvalidArgumentError(`Give metric=${Object.keys(PHASES).join('|')}.`);
  return { ...before, [metric]: PHASES[word as keyof typeof PHASES] };
}

function moment(text: string): number {
  const found = momentOf(text);
  if (found === undefined) throw new InvalidArgumentError('Give 2026-01-31T12:00:00Z, or seconds since 1970.');
  return found;
}

/** The binary, or why there is none: the user's to mend. */
export function prometheusBinary(named: string | undefined, io: Io): string {
  try {
    return findPrometheus(named, io.env, io.cwd);
  } catch (error) {
    if (error instanceof NoPrometheus) throw new UsageError(error.message);
    throw error;
  }
}

/** What is told of a signal that ends the program. */
export const interruption =
  (io: Io) =>
  (signal: string): void =>
    io.err(`\ninterrupted by ${signal}: Prometheus is stopped, and its folder removed\n`);

async function rehearseCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const conditions = worldOf(flags, io);
  const binary = prometheusBinary(flags.prometheus, io);
  const { graph, updates } = await readUpdates(paths, flags.rollout, io);
  const entries: PageEntry[] = [];
  let failed = false;
  for (const planned of updates) {
    if (!isRollout(planned)) {
      io.err(
        `${planned.resource.fullName}: is a Flagger Canary, whose pods, Services and monitors are not in the manifests; plan and simulate know it, rehearse does not\n`,
      );
      failed = true;
      continue;
    }
    try {
      entries.push({ rehearsal: await attempt(graph, planned, conditions, binary, flags, io) });
    } catch (error) {
      const known = [RehearsalProblem, PrometheusFailed, PrometheusRefused].some((kind) => error instanceof kind);
      if (!known) throw error;
      io.err(`${planned.rollout.resource.fullName}: ${(error as Error).message}\n`);
      failed = true;
    }
  }
  if (entries.length > 0 && flags.format === 'html') write(rehearsalPage(entries), flags, io);
  if (entries.length > 0 && flags.format === 'json') {
    const rehearsals = entries.map(({ rehearsal }) => rehearsal);
    write(`${JSON.stringify(rehearsals.length === 1 ? rehearsals[0] : rehearsals, jsonNumber, 2)}\n`, flags, io);
  }
  return failed ? 1 : 0;
}

const isRollout = (update: PlannedUpdate): update is PlannedRollout => 'rollout' in update;

/** JSON has no NaN and no infinity: they are written as Prometheus does. */
function jsonNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

async function attempt(
  graph: Graph,
  planned: PlannedRollout,
  conditions: Conditions,
  binary: string,
  flags: Flags,
  io: Io,
): Promise<Rehearsal> {
  const { model } = planned;
  const { replay: file, replayCanary: canaryHash, replayStable: stableHash, replayFrom: from } = flags;
  const replay =
    file === undefined || model === undefined
      ? undefined
      : readReplay(
          { file: resolve(io.cwd, file), name: file, canaryHash, stableHash, from },
          model.name,
          conditions.profile.podStart + model.minReadySeconds,
        );
  let text = '';
  const asText = flags.format === 'text';
  const say = (part: string): void => (flags.output === undefined ? io.out(part) : void (text += part));
  const live = model && asText ? new LiveText(model, emphasisOf(io), say) : undefined;
  const prometheus = await Prometheus.start(binary, { interrupted: interruption(io) });
  try {
    const rehearsal = await rehearse(prometheus.api, {
      graph,
      planned,
      conditions,
      replay,
      namespace: flags.namespace,
      assumed: flags.assume,
      seed: flags.seed,
      horizon: flags.atMost,
      watch: (event) => live?.handle(event),
    });
    if (live) say(closingText(rehearsal, emphasisOf(io)));
    if (asText && flags.output !== undefined) write(text, flags, io);
    return rehearsal;
  } finally {
    await prometheus.stop();
  }
}

function worldOf(flags: Flags, io: Io): Conditions {
  const { newVersion, crashesAfter, trafficStopsAfter, unreachableAfter, nobody } = flags;
  const base = conditionsOf(profileOf(flags, io));
  const { stable } = base;
  const behaviours = {
    healthy: stable,
    fails: { ...stable, errorRate: 1 },
    slow: { ...stable, latency: { p50: 1, p99: 5 } },
    crashes: { ...stable, neverStarts: true },
  };
  const canary = newVersion === undefined ? base.canary : behaviours[newVersion];
  return {
    ...base,
    canary: { ...canary, crashesAfter },
    trafficStopsAt: trafficStopsAfter,
    prometheusUnreachable: unreachableAfter === undefined ? undefined : { from: unreachableAfter, to: Infinity },
    personAfter: nobody ? undefined : base.personAfter,
  };
}
