import { resolve } from 'node:path';
import { InputError } from '../formats/input-error';
import { readTextFile } from '../formats/text-file';

/** The text of a file that an option names, relative to a folder. Throws InputError. */
export function readOptionFile(file: string, option: string, cwd: string): string {
  try {
    return readTextFile(resolve(cwd, file));
  } catch (error) {
    throw new InputError(`${option}: cannot read ${file}: ${(error as Error).message}`);
  }
}
