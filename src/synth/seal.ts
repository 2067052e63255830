import { statSync } from 'node:fs';
import { join } from 'node:path';
import { PRIVATE } from './output';

/**
 * Identifies state next to the output as written by this tool in this folder. The folder may come from an untrusted
 * repository, whose cache, journal or stencils would decide what is written and deleted. But whoever commits a file
 * cannot know the creation time and the inode of the folder on this machine. Undefined if the file system does not
 * provide them, or the folder does not exist: then no state is trusted.
 *
 * @param tool What else the state must agree with: the fingerprint of the tool, if that matters.
 */
export function sealOf(out: string, tool = ''): string | undefined {
  const there = statSync(join(out, PRIVATE), { bigint: true, throwIfNoEntry: false });
  return there && there.birthtimeNs > 0n ? `${tool} ${there.ino} ${there.birthtimeNs}`.trim() : undefined;
}
