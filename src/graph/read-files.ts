import { existsSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import { isWithin } from '../formats/repository';
import { DEFAULT_MAX_BYTES, fileErrorReason, readTextFile, specialFile } from '../formats/text-file';
import { TextOnDisk } from '../formats/text-on-disk';
import { chartOf, templatesBelow, skippedTemplates } from './helm-chart';
import {
  isKustomizationFile,
  type Kustomization,
  KUSTOMIZATION_NAMES,
  readKustomization,
  resourcesElsewhere,
  withoutKustomizeInputs,
} from './kustomization';
import { type FolderEntry, listFolder, type ListFolder } from './list-folder';
import type { NamedText } from './load';
import { assertionFiles, isChainsawTest } from './test-assertions';

/** A file or folder that cannot be read. */
export interface Unreadable {
  readonly name: string;
  readonly message: string;
}

/** A file that was left out on purpose. */
export interface Skipped extends Unreadable {
  /** The folder of the kustomization that the file is an input of. */
  readonly kustomization?: string;
  /** The folder of the chart whose templates it is. */
  readonly chart?: string;
}

/** The files that arguments refer to. */
export interface FoundFiles {
  /** As the user would write them, each once, sorted within a folder. */
  readonly files: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** Left out on purpose: pipes, devices, links that lead out of the folder, Helm templates, kustomize patches. */
  readonly skipped: readonly Skipped[];
  /** The kustomizations among the files. */
  readonly kustomizations: readonly Kustomization[];
  /** Of the files that were left out, those that kustomizations name as patches and the like. */
  readonly inputs: readonly string[];
}

/** How the name of a manifest ends. */
const MANIFEST = /\.(ya?ml|json)$/i;

/** Folders with files of others. */
const SKIPPED = new Set(['node_modules', '.git']);

/**
 * Files, folders (every `.yaml`, `.yml` and `.json` in them) and globs, as files. `-` is left to the caller.
 *
 * @param list lists a folder. Default: reads it
 */
export function findManifestFiles(args: readonly string[], cwd: string, list = listFolder): FoundFiles {
  const found: string[] = [];
  const unreadable: Unreadable[] = [];
  const skipped: Skipped[] = [];
  const folders = new FolderReader(cwd, list, found, unreadable, skipped);
  const given: string[] = [];
  for (const argument of args) {
    let stats: Stats | undefined;
    let failure: unknown;
    try {
      stats = statSync(resolve(cwd, argument));
    } catch (error) {
      failure = error;
    }
    if (stats?.isDirectory()) folders.read(argument);
    else if (stats) given.push(argument);
    else {
      const matched = fastGlob().isDynamicPattern(argument) ? glob(argument, cwd) : undefined;
      if (matched && matched.length > 0) given.push(...matched);
      else
        unreadable.push({
          name: argument,
          message: matched ? 'no file matches this pattern' : fileErrorReason(failure),
        });
    }
  }
  addGiven(given, cwd, found, skipped);
  // A folder gives each file once. Tens of thousands of names in a set take a tenth of the time of finding them.
  const files = args.length > 1 ? [...new Set(found)] : found;
  const kustomizations = readKustomizations([...files, ...folders.kustomizations].filter(isKustomizationFile), cwd);
  const above = readKustomizations(kustomizationsAbove(given, cwd), cwd);
  const { files: kept, inputs } = withoutKustomizeInputs(files, [...kustomizations, ...above]);
  for (const [folder, names] of inputs) {
    const what = names.length === 1 ? '1 file of' : `${names.length} files of`;
    const were = names.length === 1 ? 'was' : 'were';
    skipped.push({
      name: names.length === 1 ? names[0] : folder,
      kustomization: folder,
      message: `${what} a kustomization that ${names.length === 1 ? 'is no complete object' : 'are no complete objects'} (patches and the like) ${were} skipped: render with \`kustomize build ${folder}\``,
    });
  }
  for (const [{ folder }, names] of resourcesElsewhere(kustomizations, files)) {
    const some = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
    const are = names.length === 1 ? 'is' : 'are';
    skipped.push({
      name: folder,
      kustomization: folder,
      message: `${some} of its kustomization ${are} not among the files that are read and ${are} skipped: give this command the output of \`kustomize build ${folder}\`, with \`-\` as the file`,
    });
  }
  const assertions = assertionFiles(kept, (file) => textOf(file, cwd));
  const count = assertions.size;
  if (count > 0)
    skipped.push({
      name: [...assertions][0],
      message: `${count === 1 ? '1 file of a test that says' : `${count} files of tests that say`} what a cluster should hold (assertions of chainsaw or kuttl) ${count === 1 ? 'was' : 'were'} skipped`,
    });
  return {
    files: kept.filter((file) => !assertions.has(file)),
    unreadable,
    skipped,
    kustomizations,
    inputs: [...inputs.values()].flat(),
  };
}

/** Whether a file, by its name, says of other files that they are no manifests. */
export function decidesWhatIsRead(name: string): boolean {
  return isKustomizationFile(name) || isChainsawTest(name);
}

function textOf(file: string, cwd: string): string | undefined {
  try {
    return readTextFile(resolve(cwd, file));
  } catch {
    // It is reported when it is read as a manifest.
    return undefined;
  }
}

/** Files by name. A Helm template is recognized by its chart: it may be valid YAML and still be no manifest. */
function addGiven(given: readonly string[], cwd: string, files: string[], skipped: Skipped[]): void {
  const templates = new Map<string, number>();
  for (const file of given) {
    const chart = chartOf(file, cwd);
    if (chart === undefined) files.push(file);
    else templates.set(chart, (templates.get(chart) ?? 0) + 1);
  }
  for (const [chart, found] of templates) skipped.push(skippedTemplates(chart, cwd, found));
}

/** The kustomizations above files that were named individually, as pre-commit hooks do. */
function kustomizationsAbove(given: readonly string[], cwd: string): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const file of given) {
    for (let folder = dirname(normalize(file)); !seen.has(folder); folder = dirname(folder)) {
      seen.add(folder);
      found.push(
        ...KUSTOMIZATION_NAMES.map((name) => join(folder, name)).filter((name) => existsSync(resolve(cwd, name))),
      );
    }
  }
  return found;
}

function readKustomizations(files: readonly string[], cwd: string): Kustomization[] {
  return [...new Set(files.map(normalize))].flatMap((file) => {
    try {
      return readKustomization(file, readTextFile(resolve(cwd, file))) ?? [];
    } catch {
      // If it should be read, it is reported when it is read as a manifest.
      return [];
    }
  });
}

/** Loaded on demand: constructs load this module for the rules and never search for files. */
function fastGlob(): typeof import('fast-glob') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('fast-glob') as typeof import('fast-glob');
}

function glob(pattern: string, cwd: string): string[] {
  return fastGlob()
    .globSync(pattern, { cwd, followSymbolicLinks: false, ignore: ['**/node_modules/**'] })
    .sort();
}

/**
 * Reads folders and files, each real one once: links among siblings would multiply the ways to a file without end. A link is
 * followed within the folder that was given or the current one. The folder may be somebody else's, and what a link in it
 * points to outside is not theirs to have read and quoted.
 */
class FolderReader {
  /** Those without an extension, whose names are not those of manifests. */
  public readonly kustomizations: string[] = [];
  private readonly seen = new Set<string>();
  private readonly linked: { readonly name: string; readonly root: string }[] = [];
  private readonly linkedFiles: { readonly name: string; readonly target: string }[] = [];

  constructor(
    private readonly cwd: string,
    private readonly list: ListFolder,
    private readonly files: string[],
    private readonly unreadable: Unreadable[],
    private readonly skipped: Skipped[],
  ) {}

  public read(folder: string): void {
    let root: string;
    try {
      root = realpathSync(resolve(this.cwd, folder));
    } catch (error) {
      this.unreadable.push({ name: folder, message: fileErrorReason(error) });
      return;
    }
    this.walk(folder, root);
    // After the real files, so that a file is named by its own path if it has one.
    for (let link = this.linked.shift(); link !== undefined; link = this.linked.shift())
      this.walk(link.name, link.root);
    const targets = new Set<string>();
    for (const { name, target } of this.linkedFiles.splice(0)) {
      // A file in a folder that was read has its own path.
      if (targets.has(target) || (this.seen.has(dirname(target)) && MANIFEST.test(target))) continue;
      targets.add(target);
      this.files.push(name);
    }
  }

  /**
   * @param root The real path of the folder that was given.
   * @param known That of the folder itself, where the way to it is known to have no link.
   */
  private walk(folder: string, root: string, known?: string): void {
    let real: string;
    let entries: readonly FolderEntry[];
    try {
      real = known ?? realpathSync(resolve(this.cwd, folder));
      if (this.seen.has(real)) return;
      this.seen.add(real);
      entries = this.list(real);
    } catch (error) {
      this.unreadable.push({ name: folder, message: fileErrorReason(error) });
      return;
    }
    const chart = entries.some(({ name }) => name === 'Chart.yaml');
    // Of tens of thousands of files, normalizing each name takes longer than reading the folders.
    const normal = normalize(folder);
    const prefix = normal === '.' ? '' : normal.endsWith(sep) ? normal : `${normal}${sep}`;
    for (const entry of entries) {
      // The files that Helm renders are not manifests.
      if (chart && entry.name === 'templates') {
        const found = templatesBelow(join(real, entry.name)).length;
        if (found > 0) this.skipped.push(skippedTemplates(folder, this.cwd, found));
        continue;
      }
      if (entry.name === 'Kustomization' && entry.isFile()) this.kustomizations.push(join(folder, entry.name));
      const name = `${prefix}${entry.name}`;
      if (entry.isSymbolicLink()) this.follow(name, join(real, entry.name), root);
      else if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) this.walk(name, root, join(real, entry.name));
      } else if (MANIFEST.test(entry.name)) {
        if (entry.isFile()) this.files.push(name);
        else this.skipSpecial(name, join(real, entry.name));
      }
    }
  }

  private follow(name: string, path: string, root: string): void {
    let target: string;
    let stats: Stats;
    try {
      target = realpathSync(path);
      stats = statSync(target);
    } catch {
      // A broken or circular link is not a manifest, unless its name is that of one.
      if (MANIFEST.test(name)) this.skipped.push({ name, message: 'a symbolic link to nothing' });
      return;
    }
    const isFolder = stats.isDirectory();
    if (!isFolder && !MANIFEST.test(name)) return;
    if (!isWithin(target, root) && !isWithin(target, realpathSync(this.cwd))) {
      this.skipped.push({ name, message: 'a symbolic link that leads out of this folder; name its target to read it' });
    } else if (isFolder) {
      if (!target.split(sep).some((part) => SKIPPED.has(part))) this.linked.push({ name, root });
    } else if (stats.isFile()) this.linkedFiles.push({ name, target });
    else this.skipSpecial(name, target);
  }

  private skipSpecial(name: string, path: string): void {
    const stats = statSync(path, { throwIfNoEntry: false });
    this.skipped.push({ name, message: `${(stats && specialFile(stats)) ?? 'something else'}, and no regular file` });
  }
}

/** Reads a file as text that can be read again. Throws an Error whose message is for the user. */
export function readManifestAgain(name: string, cwd: string): NamedText {
  return { name, ...TextOnDisk.read(resolve(cwd, name), name) };
}

/** Reads a file as text. Throws an Error whose message is for the user. */
export function readManifestFile(name: string, cwd: string, maxBytes = DEFAULT_MAX_BYTES): NamedText {
  return { name, text: readTextFile(resolve(cwd, name), maxBytes) };
}
