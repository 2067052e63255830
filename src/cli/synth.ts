import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Change, Synthesis, SynthesisOptions } from '../synth/synthesize';
import type { Shard } from '../formats/shard';
import type { Io } from './io';
import { SHARD_FLAG, shardOption } from './shard-option';

interface SynthFlags {
  readonly out: string;
  readonly env?: string[];
  readonly layout: 'app' | 'resource' | 'folder';
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly lint?: boolean;
  readonly keepGoing?: boolean;
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly shard?: Shard;
  readonly cache: boolean;
  readonly jobs?: number;
}

/** Renders spec files to manifests. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: SynthFlags) => Promise<number>) => void,
): void {
  command
    .argument('[paths...]', 'folders to search for specs, and spec files', ['.'])
    .requiredOption('-o, --out <dir>', 'the folder to write manifests to; - for standard output')
    .option('-e, --env <names...>', 'environments to render, each with its overlays and into a folder of its own')
    .addOption(
      new Option('--layout <layout>', 'what each file holds: an app, a resource, or the apps of a folder')
        .choices(['app', 'resource', 'folder'])
        .default('app'),
    )
    .option('--check', 'write nothing; exit 1 with the differences if the folder is not up to date')
    .option('--diff', 'write nothing; show what would change, and its effect on a rollout in progress')
    .option('--dry-run', 'write nothing; list the files that would be written and deleted')
    .option('--lint', 'lint the folder afterwards; exit 1 if it has an error')
    .option('--keep-going', 'write the valid specs even if others are not; nothing is deleted then')
    .option('--prune', 'delete files that are no longer made, even many of them or all of an environment')
    .option('--no-prune', 'keep files that are no longer made')
    .option(SHARD_FLAG, 'render part i of n, such as 3/8: by a hash of the names of the apps', shardOption)
    .option('--no-cache', 'render every spec, changed or not')
    .option('-j, --jobs <n>', 'number of cores to use (default: all, if that is faster)', wholeNumber)
    .addHelpText(
      'after',
      `
Files that synth wrote and no longer makes are deleted if nobody changed them. Deleting more than 20 % of the files, or all
of an environment, needs --prune. A run over some of the specs deletes only files of these specs.

Exit codes: 0 written or up to date, 1 a spec is wrong or the folder is not up to date, 2 usage, or a file is in the way.

  cdk8s-canary synth apps/ --out rendered/ --env staging production
  cdk8s-canary synth apps/ --out rendered/ --check
  cdk8s-canary synth checkout.canary.yaml --out - | kubectl diff -f -`,
    );
  run((paths, flags) => synth(paths, flags, io));
}

async function synth(paths: string[], flags: SynthFlags, io: Io): Promise<number> {
  const { synthesize } = await import('../synth/synthesize');
  const toOutput = flags.out === '-';
  const dryRun = flags.check || flags.diff || flags.dryRun || toOutput;
  const options: SynthesisOptions = {
    paths: paths.map((path) => resolve(io.cwd, path)),
    // Nothing is there, so that everything is new.
    out: toOutput ? resolve(io.cwd, '.cdk8s-canary-output') : resolve(io.cwd, flags.out),
    environments: flags.env?.flatMap((names) => names.split(',')),
    layout: flags.layout,
    dryRun,
    keepGoing: flags.keepGoing,
    prune: flags.prune,
    shard: flags.shard,
    cache: flags.cache,
    jobs: flags.jobs,
    // Only a person who watches can see a line that is written over.
    onProgress: io.progress ? progress(io.err, Date.now) : undefined,
  };
  const result = await synthesize(options);
  if (result.cutOff) {
    const state = dryRun ? 'the next synth completes it' : 'this run completed it';
    io.err(`${flags.out}: an earlier run was interrupted; ${state}\n`);
  }
  for (const note of result.notes) io.err(`${note}\n`);
  for (const problem of result.problems) io.err(`${problem}\n`);
  if (result.problems.length > 0) {
    const found = count(result.problems.length, 'problem');
    io.err(flags.keepGoing ? `${found}; the other specs were rendered\n` : `${found}; nothing was written\n`);
    if (!flags.keepGoing) return 1;
  }
  if (toOutput) {
    io.out(result.changes.map(({ after }) => after).join('---\n'));
    return result.problems.length > 0 ? 1 : 0;
  }
  if (flags.dryRun && !flags.check && !flags.diff) {
    io.out(dryRunList(result, flags.out));
    return result.problems.length > 0 ? 1 : 0;
  }
  if (dryRun) return await report(result.changes, flags, result, io);
  io.out(`${summary(result, flags.out)}\n`);
  const clean = !flags.lint || (await isClean(options.out, io));
  return result.problems.length > 0 || !clean ? 1 : 0;
}

/** Whether the rules find no error in what is in a folder. What they find is shown. */
async function isClean(out: string, io: Io): Promise<boolean> {
  const { configure: configureLint } = await import('./lint');
  const command = new Command('lint');
  let code = 0;
  configureLint(command, io, (action) => {
    command.action(async (...given: Parameters<typeof action>) => {
      code = await action(...given);
    });
  });
  await command.parseAsync([out, '--fail-on', 'error'], { from: 'user' });
  return code === 0;
}

async function report(changes: readonly Change[], flags: SynthFlags, result: Synthesis, io: Io): Promise<number> {
  const { createTwoFilesPatch } = await import('diff');
  for (const { path, before, after } of changes) {
    const from = before === undefined ? '/dev/null' : path;
    const to = after === undefined ? '/dev/null' : path;
    io.out(createTwoFilesPatch(from, to, before ?? '', after ?? '', '', '', { context: 3 }));
  }
  if (changes.length === 0 && !result.cutOff) io.out(`${flags.out} is up to date: ${count(result.files, 'file')}\n`);
  if (flags.diff && changes.length > 0) {
    const { impactOf } = await import('../synth/impact');
    const found = impactOf(changes);
    if (found.length > 0) io.out(`\nWhat this means:\n${found.map((one) => `  ${one}\n`).join('')}`);
  }
  const isStale = changes.length > 0 || result.cutOff;
  if (flags.check && isStale) {
    io.err(`${flags.out} is not up to date: ${changes.length} of its files would change; run synth without --check\n`);
  }
  return result.problems.length > 0 || (flags.check && isStale) ? 1 : 0;
}

/** What a run would do to the files of the folder. */
function dryRunList({ changes, files }: Synthesis, out: string): string {
  const deleted = changes.filter(({ after }) => after === undefined);
  const lines = changes.map(({ path, after }) => `would ${after === undefined ? 'delete' : 'write'} ${path}\n`);
  const made = changes.length - deleted.length;
  const total = `${out}: ${made} to write, ${deleted.length} to delete, ${files - made} unchanged\n`;
  return [...lines, total].join('');
}

function summary({ files, written, deleted, apps, rendered }: Synthesis, out: string): string {
  const parts = [`${written.length} written`];
  if (deleted.length > 0) parts.push(`${deleted.length} removed`);
  parts.push(`${files - written.length} unchanged`);
  return `${out}: ${count(files, 'file')} of ${count(apps, 'app')}: ${parts.join(', ')} (${rendered} rendered)`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** A line that counts up, from the moment at which there is something to wait for. */
export function progress(write: (text: string) => void, now: () => number): (done: number, of: number) => void {
  const begun = now();
  return (done, of) => {
    if ((done % 50 !== 0 && done !== of) || now() - begun < 1000) return;
    write(done === of ? '\r\u001b[K' : `\rrendered ${done} of ${of}`);
  };
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Give a whole number of 1 or more.');
  return Number(text);
}
