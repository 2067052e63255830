import { statSync } from 'node:fs';

/**
 * The mark of state that this tool left in a folder on this machine. The folder may come with a repository that
 * somebody else wrote, and its cache or journal would decide what is written, deleted or reported; but nobody who commits
 * a file knows when the folder will come into being on this machine, and as which inode. Undefined where the file system
 * does not tell, or the folder is not there: then nothing is believed.
 *
 * @param folder The folder that holds the state.
 * @param tool What else the state must agree with: the fingerprint of the tool, if that matters.
 */
export function sealOf(folder: string, tool = ''): string | undefined {
  const there = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return there && there.birthtimeNs > 0n ? `${tool} ${there.ino} ${there.birthtimeNs}`.trim() : undefined;
}
