import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

const SPEC_FILE = /^(?:(?<stem>.+)\.)?canary\.ya?ml$/;
const SKIPPED = new Set(['node_modules', '.git']);
export const DEFAULTS = 'canary.defaults';

/** A spec file that was found, or named. */
export interface SpecFile {
  readonly path: string;
  /** Its path from the folder that all given paths have in common, with '/': the same on every machine. */
  readonly key: string;
}

/**
 * The spec files in some folders (`canary.yaml`, `<name>.canary.yaml`), and the files that are named as such. In the
 * order of their paths.
 *
 * @param skip A folder that is not looked into: the output.
 */
export function findSpecs(paths: readonly string[], skip?: string): SpecFile[] {
  const absolute = paths.map((path) => resolve(path));
  const files = new Set<string>();
  for (const path of absolute) {
    if (statSync(path).isDirectory()) walk(path, skip && resolve(skip), files);
    else files.add(path);
  }
  const common = commonFolder(absolute.map((path) => (statSync(path).isDirectory() ? path : dirname(path))));
  return [...files].sort().map((path) => ({ path, key: relative(common, path).split(sep).join('/') }));
}

function walk(folder: string, skip: string | undefined, files: Set<string>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name) && path !== skip) walk(path, skip, files);
    else if (entry.isFile() && SPEC_FILE.test(entry.name)) files.add(path);
  }
}

function commonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? process.cwd();
  while (!folders.every((folder) => folder === common || folder.startsWith(common === sep ? sep : common + sep))) {
    common = dirname(common);
  }
  return common;
}

/** The overlay of a spec for an environment: `canary.staging.yaml` beside `canary.yaml`. */
export function overlayOf(spec: string, environment: string): string | undefined {
  const stem = SPEC_FILE.exec(basename(spec))?.groups?.stem;
  const name = stem === undefined ? 'canary' : `${stem}.canary`;
  return existing(dirname(spec), `${name}.${environment}`);
}

/**
 * The defaults that apply in a folder, those of the outermost folder first; in each folder those of the environment
 * after those of all. It is looked for up to the folder that holds `.git`.
 *
 * @param isRoot Whether a file of defaults says that it is the outermost.
 */
export function defaultsFor(
  folder: string,
  environment: string | undefined,
  isRoot: (file: string) => boolean,
): string[] {
  const found: string[][] = [];
  for (let current = folder; ; current = dirname(current)) {
    const names = environment === undefined ? [DEFAULTS] : [DEFAULTS, `${DEFAULTS}.${environment}`];
    const files = names.map((name) => existing(current, name)).filter((file) => file !== undefined);
    found.unshift(files);
    if (files.some(isRoot) || existsSync(join(current, '.git')) || dirname(current) === current) return found.flat();
  }
}

function existing(folder: string, name: string): string | undefined {
  return [`${name}.yaml`, `${name}.yml`].map((file) => join(folder, file)).find((file) => existsSync(file));
}
