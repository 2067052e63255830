import type { CommandEntry } from './command';

/** All commands, in the order in which help lists them. To add one: a file that exports `configure`, and a line. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'lint', summary: 'find what is wrong in any set of manifests', load: () => import('./lint') },
  { name: 'plan', summary: 'show what a rollout will do, step by step', load: () => import('./plan') },
  {
    name: 'simulate',
    summary: 'say how likely a bad version is caught, and what it spoils',
    load: () => import('./simulate'),
  },
];
