import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFingerprint } from '../formats/build-fingerprint';
import { readTextFile } from '../formats/text-file';
import { PRIVATE } from './output';

export interface CachedFile {
  readonly path: string;
  readonly sha256: string;
  /** Its signature when it was last verified. */
  readonly signature?: string;
}

/** The result of a render job: its inputs, files and identities, and how many apps it renders. */
export interface CachedJob {
  readonly inputs: string;
  readonly files: readonly CachedFile[];
  readonly identities: readonly string[];
  readonly apps: number;
}

/** What is known of a file that specs are made of, without reading it. */
export interface SourceFact {
  /** The signature before the file was read. Undefined if it proves nothing. */
  readonly signature?: string;
  readonly sha256: string;
  /** Whether it may name a file that it is merged over. */
  readonly hasBase: boolean;
  /** Whether it may name files that become a part of it. */
  readonly hasFiles: boolean;
}

/** Between the items of a list, and between the parts of an item: in no path and no name. */
const ITEM = '\u001e';
const PART = '\u001f';

/**
 * The state of an earlier run: one line for each job and each source, with a letter, a name and the data separated by
 * tabs. Most lines are written as they were read, so they are parsed on demand.
 */
export class Cache {
  private readonly lines = new Map<string, string>();
  private readonly next = new Map<string, string>();
  /** How many lines the file has. */
  private count = 0;

  /** Whether there is a cache that another version, or a run in another checkout, left. */
  public readonly isForeign: boolean;

  /**
   * @param path Empty for none.
   * @param seal What the cache must begin with to be believed (`sealOf`). Undefined: nothing is believed, nothing kept.
   */
  constructor(
    private readonly path: string,
    private readonly seal: string | undefined,
  ) {
    const { lines, isForeign } = linesOf(path, seal);
    this.isForeign = isForeign;
    for (const line of lines) {
      const end = line.indexOf('\t', 2);
      this.lines.set(line.slice(0, end), line);
      this.count++;
    }
  }

  /** The result of a job, if it is from the same inputs. */
  public job(key: string, inputs: string): CachedJob | undefined {
    const name = `u\t${JSON.stringify(key)}`;
    const line = this.lines.get(name);
    const known = `${name}\t${JSON.stringify(inputs)}\t`;
    if (!line?.startsWith(known)) return undefined;
    const [files, identities, apps] = line.slice(known.length).split('\t');
    return {
      inputs,
      apps: Number(apps),
      files: items(files).map((item) => {
        const [path, sum, signature] = item.split(PART);
        return { path, sha256: sum, signature };
      }),
      get identities() {
        return items(identities);
      },
    };
  }

  public source(file: string): SourceFact | undefined {
    const [, , signature, sum, names = ''] = this.lines.get(`s\t${JSON.stringify(file)}`)?.split('\t') ?? [];
    return signature === undefined
      ? undefined
      : {
          signature,
          sha256: sum,
          hasBase: names.includes('base'),
          hasFiles: names.includes('files'),
        };
  }

  /** Keeps the entry of a job unchanged. */
  public keepJob(key: string): void {
    this.keep(`u\t${JSON.stringify(key)}`);
  }

  /** Has a job rendered anew by the next run. */
  public forgetJob(key: string): void {
    this.next.delete(`u\t${JSON.stringify(key)}`);
  }

  public keepSource(file: string): void {
    this.keep(`s\t${JSON.stringify(file)}`);
  }

  public setJob(key: string, { inputs, files, identities, apps }: CachedJob): void {
    const made = files.map(({ path, sha256: sum, signature }) => [path, sum, signature ?? ''].join(PART)).join(ITEM);
    const name = `u\t${JSON.stringify(key)}`;
    this.next.set(name, [name, JSON.stringify(inputs), made, identities.join(ITEM), apps].join('\t'));
  }

  /** One without a signature is read next time anyway. */
  public setSource(file: string, { signature, sha256: sum, hasBase, hasFiles }: SourceFact): void {
    const name = `s\t${JSON.stringify(file)}`;
    const names = [...(hasBase ? ['base'] : []), ...(hasFiles ? ['files'] : [])].join(',');
    if (signature !== undefined) this.next.set(name, [name, signature, sum, names].join('\t'));
  }

  /**
   * Writes what was kept and set, and nothing else: only what is new, where all of the rest stays. The manifests are in
   * their places by now: that the next run is slower is no failure of this one.
   */
  public write(): void {
    if (this.seal === undefined) return;
    const fresh: string[] = [];
    let stayed = 0;
    for (const [name, line] of this.next) {
      const before = this.lines.get(name);
      if (before !== undefined) stayed++;
      if (before !== line) fresh.push(line);
    }
    const mayAppend = stayed > 0 && stayed === this.lines.size && this.count + fresh.length < 2 * this.next.size;
    if (!mayAppend) writeAside(this.path, this.whole());
    else if (fresh.length > 0) append(this.path, [...fresh, ''].join('\n'));
  }

  private *whole(): Generator<string> {
    yield `${this.seal}\n`;
    for (const line of this.next.values()) yield `${line}\n`;
  }

  private keep(name: string): void {
    this.next.set(name, this.lines.get(name)!);
  }
}

/** Where the cache of a folder is. */
export const cacheIn = (out: string) => join(out, PRIVATE, 'cache');

/** Whole, or not at all. What is only there to save time may fail to be written. */
function writeAside(path: string, parts: Iterable<string>): void {
  try {
    writeFileSync(`${path}.new`, '');
    // Piece by piece: all of it at once would be the most that a run needs memory for.
    let piece = '';
    for (const part of parts) {
      piece += part;
      if (piece.length < 1_000_000) continue;
      appendFileSync(`${path}.new`, piece);
      piece = '';
    }
    appendFileSync(`${path}.new`, piece);
    renameSync(`${path}.new`, path);
  } catch {
    rmSync(`${path}.new`, { force: true });
  }
}

/**
 * The inputs of the output other than the specs: every byte of this tool, and the versions of the rendering libraries.
 */
export function toolFingerprint(): string {
  const hash = createHash('sha256').update(`${buildFingerprint()}\n`);
  for (const library of ['cdk8s', 'cdk8s-plus-27', 'constructs']) {
    hash.update(`${library} ${versionOf(library)}\n`);
  }
  return hash.digest('hex');
}

function versionOf(library: string): string {
  // Where Node.js looks for packages, it is soon found; other systems have their own way.
  const folders = require.resolve.paths(library) ?? [];
  const found = folders.map((folder) => join(folder, library, 'package.json')).find((file) => existsSync(file));
  const file = found ?? require.resolve(`${library}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Bytes. */
const LARGEST_CACHE = 1024 ** 3;

/** None, where the file does not have the seal, or was cut off while it was written. */
function linesOf(path: string, seal: string | undefined): { lines: readonly string[]; isForeign: boolean } {
  let text: string;
  try {
    text = readTextFile(path, LARGEST_CACHE);
  } catch {
    return { lines: [], isForeign: false };
  }
  const [made, ...lines] = text.split('\n');
  const isForeign = made !== seal;
  return { lines: !isForeign && lines.pop() === '' ? lines : [], isForeign };
}

/** A line that is cut off is the last one: the next run believes none of them. */
function append(path: string, text: string): void {
  try {
    appendFileSync(path, text);
  } catch {
    rmSync(path, { force: true });
  }
}

const items = (text: string | undefined) => (text ? text.split(ITEM) : []);
