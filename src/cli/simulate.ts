import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UnsupportedExpression } from '../expr';
import { writeYaml } from '../formats/yaml';
import { fullName } from '../plan';
import { type PlannedRollout, type PlannedUpdate, type RolloutModel } from '../controller';
import {
  DEFAULT_PROFILE,
  ProfileError,
  QueryNotRecognised,
  readProfile,
  relationProblems,
  type TrafficProfile,
  wholeProfile,
} from '../traffic-model';
import {
  isAnalysed,
  NeverPromoted,
  percentage,
  patchesOf,
  patchesYaml,
  simulate,
  simulationText,
  specChangeOf,
  suggest,
  suggestionText,
  type SimulationOptions,
} from '../simulate';
import { API_VERSION } from '../canaryfile/document';
import type { Shard } from '../formats/shard';
import { SHARD_FLAG, shardOption } from './shard-option';
import { type Io, UsageError } from './io';
import { duration, emphasisOf, write } from './plan';
import { readUpdates } from './read-updates';

/** What the command line says about the world around a rollout. */
export interface ProfileFlags {
  readonly profile?: string;
  readonly rps?: number;
  readonly errorRate?: number;
  readonly baselineErrorRate?: number;
  readonly podStart?: number;
  readonly personAfter?: number;
  readonly scrapeInterval?: number;
  readonly countersFromZero?: boolean;
}

interface Flags extends ProfileFlags {
  readonly format: 'text' | 'json';
  readonly output?: string;
  readonly shard?: Shard;
  readonly rollout?: string;
  readonly runs: number;
  readonly seed: number;
  readonly queryMeans?: Record<string, string>;
  readonly suggest?: boolean;
  readonly power: number;
  readonly falseAlarms: number;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addProfileOptions(command.argument('[paths...]', 'files, folders, globs, or - for standard input'))
    .option(
      '--query-means <metric=meaning>',
      'what a metric is whose query is not recognised: failures:5m, success-ratio:2m, p99:5m, success, …; repeatable',
      meaning,
    )
    .addOption(new Option('--runs <n>', 'updates to simulate').argParser(whole).default(20_000))
    .addOption(new Option('--seed <n>', 'the same seed gives the same figures').argParser(number).default(1))
    .option('--suggest', 'look for the shortest plan and limits that catch this version, and say what to change')
    .addOption(
      new Option('--power <share>', 'with --suggest: how many bad versions must be caught')
        .argParser(portion)
        .default(0.95),
    )
    .addOption(
      new Option('--false-alarms <share>', 'with --suggest: how many healthy ones may be stopped')
        .argParser(portion)
        .default(0.01),
    )
    .option('--rollout <name>', 'only this rollout: name or namespace/name')
    .option(SHARD_FLAG, 'only part i of n of the rollouts, such as 3/8: by a hash of their names', shardOption)
    .addOption(new Option('-f, --format <format>', 'output format').choices(['text', 'json']).default('text'))
    .option('-o, --output <file>', 'write to a file instead of the terminal')
    .addHelpText(
      'after',
      `
Exit codes: 0 simulated, 1 a rollout cannot be simulated or nothing is to be suggested, 2 usage or input that cannot be read.

  cdk8s-canary simulate deploy/ --rps 20 --error-rate 0.02
  cdk8s-canary simulate deploy/ --profile traffic.yaml --suggest`,
    );
  run((paths, flags) => simulateCommand(paths, flags, io));
}

/** Adds the options that say what the world around a rollout is like. */
export function addProfileOptions(command: Command): Command {
  const given = (text: string): string => `(default: ${text}, or as the profile says)`;
  return command
    .option('--rps <n>', `requests per second to both versions together ${given(String(DEFAULT_PROFILE.rps))}`, number)
    .option(
      '--error-rate <share>',
      `share of requests that the new version fails ${given(String(DEFAULT_PROFILE.errorRate))}`,
      portion,
    )
    .option(
      '--baseline-error-rate <share>',
      `share that the stable version fails ${given(String(DEFAULT_PROFILE.baselineErrorRate))}`,
      portion,
    )
    .option('--profile <file>', 'a traffic profile (YAML or JSON): rps over the day, latencies, users, …')
    .option('--pod-start <duration>', `until a pod can serve ${given('30s')}`, duration)
    .option('--person-after <duration>', `time until a manual pause is approved ${given('5m')}`, duration)
    .option('--scrape-interval <duration>', `between two scrapes; 0s is an ideal Prometheus ${given('30s')}`, duration)
    .option(
      '--counters-from-zero',
      'counters of failures exist from the start, instead of appearing with the first failure',
    );
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Give a number, 0 or more.');
  return value;
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number of 1 or more.');
  return Number(text);
}

export function portion(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('Give a share such as 0.02 or 2%.');
  return value;
}

function meaning(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give metric=meaning, such as errors=failures:5m.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

async function simulateCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const profile = profileOf(flags, io);
  const options: SimulationOptions = { profile, runs: flags.runs, seed: flags.seed, stated: flags.queryMeans };
  const { updates, fromSpecs } = await readUpdates(paths, flags.rollout, io, flags.shard);
  const texts: string[] = [];
  let failed = false;
  for (const planned of updates) {
    for (const problem of planned.problems) io.err(`${problem}\n`);
    const text = planned.model && attempt(planned, planned.model, fromSpecs, options, flags, io);
    if (text === undefined) failed = true;
    else texts.push(text);
  }
  if (texts.length > 0) {
    const several = flags.suggest ? '---\n' : '\n';
    const json = flags.format === 'json' && texts.length > 1;
    write(json ? `[${texts.map((text) => text.trimEnd()).join(',\n')}]\n` : texts.join(several), flags, io);
  }
  return failed ? 1 : 0;
}

/** The figures for one rollout, or undefined after saying why there are none. */
function attempt(
  planned: PlannedUpdate,
  model: RolloutModel,
  fromSpecs: boolean,
  options: SimulationOptions,
  flags: Flags,
  io: Io,
): string | undefined {
  if (!isAnalysed(model))
    io.err(`${model.name} has no analysis, so nothing stops a bad version automatically; add an analysis\n`);
  try {
    if (flags.suggest) return suggestion(planned, model, fromSpecs, options, flags, io);
    const result = simulate(model, options);
    return flags.format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : simulationText(result, emphasisOf(io));
  } catch (error) {
    const known = [NeverPromoted, QueryNotRecognised, UnsupportedExpression, AggregateError].some(
      (kind) => error instanceof kind,
    );
    if (!known) throw error;
    io.err(`${model.name}: ${(error as Error).message}\n`);
    if (!(error instanceof NeverPromoted))
      io.err(`  state it with --query-means METRIC=failures:5m (or success-ratio, p99, success, …)\n`);
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
): string | undefined {
  if (model.flagger) {
    io.err(`${model.name} is a Flagger Canary; suggestions are made for Rollouts only\n`);
    return undefined;
  }
  const found = suggest(model, options, { power: flags.power, falseAlarms: flags.falseAlarms });
  if (found === undefined) {
    io.err(
      `${model.name}: no plan of up to eight times its length and no limit up to 8 catches ${percentage(flags.power)} of such versions with ${percentage(flags.falseAlarms)} false alarms; give the canary a greater weight, or measure something that tells the versions apart better\n`,
    );
    return undefined;
  }
  const { patches, byHand } = fromSpecs
    ? { patches: [], byHand: [] }
    : patchesOf(planned as PlannedRollout, found.rollout);
  const change = fromSpecs ? specChangeOf(model, found.rollout) : undefined;
  if (flags.format === 'json') {
    const { caught, falseAlarm, seconds, changes } = found;
    const written = fromSpecs ? { spec: change!.spec } : { patches };
    return `${JSON.stringify({ rollout: fullName(model), caught, falseAlarm, seconds, changes, ...written, byHand: change?.byHand ?? byHand }, null, 2)}\n`;
  }
  const yaml = change ? specYaml(model, change.spec) : patchesYaml(patches);
  return suggestionText(model, found, yaml, change?.byHand ?? byHand, options.profile as TrafficProfile);
}

/** An overlay: what is in it is merged over the spec. */
const specYaml = ({ name }: RolloutModel, spec: object): string =>
  Object.keys(spec).length === 0
    ? ''
    : writeYaml({ apiVersion: API_VERSION, kind: 'CanaryApp', metadata: { name }, spec });

export function profileOf(flags: ProfileFlags, io: Io): TrafficProfile {
  const file = flags.profile === undefined ? {} : profileFile(flags.profile, io);
  const { rps, errorRate, baselineErrorRate, podStart, personAfter, scrapeInterval, countersFromZero } = flags;
  const stated = Object.entries({
    rps,
    errorRate,
    baselineErrorRate,
    podStart,
    personAfter,
    scrapeInterval,
    countersFromZero,
  });
  const given = { ...file, ...Object.fromEntries(stated.filter(([, value]) => value !== undefined)) };
  const problems = relationProblems(given);
  if (problems.length > 0) throw new UsageError(problems.map(({ message }) => message).join('\n'));
  return wholeProfile(given);
}

function profileFile(name: string, io: Io): Partial<TrafficProfile> {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, name), 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${(error as Error).message}`);
  }
  try {
    return readProfile(name, text);
  } catch (error) {
    throw error instanceof ProfileError ? new UsageError(error.message) : error;
  }
}
