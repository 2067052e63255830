#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { isColorSupported } from 'picocolors';
import { logLines, visible } from '../formats/encode/terminal';
import { defectReport, run } from './run';

// V8 optimizes on other cores what has run for a while. A run of a few seconds does many things a few thousand times
// each: at the threshold that Node 20 has (67584) a fifth of all the time that cores are busy goes there, and is not won
// back. Later ones know no such flag, and would say so to the user.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=270000');

// A reader that stops early (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

const { CI, NO_COLOR, FORCE_COLOR, TERM } = process.env;
/** Whether a line of progress stands on the terminal, which other texts take the place of. */
let progress = false;

run(process.argv.slice(2), {
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
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(defectReport(error));
    process.exitCode = 2;
  },
);
