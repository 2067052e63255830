import { type ChildProcess, execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { scratchFolder } from '../formats/scratch-folder';
import { delimiter, isAbsolute, join } from 'node:path';

/** Seconds that one rendering may take. */
const TIMEOUT_SECONDS = 30;
const MOST_BYTES = 64 * 1024 * 1024;

/** The output of a program, or why there is none. */
export type Output = { readonly text: string } | { readonly failure: string };

/** Finds a program in a PATH. A relative entry is skipped: it would run what the linted repository holds. */
export function findProgram(name: string, path: string | undefined): string | undefined {
  for (const folder of (path ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not there.
    }
  }
  return undefined;
}

/**
 * Runs a program that renders files. It gets a home of its own, no PATH, so that it starts neither git nor plugins, no
 * cluster, and a proxy that answers nothing, so that it fetches nothing; and it is stopped after 30 seconds.
 */
export async function runProgram(program: string, args: readonly string[], cwd: string): Promise<Output> {
  let child: ChildProcess | undefined;
  const scratch = scratchFolder('render', () => child?.kill('SIGKILL'));
  const home = scratch.path;
  const nowhere = 'http://127.0.0.1:9';
  const env = {
    PATH: '',
    HOME: home,
    TMPDIR: home,
    KUBECONFIG: join(home, 'none'),
    HELM_PLUGINS: join(home, 'plugins'),
    HELM_CONFIG_HOME: home,
    HELM_CACHE_HOME: home,
    HELM_DATA_HOME: home,
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    http_proxy: nowhere,
    https_proxy: nowhere,
  };
  try {
    return await new Promise<Output>((done) => {
      const options = {
        cwd,
        env,
        timeout: TIMEOUT_SECONDS * 1000,
        killSignal: 'SIGKILL',
        maxBuffer: MOST_BYTES,
      } as const;
      child = execFile(program, [...args], options, (error, stdout, stderr) => {
        if (error === null) done({ text: stdout });
        else if (error.killed) done({ failure: `took more than ${TIMEOUT_SECONDS} s, or printed too much` });
        else done({ failure: lastLine(stderr) || error.message });
      });
      child.stdin?.end();
    });
  } finally {
    scratch.remove();
  }
}

/** An error as klog writes it, which some builds of kubectl print: time, process, place in the source, message, `err="…"`. */
const LOGGED = /^[EF]\d{4} \S+ +\d+ \S+\] .*?\berr="((?:[^"\\]|\\.)*)"/;

/** The line by which Go programs say what went wrong. */
function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  const line = lines.find((one) => /^error:/i.test(one)) ?? lines[lines.length - 1];
  const logged = LOGGED.exec(line)?.[1].replace(/\\(["\\])/g, '$1');
  return (logged ?? line.replace(/^error:\s*/i, '')).slice(0, 300);
}
