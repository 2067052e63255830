import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Change, Synthesis, SynthesisOptions } from '../synth/synthesize';
import { type Io, UsageError } from './io';

interface SynthFlags {
  readonly out: string;
  readonly env?: string[];
  readonly layout: 'app' | 'resource' | 'folder';
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly lint?: boolean;
  readonly keepGoing?: boolean;
  readonly prune: boolean;
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
    .argument('[paths...]', 'folders in which specs are looked for, and spec files', ['.'])
    .requiredOption('-o, --out <dir>', 'the folder that manifests are written to; - for standard output')
    .option('-e, --env <names...>', 'environments, each with its overlays and in a folder of its own')
    .addOption(new Option('--layout <layout>', 'a file for each').choices(['app', 'resource', 'folder']).default('app'))
    .option('--check', 'write nothing; exit 1 with the differences when the folder is not up to date')
    .option('--diff', 'write nothing; show what would change, and what that means for a rollout under way')
    .option('--lint', 'lint what is in the folder afterwards; exit 1 when there is an error in it')
    .option('--keep-going', 'write the specs that are right although others are not; nothing is removed then')
    .option('--no-prune', 'leave files that are no longer made')
    .option('--no-cache', 'render everything, unchanged or not')
    .option('-j, --jobs <n>', 'how many cores to use (default: all, where that pays)', wholeNumber)
    .addHelpText(
      'after',
      `
Exit codes: 0 written or up to date, 1 a spec is wrong or the folder is not up to date, 2 usage or a file in the way.

  cdk8s-canary synth apps/ --out rendered/ --env staging production
  cdk8s-canary synth apps/ --out rendered/ --check
  cdk8s-canary synth checkout.canary.yaml --out - | kubectl diff -f -`,
    );
  run((paths, flags) => synth(paths, flags, io));
}

async function synth(paths: string[], flags: SynthFlags, io: Io): Promise<number> {
  const { synthesize } = await import('../synth/synthesize.js');
  const toOutput = flags.out === '-';
  const dryRun = flags.check || flags.diff || toOutput;
  const options: SynthesisOptions = {
    paths: paths.map((path) => resolve(io.cwd, path)),
    // Nothing is there, so that everything is new.
    out: toOutput ? resolve(io.cwd, '.cdk8s-canary-output') : resolve(io.cwd, flags.out),
    environments: flags.env?.flatMap((names) => names.split(',')),
    layout: flags.layout,
    dryRun,
    keepGoing: flags.keepGoing,
    prune: flags.prune,
    cache: flags.cache,
    jobs: flags.jobs,
    // Only a person who watches can see a line that is written over.
    onProgress: io.progress ? progress(io.err, Date.now) : undefined,
  };
  const result = await synthesize(options).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  if (result.cutOff) {
    io.err(`${flags.out}: a run was cut off here; ${dryRun ? 'synth finishes it' : 'it has been finished'}\n`);
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
  if (dryRun) return await report(result.changes, flags, result, io);
  io.out(`${summary(result, flags.out)}\n`);
  const clean = !flags.lint || (await isClean(options.out, io));
  return result.problems.length > 0 || !clean ? 1 : 0;
}

/** Whether the rules find no error in what is in a folder. What they find is shown. */
async function isClean(out: string, io: Io): Promise<boolean> {
  const { configure: configureLint } = await import('./lint.js');
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
    const { consequences } = await import('../synth/impact.js');
    const found = consequences(changes);
    if (found.length > 0) io.out(`\nWhat this means:\n${found.map((one) => `  ${one}\n`).join('')}`);
  }
  const isStale = changes.length > 0 || result.cutOff;
  if (flags.check && isStale) {
    io.err(`${flags.out} is not up to date: ${changes.length} of its files would change; run synth without --check\n`);
  }
  return result.problems.length > 0 || (flags.check && isStale) ? 1 : 0;
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
