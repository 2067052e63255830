import { spawn } from 'node:child_process';
import type { Io } from './io';

/** The program of an operating system that opens a file as a double click does. */
const OPENERS: { readonly [platform: string]: readonly [program: string, ...args: string[]] } = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};

/** Opens a file in the user's browser. Where that fails, the path that was printed remains. */
export function openInBrowser(file: string, io: Io): void {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, file], { detached: true, stdio: 'ignore', env: io.env as NodeJS.ProcessEnv });
  child.on('error', () => io.err(`${program} cannot be started; open the file in a browser\n`));
  child.unref();
}
