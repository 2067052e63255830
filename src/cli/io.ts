import type { Readable } from 'node:stream';
import { InputError } from '../formats/input-error';
import { readTextStream, TextFileError } from '../formats/text-file';

/** What a command may touch of the process, so that it can be run without one. */
export interface Io {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly stdin: Readable;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether standard output is a terminal that shows colours. */
  readonly colour: boolean;
  /** Whether standard output is a terminal: somebody looks at it. @default false */
  readonly terminal?: boolean;
  /** Whether a line on standard error can be overwritten. */
  readonly progress: boolean;
  /** Ends what goes on until it is interrupted, as a signal of the operating system does. @default none */
  readonly interrupted?: AbortSignal;
}

/** The name under which standard input is shown. */
export const STDIN = '<stdin>';

/** Reads all of standard input as text. Throws InputError. */
export async function readStdin({ stdin }: Io): Promise<string> {
  try {
    return await readTextStream(stdin);
  } catch (error) {
    throw error instanceof TextFileError ? new InputError(`standard input ${error.message}`) : error;
  }
}
