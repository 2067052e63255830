import { Command, InvalidArgumentError, Option } from 'commander';
import type { Change, Synthesis } from '../spec/synth/synthesize';

interface SynthFlags {
  readonly out: string;
  readonly env?: string[];
  readonly layout: 'app' | 'resource' | 'folder';
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly keepGoing?: boolean;
  readonly prune: boolean;
  readonly cache: boolean;
  readonly jobs?: number;
}

/** Renders spec files to manifests. */
export function registerSynth(program: Command): Command {
  return program
    .command('synth')
    .description('render canary.yaml files to the manifests that a GitOps repository keeps')
    .argument('[paths...]', 'folders in which specs are looked for, and spec files', ['.'])
    .requiredOption('-o, --out <dir>', 'the folder that manifests are written to')
    .option('-e, --env <names...>', 'environments, each with its overlays and in a folder of its own')
    .addOption(new Option('--layout <layout>', 'a file for each').choices(['app', 'resource', 'folder']).default('app'))
    .option('--check', 'write nothing; exit 1 with the differences when the folder is not up to date')
    .option('--diff', 'write nothing; show what would change, and what that means for a rollout under way')
    .option('--keep-going', 'write the specs that are right although others are not; nothing is removed then')
    .option('--no-prune', 'leave files that are no longer made')
    .option('--no-cache', 'render everything, unchanged or not')
    .option('-j, --jobs <n>', 'how many cores to use (default: all, where that pays)', wholeNumber)
    .action(async (paths: string[], flags: SynthFlags) => {
      process.exitCode = await synth(paths, flags);
    });
}

async function synth(paths: string[], flags: SynthFlags): Promise<number> {
  const { synthesize } = await import('../spec/synth/synthesize.js');
  const dryRun = flags.check || flags.diff;
  const result = await synthesize({
    paths,
    out: flags.out,
    environments: flags.env?.flatMap((names) => names.split(',')),
    layout: flags.layout,
    dryRun,
    keepGoing: flags.keepGoing,
    prune: flags.prune,
    cache: flags.cache,
    jobs: flags.jobs,
    onProgress: progress(),
  });
  if (result.recovered) console.error(`${flags.out}: finished a run that had been cut off`);
  for (const problem of result.problems) console.error(problem);
  if (result.problems.length > 0) {
    const count = `${result.problems.length} ${result.problems.length === 1 ? 'problem' : 'problems'}`;
    console.error(flags.keepGoing ? `${count}; the other specs were rendered` : `${count}; nothing was written`);
    if (!flags.keepGoing) return 1;
  }
  if (dryRun) return await report(result.changes, flags, result);
  process.stdout.write(`${summary(result, flags.out)}\n`);
  return result.problems.length > 0 ? 1 : 0;
}

async function report(changes: readonly Change[], flags: SynthFlags, result: Synthesis): Promise<number> {
  const { createTwoFilesPatch } = await import('diff');
  for (const { path, before, after } of changes) {
    const from = before === undefined ? '/dev/null' : path;
    const to = after === undefined ? '/dev/null' : path;
    process.stdout.write(createTwoFilesPatch(from, to, before ?? '', after ?? '', '', '', { context: 3 }));
  }
  if (changes.length === 0) process.stdout.write(`${flags.out} is up to date: ${result.files} files\n`);
  if (flags.diff && changes.length > 0) {
    const { consequences } = await import('../spec/synth/consequences.js');
    const found = consequences(changes);
    if (found.length > 0) process.stdout.write(`\nWhat this means:\n${found.map((one) => `  ${one}\n`).join('')}`);
  }
  if (flags.check && changes.length > 0) {
    console.error(
      `${flags.out} is not up to date: ${changes.length} of its files would change; run synth without --check`,
    );
  }
  return result.problems.length > 0 || (flags.check && changes.length > 0) ? 1 : 0;
}

function summary({ files, written, deleted, apps, rendered }: Synthesis, out: string): string {
  const parts = [`${written.length} written`];
  if (deleted.length > 0) parts.push(`${deleted.length} removed`);
  parts.push(`${files - written.length} unchanged`);
  return `${out}: ${files} files of ${apps} apps: ${parts.join(', ')} (${rendered} apps rendered)`;
}

/** A line that counts up, where a person is watching and there is something to wait for. */
function progress(): ((done: number, of: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  const begun = Date.now();
  return (done, of) => {
    if (Date.now() - begun < 1000 || (done % 50 !== 0 && done !== of)) return;
    process.stderr.write(done === of ? '\r\x1b[K' : `\rrendered ${done} of ${of}`);
  };
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Give a whole number of 1 or more.');
  return Number(text);
}
