// Runs the built command line as a user does, without colours.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../lib/cli/main.js');

/** The output and the exit code of a command in a folder. */
export function runProduct(args, cwd) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', CI: '' },
  });
  return { stdout, stderr, status };
}
