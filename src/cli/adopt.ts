import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type Io, UsageError, readStdin } from './io';

interface AdoptFlags {
  readonly out?: string;
  readonly prometheus?: string;
}

/** Writes the specs that reproduce existing manifests. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (files: string[], flags: AdoptFlags) => Promise<number>) => void,
): void {
  command
    .argument('<files...>', 'manifests; - for standard input')
    .option('-o, --out <dir>', 'the folder that specs are written to, as <name>.canary.yaml (default: standard output)')
    .option('--prometheus <url>', 'the address of Prometheus, where the manifests do not say it')
    .addHelpText('after', '\nWhat could not be carried over is said on the error output.');
  run((files, flags) => adoptCommand(files, flags, io));
}

async function adoptCommand(files: string[], { out, prometheus }: AdoptFlags, io: Io): Promise<number> {
  const { adopt } = await import('../adopt/adopt');
  try {
    const texts = await Promise.all(
      files.map(async (name) => ({
        name,
        text: name === '-' ? await readStdin(io) : readFileSync(resolve(io.cwd, name), 'utf8'),
      })),
    );
    const adopted = adopt(texts, { prometheus });
    for (const { name, notes } of adopted) for (const note of notes) io.err(`${name}: ${note}\n`);
    if (out === undefined) io.out(adopted.map(({ text }) => text).join('---\n'));
    else for (const { name, text } of adopted) write(resolve(io.cwd, out), name, text);
    return 0;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Never over a spec that somebody wrote. */
function write(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name.replace(/[^a-z0-9.-]/gi, '_')}.canary.yaml`), text, { flag: 'wx' });
}
