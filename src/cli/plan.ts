import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createColors } from 'picocolors';
import { readGoDuration } from '../formats/go-duration';
import {
  comparisonMarkdown,
  comparisonPage,
  comparisonText,
  type Emphasis,
  pictureOf,
  type Plan,
  planMarkdown,
  planPage,
  planRollout,
  planText,
} from '../plan';
import { type PlannedUpdate } from '../controller';
import type { Shard } from '../formats/shard';
import { SHARD_FLAG, shardOption } from './shard-option';
import { type Io, UsageError } from './io';
import { readUpdates } from './read-updates';

const FORMATS = ['text', 'markdown', 'svg', 'html', 'json'] as const;

interface Flags {
  readonly format: (typeof FORMATS)[number];
  readonly output?: string;
  readonly shard?: Shard;
  readonly rollout?: string;
  readonly podStart: number;
  readonly compare?: boolean;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  command
    .argument(
      '[paths...]',
      'files, folders, globs, or - for standard input; with --compare: the old ones, then the new',
    )
    .addOption(new Option('-f, --format <format>', 'how the plan is written').choices(FORMATS).default('text'))
    .option('-o, --output <file>', 'write to a file instead of the terminal')
    .option('--rollout <name>', 'only this rollout: name or namespace/name')
    .option(SHARD_FLAG, 'only part i of n of the rollouts, such as 3/8: by a hash of their names', shardOption)
    .addOption(
      new Option('--pod-start <duration>', 'how long a pod takes until it can serve')
        .argParser(duration)
        .default(30, '30s'),
    )
    .option('--compare', 'show how the plan changes from the first path to the second')
    .addHelpText(
      'after',
      `
Exit codes: 0 planned, 1 a rollout cannot be planned or never ends, 2 usage or input that cannot be read.

  cdk8s-canary plan deploy/
  cdk8s-canary plan deploy/ --format html -o plan.html
  cdk8s-canary plan --compare main/deploy deploy --format markdown`,
    );
  run((paths, flags) => planCommand(paths, flags, io));
}

/** A duration as Go writes it, in seconds. */
export function duration(text: string): number {
  const seconds = readGoDuration(text) ?? (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);
  if (seconds === undefined || seconds < 0) throw new InvalidArgumentError('Give a duration such as 30s, 5m or 1h30m.');
  return seconds;
}

export function emphasisOf({ colour }: Io): Emphasis {
  const { bold, dim, green, red } = createColors(colour);
  return { strong: bold, soft: dim, good: green, bad: red };
}

async function planCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  if (flags.compare) return compareCommand(paths, flags, io);
  const { updates: found } = await readUpdates(paths, flags.rollout, io, flags.shard);
  const plans = plansOf(found, flags, io);
  if (plans.length > 0) write(formatted(plans, flags, io), flags, io);
  return plans.length === found.length && plans.every(({ ending }) => ending === 'promoted') ? 0 : 1;
}

function plansOf(found: readonly PlannedUpdate[], { podStart }: Flags, io: Io): Plan[] {
  return found.flatMap(({ model, problems, notes }) => {
    for (const problem of problems) io.err(`${problem}\n`);
    return model === undefined ? [] : [planRollout(model, { podStart }, notes)];
  });
}

function formatted(plans: readonly Plan[], { format }: Flags, io: Io): string {
  switch (format) {
    case 'text':
      return plans.map((plan) => planText(plan, emphasisOf(io))).join('\n');
    case 'markdown':
      return plans.map((plan) => planMarkdown(plan)).join('\n');
    case 'html':
      return planPage(plans);
    case 'json':
      return `${JSON.stringify(plans.length === 1 ? plans[0] : plans, null, 2)}\n`;
    case 'svg':
      if (plans.length > 1) throw new UsageError('an SVG shows one rollout; choose one with --rollout');
      return pictureOf(plans[0]);
  }
}

async function compareCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  if (paths.length !== 2)
    throw new UsageError(`--compare needs two paths, the old manifests and the new; ${paths.length} given`);
  const [before, after] = [
    await readUpdates([paths[0]], flags.rollout, io),
    await readUpdates([paths[1]], flags.rollout, io),
  ];
  const plans = [plansOf(before.updates, flags, io), plansOf(after.updates, flags, io)];
  const pairs = plans[1].flatMap((now) => {
    const old = plans[0].find(
      ({ rollout }) => rollout.name === now.rollout.name && rollout.namespace === now.rollout.namespace,
    );
    if (old === undefined) io.err(`${now.rollout.name} is new: there is nothing to compare it with\n`);
    return old === undefined ? [] : [[old, now] as const];
  });
  if (pairs.length === 0) throw new UsageError(`no Rollout is in both ${paths[0]} and ${paths[1]}`);
  if (flags.format === 'html' && pairs.length > 1)
    throw new UsageError('a page compares one rollout; choose one with --rollout');
  const texts = pairs.map(([old, now]) => {
    if (flags.format === 'html') return comparisonPage(old, now);
    if (flags.format === 'markdown') return comparisonMarkdown(old, now);
    if (flags.format === 'text') return comparisonText(old, now);
    throw new UsageError(`--compare is written as text, markdown or html, not as ${flags.format}`);
  });
  write(texts.join('\n'), flags, io);
  return 0;
}

/** To the file that was asked for, or to the terminal. */
export function write(text: string, { output }: { readonly output?: string }, io: Io): void {
  if (output === undefined) {
    io.out(text);
    return;
  }
  try {
    writeFileSync(resolve(io.cwd, output), text);
  } catch (error) {
    throw new UsageError(`cannot write ${output}: ${(error as Error).message}`);
  }
}
