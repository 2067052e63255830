import type { Readable } from 'node:stream';

/** What a command may touch of the process, so that it can be run without one. */
export interface Io {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly stdin: Readable;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether the output is a terminal that shows colours. */
  readonly colour: boolean;
  /** Whether a line on the error output can be written over. */
  readonly progress: boolean;
}

/** What went wrong is the user's to mend: the message says it all. Exit code 2. */
export class UsageError extends Error {
  public override readonly name = 'UsageError';
}

/** Told by its name: as bundled, the command that throws it and the program that catches it have a class each. */
export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === 'UsageError';
}

/** Everything that comes by standard input, as text. */
export async function readStdin({ stdin }: Io): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString('utf8');
}
