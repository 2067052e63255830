import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import {
  Found,
  SpecFile,
  checkEnvironments,
  findSpecs,
  misnamedLayers,
  specOf,
  withoutEnding,
} from '../canaryfile/discover';
import { refuseUnknownEnvironments } from '../canaryfile/environments';
import { leftOut } from '../canaryfile/left-out';
import { suggestion } from '../canaryfile/problem';
import { display } from '../canaryfile/display-path';
import { InputError } from '../formats/input-error';
import { type Shard, inShard } from '../formats/shard';
import { Cache, CachedJob, cacheIn, toolFingerprint } from './cache';
import { Ownership, Clash } from './ownership';
import { STAGING, commit, isCutOff, recover } from './commit';
import { explained } from './disk-errors';
import { JobFiles } from './job-files';
import { lock } from './lock';
import {
  Owner,
  PRIVATE,
  RenderedFile,
  StagedFile,
  WrittenFile,
  currentText,
  outputFolder,
  readSums,
  refuseObstacles,
  sha256,
  shardSums,
  sumsFile,
  writeSums,
} from './output';
import { renderJobs } from './pool';
import { listed, ownerKey, pruning } from './prune';
import { sealOf } from '../formats/seal';
import { Sources } from './sources';
import { signatureOf } from '../formats/file-signature';
import { statedName } from './stated-name';
import { Layout, RenderJob, RenderResult } from './render-job';

export interface SynthesisOptions {
  /** Folders in which specs are looked for, and spec files. */
  readonly paths: readonly string[];
  readonly out: string;
  /** Default: the specs without overlays of an environment. */
  readonly environments?: readonly string[];
  readonly layout?: Layout;
  /** Whether nothing is written, and what would be is compared with what is there. Nothing is taken from the cache. */
  readonly dryRun?: boolean;
  /** Whether specs without problems are written although others have some. Nothing is pruned then. */
  readonly keepGoing?: boolean;
  /**
   * Whether files that synth wrote and no longer makes are deleted: `true` however many, `false` none. Default: as long
   * as they are few.
   */
  readonly prune?: boolean;
  /** The part of the specs that is rendered. Default: all. */
  readonly shard?: Shard;
  readonly cache?: boolean;
  readonly jobs?: number;
  readonly onProgress?: (done: number, of: number) => void;
}

/** A file that was changed, or would be. */
export interface Change {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** The codes of the rules whose findings the apps in it accept. Undefined for none. */
  readonly accepted?: readonly string[];
}

export interface Synthesis {
  /** The apps that the specs state, times the environments. A spec that is not valid counts as one. */
  readonly apps: number;
  /** Those of them that were rendered: the others are as they were in the last run. */
  readonly rendered: number;
  readonly files: number;
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  readonly problems: readonly string[];
  /** What may be a mistake. */
  readonly notes: readonly string[];
  /** With `dryRun`: what differs. */
  readonly changes: readonly Change[];
  /** Whether an earlier run was killed. It has been completed, unless this is a dry run. */
  readonly cutOff: boolean;
}

const FOREIGN_JOURNAL =
  'a journal in the output folder was left in another checkout; it was removed, and nothing that it says was done';

/** Renders specs into a folder: all of them or, when one is broken, none. */
export async function synthesize(stated: SynthesisOptions): Promise<Synthesis> {
  const options = { ...stated, environments: stated.environments && [...new Set(stated.environments)] };
  const out = outputFolder(options.out);
  checkEnvironments(options.environments ?? []);
  const found = findSpecs(options.paths, out);
  const others = leftOut(found);
  if (found.specs.length === 0) {
    const hint = others.length > 0 ? others.join('\n') : '`cdk8s-canary init` makes one';
    throw new InputError(`no canary.yaml in ${options.paths.join(', ')}; ${hint}`);
  }
  const rendered = new Set([...readSums(out).values()].flatMap(({ owner }) => owner?.environment ?? []));
  refuseUnknownEnvironments(options.environments ?? [], found, rendered, out);
  if (options.dryRun) {
    const result = await new Run(options, out, found).go();
    return { ...result, notes: [...others, ...result.notes], cutOff: isCutOff(out) };
  }
  try {
    const unlock = lock(out);
    try {
      const recovery = recover(out);
      const result = await new Run(options, out, found).go();
      const foreign = recovery === 'foreign' ? [FOREIGN_JOURNAL] : [];
      const notes = [...foreign, ...others, ...result.notes];
      return { ...result, notes, cutOff: recovery === 'finished' };
    } finally {
      unlock();
    }
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException, out);
  }
}

class Run {
  private readonly layout: Layout;
  private readonly files = new JobFiles();
  /** The keys of the jobs that make an object, host or file which another job makes too. */
  private readonly clashing = new Set<string>();
  private readonly ownership = new Ownership();
  private readonly problems = new Map<string, string[]>();
  private readonly names = new Map<string, string>();
  /** How many apps each job has. */
  private readonly apps = new Map<string, number>();
  /** The known data of jobs, without the signatures of their files. */
  private readonly made = new Map<string, CachedJob>();
  private readonly tool: string;
  private readonly stateNotes: string[] = [];
  private readonly cache: Cache;
  private readonly sources: Sources;
  private readonly specs: readonly SpecFile[];
  /** What earlier runs left. */
  private readonly before: ReadonlyMap<string, WrittenFile>;

  constructor(
    private readonly options: SynthesisOptions,
    private readonly out: string,
    private readonly found: Found,
  ) {
    const { shard } = options;
    this.specs =
      shard === undefined || options.layout === 'folder'
        ? found.specs
        : found.specs.filter(({ path }) => inShard(shard, this.nameOf(path)));
    this.before = readSums(out);
    this.layout = options.layout ?? 'app';
    const useCache = (options.cache ?? true) && !options.dryRun;
    this.tool = useCache ? toolFingerprint() : '';
    this.cache = new Cache(useCache ? cacheIn(out) : '', useCache ? sealOf(join(out, PRIVATE), this.tool) : undefined);
    const given = resolve(options.out);
    if (lstatSync(given, { throwIfNoEntry: false })?.isSymbolicLink()) {
      this.stateNotes.push(`${display(given)} is a symbolic link: its target ${out} is written to`);
    }
    if (this.cache.isForeign) {
      this.stateNotes.push(
        `${display(cacheIn(out))} was left by another version or in another checkout; it is not used`,
      );
    }
    this.sources = new Sources(this.cache);
  }

  public async go(): Promise<Synthesis> {
    if (this.options.dryRun) return this.rendered(undefined);
    rmSync(join(this.out, STAGING), { recursive: true, force: true });
    mkdirSync(join(this.out, STAGING), { recursive: true });
    try {
      return await this.rendered(STAGING);
    } finally {
      // The run that completes the journal needs these files.
      if (!isCutOff(this.out)) rmSync(join(this.out, STAGING), { recursive: true, force: true });
    }
  }

  /** @param staging Where rendered files wait, from the output folder. Undefined: nothing is written. */
  private async rendered(staging: string | undefined): Promise<Synthesis> {
    const work = this.work();
    const inputs = new Map<string, string>();
    const pending = work.filter((job) => !this.isUnchanged(job, inputs));
    const { jobs, onProgress } = this.options;
    const progress = onProgress && ((done: number) => onProgress(done, pending.length));
    const byKey = new Map(pending.map((job) => [job.key, job]));
    const options = { out: this.out, staging, layout: this.layout, jobs };
    await renderJobs(pending, { ...options, onProgress: progress }, (result) =>
      this.take(byKey.get(result.key)!, result, inputs),
    );
    return this.finish(work, pending);
  }

  private work(): RenderJob[] {
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
      const inThis = ([folder]: [string, string[]]) => inShard(this.options.shard, folder);
      return [...folders].filter(inThis).map(([folder, specs]) => {
        const file = folder === '.' ? 'manifests.yaml' : `${folder}.yaml`;
        return { key: key(folder), environment, specs, file };
      });
    });
  }

  /** Whether a job's inputs are those of last time, and its files still what was made of them. */
  private isUnchanged(job: RenderJob, inputs: Map<string, string>): boolean {
    if (this.tool === '') return false;
    let found: string;
    try {
      const parts = job.specs.map((spec) => this.sources.inputs(spec, job.environment));
      found = [this.layout, job.file ?? '', ...parts].join('\n');
    } catch {
      return false; // Reported when it is rendered.
    } finally {
      for (const spec of job.specs) this.sources.forget(spec);
    }
    inputs.set(job.key, found);
    const cached = this.cache.job(job.key, found);
    if (cached === undefined) return false;
    let isSigned = true;
    for (const { path, sha256: sum, signature } of cached.files) {
      if (signatureOf(`${this.out}${sep}${path}`) === signature) continue;
      const text = currentText(this.out, path);
      if (text === undefined || sha256(text) !== sum) return false;
      isSigned = false;
    }
    this.apps.set(job.key, cached.apps);
    this.ownership.keep(job, cached);
    const owner = this.before.get(cached.files[0]?.path)?.owner;
    if (owner !== undefined && job.file === undefined) this.names.set(job.specs[0], owner.name);
    this.files.add(job, cached.files);
    if (isSigned) this.cache.keepJob(job.key);
    else this.made.set(job.key, cached);
    return true;
  }

  private take(job: RenderJob, result: RenderResult, inputs: ReadonlyMap<string, string>): void {
    this.apps.set(job.key, result.apps);
    const { identities, apps } = result;
    // Also those of a spec with problems, so that all that is wrong is reported at once.
    this.ownership.claim(job, identities);
    if (result.problems.length > 0) {
      this.problems.set(job.key, [...result.problems]);
      return;
    }
    // Of ten thousand files nearly all are as they were, and need not be kept in memory.
    const files = result.files.map((file) =>
      file.text !== undefined && file.text === currentText(this.out, file.path) ? { ...file, text: undefined } : file,
    );
    this.files.add(job, files);
    const found = inputs.get(job.key);
    if (found !== undefined) this.made.set(job.key, { inputs: found, files, identities, apps });
  }

  /** Reports what two jobs have. The one without other problems keeps it; of two, the one whose spec file comes first. */
  private reportClashes(): void {
    const rank = new Map([...this.problems.keys()].map((key) => [key, 1]));
    const rankOf = ({ key }: RenderJob) => rank.get(key) ?? 0;
    const nameOf = ({ specs: [spec] }: RenderJob) => display(spec);
    const compare = (a: RenderJob, b: RenderJob) => rankOf(a) - rankOf(b) || (nameOf(a) < nameOf(b) ? -1 : 1);
    this.ownership.clashes((jobs) => [...jobs].sort(compare)).forEach((clash) => this.report(clash));
    // Apps of one name have a file in common as well.
    const files = this.files.settle(compare).filter(({ job }) => !this.clashing.has(job.key));
    files.forEach((clash) => this.report(clash));
  }

  private report({ job, what, other }: Clash): void {
    const [first, second] = [other, job].map(({ specs: [spec] }) => display(spec));
    const message = `${second}: ${what} is also that of ${first}; give one of them another name`;
    this.problems.set(job.key, [...(this.problems.get(job.key) ?? []), message]);
    for (const { key } of [job, other]) this.clashing.add(key);
  }

  /** Overlays that match no spec, because of a typo: their values would be lost. */
  private strays(): string[] {
    if (this.found.overlays.length === 0) return [];
    const names = new Set(this.specs.map(({ path }) => withoutEnding(path)));
    return this.found.overlays.flatMap((overlay) => {
      const spec = join(dirname(overlay), specOf(overlay)!);
      if (names.has(spec)) return [];
      const near = [...names].filter((name) => dirname(name) === dirname(spec)).map((name) => `${basename(name)}.yaml`);
      const hint = suggestion(`${basename(spec)}.yaml`, near);
      return [`${display(overlay)}: this overlay matches no spec: there is no ${basename(spec)}.yaml${hint}`];
    });
  }

  /** The owners of the files of a job. */
  private ownerOf(job: RenderJob): Owner {
    const shared = job.file !== undefined;
    const spec = relative(this.out, shared ? dirname(job.specs[0]) : job.specs[0]);
    const name = shared ? dirname(job.key.replace(/^[^:]*:/, '').concat('/x')) : this.nameOf(job.specs[0]);
    return {
      spec: spec.split(sep).join('/'),
      name: name.replace(/\s/g, '_'),
      ...(job.environment === undefined ? {} : { environment: job.environment }),
    };
  }

  /** The name that decides the shard of a spec file. */
  private nameOf(path: string): string {
    let name = this.names.get(path);
    if (name === undefined) {
      name = statedName(path);
      this.names.set(path, name);
    }
    return name;
  }

  private finish(work: readonly RenderJob[], pending: readonly RenderJob[]): Synthesis {
    this.reportClashes();
    // `keepGoing` writes the files of the other specs.
    this.files.drop(({ key }) => this.problems.has(key));
    // An error in defaults concerns every spec below them, and is reported once.
    const found = work.flatMap((job) => this.problems.get(job.key) ?? []);
    const misnamed = misnamedLayers(this.found, this.options.environments ?? []);
    const problems = [...new Set([...misnamed, ...this.strays(), ...found])];
    const { before } = this;
    const broken = problems.length > 0;
    const stop = broken && !this.options.keepGoing;
    const appsOf = (jobs: readonly RenderJob[]) => jobs.reduce((sum, { key }) => sum + (this.apps.get(key) ?? 0), 0);
    const result = { apps: appsOf(work), rendered: appsOf(pending), problems };
    const nothing = { written: [], deleted: [], changes: [], notes: [], cutOff: false, files: this.files.size };
    if (stop) return { ...result, ...nothing, notes: this.stateNotes };
    const owners = new Map(work.map((job) => [job.key, this.ownerOf(job)]));
    const { outdated, edited } = this.outdated(before);
    const { deleted, gone, notes: pruned, question } = this.pruning(owners, broken);
    const notes = [...this.stateNotes, ...pruned];
    // It is in the way of what the spec says, so that it is no obstacle, but it is not lost without a word.
    if (edited.length > 0) {
      notes.push(
        `${listed(edited)}: changed after synth wrote ${edited.length === 1 ? 'it' : 'them'}, and written anew: make the change in the canary file, such as by patches`,
      );
    }
    const sums = new Map(before);
    for (const path of [...deleted, ...gone]) sums.delete(path);
    for (const [path, { sha256: sum, job }] of this.files) sums.set(path, { sha256: sum, owner: owners.get(job.key) });
    if (this.options.dryRun) {
      refuseObstacles(
        this.out,
        outdated.map(({ path }) => path),
        deleted,
      );
      const reported = question === undefined ? notes : [...notes, question];
      return { ...result, ...nothing, notes: reported, changes: this.changes(outdated, deleted) };
    }
    if (question !== undefined) throw new InputError(`${display(this.out)}: ${question}; nothing was changed`);
    this.commit(outdated.filter(isStaged), deleted, sums);
    if (this.tool !== '') this.writeCache();
    return { ...result, ...nothing, notes, written: outdated.map(({ path }) => path), deleted };
  }

  private pruning(owners: ReadonlyMap<string, Owner>, broken: boolean): ReturnType<typeof pruning> {
    const { prune, shard, environments, paths } = this.options;
    // The files of a broken spec are not known.
    if (prune === false || broken) return { deleted: [], gone: [], notes: [] };
    const scope = {
      out: this.out,
      paths: paths.map((path) => resolve(path)),
      environments: environments?.length ? environments : [undefined],
      shard,
      rendered: new Set([...owners.values()].map(ownerKey)),
    };
    return pruning(this.before, (path) => this.files.has(path), scope, prune === true);
  }

  /** A shard has its own list; that of a whole run replaces the lists of all shards. */
  private commit(
    staged: readonly StagedFile[],
    deleted: readonly string[],
    sums: ReadonlyMap<string, WrittenFile>,
  ): void {
    const { shard } = this.options;
    const lists = shard === undefined ? shardSums(this.out) : [];
    const own =
      shard === undefined ? sums : new Map([...sums].filter(([, { owner }]) => owner && inShard(shard, owner.name)));
    const isNew = lists.length > 0 || writeSums(own) !== currentText(this.out, sumsFile(shard));
    if (staged.length > 0 || deleted.length > 0 || isNew) {
      commit(this.out, staged, [...deleted, ...lists], own, sumsFile(shard));
    }
  }

  /** What is in order, with the signatures of the files, which are in their places by now. */
  private writeCache(): void {
    // Unchanged jobs are believed not to clash with each other.
    for (const key of this.clashing) this.cache.forgetJob(key);
    for (const [key, { inputs, files, identities, apps }] of this.made) {
      if (this.problems.has(key) || this.clashing.has(key)) continue;
      const signed = files.map(({ path, sha256: sum }) => ({
        path,
        sha256: sum,
        signature: signatureOf(join(this.out, path)),
      }));
      this.cache.setJob(key, { inputs, files: signed, identities, apps });
    }
    this.cache.write();
  }

  /** The files that are missing or outdated. A file in the way that synth did not write stops the run. */
  private outdated(before: ReadonlyMap<string, WrittenFile>): {
    readonly outdated: readonly RenderedFile[];
    /** Those among them that somebody changed. */
    readonly edited: readonly string[];
  } {
    const foreign: string[] = [];
    const edited: string[] = [];
    const outdated = [...this.files].flatMap(([path, { sha256: sum, staged, text, accepted }]) => {
      if (staged === undefined && text === undefined) return [];
      const there = currentText(this.out, path);
      const found = there === undefined ? undefined : sha256(there);
      if (found === sum) return [];
      const recorded = before.get(path);
      if (found !== undefined && recorded === undefined) foreign.push(path);
      else if (found !== undefined && recorded?.sha256 !== found && !recorded?.others?.includes(found))
        edited.push(path);
      return [{ path, sha256: sum, staged, text, accepted }];
    });
    if (foreign.length > 0) {
      throw new InputError(
        `${foreign.map((path) => join(display(this.out), path)).join(', ')}: not made by cdk8s-canary, and in the way; move it, or choose another folder`,
      );
    }
    return { outdated, edited };
  }

  private changes(outdated: readonly RenderedFile[], deleted: readonly string[]): Change[] {
    const changed = outdated.map(({ path, text, accepted }): Change => ({
      path,
      before: currentText(this.out, path),
      after: text,
      accepted,
    }));
    const gone = deleted.map((path) => ({ path, before: currentText(this.out, path) }));
    return [...changed, ...gone.filter(({ before }) => before !== undefined)].sort((a, b) =>
      a.path < b.path ? -1 : 1,
    );
  }
}

const isStaged = (file: RenderedFile): file is StagedFile => file.staged !== undefined;
