import { isSettled } from './file-signature';
import { InputError } from './input-error';
import { readTextAndStats } from './text-file';

/** A text that was read from a file, and is read again when it is needed, so that it takes no memory until then. */
export class TextOnDisk {
  private constructor(
    private readonly path: string,
    private readonly name: string,
    private readonly size: number,
    private readonly changed: number,
  ) {}

  /**
   * Reads a file. Throws a TextFileError.
   *
   * @param name the name as the user sees it
   * @returns `again` is undefined if a later change to the file could not be detected
   */
  static read(path: string, name: string): { readonly text: string; readonly again?: TextOnDisk } {
    const { text, stats } = readTextAndStats(path);
    return { text, again: isSettled(stats) ? new TextOnDisk(path, name, stats.size, stats.ctimeMs) : undefined };
  }

  /** Reads it again. Throws an InputError if the file is no longer the same. */
  text(): string {
    let read: ReturnType<typeof readTextAndStats> | undefined;
    try {
      read = readTextAndStats(this.path);
    } catch {
      // It is gone, or is no text any more.
    }
    if (read?.stats.size === this.size && read.stats.ctimeMs === this.changed) return read.text;
    throw new InputError(`${this.name} changed while it was being read; run the command again`);
  }
}
