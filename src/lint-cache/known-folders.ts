import { type Stats, statfsSync, statSync } from 'node:fs';
import { isSettled, signature } from '../formats/file-signature';
import { type FolderEntry, listFolder, type ListFolder } from '../graph';

/** The entries of a folder, and its signature when they were read. */
export interface ListedFolder {
  /** Of the folder itself: it changes when something is created, renamed or deleted in it. */
  readonly signature: string;
  /** For each entry, a letter for what it is, and its name; with a slash between two, which is in no name. */
  readonly entries: string;
}

/**
 * Lists folders. One that was not written since an earlier run is not read again: it holds what it held, and to ask for its
 * metadata takes a fifth of the time of reading it.
 */
export class KnownFolders {
  /** The folders of this run, by their real paths. */
  readonly listed = new Map<string, ListedFolder>();
  /** How many of them were read and can be known the next time. */
  added = 0;
  private readonly trusted = new Map<number, boolean>();

  constructor(private readonly before: ReadonlyMap<string, ListedFolder> = new Map()) {}

  readonly list: ListFolder = (real) => {
    // Before it is read: what is written after that gives another signature in the next run.
    const now = this.signatureOf(real);
    const known = this.before.get(real);
    if (known && known.signature === now) {
      this.listed.set(real, known);
      return known.entries === '' ? [] : known.entries.split('/').map((entry) => new KnownEntry(entry));
    }
    const entries = listFolder(real);
    if (now !== undefined) {
      this.listed.set(real, { signature: now, entries: entries.map(written).join('/') });
      this.added++;
    }
    return entries;
  };

  /** Undefined where nothing shows that it was left alone since. */
  private signatureOf(real: string): string | undefined {
    const now = Date.now();
    const there = statSync(real, { throwIfNoEntry: false });
    return there?.isDirectory() && isSettled(there, now) && this.isTrusted(real, there) ? signature(there) : undefined;
  }

  private isTrusted(real: string, { dev }: Stats): boolean {
    let is = this.trusted.get(dev);
    if (is === undefined) this.trusted.set(dev, (is = showsChanges(real)));
    return is;
  }
}

/** Local file systems that change a folder's time whenever an entry of it changes, by the numbers that Linux gives them. */
const LINUX = new Set([
  0xef53, // ext2, ext3 and ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/** macOS numbers them in the order in which they are loaded; APFS is part of the system. */
const APFS = 26;

/** Others, such as those of networks, may answer with what they knew before. */
function showsChanges(real: string): boolean {
  try {
    const { type } = statfsSync(real);
    return process.platform === 'darwin' ? type === APFS : process.platform === 'linux' && LINUX.has(type);
  } catch {
    return false;
  }
}

/** The letters for what an entry is; something else, such as a pipe, has one of its own. */
const FILE = 'f';
const FOLDER = 'd';
const LINK = 'l';

const written = (entry: FolderEntry): string =>
  `${entry.isFile() ? FILE : entry.isDirectory() ? FOLDER : entry.isSymbolicLink() ? LINK : 'o'}${entry.name}`;

class KnownEntry implements FolderEntry {
  readonly name: string;

  constructor(private readonly entry: string) {
    this.name = entry.slice(1);
  }

  isFile(): boolean {
    return this.entry.startsWith(FILE);
  }

  isDirectory(): boolean {
    return this.entry.startsWith(FOLDER);
  }

  isSymbolicLink(): boolean {
    return this.entry.startsWith(LINK);
  }
}
