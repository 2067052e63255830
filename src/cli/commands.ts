import type { CommandEntry } from './command';

/** All commands, in the order in which help lists them. To add one, write a file that exports `configure`, and a line. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'lint', summary: 'find problems in manifests and canary files', load: () => import('./lint') },
  { name: 'synth', summary: 'render canary files to manifests', load: () => import('./synth') },
  {
    name: 'show',
    summary: 'show canary files after merging, and the origin of each value',
    load: () => import('./show'),
  },
  { name: 'init', summary: 'create a folder of canary files, or a cdk8s project', load: () => import('./init') },
  { name: 'adopt', summary: 'write the canary files that reproduce existing manifests', load: () => import('./adopt') },
  {
    name: 'as-deployments',
    summary: 'print manifests with Deployments instead of Rollouts, for other tools',
    load: () => import('./as-deployments'),
  },
  { name: 'schema', summary: 'print the JSON Schema of a kind of file, for editors', load: () => import('./schema') },
  { name: 'krm', summary: 'run as a KRM function, for kustomize', load: () => import('./krm') },
  { name: 'plan', summary: 'show what a rollout will do, step by step', load: () => import('./plan') },
  {
    name: 'simulate',
    summary: 'estimate how likely a bad version is caught, and how many requests fail until then',
    load: () => import('./simulate'),
  },
  {
    name: 'design',
    summary: 'open a page in which a plan is changed and simulated by moving sliders',
    load: () => import('./design'),
  },
  {
    name: 'rehearse',
    summary: 'run a rollout against a real Prometheus in simulated time',
    load: () => import('./rehearse'),
  },
  {
    name: 'upgrade',
    summary: 'show what other releases of the systems in the cluster change for manifests',
    load: () => import('./upgrade'),
  },
  {
    name: 'calibrate',
    summary: 'measure the traffic of a rollout in Prometheus, and replay its analyses over history',
    load: () => import('./calibrate'),
  },
  {
    name: 'explain',
    summary: 'explain what happened to a Rollout in the cluster, and what can be done',
    load: () => import('./explain'),
  },
  {
    name: 'diff',
    summary: 'compare manifests with the objects of a cluster, by meaning',
    load: () => import('./diff'),
  },
  { name: 'test', summary: 'run the scenarios that are kept with manifests', load: () => import('./test') },
  { name: 'lsp', summary: 'serve an editor over the language server protocol', load: () => import('./lsp') },
  {
    name: 'mcp',
    summary: 'serve an assistant over the Model Context Protocol',
    load: () => import('./mcp'),
  },
  {
    name: 'completion',
    summary: 'print a script with which a shell completes',
    load: () => import('./completion'),
    isAboutAll: true,
  },
  { name: 'man', summary: 'print a manual page', load: () => import('./man'), isAboutAll: true, hidden: true },
];

/** Loaded for `--version` only. */
export const loadVersionText = () => import('./version-text');
