import { type Dirent, readdirSync } from 'node:fs';

/** Something in a folder. */
export type FolderEntry = Pick<Dirent, 'name' | 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

/** Gives what is in a folder, sorted by name. Throws if it cannot be read. */
export type ListFolder = (real: string) => readonly FolderEntry[];

/** Reads a folder. */
export const listFolder: ListFolder = (real) =>
  readdirSync(real, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
