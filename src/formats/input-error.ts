/**
 * What the user gave cannot be used: the message says where, what was found, and what to do. The command line prints it
 * and exits with 2. Any other exception is a defect of the program.
 */
export class InputError extends Error {
  // The command line tells such errors by their name.
  public override readonly name = 'UsageError';
}

/** What the operating system refused is for the user to solve, too: a missing file, no permission, a full disk. */
export function asInputError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return error instanceof Error && typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)
    ? new InputError(message)
    : error;
}
