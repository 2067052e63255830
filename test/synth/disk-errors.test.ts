import { join } from 'node:path';
import { InputError } from '../../src/formats/input-error';
import { explained } from '../../src/synth/disk-errors';
import { Folder } from '../cli/run';

let folder: Folder;
beforeEach(() => (folder = new Folder({})));
afterEach(() => folder.remove());

const error = (code?: string) => Object.assign(new Error('refused'), { code });

describe('an error of the disk', () => {
  test.each([
    ['ENOSPC', 'there is no room left on the disk'],
    ['EDQUOT', 'the quota of the disk is used up'],
    ['EFBIG', 'a file may not be as large'],
    ['EACCES', 'it may not be written to'],
    ['EROFS', 'it may not be written to'],
  ])('%s tells the reason, and what the folder is like', (code, reason) => {
    const here = explained(error(code), join(process.cwd(), 'some/out'));
    expect(here).toEqual(new InputError(`some/out: ${reason} (refused); nothing was changed`));
    expect(here).toBeInstanceOf(InputError);
    folder.write({ '.cdk8s-canary/journal': '' });
    expect(explained(error(code), folder.path).message).toMatch(
      /: .* \(refused\); the next run finishes what this one began$/,
    );
  });

  test('of another kind keeps its message, for the user', () => {
    const other = explained(error('EIO'), folder.path);
    expect([other.message, other instanceof InputError]).toEqual(['refused', true]);
  });

  test('is none where it has no code: that is a defect', () => {
    const other = error();
    expect(explained(other, folder.path)).toBe(other);
  });
});
