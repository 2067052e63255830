import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { InputError } from '../formats/input-error';
import { logLines } from '../formats/encode/terminal';
import type { Synthesis, SynthesisOptions } from '../synth/synthesize';
import type { Shard } from '../formats/shard';
import type { Io } from './io';
import { addFolderOption, addPaths, folderOf, formatOption, shardOption, wholeNumber } from './options';
import { jsonText, plural } from './output';
import { VERSION_FLAGS, type VersionFlags, versionOptions } from './version-options';
import { addWatchOption, runWatched, type WatchFlags } from './watch';

interface SynthFlags extends VersionFlags, WatchFlags {
  readonly output?: string;
  readonly out?: string;
  readonly format: 'text' | 'json';
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

/** Renders canary files to manifests. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: SynthFlags) => Promise<number>) => void,
): void {
  addWatchOption(addPaths(command, 'canary files, and folders to search for them'));
  versionOptions(command, ', which must accept what is rendered');
  addFolderOption(command, 'folder to write manifests to; - for standard output')
    .addOption(formatOption(['text', 'json']))
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
    .option('--keep-going', 'write the valid apps even if others are not; nothing is deleted then')
    .option('--prune', 'delete files that are no longer made, even many of them or all of an environment')
    .option('--no-prune', 'keep files that are no longer made')
    .option('--shard <i/n>', 'render part i of n, such as 3/8: by a hash of the names of the apps', shardOption)
    .option('--no-cache', 'render every app, changed or not')
    .option('-j, --jobs <n>', 'number of cores to use (default: all, if that is faster)', wholeNumber)
    .addHelpText(
      'after',
      `
Files that synth wrote and no longer makes are deleted if nobody changed them. Deleting more than 20 % of the files, or all
of an environment, needs --prune. A run over some of the canary files deletes only their files.

Exit codes: 0 written or up to date, 1 a canary file is not valid or the folder is not up to date, 2 usage, or a file is in the way.

  cdk8s-canary synth apps/ -o rendered/ --env staging production
  cdk8s-canary synth apps/ -o rendered/ --check
  cdk8s-canary synth checkout.canary.yaml -o - | kubectl diff -f -`,
    );
  run((paths, flags) => runWatched(flags, { paths, output: folderOf(flags) }, io, () => synth(paths, flags, io)));
}

async function synth(paths: string[], flags: SynthFlags, io: Io): Promise<number> {
  const out = folderOf(flags);
  if (out === undefined) throw new InputError('give the folder to write manifests to: --output rendered');
  const stated = VERSION_FLAGS.some((flag) => flags[flag] !== undefined);
  // Wrong releases are reported before anything is written.
  const versions = stated || flags.lint ? await (await import('./versions')).statedVersions(flags, io) : undefined;
  const { synthesize } = await import('../synth/synthesize');
  const toOutput = out === '-';
  const dryRun = flags.check || flags.diff || flags.dryRun || toOutput;
  const options: SynthesisOptions = {
    paths: paths.map((path) => resolve(io.cwd, path)),
    // A folder that does not exist, so that everything is a change.
    out: toOutput ? resolve(io.cwd, '.cdk8s-canary-output') : resolve(io.cwd, out),
    environments: flags.env?.flatMap((names) => names.split(',')),
    layout: flags.layout,
    dryRun,
    keepGoing: flags.keepGoing,
    prune: flags.prune,
    shard: flags.shard,
    cache: flags.cache,
    jobs: flags.jobs,
    // Only a terminal shows a line that is overwritten.
    onProgress: io.progress ? progress(io.err, Date.now) : undefined,
  };
  if (stated) {
    const { refusedOn } = await import('./stated-releases');
    const { refused, problems } = await refusedOn(versions!, options);
    if (refused.length > 0) {
      for (const line of [...problems, ...refused]) io.err(`${line}\n`);
      const others = problems.length > 0 ? `${plural(problems.length, 'problem')}, and ` : '';
      io.err(`${others}${plural(refused.length, 'problem')} on the stated releases; nothing was written\n`);
      return 1;
    }
  }
  const result = await synthesize(options);
  if (result.cutOff) {
    const state = dryRun ? 'the next synth completes it' : 'this run completed it';
    io.err(`${out}: an earlier run was interrupted; ${state}\n`);
  }
  for (const note of result.notes) io.err(`${note}\n`);
  for (const problem of result.problems) io.err(`${problem}\n`);
  if (result.problems.length > 0) {
    const found = plural(result.problems.length, 'problem');
    io.err(flags.keepGoing ? `${found}; the other canary files were rendered\n` : `${found}; nothing was written\n`);
    if (!flags.keepGoing) return 1;
  }
  if (toOutput) {
    const manifests = result.changes.map(({ after }) => after).join('---\n');
    io.out(flags.format === 'json' ? jsonText(await objectsOf(manifests)) : manifests);
    return result.problems.length > 0 ? 1 : 0;
  }
  if (flags.format === 'json') {
    io.out(jsonText({ ...(versions ? { versions } : {}), ...(await jsonResult(result, out)) }));
    const isStale = flags.check && (result.changes.length > 0 || result.cutOff);
    const isWrong = flags.lint && !dryRun && !(await isClean(options.out, flags, { ...io, out: io.err }));
    return result.problems.length > 0 || isStale || isWrong ? 1 : 0;
  }
  if (flags.dryRun && !flags.check && !flags.diff) {
    io.out(logLines(dryRunList(result, out)));
    return result.problems.length > 0 ? 1 : 0;
  }
  if (dryRun) return await report(result, out, flags, io);
  const madeFor = versions ? `, ${(await import('./versions')).versionsHeader(versions)}` : '';
  io.out(logLines(`${summary(result, out)}${madeFor}\n`));
  const clean = !flags.lint || (await isClean(options.out, flags, io));
  return result.problems.length > 0 || !clean ? 1 : 0;
}

/** The objects of some YAML. */
async function objectsOf(text: string): Promise<unknown[]> {
  const { readDocuments } = await import('../formats/yaml');
  return readDocuments(text).map(({ value }) => value);
}

/** What a run did or, where it wrote nothing, would do. */
async function jsonResult(
  { apps, files, rendered, written, deleted, changes, notes, problems }: Synthesis,
  out: string,
) {
  const { impactOf } = await import('../synth/impact');
  const changed = (isDeleted: boolean): string[] =>
    changes.filter(({ after }) => (after === undefined) === isDeleted).map(({ path }) => path);
  return {
    folder: out,
    apps,
    files,
    rendered,
    written,
    deleted,
    wouldWrite: changed(false),
    wouldDelete: changed(true),
    impact: impactOf(changes),
    notes,
    problems,
  };
}

/** Whether the rules find no error in a folder. The findings are shown. */
async function isClean(out: string, flags: SynthFlags, io: Io): Promise<boolean> {
  const { lintManifests } = await import('./lint-manifests');
  const { statedVersions } = await import('./versions');
  const versions = await statedVersions(flags, io);
  return (await lintManifests({ paths: [out], failOn: 'error', options: { versions } }, io)) === 0;
}

async function report(result: Synthesis, out: string, flags: SynthFlags, io: Io): Promise<number> {
  const { changes } = result;
  const { createTwoFilesPatch } = await import('diff');
  for (const { path, before, after } of changes) {
    const from = before === undefined ? '/dev/null' : path;
    const to = after === undefined ? '/dev/null' : path;
    io.out(logLines(createTwoFilesPatch(from, to, before ?? '', after ?? '', '', '', { context: 3 })));
  }
  if (changes.length === 0 && !result.cutOff) io.out(`${out} is up to date: ${plural(result.files, 'file')}\n`);
  if (flags.diff && changes.length > 0) {
    const { impactOf } = await import('../synth/impact');
    const found = impactOf(changes);
    if (found.length > 0) io.out(`\nWhat this means:\n${found.map((one) => `  ${one}\n`).join('')}`);
  }
  const isStale = changes.length > 0 || result.cutOff;
  if (flags.check && isStale) {
    io.err(`${out} is not up to date: ${changes.length} of its files would change; run synth without --check\n`);
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
  return `${out}: ${plural(files, 'file')} of ${plural(apps, 'app')}: ${parts.join(', ')} (${rendered} rendered)`;
}

/** A line that counts up once the run takes longer than a second. */
export function progress(write: (text: string) => void, now: () => number): (done: number, of: number) => void {
  const begun = now();
  return (done, of) => {
    if ((done % 50 !== 0 && done !== of) || now() - begun < 1000) return;
    write(done === of ? '\r\u001b[K' : `\rrendered ${done} of ${of}`);
  };
}
