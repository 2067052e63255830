import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { settledStatsOf } from '../formats/file-signature';
import { findManifestFiles, type Graph, readManifestFile } from '../graph';
import type { Finding, LintOptions } from '../lint';
import {
  type CurrentFiles,
  KnownFolders,
  type Place,
  reuse,
  type Result,
  Signatures,
  snapshotOf,
  Store,
} from '../lint-cache';
import type { Io } from './io';
import { reportSkipped } from './read-inputs';

/** Which results a run may use. */
export interface CacheRequest {
  readonly paths: readonly string[];
  /** The folder for caches. @default `cdk8s-canary` in the user's folder for caches */
  readonly folder: string | undefined;
  readonly options: LintOptions;
  /** Whether kustomizations or charts are rendered by other programs. */
  readonly renders: boolean;
}

/** To read so many folders again each time takes longer than to store what they hold. */
const MANY = 200;

/** Results of a stored run for the current files. */
export interface CachedResult extends Result {
  readonly files: number;
  readonly skipped: readonly { readonly name: string; readonly message: string }[];
}

/** The cache of the results for some arguments in the current folder. */
export class LintCache {
  private readonly store: Store;
  private readonly key: string;
  private files: CurrentFiles = { names: [], signatures: Signatures.ofCount(0) };
  private folders = new KnownFolders();

  constructor(
    private readonly request: CacheRequest,
    private readonly io: Io,
  ) {
    const { baseline: _baseline, step: _step, ...options } = request.options;
    const { CDK8S_CANARY_MAX_FILE_BYTES: largest } = process.env;
    this.key = JSON.stringify([options, largest, process.version]);
    this.store = new Store(placeOf(request, io));
  }

  /** The results, if they follow from the last complete run. Undefined: all files must be linted. */
  read(): CachedResult | undefined {
    const { paths, renders, options } = this.request;
    const { cwd } = this.io;
    const before = this.store.read(this.key);
    const folders = new KnownFolders(before?.folders);
    this.folders = folders;
    const found = findManifestFiles(paths, cwd, folders.list);
    if (found.unreadable.length > 0 || (renders && found.kustomizations.length > 0)) return undefined;
    const signatures = Signatures.ofCount(found.files.length);
    for (const [place, name] of found.files.entries())
      signatures.set(place, settledStatsOf(isAbsolute(name) ? name : `${cwd}/${name}`));
    // Taken before the files are read: what is written after that has another signature in the next run.
    const files = { names: found.files, signatures };
    this.files = files;
    let result: Result | undefined;
    try {
      result = before && reuse(before, files, options, (name) => readManifestFile(name, cwd).text);
    } catch {
      // A file that cannot be read is reported by the complete run.
    }
    if (result === undefined) return undefined;
    if (before && (result.refreshed || folders.added >= MANY))
      this.store.refresh(result.refreshed ?? before.files, folders.listed);
    reportSkipped(found.skipped, this.io);
    return { ...result, files: files.names.length, skipped: found.skipped };
  }

  /** Stores a complete run whose findings no baseline has reduced. */
  write(graph: Graph, findings: readonly Finding[], suppressed: number): void {
    const made = snapshotOf(graph, findings, this.files);
    if (made) this.store.write(this.key, made, this.folders.listed, { suppressed, resources: graph.resources.length });
  }
}

/** Where the results for these arguments are. The secret is always in the user's own folder. */
function placeOf({ paths, folder }: CacheRequest, { cwd, env }: Io): Place {
  const own = join(userCaches(env), 'cdk8s-canary');
  const id = createHash('sha256')
    .update(JSON.stringify([realpathSync(cwd), paths]))
    .digest('hex')
    .slice(0, 24);
  return {
    folder: join(folder === undefined ? own : resolve(cwd, folder), 'lint', id),
    keyFile: join(own, 'lint.key'),
  };
}

/** As the XDG base directory specification has it: a relative path is none. */
function userCaches(env: Io['env']): string {
  const stated = env.XDG_CACHE_HOME;
  return stated?.startsWith('/') ? stated : join(env.HOME ?? homedir(), '.cache');
}
