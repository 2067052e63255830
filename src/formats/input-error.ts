/**
 * The input cannot be used. The message says where, what was found, and what to do. The command line prints it and
 * exits with 2. Any other exception is a defect of the program.
 */
export class InputError extends Error {
  // The command line recognizes these errors by name.
  public override readonly name = 'UsageError';
}

/** Errors of the operating system are also for the user to solve: a missing file, no permission, a full disk. */
export function asInputError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return error instanceof Error && typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)
    ? new InputError(message)
    : error;
}
