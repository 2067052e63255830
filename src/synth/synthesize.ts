import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Found, SpecFile, checkEnvironments, findSpecs, specOf } from '../canaryfile/discover';
import { suggestion } from '../canaryfile/problem';
import { display } from '../canaryfile/display-path';
import { Cache, CachedFile, CachedUnit, cacheIn, toolFingerprint } from './cache';
import { Claims, Clash } from './ownership';
import { STAGING, commit, isCutOff, recover } from './commit';
import { lock } from './lock';
import { PRIVATE, StagedFile, currentText, readSums, refuseObstacles, sha256 } from './output';
import { renderUnits } from './pool';
import { Sources } from './sources';
import { stampOf } from './file-signature';
import { NO_STENCILS, readStencils, writeStencils } from './stencil-file';
import { Layout, Unit, UnitResult } from './render-job';

export interface SynthesisOptions {
  /** Folders in which specs are looked for, and spec files. */
  readonly paths: readonly string[];
  readonly out: string;
  /** Default: the specs alone, without overlays of an environment. */
  readonly environments?: readonly string[];
  readonly layout?: Layout;
  /** Whether nothing is written, and what would be is compared with what is there. Nothing is taken from the cache. */
  readonly dryRun?: boolean;
  /** Whether specs without problems are written although others have some. Nothing is pruned then. */
  readonly keepGoing?: boolean;
  /** Whether files of ours that are no longer made are removed. Default: true. */
  readonly prune?: boolean;
  readonly cache?: boolean;
  readonly jobs?: number;
  readonly onProgress?: (done: number, of: number) => void;
}

/** A file that is, or would be, other than it was. */
export interface Change {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

export interface Synthesis {
  /** The specs that were found, times the environments. */
  readonly apps: number;
  readonly rendered: number;
  readonly files: number;
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  readonly problems: readonly string[];
  /** What may be a mistake. */
  readonly notes: readonly string[];
  /** With `dryRun`: what differs. */
  readonly changes: readonly Change[];
  /** Whether a run before this one was cut off; it has been finished, unless this is a dry run. */
  readonly cutOff: boolean;
}

/** Renders specs into a folder: all of them or, when one is broken, none. */
export async function synthesize(options: SynthesisOptions): Promise<Synthesis> {
  const out = resolve(options.out);
  checkEnvironments(options.environments ?? []);
  const found = findSpecs(options.paths, out);
  if (found.specs.length === 0) {
    throw new Error(`no canary.yaml in ${options.paths.join(', ')}; \`cdk8s-canary init\` makes one`);
  }
  if (options.dryRun) {
    const result = await new Run(options, out, found, scratchFolder()).go();
    return { ...result, cutOff: isCutOff(out) };
  }
  try {
    const unlock = lock(out);
    try {
      const cutOff = recover(out);
      const result = await new Run(options, out, found, out).go();
      return { ...result, cutOff };
    } finally {
      unlock();
    }
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException, out);
  }
}

/** What the disk said, in the words of whoever started the run. */
function explained(error: NodeJS.ErrnoException, out: string): Error {
  const reasons: { readonly [code: string]: string } = {
    ENOSPC: 'there is no room left on the disk',
    EDQUOT: 'the quota of the disk is used up',
    EFBIG: 'a file may not be as large',
    EACCES: 'it may not be written to',
    EROFS: 'it may not be written to',
  };
  const reason = reasons[error.code ?? ''];
  if (reason === undefined) return error;
  const state = isCutOff(out) ? 'the next run finishes what this one began' : 'nothing was changed';
  return new Error(`${display(out)}: ${reason} (${error.message}); ${state}`);
}

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-'));
  mkdirSync(join(folder, PRIVATE));
  return folder;
}

class Run {
  private readonly layout: Layout;
  private readonly files = new Map<string, { sha256: string; unit: Unit; staged?: string }>();
  private readonly claims = new Claims();
  private readonly problems = new Map<string, string[]>();
  /** What is known of units by now, but for the stamps of their files. */
  private readonly made = new Map<string, CachedUnit>();
  private readonly tool: string;
  private readonly cache: Cache;
  private readonly sources: Sources;
  private readonly specs: readonly SpecFile[];

  /** @param place Where rendered files wait: the output folder, or a scratch folder when nothing is to be written. */
  constructor(
    private readonly options: SynthesisOptions,
    private readonly out: string,
    private readonly found: Found,
    private readonly place: string,
  ) {
    this.specs = found.specs;
    this.layout = options.layout ?? 'app';
    const useCache = (options.cache ?? true) && !options.dryRun;
    this.tool = useCache ? toolFingerprint() : '';
    this.cache = new Cache(useCache ? cacheIn(out) : '', this.tool);
    this.sources = new Sources(this.cache);
  }

  public async go(): Promise<Synthesis> {
    rmSync(join(this.place, STAGING), { recursive: true, force: true });
    mkdirSync(join(this.place, STAGING), { recursive: true });
    try {
      const units = this.units();
      const inputs = new Map<string, string>();
      const pending = units.filter((unit) => !this.isUnchanged(unit, inputs));
      const { jobs, onProgress } = this.options;
      const progress = onProgress && ((done: number) => onProgress(done, pending.length));
      const byKey = new Map(pending.map((unit) => [unit.key, unit]));
      const known = this.tool !== '' && pending.length > 0 ? readStencils(this.out, this.tool) : NO_STENCILS;
      const options = { out: this.place, staging: STAGING, layout: this.layout, jobs, stencils: known };
      const cut = await renderUnits(pending, { ...options, onProgress: progress }, (result) =>
        this.take(byKey.get(result.key)!, result, inputs),
      );
      const result = this.finish(units, pending.length);
      if (this.tool !== '' && cut.size > 0) writeStencils(this.out, this.tool, new Map([...known, ...cut]));
      return result;
    } finally {
      // What a journal speaks of is needed by the run that finishes it.
      if (this.place !== this.out) rmSync(this.place, { recursive: true, force: true });
      else if (!isCutOff(this.out)) rmSync(join(this.out, STAGING), { recursive: true, force: true });
    }
  }

  private units(): Unit[] {
    const environments = this.options.environments?.length ? this.options.environments : [undefined];
    return environments.flatMap((environment) => {
      const key = (name: string) => (environment === undefined ? name : `${environment}:${name}`);
      if (this.layout !== 'folder') {
        return this.specs.map((spec) => ({ key: key(spec.key), environment, specs: [spec.path] }));
      }
      const folders = new Map<string, string[]>();
      for (const spec of this.specs) {
        const folder = dirname(spec.key);
        folders.set(folder, [...(folders.get(folder) ?? []), spec.path]);
      }
      return [...folders].map(([folder, specs]) => {
        const file = folder === '.' ? 'manifests.yaml' : `${folder}.yaml`;
        return { key: key(folder), environment, specs, file };
      });
    });
  }

  /** Whether a unit's inputs are those of last time, and its files still what was made of them. */
  private isUnchanged(unit: Unit, inputs: Map<string, string>): boolean {
    if (this.tool === '') return false;
    let found: string;
    try {
      const parts = unit.specs.map((spec) => this.sources.inputs(spec, unit.environment));
      found = [this.layout, unit.file ?? '', ...parts].join('\n');
    } catch {
      return false; // Reported when it is rendered.
    } finally {
      for (const spec of unit.specs) this.sources.forget(spec);
    }
    inputs.set(unit.key, found);
    const cached = this.cache.unit(unit.key, found);
    if (cached === undefined) return false;
    let isStamped = true;
    for (const { path, sha256: sum, stamp } of cached.files) {
      if (stampOf(`${this.out}${sep}${path}`) === stamp) continue;
      const text = currentText(this.out, path);
      if (text === undefined || sha256(text) !== sum) return false;
      isStamped = false;
    }
    this.claims.keep(unit, cached);
    this.register(unit, cached.files);
    if (isStamped) this.cache.keepUnit(unit.key);
    else this.made.set(unit.key, cached);
    return true;
  }

  private take(unit: Unit, result: UnitResult, inputs: ReadonlyMap<string, string>): void {
    if (result.problems.length > 0) {
      this.problems.set(unit.key, [...result.problems]);
      return;
    }
    const { files, identities } = result;
    this.claims.claim(unit, identities).forEach((clash) => this.report(clash));
    this.register(unit, files);
    const found = inputs.get(unit.key);
    if (found !== undefined) this.made.set(unit.key, { inputs: found, files, identities });
  }

  private register(unit: Unit, files: readonly (CachedFile & { staged?: string })[]): void {
    for (const { path, sha256: sum, staged } of files) {
      const other = this.files.get(path);
      if (other === undefined) this.files.set(path, { sha256: sum, unit, staged });
      else if (!this.problems.has(unit.key)) this.report({ unit, what: `the file ${path}`, other: other.unit });
    }
  }

  private report({ unit, what, other }: Clash): void {
    const [first, second] = [other, unit].map(({ specs: [spec] }) => display(spec)).sort();
    const message = `${second}: ${what} is also that of ${first}; give one of them another name`;
    this.problems.set(unit.key, [...(this.problems.get(unit.key) ?? []), message]);
  }

  /** Overlays that are laid over nothing: a name is misspelt, and what they say would be lost in silence. */
  private strays(): string[] {
    if (this.found.overlays.length === 0) return [];
    const names = new Set(this.specs.map(({ path }) => path.replace(/\.ya?ml$/, '')));
    return this.found.overlays.flatMap((overlay) => {
      const spec = join(dirname(overlay), specOf(overlay)!);
      if (names.has(spec)) return [];
      const near = [...names].filter((name) => dirname(name) === dirname(spec)).map((name) => `${basename(name)}.yaml`);
      const hint = suggestion(`${basename(spec)}.yaml`, near);
      return [`${display(overlay)}: is laid over ${basename(spec)}.yaml, which is not there${hint}`];
    });
  }

  /** Environments that nothing speaks of are fine; those that are nearly the name of one are told. */
  private notes(): string[] {
    const asked = this.options.environments ?? [];
    const others = [...this.found.environments].filter((name) => !asked.includes(name));
    return asked
      .filter((name) => !this.found.environments.has(name))
      .flatMap((name) => {
        const hint = suggestion(name, others);
        return hint.includes('did you mean') ? [`nothing speaks of the environment '${name}'${hint}`] : [];
      });
  }

  private finish(units: readonly Unit[], rendered: number): Synthesis {
    this.claims.clashesWithKept().forEach((clash) => this.report(clash));
    // Defaults that are wrong are wrong for every spec below them, and told once.
    const found = units.flatMap((unit) => this.problems.get(unit.key) ?? []);
    const problems = [...new Set([...this.strays(), ...found])];
    const before = readSums(this.out);
    const broken = problems.length > 0;
    const stop = broken && !this.options.keepGoing;
    const mayPrune = (this.options.prune ?? true) && !broken;
    const apps = this.specs.length * (this.options.environments?.length || 1);
    const result = { apps, rendered, problems, notes: this.notes() };
    const nothing = { written: [], deleted: [], changes: [], cutOff: false, files: this.files.size };
    if (stop) return { ...result, ...nothing };
    const deleted = mayPrune ? [...before.keys()].filter((path) => !this.files.has(path)) : [];
    const sums = new Map(before);
    for (const path of deleted) sums.delete(path);
    for (const [path, { sha256: sum }] of this.files) sums.set(path, sum);
    const staged = this.staged(before);
    if (this.options.dryRun) {
      refuseObstacles(
        this.out,
        staged.map(({ path }) => path),
        deleted,
      );
      return { ...result, ...nothing, changes: this.changes(staged, deleted) };
    }
    if (staged.length > 0 || deleted.length > 0 || !sameSums(before, sums)) commit(this.out, staged, deleted, sums);
    if (this.tool !== '') this.writeCache();
    return { ...result, ...nothing, written: staged.map(({ path }) => path), deleted };
  }

  /** What is in order, with the stamps of the files, which are in their places by now. */
  private writeCache(): void {
    for (const [key, { inputs, files, identities }] of this.made) {
      if (this.problems.has(key)) continue;
      const stamped = files.map(({ path, sha256: sum }) => ({
        path,
        sha256: sum,
        stamp: stampOf(join(this.out, path)),
      }));
      this.cache.setUnit(key, { inputs, files: stamped, identities });
    }
    this.cache.write();
  }

  /** The files that are not there yet as they should be. A file that is in the way and not ours stops the run. */
  private staged(before: ReadonlyMap<string, string>): StagedFile[] {
    const foreign: string[] = [];
    const staged = [...this.files].flatMap(([path, { sha256: sum, staged: at }]) => {
      if (at === undefined) return [];
      const there = currentText(this.out, path);
      if (there !== undefined && sha256(there) === sum) return [];
      if (there !== undefined && !before.has(path)) foreign.push(path);
      return [{ path, sha256: sum, staged: at }];
    });
    if (foreign.length > 0) {
      throw new Error(
        `${foreign.map((path) => join(display(this.out), path)).join(', ')}: not made by cdk8s-canary, and in the way; move it, or choose another folder`,
      );
    }
    return staged;
  }

  private changes(staged: readonly StagedFile[], deleted: readonly string[]): Change[] {
    const changed = staged.map(({ path, staged: at }) => ({
      path,
      before: currentText(this.out, path),
      after: readFileSync(join(this.place, at), 'utf8'),
    }));
    const gone = deleted.map((path) => ({ path, before: currentText(this.out, path) }));
    return [...changed, ...gone.filter(({ before }) => before !== undefined)].sort((a, b) =>
      a.path < b.path ? -1 : 1,
    );
  }
}

function sameSums(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([path, sum]) => b.get(path) === sum);
}
