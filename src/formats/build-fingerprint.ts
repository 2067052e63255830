import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root';

/** The hash of every byte of this tool, so that no other build believes what this one stored. */
export const buildFingerprint = (): string => readFileSync(join(packageRoot(), 'lib/spec/build.sha256'), 'utf8').trim();
