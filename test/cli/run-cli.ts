import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../../src/cli/run';

/** What a run of the program gave. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program in a folder, as a person does, but without a process. */
export async function runCli(
  args: readonly string[],
  {
    cwd = '.',
    stdin = '',
    colour = false,
    env = {},
  }: { cwd?: string; stdin?: string; colour?: boolean; env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await run(args, {
    cwd,
    env,
    stdin: Readable.from([Buffer.from(stdin)]),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    colour,
    progress: false,
  });
  return { code, out, err };
}

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder with files, removed when the tests have run. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-test-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
