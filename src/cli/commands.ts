import type { CommandEntry } from './command';

/** All commands, in the order in which help lists them. To add one: a file that exports `configure`, and a line. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'lint', summary: 'find what is wrong in any set of manifests', load: () => import('./lint') },
  { name: 'synth', summary: 'render canary.yaml files to manifests', load: () => import('./synth') },
  { name: 'show', summary: 'show a spec as merged, and where each value comes from', load: () => import('./show') },
  { name: 'init', summary: 'begin a folder of specs, or a cdk8s project', load: () => import('./init') },
  { name: 'adopt', summary: 'write the spec that reproduces existing manifests', load: () => import('./adopt') },
  {
    name: 'as-deployments',
    summary: 'print manifests with Deployments in place of Rollouts, for other tools',
    load: () => import('./as-deployments'),
  },
  { name: 'schema', summary: 'print the JSON Schema of a spec file, for editors', load: () => import('./schema') },
  { name: 'krm', summary: 'be a KRM function, for kustomize', load: () => import('./krm') },
  { name: 'plan', summary: 'show what a rollout will do, step by step', load: () => import('./plan') },
  {
    name: 'simulate',
    summary: 'say how likely a bad version is caught, and what it costs',
    load: () => import('./simulate'),
  },
  {
    name: 'rehearse',
    summary: 'run a rollout against a real Prometheus, in seconds',
    load: () => import('./rehearse'),
  },
  { name: 'test', summary: 'run the scenarios kept beside manifests', load: () => import('./test') },
];
