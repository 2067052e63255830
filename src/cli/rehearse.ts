import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Graph } from '../graph';
import type { PlannedRollout, PlannedUpdate } from '../controller';
import {
  type Conditions,
  conditionsOf,
  closingText,
  LiveText,
  momentOf,
  type PageEntry,
  Prometheus,
  PrometheusFailed,
  PrometheusRefused,
  readReplay,
  type Rehearsal,
  RehearsalProblem,
  rehearsalPage,
  refuseEarly,
  rehearse,
  replayHealthy,
} from '../rehearse';
import { updatesLines, type UpdatesReport } from '../calibrate';
import { InputError } from '../formats/input-error';
import { NEWEST, onlyNewest, type Versions } from '../versions';
import type { Io } from './io';
import { addInputs, duration, environmentOption, formatOption, number, outputOption, rolloutOption } from './options';
import { joinLines, logLines, oneLine, severalLines } from '../formats/encode/terminal';
import { counted, emphasisOf, jsonText, type OutputFlags, write } from './output';
import { addProfileOptions, type ProfileFlags, profileOf } from './profile-options';
import { interruption, prometheusBinary } from './prometheus-options';
import { readUpdates, refuseUnknownMetrics, type UpdateFlags } from './read-updates';
import { type VersionFlags, versionOptions } from './version-options';
import { measuredHeader, statedVersions } from './versions';

const PHASES = { success: 'Successful', failure: 'Failed', inconclusive: 'Inconclusive', error: 'Error' } as const;
type Assumed = Record<string, (typeof PHASES)[keyof typeof PHASES]>;
const BEHAVIOURS = ['healthy', 'fails', 'slow', 'crashes'] as const;

interface Flags extends ProfileFlags, OutputFlags, UpdateFlags, VersionFlags {
  readonly format: 'text' | 'json' | 'html';
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
  readonly replayHealthy?: number;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  versionOptions(addProfileOptions(addInputs(command)))
    .addOption(
      new Option('--new-version <behaviour>', 'behaviour of the new version, instead of --error-rate').choices([
        ...BEHAVIOURS,
      ]),
    )
    .option('--crashes-after <duration>', 'the new version crashes under load, each time after this long', duration)
    .option('--traffic-stops-after <duration>', 'requests stop this long after the update begins', duration)
    .option('--unreachable-after <duration>', 'the controller cannot reach Prometheus from this time on', duration)
    .option('--nobody', 'manual pauses are never approved')
    .option('--namespace <name>', 'namespace of manifests that state none')
    .option(
      '--assume <metric=phase>',
      'result of a metric of another provider: success, failure, …; repeatable',
      assumed,
    )
    .option('--replay <file>', 'recorded metrics: an OpenMetrics dump with timestamps, or the JSON of a range query')
    .option(
      '--replay-canary <hash>',
      'pod-template hash of the canary in the recording (default: the one that begins last)',
    )
    .option(
      '--replay-stable <hash>',
      'pod-template hash of the stable version in the recording (default: the other one)',
    )
    .option(
      '--replay-from <time>',
      'start of the recorded update: 2026-01-31T12:00:00Z, or seconds since 1970 (default: when the canary appears)',
      moment,
    )
    .option(
      '--replay-healthy <duration>',
      'the recording is of a healthy time without an update: begin the rollout every so often, such as 5m, and report how often it is stopped',
      duration,
    )
    .option('--prometheus <path>', 'Prometheus binary (default: prometheus on the PATH)')
    .addOption(
      new Option('--seed <n>', 'seed of the random numbers; the same seed gives the same requests')
        .argParser(number)
        .default(1),
    )
    .addOption(
      new Option('--at-most <duration>', 'stop a rollout that takes longer').argParser(duration).default(86_400, '24h'),
    )
    .addOption(environmentOption())
    .addOption(rolloutOption())
    .addOption(formatOption(['text', 'json', 'html']))
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Starts a Prometheus, feeds it with the metrics that the monitors would scrape, and runs the whole rollout in simulated time.
Exit codes: 0 rehearsed, 1 a rollout cannot be rehearsed, 2 usage, unreadable input, or no Prometheus.

  cdk8s-canary rehearse deploy/ --rps 20 --error-rate 0.02
  cdk8s-canary rehearse deploy/ --new-version crashes --format html -o rehearsal.html
  cdk8s-canary rehearse deploy/ --replay last-week.om --replay-canary 7d5c9f6b84
  cdk8s-canary rehearse deploy/ --replay healthy-week.om --replay-healthy 5m`,
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

async function rehearseCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const versions = await statedVersions(flags, io);
  const conditions = worldOf(flags, io);
  const binary = prometheusBinary(flags.prometheus, io);
  const { graph, updates, all } = await readUpdates(paths, flags, io, versions);
  refuseUnknownMetrics('--assume', flags.assume, all);
  const header = measuredHeader(versions);
  if (flags.replayHealthy !== undefined) {
    const { approvalAfter } = conditions;
    const given = { graph, updates: updates.filter(isRollout), approvalAfter };
    return healthyCommand(given, { binary, versions, header }, flags, io);
  }
  const entries: PageEntry[] = [];
  const report = new TextReport(flags, io);
  report.say(`${header}\n\n`);
  let failed = false;
  for (const planned of counted(updates, 'rehearsing rollout', io)) {
    if (!isRollout(planned)) {
      io.err(
        `${planned.resource.fullName}: is a Flagger Canary, whose pods, Services and monitors are not in the manifests; use plan or simulate\n`,
      );
      failed = true;
      continue;
    }
    try {
      entries.push({ rehearsal: await attempt(graph, planned, conditions, { binary, versions }, report, flags, io) });
    } catch (error) {
      const known = [RehearsalProblem, PrometheusFailed, PrometheusRefused].some((kind) => error instanceof kind);
      if (!known) throw error;
      io.err(`${oneLine(planned.rollout.resource.fullName)}: ${severalLines((error as Error).message)}\n`);
      failed = true;
    }
  }
  if (entries.length > 0) report.end();
  if (entries.length > 0 && flags.format === 'html') write(rehearsalPage(entries, [header]), flags, io);
  if (entries.length > 0 && flags.format === 'json') {
    write(jsonText(entries.map(({ rehearsal }) => ({ versions: onlyNewest(versions), ...rehearsal }))), flags, io);
  }
  return failed ? 1 : 0;
}

interface Healthy {
  readonly graph: Graph;
  readonly updates: readonly PlannedRollout[];
  readonly approvalAfter?: number;
}

/** Replays a recording of a healthy time, and reports how often each rollout would have been stopped. */
async function healthyCommand(
  { graph, updates, approvalAfter }: Healthy,
  { binary, versions, header }: { readonly binary: string; readonly versions: Versions; readonly header: string },
  flags: Flags,
  io: Io,
): Promise<number> {
  const { replay: file, replayCanary, replayStable: stableHash, replayFrom, replayHealthy: every, namespace } = flags;
  if (file === undefined || !(every! > 0)) throw new InputError('--replay-healthy needs --replay FILE and a duration');
  if (replayCanary !== undefined || replayFrom !== undefined) {
    throw new InputError(
      '--replay-healthy replays a time without an update; leave out --replay-canary and --replay-from',
    );
  }
  if (flags.format === 'html') throw new InputError('--replay-healthy has no page; use --format text or json');
  const found: { readonly name: string; readonly report: UpdatesReport }[] = [];
  let failed = false;
  for (const planned of counted(updates, 'replaying rollout', io)) {
    const { model, rollout } = planned;
    const prometheus = await Prometheus.start(binary, { interrupted: interruption(io) });
    try {
      if (model === undefined) throw new RehearsalProblem(planned.problems.join('\n'));
      const recording = {
        file: resolve(io.cwd, file),
        name: file,
        graph,
        planned,
        model,
        namespace,
        stableHash,
        approvalAfter,
      };
      found.push({
        name: rollout.resource.fullName,
        report: await replayHealthy(prometheus.api, { ...recording, every: every! }),
      });
    } catch (error) {
      const known = [RehearsalProblem, PrometheusFailed, PrometheusRefused].some((kind) => error instanceof kind);
      if (!known) throw error;
      io.err(`${oneLine(rollout.resource.fullName)}: ${severalLines((error as Error).message)}\n`);
      failed = true;
    } finally {
      await prometheus.stop();
    }
  }
  const texts = found.map(({ name, report }) => {
    const lines = updatesLines(report).map((line) => `  ${line}`);
    return joinLines([emphasisOf(flags, io).strong(name), ...lines]);
  });
  const json = found.map(({ name, report }) => ({ versions: onlyNewest(versions), rollout: name, ...report }));
  if (found.length > 0) write(flags.format === 'json' ? jsonText(json) : `${header}\n\n${texts.join('\n')}`, flags, io);
  return failed ? 1 : 0;
}

/** The report for a terminal: shown as it comes, or collected for a file. */
class TextReport {
  private text = '';
  readonly isWanted: boolean;

  constructor(
    private readonly flags: Flags,
    private readonly io: Io,
  ) {
    this.isWanted = flags.format === 'text';
  }

  say(part: string): void {
    if (!this.isWanted) return;
    if (this.flags.output === undefined || this.flags.output === '-') this.io.out(logLines(part));
    else this.text += part;
  }

  end(): void {
    if (this.text !== '') write(this.text, this.flags, this.io);
  }
}

const isRollout = (update: PlannedUpdate): update is PlannedRollout => 'rollout' in update;

async function attempt(
  graph: Graph,
  planned: PlannedRollout,
  conditions: Conditions,
  { binary, versions }: { readonly binary: string; readonly versions: Versions },
  report: TextReport,
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
  const live =
    model && report.isWanted
      ? new LiveText(model, emphasisOf(flags, io), (part) => {
          report.say(part);
        })
      : undefined;
  if (replay === undefined) refuseEarly({ planned, graph, namespace: flags.namespace, assumed: flags.assume });
  const prometheus = await Prometheus.start(binary, { interrupted: interruption(io) });
  try {
    const rehearsal = await rehearse(prometheus.api, {
      graph,
      planned,
      conditions,
      replay,
      namespace: flags.namespace,
      statedPrometheus: versions.prometheus === NEWEST.prometheus ? undefined : versions.prometheus,
      assumed: flags.assume,
      seed: flags.seed,
      horizon: flags.atMost,
      watch: (event) => live?.handle(event),
    });
    if (live) report.say(closingText(rehearsal, emphasisOf(flags, io)));
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
    approvalAfter: nobody ? undefined : base.approvalAfter,
  };
}
