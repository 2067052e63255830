import { display } from '../canaryfile/display-path';
import { InputError, asInputError } from '../formats/input-error';
import { isCutOff } from './commit';

/** An error of the operating system with what to do, and the state of the output folder. */
export function explained(error: NodeJS.ErrnoException, out: string): Error {
  const reasons: { readonly [code: string]: string } = {
    ENOSPC: 'there is no room left on the disk',
    EDQUOT: 'the quota of the disk is used up',
    EFBIG: 'a file may not be as large',
    EACCES: 'it may not be written to',
    EROFS: 'it may not be written to',
  };
  const reason = reasons[error.code ?? ''];
  if (reason === undefined) return asInputError(error) as Error;
  const state = isCutOff(out) ? 'the next run finishes what this one began' : 'nothing was changed';
  return new InputError(`${display(out)}: ${reason} (${error.message}); ${state}`);
}
