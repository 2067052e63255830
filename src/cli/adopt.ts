import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { asInputError, InputError } from '../formats/input-error';
import type { Io } from './io';
import { addFolderOption, addInputs, folderOf, formatOption } from './options';
import { jsonText, plural } from './output';
import { readTexts } from './read-inputs';

interface Flags {
  readonly format: 'yaml' | 'json';
  readonly output?: string;
  readonly out?: string;
  readonly prometheus?: string;
}

/** Writes the canary files that reproduce existing manifests. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addInputs(command)
    .addOption(formatOption(['yaml', 'json']))
    .option('--prometheus <url>', 'address of Prometheus, if the manifests do not state it');
  addFolderOption(command, 'folder to write canary files to, as <name>.canary.yaml (default: standard output)');
  command.addHelpText(
    'after',
    `
What could not be carried over is reported on standard error.

  cdk8s-canary adopt deploy/ -o apps/shop
  helm template checkout charts/checkout | cdk8s-canary adopt -`,
  );
  run((paths, flags) => adoptCommand(paths, flags, io));
}

async function adoptCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const folder = folderOf(flags);
  const { texts, unreadable } = await readTexts(paths, io);
  for (const { name, message } of unreadable) io.err(`${name}: ${message}\n`);
  if (unreadable.length > 0) throw new InputError(`${plural(unreadable.length, 'file')} cannot be read`);
  const { adopt } = await import('../adopt/adopt');
  const adopted = adopt(texts, { prometheus: flags.prometheus });
  for (const { name, notes } of adopted) for (const note of notes) io.err(`${name}: ${note}\n`);
  if (flags.format === 'json') {
    if (folder !== undefined) throw new InputError('--format json goes to standard output; leave out --output');
    const { readDocument } = await import('../formats/yaml');
    io.out(jsonText(adopted.map(({ name, text, notes }) => ({ name, spec: readDocument(text).value, notes }))));
  } else if (folder === undefined || folder === '-') io.out(adopted.map(({ text }) => text).join('---\n'));
  else for (const { name, text } of adopted) write(resolve(io.cwd, folder), name, text);
  return 0;
}

/** Never overwrites a canary file. */
function write(folder: string, name: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name.replace(/[^a-z0-9.-]/gi, '_')}.canary.yaml`), text, { flag: 'wx' });
  } catch (error) {
    throw asInputError(error);
  }
}
