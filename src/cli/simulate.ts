import { Command, InvalidArgumentError, Option } from 'commander';
import { UnsupportedExpression } from '../expr';
import { oneLine, severalLines } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { percentage } from '../formats/percentage';
import { writeYaml } from '../formats/yaml';
import { fullName } from '../plan';
import { type PlannedRollout, type PlannedUpdate, type RolloutModel } from '../controller';
import { QueryNotRecognised, type TrafficProfile } from '../traffic-model';
import {
  isAnalysed,
  KeptChecksStopTooOften,
  NeverPromoted,
  NothingConcerned,
  NotSimulated,
  patchesOf,
  patchesYaml,
  type Shown,
  simulate,
  type Simulation,
  simulationComparison,
  simulationMarkdown,
  simulationPage,
  simulationPicture,
  simulationText,
  specChangeOf,
  suggest,
  suggestionText,
  type SimulationOptions,
} from '../simulate';
import { API_VERSION } from '../canaryfile/document';
import type { Io } from './io';
import {
  addInputs,
  environmentOption,
  formatOption,
  number,
  outputOption,
  rolloutOption,
  share,
  wholeNumber,
  SHARD_FLAG,
  shardOption,
} from './options';
import { counted, emphasisOf, errLine, jsonText, type OutputFlags, write } from './output';
import { addProfileOptions, type ProfileFlags, profileOf } from './profile-options';
import { type GivenUpdates, readUpdates, refuseUnknownMetrics, type UpdateFlags } from './read-updates';
import { type VersionFlags, versionOptions } from './version-options';
import { newestHeader, statedVersions } from './versions';
import { onlyNewest, type Versions } from '../versions';

const FORMATS = ['text', 'markdown', 'svg', 'html', 'json'] as const;

interface Flags extends ProfileFlags, OutputFlags, UpdateFlags, VersionFlags {
  readonly format: (typeof FORMATS)[number];
  readonly compare?: boolean;
  readonly runs: number;
  readonly seed: number;
  readonly queryMeans?: Record<string, string>;
  readonly assume?: Record<string, string>;
  readonly namespace?: string;
  readonly suggest?: boolean;
  readonly power: number;
  readonly falseAlarms: number;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  versionOptions(addProfileOptions(addInputs(command, '; with --compare: the old ones, then the new ones')))
    .option(
      '--query-means <metric=meaning>',
      'meaning of a metric whose query is not recognised: failures:5m, success-ratio:2m, p99:5m, success, …; repeatable',
      meaning,
    )
    .option(
      '--assume <metric=outcome>',
      'outcome of a metric that is not measured from traffic: success, failure, inconclusive, error; repeatable',
      outcome,
    )
    .option('--namespace <name>', 'namespace of manifests that state none')
    .addOption(new Option('--runs <n>', 'number of updates to simulate').argParser(wholeNumber).default(20_000))
    .addOption(
      new Option('--seed <n>', 'seed of the random numbers; the same seed gives the same results')
        .argParser(number)
        .default(1),
    )
    .option('--compare', 'compare the figures of the first path with those of the second')
    .option('--suggest', 'search for the shortest plan and the limits that catch this version')
    .addOption(
      new Option('--power <share>', 'with --suggest: share of bad versions that must be caught')
        .argParser(share)
        .default(0.95),
    )
    .addOption(
      new Option('--false-alarms <share>', 'with --suggest: share of healthy versions that may be aborted')
        .argParser(share)
        .default(0.01),
    )
    .addOption(environmentOption())
    .addOption(rolloutOption())
    .addOption(formatOption(FORMATS))
    .addOption(outputOption())
    .option(SHARD_FLAG, 'only part i of n of the rollouts, such as 3/8: by a hash of their names', shardOption)
    .addHelpText(
      'after',
      `
Exit codes: 0 simulated, 1 a rollout cannot be simulated or there is no suggestion, 2 usage or unreadable input.

  cdk8s-canary simulate deploy/ --rps 20 --error-rate 0.02
  cdk8s-canary simulate deploy/ --format html -o simulation.html
  cdk8s-canary simulate --compare main/deploy deploy --format markdown
  cdk8s-canary simulate deploy/ --profile traffic.yaml --suggest`,
    );
  run((paths, flags) => simulateCommand(paths, flags, io));
}

function meaning(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give metric=meaning, such as errors=failures:5m.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function outcome(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [metric, word] = text.split('=');
  const words = ['success', 'failure', 'inconclusive', 'error'];
  if (!metric || !words.includes(word)) throw new InvalidArgumentError(`Give metric=${words.join('|')}.`);
  return { ...before, [metric]: word };
}

async function simulateCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const versions = await statedVersions(flags, io);
  if (flags.compare) return compareCommand(paths, versions, flags, io);
  if (flags.suggest && !['text', 'json'].includes(flags.format)) {
    throw new InputError(`--suggest has no format ${flags.format}; use text or json`);
  }
  const { results, complete } = await simulateAll(paths, versions, flags, io);
  if (results.length > 0) write(formatted(results, versions, flags), flags, io);
  return complete ? 0 : 1;
}

/** All rollouts that the arguments named. */
async function simulateAll(
  paths: readonly string[],
  versions: Versions,
  flags: Flags,
  io: Io,
): Promise<Pick<GivenUpdates, 'all'> & { readonly results: readonly Result[]; readonly complete: boolean }> {
  const options: SimulationOptions = {
    profile: profileOf(flags, io),
    runs: flags.runs,
    seed: flags.seed,
    stated: { ...flags.queryMeans, ...flags.assume },
    namespace: flags.namespace,
  };
  const { graph, updates, all, fromSpecs } = await readUpdates(paths, flags, io, versions);
  if (!flags.compare) refuseUnknown(flags, all);
  const results: Result[] = [];
  for (const planned of counted(updates, 'simulating rollout', io)) {
    for (const problem of planned.problems) errLine(problem, io);
    const around = 'rollout' in planned ? { graph, rollout: (planned as PlannedRollout).rollout } : undefined;
    const given = { ...options, around, assumptions: planned.notes };
    const result = planned.model && attempt(planned, planned.model, fromSpecs, given, flags, io);
    if (result !== undefined) results.push(result);
  }
  return { results, all, complete: results.length === updates.length };
}

function refuseUnknown({ assume, queryMeans }: Flags, all: readonly PlannedUpdate[]): void {
  refuseUnknownMetrics('--assume', assume, all);
  refuseUnknownMetrics('--query-means', queryMeans, all);
}

function formatted(results: readonly Result[], versions: Versions, flags: Flags): string {
  const simulations = results.flatMap(({ simulation }) => simulation ?? []);
  switch (flags.format) {
    case 'json':
      return jsonText(results.map(({ json }) => ({ versions: onlyNewest(versions), ...json })));
    case 'html':
      return simulationPage(
        simulations.map((now) => ({ now })),
        [newestHeader(versions)],
      );
    case 'svg':
      if (simulations.length > 1) throw new InputError('an SVG picture shows one rollout; choose one with --rollout');
      return simulationPicture({ now: simulations[0] });
    case 'markdown':
    case 'text': {
      const separator = flags.suggest ? '---\n' : '\n';
      // What --suggest prints is YAML.
      const header = newestHeader(versions);
      const head = flags.suggest ? `# ${header}\n` : `${header}\n\n`;
      const texts = results.map(({ text, simulation }) =>
        flags.format === 'markdown' ? simulationMarkdown({ now: simulation! }) : text,
      );
      return head + texts.join(separator);
    }
  }
}

/** What a change of the manifests alters about the figures. */
async function compareCommand(paths: string[], versions: Versions, flags: Flags, io: Io): Promise<number> {
  if (paths.length !== 2) {
    throw new InputError(`--compare needs two paths, the old manifests and the new; ${paths.length} given`);
  }
  if (flags.suggest) throw new InputError('--compare and --suggest contradict each other; give one of them');
  const [old, fresh] = [
    await simulateAll([paths[0]], versions, flags, io),
    await simulateAll([paths[1]], versions, flags, io),
  ];
  refuseUnknown(flags, [...old.all, ...fresh.all]);
  const pairs = fresh.results.flatMap(({ simulation: now }) => {
    const before = old.results.find(({ simulation }) => simulation?.rollout === now?.rollout)?.simulation;
    if (now === undefined) return [];
    if (before === undefined) errLine(`${now.rollout} is new, so it is not compared`, io);
    return before === undefined ? [] : [{ now, before }];
  });
  if (pairs.length === 0)
    throw new InputError(`no Rollout that can be simulated is in both ${paths[0]} and ${paths[1]}`);
  write(compared(pairs, versions, flags), flags, io);
  return old.complete && fresh.complete ? 0 : 1;
}

function compared(pairs: readonly Required<Shown>[], versions: Versions, { format }: Flags): string {
  const header = newestHeader(versions);
  switch (format) {
    case 'html':
      return simulationPage(pairs, [header]);
    case 'markdown':
      return `${header}\n\n${pairs.map(simulationMarkdown).join('\n')}`;
    case 'json':
      return jsonText(pairs.map((pair) => ({ versions: onlyNewest(versions), ...pair })));
    case 'text':
      return `${header}\n\n${pairs.map(simulationComparison).join('\n')}`;
    case 'svg':
      if (pairs.length > 1) throw new InputError('an SVG picture shows one rollout; choose one with --rollout');
      return simulationPicture(pairs[0]);
  }
}

/** The result for one rollout. */
interface Result {
  readonly text: string;
  readonly json: object;
  /** Undefined for a suggestion. */
  readonly simulation?: Simulation;
}

/** The result for one rollout, or undefined after reporting why there is none. */
function attempt(
  planned: PlannedUpdate,
  model: RolloutModel,
  fromSpecs: boolean,
  options: SimulationOptions,
  flags: Flags,
  io: Io,
): Result | undefined {
  if (!isAnalysed(model)) {
    const what = model.steps.some(({ experiment }) => experiment && experiment.analyses.length > 0)
      ? 'has no analysis besides those of experiments, which simulate does not judge'
      : 'has no analysis, so only a person can stop a bad version';
    errLine(`${model.name} ${what}`, io);
  }
  try {
    if (flags.suggest) return suggestion(planned, model, fromSpecs, options, flags, io);
    const result = simulate(model, options);
    return { json: result, simulation: result, text: simulationText(result, emphasisOf(flags, io)) };
  } catch (error) {
    const known = [
      NeverPromoted,
      NothingConcerned,
      KeptChecksStopTooOften,
      NotSimulated,
      QueryNotRecognised,
      UnsupportedExpression,
      AggregateError,
    ].some((kind) => error instanceof kind);
    if (!known) throw error;
    io.err(`${oneLine(model.name)}: ${severalLines((error as Error).message)}\n`);
    const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    const whole = [NeverPromoted, NothingConcerned, NotSimulated, KeptChecksStopTooOften];
    const said = causes.every((cause) => whole.some((kind) => cause instanceof kind));
    if (!said)
      io.err(
        `  state what it computes with --query-means METRIC=failures:5m (or success-ratio, p99, …), or how it ends with --assume METRIC=success\n`,
      );
    return undefined;
  }
}

function suggestion(
  planned: PlannedUpdate,
  model: RolloutModel,
  fromSpecs: boolean,
  options: SimulationOptions,
  flags: Flags,
  io: Io,
): Result | undefined {
  if (model.flagger) {
    errLine(`${model.name} is a Flagger Canary; --suggest works for Rollouts only`, io);
    return undefined;
  }
  const found = suggest(model, options, { power: flags.power, falseAlarms: flags.falseAlarms });
  if (found === undefined) {
    io.err(
      `${model.name}: no plan of up to eight times the length and no limit up to 8 catches ${percentage(flags.power)} of such versions with at most ${percentage(flags.falseAlarms)} false alarms; give the canary a greater weight, or measure something that distinguishes the versions better\n`,
    );
    return undefined;
  }
  const { patches, byHand } = fromSpecs
    ? { patches: [], byHand: [] }
    : patchesOf(planned as PlannedRollout, found.rollout);
  const change = fromSpecs ? specChangeOf(model, found.rollout) : undefined;
  const { caught, falseAlarm, seconds, changes, alone, kept, assumptions } = found;
  const written = change === undefined ? { patches } : { spec: change.spec };
  const left = change?.byHand ?? byHand;
  const yaml = change ? specYaml(model, change.spec) : patchesYaml(patches);
  return {
    json: {
      rollout: fullName(model),
      caught,
      falseAlarm,
      seconds,
      changes,
      alone,
      kept,
      assumptions,
      ...written,
      byHand: left,
    },
    text: suggestionText(model, found, yaml, left, options.profile as TrafficProfile),
  };
}

/** An overlay, which is merged over the canary file. */
const specYaml = ({ name }: RolloutModel, spec: object): string =>
  Object.keys(spec).length === 0
    ? ''
    : writeYaml({ apiVersion: API_VERSION, kind: 'CanaryApp', metadata: { name }, spec });
