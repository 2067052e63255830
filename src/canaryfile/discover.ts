import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { shorten, suggestion } from './problem';
import { display } from './display-path';

/** JSON is YAML, so that a canary file may be either. */
const ENDINGS = ['.yaml', '.yml', '.json'];
const ENDING = /\.(?:ya?ml|json)$/;
const SPEC_FILE = /^(?:(?<stem>.+)\.)?canary\.(?:ya?ml|json)$/;
// A JSON Schema is often called canary.schema.json.
const OVERLAY_FILE =
  /^(?:(?<stem>.+)\.)?canary\.(?!defaults\.|schema\.json$)(?<environment>[a-z0-9-]+)\.(?:ya?ml|json)$/;
const DEFAULTS_FILE = /^canary\.defaults\.(?<environment>[a-z0-9-]+)\.(?:ya?ml|json)$/;
const NAMED_FOR_US = /canary\.(?:.+\.)?(?:ya?ml|json)$/i;
const SKIPPED = new Set(['node_modules', '.git']);
export const DEFAULTS = 'canary.defaults';

/** A spec file that was found, or named. */
export interface SpecFile {
  readonly path: string;
  /** Its path from the folder that all given paths have in common, with '/': the same on every machine. */
  readonly key: string;
}

/** What is found below some folders. */
export interface Found {
  /** In the order of their paths. */
  readonly specs: readonly SpecFile[];
  /** The overlays, whether or not their spec exists. */
  readonly overlays: readonly string[];
  /** The environments that overlays and defaults mention. */
  readonly environments: ReadonlySet<string>;
  /** Overlays and defaults that are not read because of upper-case letters in their names. */
  readonly misnamed: readonly string[];
  /** The other YAML files in the folders, whose names are not those of canary files. */
  readonly unnamed: readonly string[];
}

/**
 * The spec files in some folders (`canary.yaml`, `<name>.canary.yaml`), and the files that are named as such.
 *
 * @param skip A folder that is not looked into: the output.
 * @throws where a path leads to nothing.
 */
export function findSpecs(paths: readonly string[], skip?: string): Found {
  const given = paths.map((path) => {
    const absolute = resolve(path);
    const there = statSync(absolute, { throwIfNoEntry: false });
    if (there === undefined)
      throw new InputError(`${display(absolute)}: there is no such file or folder${near(absolute)}`);
    return { path: absolute, isFolder: there.isDirectory() };
  });
  const files = new Set<string>();
  const unnamed = new Set<string>();
  for (const { path, isFolder } of given) {
    if (isFolder) walk(path, skip && resolve(skip), files, unnamed);
    else files.add(path);
  }
  const named = new Set(given.filter(({ isFolder }) => !isFolder).map(({ path }) => path));
  const all = [...files].sort();
  const [specs, others]: string[][] = [[], []];
  for (const path of all) (named.has(path) || SPEC_FILE.test(basename(path)) ? specs : others).push(path);
  const common = commonFolder(given.map(({ path, isFolder }) => (isFolder ? path : dirname(path))));
  const above = common === sep ? 1 : common.length + 1;
  for (const path of others) if (roleByName(path) === undefined && !isMisnamed(path)) unnamed.add(path);
  return {
    specs: specs.map((path) => ({ path, key: path.slice(above).split(sep).join('/') })),
    overlays: others.filter((path) => specOf(path) !== undefined),
    environments: new Set(others.map((path) => environmentOf(basename(path))).filter((name) => name !== undefined)),
    misnamed: [...others, ...around(given.map(({ path }) => path))].filter(isMisnamed),
    unnamed: [...unnamed].filter((path) => !named.has(path)).sort(),
  };
}

/** The files beside some paths and in the folders above them, up to the one that holds `.git`. */
function around(paths: readonly string[]): string[] {
  const folders = new Set(paths.flatMap((path) => withinRepository(foldersAbove(dirname(path)))));
  return [...folders].flatMap((folder) => {
    try {
      return readdirSync(folder).flatMap((name) => (NAMED_FOR_US.test(name) ? [join(folder, name)] : []));
    } catch {
      return []; // It cannot be listed, but files in it can be read.
    }
  });
}

/** Outside of a repository, the folders above are somebody else's, and may hold thousands of files. */
const withinRepository = (folders: readonly string[]): readonly string[] =>
  existsSync(join(folders[folders.length - 1], '.git')) ? folders : folders.slice(0, 1);

/** A folder and those above it, up to the one that holds `.git`. */
export function foldersAbove(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; !existsSync(join(at, '.git')) && dirname(at) !== at; at = dirname(at))
    folders.push(dirname(at));
  return folders;
}

function isMisnamed(path: string): boolean {
  const name = basename(path);
  if (roleByName(name) !== undefined) return false;
  const meant = roleByName(name.toLowerCase());
  return meant === 'overlay' || meant === 'defaults';
}

/** What is wrong with overlays and defaults whose names only differ in upper-case letters from those that are read. */
export function misnamedLayers({ misnamed }: Pick<Found, 'misnamed'>, environments: readonly string[]): string[] {
  return misnamed.flatMap((path) => {
    const meant = basename(path).toLowerCase();
    const environment = environmentOf(meant);
    if (environment !== undefined && !environments.includes(environment)) return [];
    return [oneLine(`${display(path)}: is not read, because its name has upper-case letters; rename it to ${meant}`)];
  });
}

/** The environments that overlays and defaults below a folder mention. */
export function environmentsBelow(folder: string, skip?: string): Set<string> {
  const files = new Set<string>();
  walk(folder, skip && resolve(skip), files);
  return new Set([...files].map((path) => environmentOf(basename(path))).filter((name) => name !== undefined));
}

/** The path that was probably meant by one that does not exist. */
function near(path: string): string {
  const folder = dirname(path);
  const there = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  const hint = suggestion(basename(path), there);
  return hint.endsWith('?') ? hint : '';
}

/** Links to files are followed, because mounted volumes consist of them. Links to folders could be circular. */
function walk(folder: string, skip: string | undefined, files: Set<string>, unnamed?: Set<string>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = folder === sep ? `${sep}${entry.name}` : `${folder}${sep}${entry.name}`;
    if (entry.isDirectory() && !SKIPPED.has(entry.name) && path !== skip) walk(path, skip, files, unnamed);
    else if (NAMED_FOR_US.test(entry.name) && (entry.isFile() || isLinkToFile(entry, path))) files.add(path);
    else if (unnamed && entry.isFile() && /\.ya?ml$/i.test(entry.name)) unnamed.add(path);
  }
}

function isLinkToFile(entry: Dirent, path: string): boolean {
  // A link to nothing is an error of the spec that it stands for.
  return entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true;
}

/** The environment that the name of an overlay or of defaults states. */
export function environmentOf(file: string): string | undefined {
  return OVERLAY_FILE.exec(file)?.groups?.environment ?? DEFAULTS_FILE.exec(file)?.groups?.environment;
}

/** The name of the spec that a file overlays, without its ending. Undefined if it is no overlay. */
export function specOf(overlay: string): string | undefined {
  const { stem, environment } = OVERLAY_FILE.exec(basename(overlay))?.groups ?? {};
  if (environment === undefined) return undefined;
  return stem === undefined ? 'canary' : `${stem}.canary`;
}

/**
 * Names of environments become names of files and folders.
 *
 * @throws where one cannot.
 */
export function checkEnvironments(names: readonly string[]): void {
  for (const name of names) {
    if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name) && name !== 'defaults') continue;
    throw new InputError(
      `'${shorten(name)}' cannot be the name of an environment; use at most 63 lower-case letters, digits and '-', but not 'defaults'`,
    );
  }
}

function commonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? process.cwd();
  while (!folders.every((folder) => folder === common || folder.startsWith(common === sep ? sep : common + sep))) {
    common = dirname(common);
  }
  return common;
}

/** The type of a file by its name: a spec, an overlay, or defaults. Undefined for any other file. */
export function roleByName(path: string): 'spec' | 'overlay' | 'defaults' | undefined {
  const file = basename(path);
  if (DEFAULTS_FILE.test(file) || ENDINGS.some((ending) => file === `${DEFAULTS}${ending}`)) return 'defaults';
  if (OVERLAY_FILE.test(file)) return 'overlay';
  return SPEC_FILE.test(file) ? 'spec' : undefined;
}

/**
 * The overlay of a spec for an environment: `canary.staging.yaml` next to `canary.yaml`.
 *
 * @throws if there are several.
 */
export function overlayOf(spec: string, environment: string): string | undefined {
  return only(dirname(spec), `${stemOf(spec)}.${environment}`);
}

/** What the names of a spec's overlays begin with. */
export function stemOf(spec: string): string {
  const stem = SPEC_FILE.exec(basename(spec))?.groups?.stem;
  return stem === undefined ? 'canary' : `${stem}.canary`;
}

/**
 * The defaults that apply in a folder, those of the outermost folder first; in each folder those of the environment
 * after those of all. It is looked for up to the folder that holds `.git`.
 *
 * @param isRoot Whether a file of defaults says that it is the outermost.
 * @throws if a folder has two files of one role.
 */
export function defaultsFor(
  folder: string,
  environment: string | undefined,
  isRoot: (file: string) => boolean,
): string[] {
  const found: string[][] = [];
  for (let current = folder; ; current = dirname(current)) {
    const names = environment === undefined ? [DEFAULTS] : [DEFAULTS, `${DEFAULTS}.${environment}`];
    const files = names.map((name) => only(current, name)).filter((file) => file !== undefined);
    found.unshift(files);
    if (files.some(isRoot) || existsSync(join(current, '.git')) || dirname(current) === current) return found.flat();
  }
}

/** The file of a folder that has a name, with any ending. */
export function existing(folder: string, name: string): string | undefined {
  return allExisting(folder, name)[0];
}

function allExisting(folder: string, name: string): string[] {
  return ENDINGS.map((ending) => join(folder, `${name}${ending}`)).filter((file) => existsSync(file));
}

/**
 * The overlay or the defaults of a name.
 *
 * @throws if there are several.
 */
function only(folder: string, name: string): string | undefined {
  const [file, ...others] = allExisting(folder, name);
  if (others.length === 0) return file;
  const names = [file, ...others].map(display).join(' and ');
  throw new InputError(`${names} have the same role, and one of them would be ignored; merge them into one file`);
}

/** The path of a canary file without its ending, as `specOf` names it. */
export const withoutEnding = (path: string): string => path.replace(ENDING, '');
