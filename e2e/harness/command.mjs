// The command line, as a user calls it.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const MAIN = resolve('lib/cli/main.js');

/** Runs one command to its end. Nothing is thrown for its exit code. */
export function cdk8sCanary(args, { input, env = {}, cwd, seconds = 120 } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...process.env, ...env },
      timeout: seconds * 1000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part) => (stdout += part));
    child.stderr.on('data', (part) => (stderr += part));
    child.on('error', failed);
    child.on('close', (code) => done({ code, stdout, stderr }));
    child.stdin.end(input ?? '');
  });
}

/** The same, for a command that must end with one of these codes. */
export async function mustEnd(codes, args, options) {
  const result = await cdk8sCanary(args, options);
  if (codes.includes(result.code)) return result;
  throw new Error(`cdk8s-canary ${args.join(' ')} ended with ${result.code}:\n${result.stderr}${result.stdout}`);
}
