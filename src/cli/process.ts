import { isColorSupported } from 'picocolors';
import { logLines, visible } from '../formats/encode/terminal';
import type { Io } from './io';
import { defectReport, run } from './run';

/** Runs the command that this process was started for, and leaves its exit code behind. */
export async function runProcess(): Promise<void> {
  // A reader that stops early (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 2);
  });
  try {
    process.exitCode = await run(process.argv.slice(2), processIo());
  } catch (error) {
    process.stderr.write(defectReport(error));
    process.exitCode = 2;
  }
}

function processIo(): Io {
  const { CI, NO_COLOR, FORCE_COLOR, TERM } = process.env;
  /** Whether a line of progress stands on the terminal, which other texts take the place of. */
  let progress = false;
  return {
    cwd: process.cwd(),
    env: process.env,
    // Opened on demand, because most runs do not need it.
    get stdin() {
      return process.stdin;
    },
    // Names in manifests are untrusted: their escape sequences must not reach a terminal.
    out: (text) => void process.stdout.write(visible(text)),
    err: (text) => {
      const own = text.startsWith('\r');
      process.stderr.write(`${progress && !own ? '\r\u001b[K' : ''}${logLines(visible(text))}`);
      progress = own && !text.endsWith('\u001b[K');
    },
    colour: !NO_COLOR && ((process.stdout.isTTY && isColorSupported) || Boolean(FORCE_COLOR)),
    terminal: process.stdout.isTTY,
    progress: process.stderr.isTTY && TERM !== 'dumb' && !CI,
  };
}
