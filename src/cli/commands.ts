import type { CommandEntry } from './command';

/** All commands, in the order in which help lists them. To add one: a file that exports `configure`, and a line. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'lint', summary: 'find what is wrong in any set of manifests', load: () => import('./lint') },
];
