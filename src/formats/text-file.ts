import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Default maximum size of a text file in bytes. */
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/**
 * The environment variable that holds another maximum in bytes. A variable, because the parts of the program that are
 * bundled apart, and the workers, have a copy of this module each.
 */
const MAX_BYTES = 'CDK8S_CANARY_MAX_FILE_BYTES';

/** Sets the maximum size of every text file that is read from now on. @param bytes Default: that of each kind of file */
export function limitFileSize(bytes: number | undefined): void {
  if (bytes === undefined) delete process.env[MAX_BYTES];
  else process.env[MAX_BYTES] = String(bytes);
}

const largest = (preset: number): number => Number(process.env?.[MAX_BYTES]) || preset;

/** A file that cannot be read as text. The message is for the user, without the file's name, and quotes nothing of it. */
export class TextFileError extends Error {
  public override readonly name = 'TextFileError';

  constructor(
    message: string,
    /** That of the operating system, such as `ENOENT`, if it was the one that refused. */
    public readonly code?: string,
  ) {
    super(message);
  }
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'a symbolic link that leads to itself',
  EISDIR: 'is a folder',
  ENAMETOOLONG: 'the name is too long',
};

/** A readable message for an error of the operating system; the message of any other error. */
export function fileErrorReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && REASONS[code]) ?? message;
}

/** The type of something that is neither a file nor a folder. Undefined for these two. */
export function specialFile(stats: Stats): string | undefined {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'a device';
  return undefined;
}

/**
 * Reads a regular file as UTF-8 text. It never waits: a pipe, a device or a socket is refused, even if it takes the place
 * of a file in the meantime. Throws a TextFileError.
 */
export function readTextFile(path: string, maxBytes = DEFAULT_MAX_BYTES): string {
  return readTextAndStats(path, maxBytes).text;
}

/** The same, with the metadata of the file when it was read. */
export function readTextAndStats(
  path: string,
  maxBytes = DEFAULT_MAX_BYTES,
): { readonly text: string; readonly stats: Stats } {
  const { bytes, stats } = readRegularFile(path, largest(maxBytes));
  return { text: textOf(bytes), stats };
}

/** All text of a stream, with the same bounds. Throws a TextFileError. */
export async function readTextStream(stream: AsyncIterable<unknown>): Promise<string> {
  const maxBytes = largest(DEFAULT_MAX_BYTES);
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk as Buffer));
    total += chunks[chunks.length - 1].length;
    if (total > maxBytes) throw tooLarge(maxBytes);
  }
  return textOf(Buffer.concat(chunks));
}

/** Text from bytes. Throws a TextFileError for UTF-16 and for what is no text. */
function textOf(bytes: Buffer): string {
  if (bytes.length > 1 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
    throw new TextFileError('is UTF-16; save it as UTF-8');
  }
  if (bytes.includes(0)) throw new TextFileError('is no text file: it has a NUL byte');
  return bytes.toString('utf8');
}

function readRegularFile(path: string, maxBytes: number): { readonly bytes: Buffer; readonly stats: Stats } {
  let file: number;
  try {
    // Without O_NONBLOCK, opening a pipe blocks until there is a writer.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What opening a socket gives.
    if (code === 'ENXIO') throw new TextFileError('is a socket or a device, and no regular file', code);
    throw new TextFileError(fileErrorReason(error), code);
  }
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) throw new TextFileError(REASONS.EISDIR, 'EISDIR');
    const special = specialFile(stats);
    if (special !== undefined) throw new TextFileError(`is ${special}, and no regular file; pipe it into '-' instead`);
    if (stats.size > maxBytes) throw tooLarge(maxBytes);
    return { bytes: readAll(file, stats.size, maxBytes), stats };
  } catch (error) {
    if (error instanceof TextFileError) throw error;
    throw new TextFileError(fileErrorReason(error), (error as NodeJS.ErrnoException).code);
  } finally {
    closeSync(file);
  }
}

/** A file may grow while it is read, and some of those in /proc say that they are empty: what comes is counted. */
function readAll(file: number, size: number, maxBytes: number): Buffer {
  const parts: Buffer[] = [];
  let total = 0;
  // Most manifests are small, and Node.js allocates buffers of less than 4 KiB from its pool.
  for (let room = size > 0 ? size + 1 : 4096; ; room = 65_536) {
    const part = Buffer.allocUnsafe(room);
    const count = readSync(file, part, 0, room, null);
    if (count > 0) parts.push(part.subarray(0, count));
    total += count;
    if (total > maxBytes) throw tooLarge(maxBytes);
    // There was room for more, and the file is as long as it was said to be: nothing is left to be read.
    if (count === 0 || (total === size && count < room)) return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }
}

const tooLarge = (maxBytes: number): TextFileError =>
  new TextFileError(`is larger than ${formatBytes(maxBytes)}; split the file, or raise --max-file-size`);

/** A number of bytes in the largest binary unit that gives at least 1, such as `64 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  let value = bytes;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${Number(value.toFixed(1))} ${units[unit]}`;
}
