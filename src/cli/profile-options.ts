// The options of a traffic profile, which simulate and rehearse share.
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { InputError } from '../formats/input-error';
import { readTextFile } from '../formats/text-file';
import {
  DEFAULT_PROFILE,
  isWeek,
  ProfileError,
  readProfile,
  relationProblems,
  slower,
  type TrafficProfile,
  WEEKDAYS,
  wholeProfile,
  withP99,
  RESTART_REASONS,
  type RestartReason,
} from '../traffic-model';
import type { Io } from './io';
import { duration, number, share, time } from './options';

/** The traffic and the environment of a rollout, as options state them. */
export interface ProfileFlags {
  readonly profile?: string;
  readonly rps?: number;
  readonly errorRate?: number;
  readonly baselineErrorRate?: number;
  readonly latencyP99?: number;
  readonly latencyFactor?: number;
  readonly restarts?: number;
  readonly restartReason?: RestartReason;
  readonly saturation?: number;
  readonly podStart?: number;
  readonly approvalAfter?: number;
  /** The former name of `approvalAfter`. */
  readonly personAfter?: number;
  readonly scrapeInterval?: number;
  readonly countersFromZero?: boolean;
  readonly headerShare?: number;
  readonly mirrorShare?: number;
  readonly previewRps?: number;
  /** When the update begins. */
  readonly start?: Date;
}

/** Adds the options that describe the traffic and the environment of a rollout. */
export function addProfileOptions(command: Command): Command {
  const preset = (text: string): string => `(default: ${text}, or that of the profile)`;
  return command
    .option('--profile <file>', 'traffic profile (YAML or JSON): requests over the day, latencies, users, …')
    .option('--rps <n>', `requests per second to both versions together ${preset(String(DEFAULT_PROFILE.rps))}`, number)
    .option(
      '--error-rate <share>',
      `share of failed requests of the new version ${preset(String(DEFAULT_PROFILE.errorRate))}`,
      share,
    )
    .option(
      '--baseline-error-rate <share>',
      `share of failed requests of the stable version ${preset(String(DEFAULT_PROFILE.baselineErrorRate))}`,
      share,
    )
    .option(
      '--latency-p99 <duration>',
      'the slowest percent of requests to the new version take at least this long; its median stays',
      duration,
    )
    .option('--latency-factor <n>', 'the new version takes so many times as long for every request', number)
    .option('--restarts <n>', 'restarts of a container of each pod of the new version per hour', number)
    .addOption(
      new Option('--restart-reason <reason>', 'why they restart (default: Error, or that of the profile)').choices(
        RESTART_REASONS,
      ),
    )
    .option('--saturation <share>', 'share of its limits of memory and CPU that the new version uses', share)
    .option('--pod-start <duration>', `time from the creation of a pod until it is ready ${preset('30s')}`, duration)
    .option('--approval-after <duration>', `time until a manual pause is approved ${preset('5m')}`, duration)
    .addOption(
      new Option('--person-after <duration>', 'former name of --approval-after').argParser(duration).hideHelp(),
    )
    .option(
      '--scrape-interval <duration>',
      `time between two scrapes; 0s: Prometheus sees every request at once ${preset('30s')}`,
      duration,
    )
    .option(
      '--start <time>',
      'day and time at which the update begins, such as 2026-12-04T16:00, for a profile over the day or the week (UTC)',
      time,
    )
    .option('--counters-from-zero', 'counters of failures start at 0, instead of appearing with the first failure')
    .option(
      '--header-share <share>',
      `share of all requests that match a header route ${preset(String(DEFAULT_PROFILE.headerShare))}`,
      share,
    )
    .option(
      '--mirror-share <share>',
      `share of all requests that match a mirror route, before its percentage ${preset(String(DEFAULT_PROFILE.mirrorShare))}`,
      share,
    )
    .option(
      '--preview-rps <n>',
      `requests per second to the preview Service of a blue-green rollout ${preset(String(DEFAULT_PROFILE.previewRps))}`,
      number,
    );
}

/** The traffic profile that the options state. */
export function profileOf(flags: ProfileFlags, io: Io): TrafficProfile {
  const file = flags.profile === undefined ? {} : profileFile(flags.profile, io);
  const regression = regressionOf(flags, file);
  const { rps, baselineErrorRate, podStart, approvalAfter, scrapeInterval, countersFromZero } = flags;
  const { headerShare, mirrorShare, previewRps } = flags;
  const stated = Object.entries({
    rps,
    ...regression,
    baselineErrorRate,
    podStart,
    approvalAfter: approvalAfter ?? flags.personAfter,
    scrapeInterval,
    countersFromZero,
    headerShare,
    mirrorShare,
    previewRps,
    ...startOf(flags.start, rps ?? file.rps),
  });
  const given = { ...file, ...Object.fromEntries(stated.filter(([, value]) => value !== undefined)) };
  const problems = relationProblems(given);
  if (problems.length > 0) throw new InputError(problems.map(({ message }) => message).join('\n'));
  const profile = wholeProfile(given);
  if (flags.latencyP99 !== undefined && flags.latencyP99 === profile.baselineLatency.p99) {
    io.err(
      `--latency-p99 ${flags.latencyP99}s is what the stable version has, so the new one is no slower; state baselineLatency in a profile\n`,
    );
  }
  return profile;
}

/** When the update begins, as a profile says it. Throws InputError where the traffic is the same at all times. */
function startOf(start: Date | undefined, rps: TrafficProfile['rps'] = DEFAULT_PROFILE.rps): Partial<TrafficProfile> {
  if (start === undefined) return {};
  if (typeof rps === 'number')
    throw new InputError(
      '--start needs a profile whose rps is a list over the day or the week; with one number, all times are the same',
    );
  const startsAt = (start.getTime() / 1000) % 86_400;
  return isWeek(rps) ? { startsAt, startsOn: WEEKDAYS[(start.getUTCDay() + 6) % 7] } : { startsAt };
}

/**
 * What the options say that the new version does worse. A version of which only something else is stated fails no more
 * requests than the stable one.
 */
function regressionOf(flags: ProfileFlags, file: Partial<TrafficProfile>): Partial<TrafficProfile> {
  const { latencyP99, latencyFactor, restarts, restartReason, saturation } = flags;
  const { baselineLatency } = wholeProfile(file);
  const others = [latencyP99, latencyFactor, restarts, saturation].some((given) => given !== undefined);
  const baseline = flags.baselineErrorRate ?? wholeProfile(file).baselineErrorRate;
  const errorRate = flags.errorRate ?? (others && file.errorRate === undefined ? baseline : undefined);
  if (restartReason !== undefined && (restarts ?? file.restarts ?? 0) === 0) {
    throw new InputError('--restart-reason says why containers restart; say how often with --restarts');
  }
  if (latencyP99 !== undefined && latencyFactor !== undefined) {
    throw new InputError(
      '--latency-p99 and --latency-factor both state the latency of the new version; give one of them',
    );
  }
  if (latencyFactor !== undefined && !(latencyFactor > 0)) {
    throw new InputError(`--latency-factor is ${latencyFactor}; give a number above 0, such as 1.5`);
  }
  if (latencyP99 !== undefined && latencyP99 < baselineLatency.p50) {
    throw new InputError(
      `--latency-p99 is ${latencyP99} s, below the median of ${baselineLatency.p50} s, which stays; give more, or --latency-factor`,
    );
  }
  const latency =
    latencyP99 !== undefined
      ? withP99(baselineLatency, latencyP99)
      : latencyFactor !== undefined
        ? slower(baselineLatency, latencyFactor)
        : undefined;
  return { errorRate, latency, restarts, restartReason, saturation };
}

/** Reads a traffic profile. Throws InputError. */
export function profileFile(name: string, io: Io): Partial<TrafficProfile> {
  let text: string;
  try {
    text = readTextFile(resolve(io.cwd, name));
  } catch (error) {
    throw new InputError(`cannot read ${name}: ${(error as Error).message}`);
  }
  try {
    return readProfile(name, text);
  } catch (error) {
    throw error instanceof ProfileError ? new InputError(error.message) : error;
  }
}
