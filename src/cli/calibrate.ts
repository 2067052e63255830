import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  calibrate,
  type Calibration,
  calibrationMarkdown,
  calibrationText,
  type ConnectionFlags,
  connectionOf,
  isAlarming,
  isSelector,
  profileOf,
  profileText,
  PrometheusClient,
} from '../calibrate';
import { markdownFence } from '../formats/encode/markdown';
import { InputError } from '../formats/input-error';
import { readPromqlDuration } from '../promql';
import type { PlannedRollout } from '../controller';
import type { Io } from './io';
import { addInputs, duration, environmentOption, formatOption, rolloutOption, wholeNumber } from './options';
import { counted, emphasisOf, errLine, jsonText, type OutputFlags, write, writeFile } from './output';
import { readUpdates, type UpdateFlags } from './read-updates';

const FORMATS = ['text', 'markdown', 'json'] as const;

interface Flags extends OutputFlags, UpdateFlags, ConnectionFlags {
  readonly format: (typeof FORMATS)[number];
  readonly namespace?: string;
  readonly range: number;
  readonly step?: number;
  readonly stableHash?: string;
  readonly sessions?: string;
  readonly maxQueries: number;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addInputs(command)
    .option('--prometheus <url>', 'address of Prometheus, Thanos, Mimir or VictoriaMetrics, with its path')
    .addOption(
      new Option('--range <duration>', 'how far back the history is read').argParser(days).default(7 * 86_400, '7d'),
    )
    .option('--step <duration>', 'time between two replayed measurements (default: the interval of each metric)', days)
    .option('--stable-hash <hash>', 'pod-template hash of the stable version, where no label of a pod tells')
    .option(
      '--sessions <selector>',
      'counter of begun sessions, for the requests per user (default: that of Tomcat, if the pods have it)',
      selector,
    )
    .option('--namespace <name>', 'namespace of manifests that state none')
    .option('--header <header>', "header of each request, such as 'X-Team: shop'; repeatable", repeated)
    .option('--bearer-token-file <file>', 'file with a bearer token')
    .option('--username <name>', 'user name for basic authentication')
    .option('--password-file <file>', 'file with the password for basic authentication')
    .option('--tls-ca-file <file>', 'certificates of the authorities to trust, as PEM')
    .option('--tls-cert-file <file>', 'certificate to show if the server asks for one (mTLS), as PEM')
    .option('--tls-key-file <file>', 'private key of that certificate, as PEM')
    .option('--insecure', 'accept any certificate')
    .option('--tenant <id>', 'tenant of Mimir or Cortex (X-Scope-OrgID)')
    .addOption(new Option('--timeout <duration>', 'time-out of a query').argParser(timeout).default(30, '30s'))
    .addOption(new Option('--max-queries <n>', 'queries that are sent at most').argParser(wholeNumber).default(200))
    .addOption(environmentOption())
    .addOption(rolloutOption())
    .addOption(formatOption(FORMATS))
    .addOption(
      new Option('-o, --output <file>', 'write the traffic profile to a file; the report goes to standard output'),
    )
    .addHelpText(
      'after',
      `
Measures the traffic of the stable version by the queries of the rollout's own analyses: requests over the day, failures,
latency, pods and their start, scrapes. And compares these queries with reality: do their selectors match series, and how often
would the stable version have been stopped? Prometheus is queried only; credentials are neither shown nor written.

Exit codes: 0 measured, 1 a selector matches nothing, there were false alarms, or a query got no answer, so that something
is not known, 2 usage or unreachable.

  cdk8s-canary calibrate deploy/ --prometheus http://localhost:9090 -o traffic.yaml
  cdk8s-canary calibrate deploy/ --prometheus https://mimir.example.com/prometheus --tenant shop --bearer-token-file token`,
    );
  run((paths, flags) => calibrateCommand(paths, flags, io));
}

const repeated = (one: string, before: readonly string[] = []): string[] => [...before, one];

function selector(text: string): string {
  if (!isSelector(text))
    throw new InvalidArgumentError('Give a counter of sessions, such as \'logins_total{app="shop"}\'.');
  return text;
}

/** Seconds. Prometheus refuses what does not fit its numbers, and no history is longer. */
const LONGEST = 10 * 365 * 86_400;

/** Also days and weeks, which Prometheus has and Go does not. */
function days(text: string): number {
  const seconds = readPromqlDuration(text) ?? duration(text);
  if (!(seconds > 0)) throw new InvalidArgumentError('Give a duration such as 7d, 12h or 30m.');
  if (seconds > LONGEST) throw new InvalidArgumentError('Give at most 10y.');
  return seconds;
}

/** Seconds. No server computes longer at a query, and timers end at some weeks. */
const LONGEST_TIMEOUT = 86_400;

function timeout(text: string): number {
  const seconds = duration(text);
  if (!(seconds > 0 && seconds <= LONGEST_TIMEOUT))
    throw new InvalidArgumentError('Give a duration above 0 of at most 24h, such as 30s.');
  return seconds;
}

async function calibrateCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const connection = connectionOf(flags, io.env, io.cwd);
  const { graph, updates } = await readUpdates(paths, flags, io);
  const found: Calibration[] = [];
  if (flags.output !== undefined && updates.length > 1) {
    const names = updates.map(({ resource }) => resource.fullName).join(', ');
    throw new InputError(`a profile describes one rollout; choose one with --rollout: ${names}`);
  }
  let unread = 0;
  for (const planned of counted(updates, 'measuring rollout', io)) {
    for (const problem of planned.problems) errLine(problem, io);
    const { model } = planned;
    if (model === undefined || !isRollout(planned)) {
      unread++;
      if (model !== undefined) errLine(`${model.name} is a Flagger Canary; calibrate reads Rollouts only`, io);
      continue;
    }
    const client = new PrometheusClient(connection, flags.maxQueries);
    const { namespace, range, step, stableHash, sessions } = flags;
    try {
      found.push(await calibrate(client, { graph, planned, model, namespace, range, step, stableHash, sessions }));
    } catch (error) {
      // The report of the rollouts that were measured before is kept.
      if (found.length > 0) writeAll(found, flags, io);
      throw error;
    }
  }
  if (found.length > 0) writeAll(found, flags, io);
  return unread > 0 || found.some(isAlarming) ? 1 : 0;
}

const isRollout = (planned: object): planned is PlannedRollout => 'rollout' in planned;

function writeAll(found: readonly Calibration[], flags: Flags, io: Io): void {
  const { output, format } = flags;
  if (output === '-') {
    io.out(profileText(found[0]));
    io.err(formatted(found, format, io));
    return;
  }
  if (output !== undefined) writeFile(output, profileText(found[0]), io);
  write(formatted(found, format, io), { format }, io);
  if (output === undefined && format !== 'json')
    for (const one of found)
      write(`\n${format === 'markdown' ? fenced(profileText(one)) : profileText(one)}`, { format }, io);
}

const fenced = (yaml: string): string => `${markdownFence(yaml.trimEnd(), 'yaml').join('\n')}\n`;

function formatted(found: readonly Calibration[], format: Flags['format'], io: Io): string {
  switch (format) {
    case 'text':
      return found.map((one) => calibrationText(one, emphasisOf({}, io))).join('\n');
    case 'markdown':
      return found.map(calibrationMarkdown).join('\n');
    case 'json':
      return jsonText(found.map((one) => ({ ...one, profile: profileOf(one) })));
  }
}
