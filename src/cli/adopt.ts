import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Adoption, Adoptions } from '../adopt/result';
import { type Io, UsageError, readStdin } from './io';

interface AdoptFlags {
  readonly out?: string;
  readonly prometheus?: string;
  readonly acceptChanges?: true | 'behaviour';
  readonly verbose?: boolean;
}

/** Writes the specs that reproduce existing manifests. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: AdoptFlags) => Promise<number>) => void,
): void {
  command
    .argument('[paths...]', 'files and folders of manifests; - for standard input', ['.'])
    .option('-o, --out <dir>', 'the folder to write specs to, as <name>.canary.yaml (default: standard output)')
    .option('--prometheus <url>', 'the address of Prometheus, where the manifests do not state it')
    .addOption(
      new Option(
        '--accept-changes [which]',
        'also write specs whose manifests differ; with =behaviour also if the rollout behaves otherwise',
      ).choices(['behaviour']),
    )
    .option('--verbose', 'list every difference, and every object that is carried word for word')
    .addHelpText(
      'after',
      `
Each spec is synthesized and compared with the manifests, object by object and field by field. Only a spec that renders
the same is written, unless --accept-changes allows more.

Exit codes: 0 all is equal, 1 something differs or cannot be adopted, 2 usage, or a file is in the way.

  cdk8s-canary adopt manifests/ --out specs/`,
    );
  run((paths, flags) => adoptCommand(paths, flags, io));
}

async function adoptCommand(paths: string[], flags: AdoptFlags, io: Io): Promise<number> {
  const { adoptAll } = await import('../adopt/adopt');
  const { prometheus, verbose = false } = flags;
  const result = adoptAll(await read(paths, io), { prometheus });
  const accepted = result.adopted.filter((adoption) => isAccepted(adoption, flags.acceptChanges));
  if (flags.out === undefined) io.out(accepted.map(({ text }) => text).join('---\n'));
  else write(resolve(io.cwd, flags.out), flags.out, accepted);
  io.err(summary(result, flags, verbose));
  const isEqual = result.refused.length === 0 && result.adopted.every(({ notes }) => notes.length === 0);
  return isEqual ? 0 : 1;
}

async function read(paths: readonly string[], io: Io): Promise<{ name: string; text: string }[]> {
  const { findManifestFiles, readManifestFile } = await import('../graph');
  const { files, unreadable, skipped } = findManifestFiles(
    paths.filter((path) => path !== '-'),
    io.cwd,
  );
  const { reportSkipped } = await import('./read-manifests');
  reportSkipped(skipped, io);
  const [wrong] = unreadable;
  if (wrong !== undefined) throw new UsageError(`${wrong.name}: ${wrong.message}`);
  const texts = files.map((file) => readManifestFile(file, io.cwd));
  return paths.includes('-') ? [...texts, { name: 'standard input', text: await readStdin(io) }] : texts;
}

function isAccepted({ notes, dangerous }: Adoption, accept: AdoptFlags['acceptChanges']): boolean {
  if (dangerous.length > 0) return accept === 'behaviour';
  return notes.length === 0 || accept !== undefined;
}

/** All files, or none: never over a spec that somebody wrote. */
function write(folder: string, shown: string, adoptions: readonly Adoption[]): void {
  const files = new Map<string, Adoption>();
  for (const adoption of adoptions) {
    const file = `${adoption.name}.canary.yaml`;
    const other = files.get(file);
    if (other !== undefined) {
      const places = [other, adoption].map(({ namespace }) => namespace ?? 'no namespace').join(' and ');
      throw new UsageError(
        `two apps are called ${adoption.name} (in ${places}), and would be written to one file; adopt them into folders of their own`,
      );
    }
    files.set(file, adoption);
  }
  const there = [...files.keys()].filter((file) => existsSync(join(folder, file)));
  if (there.length > 0) {
    throw new UsageError(
      `${there.map((file) => join(shown, file)).join(', ')}: already there; nothing was written: choose another folder, or move it`,
    );
  }
  mkdirSync(folder, { recursive: true });
  for (const [file, { text }] of files) writeFileSync(join(folder, file), text, { flag: 'wx' });
}

/** A line or two for each app; all differences only where they are asked for. */
function summary({ adopted, refused }: Adoptions, flags: AdoptFlags, verbose: boolean): string {
  const lines = adopted.flatMap((adoption) => [
    ...outcome(adoption, flags),
    ...(verbose ? [...adoption.notes.map((note) => `  ${note}`), ...carried(adoption)] : []),
  ]);
  const left = refused.map(({ kind, name, reason }) => `${kind} ${name} is not adopted: ${reason}`);
  return [...lines, ...left].map((line) => `${line}\n`).join('');
}

function outcome(adoption: Adoption, { acceptChanges }: AdoptFlags): string[] {
  const { name, notes, dangerous, verbatim, patched, objects } = adoption;
  const what = `${objects} object${objects === 1 ? '' : 's'}`;
  const ways = [
    ...(patched > 0 ? [`${patched} by patches`] : []),
    ...(verbatim.length > 0 ? [`${verbatim.length} word for word`] : []),
  ];
  if (notes.length === 0) return [`${name}: equal, ${what}${ways.length > 0 ? ` (${ways.join(', ')})` : ''}`];
  const first = notes.length > 3 ? [...notes.slice(0, 2), `and ${notes.length - 2} more; see --verbose`] : notes;
  const needed = dangerous.length > 0 ? '--accept-changes=behaviour' : '--accept-changes';
  const state = isAccepted(adoption, acceptChanges) ? 'written' : `not written without ${needed}`;
  const kind = dangerous.length > 0 ? ', some of them in how the rollout behaves' : '';
  const count = `${notes.length} difference${notes.length === 1 ? '' : 's'}`;
  return [`${name}: ${count}${kind}; ${state}`, ...first.map((note) => `  ${note}`)];
}

function carried({ verbatim }: Adoption): string[] {
  return verbatim.length === 0 ? [] : [`  word for word, as extraManifests: ${verbatim.join(', ')}`];
}
