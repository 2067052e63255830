import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Adoption, Adoptions } from '../adopt/result';
import { oneLine } from '../formats/encode/terminal';
import { asInputError, InputError } from '../formats/input-error';
import { writeWholeFile } from '../formats/write-file';
import type { Io } from './io';
import { addFolderOption, addInputs, folderOf, formatOption } from './options';
import { eachOn, errLine, jsonText, plural } from './output';
import { readTexts } from './read-inputs';

interface Flags {
  readonly format: 'yaml' | 'json';
  readonly output?: string;
  readonly out?: string;
  readonly prometheus?: string;
  readonly acceptChanges?: true | 'behaviour';
  readonly verbose?: boolean;
}

/** Writes the canary files that reproduce existing manifests. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addInputs(command)
    .addOption(formatOption(['yaml', 'json']))
    .option('--prometheus <url>', 'address of Prometheus, if the manifests do not state it')
    .addOption(
      new Option(
        '--accept-changes [which]',
        'also write canary files whose manifests differ; with =behaviour also if the rollout behaves differently',
      ).choices(['behaviour']),
    )
    .option('--verbose', 'list every difference, and every object that is carried over unchanged as an extra manifest');
  addFolderOption(command, 'folder to write canary files to, as <name>.canary.yaml (default: standard output)');
  command.addHelpText(
    'after',
    `
Each canary file is synthesized and compared with the manifests, object by object and field by field. Only one that
renders the same is written, unless --accept-changes allows more.

Exit codes: 0 all is equal, 1 something differs or cannot be adopted, 2 usage, or a file is in the way.

  cdk8s-canary adopt deploy/ -o apps/shop
  helm template checkout charts/checkout | cdk8s-canary adopt -`,
  );
  run((paths, flags) => adoptCommand(paths, flags, io));
}

async function adoptCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const folder = folderOf(flags);
  const { texts, unreadable } = await readTexts(paths, io);
  for (const { name, message } of unreadable) errLine(`${name}: ${message}`, io);
  if (unreadable.length > 0) throw new InputError(`${plural(unreadable.length, 'file')} cannot be read`);
  const { adoptAll } = await import('../adopt/adopt');
  const { prometheus } = flags;
  const result = adoptAll(texts, { prometheus, each: eachOn(io) });
  const isToFiles = flags.format !== 'json' && folder !== undefined && folder !== '-';
  const clashes = isToFiles ? ofOneName(result.adopted) : new Map<Adoption, string>();
  const accepted = result.adopted.filter(
    (adoption) => isAccepted(adoption, flags.acceptChanges) && !clashes.has(adoption),
  );
  if (flags.format === 'json') {
    if (folder !== undefined) throw new InputError('--format json goes to standard output; leave out --output');
    const { readDocument } = await import('../formats/yaml');
    io.out(jsonText(accepted.map(({ name, text, notes }) => ({ name, spec: readDocument(text).value, notes }))));
  } else if (folder === undefined || folder === '-') io.out(accepted.map(({ text }) => text).join('---\n'));
  else write(resolve(io.cwd, folder), folder, accepted);
  io.err(summary(result, flags, clashes));
  const isComplete = result.refused.length === 0 && result.left.length === 0 && clashes.size === 0;
  const isEqual = isComplete && result.adopted.every(({ notes }) => notes.length === 0);
  return isEqual ? 0 : 1;
}

function isAccepted({ notes, dangerous }: Adoption, accept: Flags['acceptChanges']): boolean {
  if (dangerous.length > 0) return accept === 'behaviour';
  return notes.length === 0 || accept !== undefined;
}

const fileOf = ({ name }: Adoption) => `${name.replace(/[^a-z0-9.-]/gi, '_')}.canary.yaml`;

/** Apps of one name, which would be written to one file, and why they are not. */
function ofOneName(adoptions: readonly Adoption[]): ReadonlyMap<Adoption, string> {
  const files = new Map<string, Adoption[]>();
  for (const adoption of adoptions) files.set(fileOf(adoption), [...(files.get(fileOf(adoption)) ?? []), adoption]);
  const clashes = new Map<Adoption, string>();
  for (const [file, apps] of files) {
    const places = apps.map(({ namespace }) => namespace ?? 'no namespace').join(' and ');
    const reason = `not written: apps of one name (in ${places}) would share the file ${file}; adopt each namespace into a folder of its own`;
    for (const app of apps.length > 1 ? apps : []) clashes.set(app, reason);
  }
  return clashes;
}

/** Writes all files or none, and never overwrites a file. */
function write(folder: string, shown: string, adoptions: readonly Adoption[]): void {
  const files = new Map(adoptions.map((adoption) => [fileOf(adoption), adoption]));
  const there = [...files.keys()].filter((file) => existsSync(join(folder, file)));
  if (there.length > 0) {
    throw new InputError(
      `${there.map((file) => join(shown, file)).join(', ')}: already there; nothing was written: choose another folder, or move it`,
    );
  }
  if (files.size === 0) return;
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, { text }] of files) writeWholeFile(join(folder, file), text, { isNew: true });
  } catch (error) {
    throw asInputError(error);
  }
}

/** One or two lines for each app; all differences only with --verbose. */
function summary(
  { adopted, refused, left, generated }: Adoptions,
  flags: Flags,
  clashes: ReadonlyMap<Adoption, string>,
): string {
  const lines = adopted.flatMap((adoption) => [
    ...outcome(adoption, flags),
    ...(clashes.has(adoption) ? [`  ${clashes.get(adoption)}`] : []),
    ...(flags.verbose ? carried(adoption) : []),
  ]);
  const others = [
    ...refused.map(({ kind, name, reason }) => `${kind} ${name} is not adopted: ${reason}`),
    ...left.map(({ objects, reason }) => `not carried over (${reason}): ${objects.join(', ')}`),
    ...generated.map(({ objects, reason }) => `not carried over (${reason}): ${shortened(objects, flags)}`),
  ];
  return [...lines, ...others].map((line) => `${oneLine(line)}\n`).join('');
}

/** A namespace may have hundreds of events. */
function shortened(objects: readonly string[], { verbose }: Flags): string {
  const shown = verbose ? objects : objects.slice(0, 5);
  const more = objects.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function outcome(adoption: Adoption, { acceptChanges, verbose }: Flags): string[] {
  const { name, dangerous, brought, verbatim, patched, objects } = adoption;
  const what = `${objects} object${objects === 1 ? '' : 's'}`;
  const ways = [
    ...(patched > 0 ? [`${patched} by patches`] : []),
    ...(verbatim.length > 0 ? [`${verbatim.length} word for word`] : []),
  ];
  const found = [
    ...adoption.changes.map((change) => `  ${change}`),
    ...adoption.defects.map((defect) => `  lint finds in the manifests: ${defect}`),
  ];
  // The most important differences come first, because not all may be shown.
  const notes = [...dangerous, ...adoption.notes.filter((note) => !dangerous.includes(note))].map((note) =>
    brought.includes(note) ? `adopting brings, and lint finds: ${note}` : note,
  );
  if (notes.length === 0) {
    // Of a Deployment a Rollout is made; what that changes is said.
    const state = adoption.changes.length > 0 && adoption.kind !== 'Rollout' ? 'nothing is lost' : 'equal';
    return [`${name}: ${state}, ${what}${ways.length > 0 ? ` (${ways.join(', ')})` : ''}`, ...found];
  }
  const isShort = notes.length > 3 && verbose !== true;
  const first = isShort ? [...notes.slice(0, 2), `and ${notes.length - 2} more; see --verbose`] : notes;
  const needed = dangerous.length > 0 ? '--accept-changes=behaviour' : '--accept-changes';
  const state = isAccepted(adoption, acceptChanges) ? 'written' : `not written without ${needed}`;
  const some = dangerous.length < notes.length ? ', some of them' : ',';
  const kind = dangerous.length > 0 ? `${some} in how the rollout behaves` : '';
  const count = `${notes.length} difference${notes.length === 1 ? '' : 's'}`;
  return [`${name}: ${count}${kind}; ${state}`, ...first.map((note) => `  ${note}`), ...found];
}

function carried({ verbatim }: Adoption): string[] {
  return verbatim.length === 0 ? [] : [`  word for word, as extraManifests: ${verbatim.join(', ')}`];
}
