import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { buildFingerprint } from '../formats/build-fingerprint';
import { sealOf } from '../formats/seal';
import { writeWholeFile } from '../formats/write-file';
import { KnownFiles } from './known-files';
import type { ListedFolder } from './known-folders';
import { readRows, writeRows } from './rows';
import type { Snapshot, Totals } from './snapshot';

/** Texts are compressed together: those of a repository are alike, and one at a time they would not get smaller. */
const TEXTS_AT_ONCE = 64;
/** Between two texts: in no YAML. */
const BETWEEN = '\u0000';

/** The hash of a text. */
export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Where the results of runs are stored. */
export interface Place {
  /** The folder that holds the results of one set of arguments in one current folder. */
  readonly folder: string;
  /** A file with a secret of this user, in no repository, with which results are signed. */
  readonly keyFile: string;
}

/** A complete run, as it is stored. */
export interface Complete extends Pick<Snapshot, 'files' | 'findings'> {
  /** Of each file. */
  readonly texts: readonly string[];
}

/** The folders in which the files of a run were found, as they were, by their real paths. */
type Folders = ReadonlyMap<string, ListedFolder>;

/** A run that was stored. */
export interface Stored extends Snapshot {
  readonly folders: Folders;
}

interface Header extends Totals {
  readonly options: string;
  /** How many files there are. */
  readonly files: number;
  /** The bytes of what is known of them. */
  readonly known: number;
  /** The bytes of what is known of their folders. */
  readonly folders: number;
  readonly texts: string;
  readonly chunks: readonly number[];
}

/**
 * The results of the last complete run, outside of the linted repository. They are believed only where this very build signed
 * them with the secret of this user, in the folder as it was made on this machine: a cache that comes with a repository, or
 * that was edited, is no cache. Whatever goes wrong with the files of a cache, the run goes on without.
 */
export class Store {
  /** The header and the findings of the run that `read` returned. */
  private found: { readonly header: Header; readonly findings: Buffer } | undefined;

  constructor(private readonly place: Place) {}

  /** The last run with these options. */
  read(options: string): Stored | undefined {
    try {
      const content = readFileSync(this.index);
      const end = content.indexOf('\n');
      const body = content.subarray(end + 1);
      const signature = this.sign(body, readKey(this.place.keyFile));
      const given = content.subarray(0, end);
      if (signature === undefined || given.length !== signature.length || !timingSafeEqual(given, signature)) {
        return undefined;
      }
      const header = JSON.parse(body.toString('utf8', 0, body.indexOf('\n'))) as Header;
      if (header.options !== options) return undefined;
      const begin = body.indexOf('\n') + 1;
      const [folders, findings] = [begin + header.known, begin + header.known + header.folders];
      const files = KnownFiles.read(body.subarray(begin, folders), header.files);
      this.found = { header, findings: body.subarray(findings) };
      return {
        suppressed: header.suppressed,
        resources: header.resources,
        files,
        folders: readFolders(body.toString('utf8', folders, findings)),
        findings: readRows(body.toString('utf8', findings), files),
        textOf: (place) => this.textOf(place, header),
      };
    } catch {
      return undefined;
    }
  }

  /** Replaces the stored run. It is there to save time only, so that a run whose results cannot be stored does not fail. */
  write(options: string, { files, findings, texts }: Complete, folders: Folders, totals: Totals): void {
    try {
      mkdirSync(this.place.folder, { recursive: true, mode: 0o700 });
      const key = readKey(this.place.keyFile) ?? makeKey(this.place.keyFile);
      const name = `texts.${randomBytes(8).toString('hex')}`;
      const chunks = writeTexts(join(this.place.folder, name), texts);
      const header = { ...totals, options, texts: name, chunks };
      if (!this.writeIndex(header, files, folders, Buffer.from(writeRows(findings)), key)) return;
      for (const old of readdirSync(this.place.folder)) {
        // Among them what runs that were killed left.
        if (old !== name && old !== 'index') rmSync(join(this.place.folder, old), { force: true });
      }
    } catch {
      // The next run takes as long as this one.
    }
  }

  /** Replaces the files and folders of the run that was read, where only their signatures are others. */
  refresh(files: KnownFiles, folders: Folders): void {
    if (this.found === undefined) return;
    try {
      const { header, findings } = this.found;
      this.writeIndex(header, files, folders, findings, readKey(this.place.keyFile));
    } catch {
      // The next run reads as many files as this one.
    }
  }

  /** Returns whether it could be signed. */
  private writeIndex(
    header: Omit<Header, 'files' | 'known' | 'folders'>,
    files: KnownFiles,
    folders: Folders,
    findings: Buffer,
    key: Buffer | undefined,
  ): boolean {
    const [known, listed] = [files.bytes(), Buffer.from(writeFolders(folders))];
    const first = JSON.stringify({ ...header, files: files.count, known: known.length, folders: listed.length });
    const body = Buffer.concat([Buffer.from(`${first}\n`), known, listed, findings]);
    const signature = this.sign(body, key);
    if (signature === undefined) return false;
    writeWholeFile(this.index, Buffer.concat([signature, Buffer.from('\n'), body]), { mode: 0o600 });
    return true;
  }

  private get index(): string {
    return join(this.place.folder, 'index');
  }

  private sign(body: Buffer, key: Buffer | undefined): Buffer | undefined {
    const seal = sealOf(this.place.folder, buildFingerprint());
    if (seal === undefined || key === undefined) return undefined;
    return Buffer.from(createHmac('sha256', key).update(`${seal}\n`).update(body).digest('hex'));
  }

  /** The text of a file as it was. Its hash in the signed index says whether this is it. */
  private textOf(place: number, { texts, chunks }: Header): string | undefined {
    const nth = Math.floor(place / TEXTS_AT_ONCE);
    const begin = chunks.slice(0, nth).reduce((sum, size) => sum + size, 0);
    const bytes = Buffer.alloc(chunks[nth]);
    try {
      const file = openSync(join(this.place.folder, texts), 'r');
      try {
        readSync(file, bytes, 0, bytes.length, begin);
      } finally {
        closeSync(file);
      }
      return inflateRawSync(bytes).toString('utf8').split(BETWEEN)[place % TEXTS_AT_ONCE];
    } catch {
      return undefined;
    }
  }
}

const writeFolders = (folders: Folders): string =>
  JSON.stringify([...folders].flatMap(([path, { signature, entries }]) => [path, signature, entries]));

function readFolders(text: string): Map<string, ListedFolder> {
  const fields = JSON.parse(text) as readonly string[];
  const folders = new Map<string, ListedFolder>();
  for (let at = 0; at < fields.length; at += 3) {
    folders.set(fields[at], { signature: fields[at + 1], entries: fields[at + 2] });
  }
  return folders;
}

/** Returns the sizes of the compressed parts. */
function writeTexts(path: string, texts: readonly string[]): number[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < texts.length; at += TEXTS_AT_ONCE) {
    parts.push(deflateRawSync(texts.slice(at, at + TEXTS_AT_ONCE).join(BETWEEN), { level: 1 }));
  }
  writeFileSync(path, Buffer.concat(parts), { mode: 0o600 });
  return parts.map(({ length }) => length);
}

const KEY_BYTES = 32;

function readKey(path: string): Buffer | undefined {
  try {
    const key = readFileSync(path);
    return key.length === KEY_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}

function makeKey(path: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, key, { mode: 0o600 });
  return key;
}
