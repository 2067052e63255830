import { accessSync, constants, statSync } from 'node:fs';
import { basename, delimiter, join, resolve } from 'node:path';

/** There is no Prometheus to be started. */
export class NoPrometheus extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoPrometheus';
  }
}

const HOW_TO_GET_IT =
  'install it (Debian and Ubuntu: apt-get install prometheus; others: https://prometheus.io/download), or name the binary with --prometheus';

/**
 * Finds the binary: the one that is named, or `prometheus` on the PATH. Throws NoPrometheus.
 *
 * @param named a path, as a user gives it, relative to `cwd`; or the name of a program on the PATH
 */
export function findPrometheus(
  named: string | undefined,
  env: { readonly [name: string]: string | undefined },
  cwd: string,
): string {
  const ofPath = (name: string): string | undefined =>
    (env.PATH ?? '')
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, name))
      .find(isExecutable);
  if (named !== undefined) {
    const path = resolve(cwd, named);
    if (isExecutable(path)) return path;
    const found = basename(named) === named ? ofPath(named) : undefined;
    if (found !== undefined) return found;
    throw new NoPrometheus(`there is no program ${named}; ${HOW_TO_GET_IT}`);
  }
  const found = ofPath(process.platform === 'win32' ? 'prometheus.exe' : 'prometheus');
  if (found === undefined) throw new NoPrometheus(`there is no Prometheus on the PATH; ${HOW_TO_GET_IT}`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
