// The options of a traffic profile, which simulate and rehearse share.
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { InputError } from '../formats/input-error';
import { readTextFile } from '../formats/text-file';
import {
  DEFAULT_PROFILE,
  ProfileError,
  readProfile,
  relationProblems,
  type TrafficProfile,
  wholeProfile,
} from '../traffic-model';
import type { Io } from './io';
import { duration, number, share } from './options';

/** The traffic and the environment of a rollout, as options state them. */
export interface ProfileFlags {
  readonly profile?: string;
  readonly rps?: number;
  readonly errorRate?: number;
  readonly baselineErrorRate?: number;
  readonly podStart?: number;
  readonly approvalAfter?: number;
  /** The former name of `approvalAfter`. */
  readonly personAfter?: number;
  readonly scrapeInterval?: number;
  readonly countersFromZero?: boolean;
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
    .option('--counters-from-zero', 'counters of failures start at 0, instead of appearing with the first failure');
}

/** The traffic profile that the options state. */
export function profileOf(flags: ProfileFlags, io: Io): TrafficProfile {
  const file = flags.profile === undefined ? {} : profileFile(flags.profile, io);
  const { rps, errorRate, baselineErrorRate, podStart, approvalAfter, scrapeInterval, countersFromZero } = flags;
  const stated = Object.entries({
    rps,
    errorRate,
    baselineErrorRate,
    podStart,
    approvalAfter: approvalAfter ?? flags.personAfter,
    scrapeInterval,
    countersFromZero,
  });
  const given = { ...file, ...Object.fromEntries(stated.filter(([, value]) => value !== undefined)) };
  const problems = relationProblems(given);
  if (problems.length > 0) throw new InputError(problems.map(({ message }) => message).join('\n'));
  return wholeProfile(given);
}

function profileFile(name: string, io: Io): Partial<TrafficProfile> {
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
