import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { isWithin } from '../formats/repository';

/** A value that a caller states for a tool. */
type Given = Readonly<Record<string, unknown>>;

interface Option {
  readonly type: 'string' | 'number' | 'boolean';
  readonly description: string;
  readonly choices?: readonly string[];
  /** The option of the command line. */
  readonly flag: string;
}

/** A command that a model may run: it reads files below one folder, and writes none. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  /** The command line up to the options. */
  readonly command: readonly string[];
  /** A program reads the answer, so its texts stay as they are. */
  readonly answersInJson?: boolean;
}

const number = (flag: string, description: string): Option => ({ type: 'number', flag, description });
const text = (flag: string, description: string): Option => ({ type: 'string', flag, description });
const ROLLOUT = text('--rollout', 'Process only this rollout: name or namespace/name.');
const POD_START = text('--pod-start', 'Time from the creation of a pod until it is ready, such as 30s.');
const RELEASES = {
  argoRollouts: text('--argo-rollouts', 'The release of Argo Rollouts, or a range such as "1.8 - 1.10".'),
  prometheus: text('--prometheus-version', 'The release of Prometheus.'),
};
const TRAFFIC = {
  profile: text('--profile', 'A traffic profile, by its path below the folder.'),
  rps: number('--rps', 'Requests per second to both versions together.'),
  baselineErrorRate: number('--baseline-error-rate', 'Share of failed requests of the stable version, from 0 to 1.'),
};

export const TOOLS: readonly Tool[] = [
  {
    name: 'lint',
    description:
      'Finds what is wrong in manifests and canary files for Argo Rollouts, Istio and Prometheus: what will be refused, what will break, and what will not protect. Each finding has its place and what to do.',
    command: ['lint', '--format', 'json'],
    answersInJson: true,
    options: {
      failOn: {
        type: 'string',
        flag: '--fail-on',
        description: 'The least severity that counts as a failure.',
        choices: ['error', 'warning', 'advice', 'note'],
      },
      ...RELEASES,
    },
  },
  {
    name: 'explain_rule',
    description: 'Explains a rule of lint by its code, such as ROL001: why it matters, what to do, and examples.',
    command: ['lint'],
    options: { rule: text('--explain', 'The code of the rule.') },
  },
  {
    name: 'plan',
    description:
      'Shows what an update of a Rollout will do: each step with its time, weight, pods and analyses, and what becomes of it when a version is bad or a metric has no data.',
    command: ['plan', '--format', 'markdown'],
    options: { rollout: ROLLOUT, podStart: POD_START, ...RELEASES },
  },
  {
    name: 'simulate',
    description:
      'Estimates how likely a bad version is stopped, how soon and after how many failed requests, and how often a healthy one is stopped. With "suggest" it searches for limits and a plan that are better.',
    command: ['simulate', '--format', 'markdown'],
    options: {
      errorRate: number('--error-rate', 'Share of failed requests of the new version, from 0 to 1.'),
      latencyFactor: number('--latency-factor', 'The new version takes so many times as long.'),
      latencyP99: text('--latency-p99', 'The slowest percent of requests to the new version take this long: 2s.'),
      restarts: number('--restarts', 'Restarts of a container of each pod of the new version per hour.'),
      saturation: number('--saturation', 'Share of its limits of memory and CPU that the new version uses.'),
      ...TRAFFIC,
      assume: text(
        '--assume',
        'Outcome of a metric that is not measured from traffic: metric=success, failure, inconclusive or error.',
      ),
      podStart: POD_START,
      runs: number('--runs', 'Number of simulated updates.'),
      suggest: { type: 'boolean', flag: '--suggest', description: 'Search for the shortest plan and the limits.' },
      rollout: ROLLOUT,
      ...RELEASES,
    },
  },
  {
    name: 'explain',
    description:
      'Explains what happened to a Rollout from the objects of the cluster (as kubectl get -o yaml prints them), why, what users get now, and which command helps.',
    command: ['explain', '--format', 'markdown'],
    options: { rollout: ROLLOUT },
  },
];

/** Tools that read files or a text; the others need none. */
const readsManifests = ({ name }: Tool): boolean => name !== 'explain_rule';

/** The JSON Schema of what a tool takes. */
export function inputSchema(tool: Tool): { type: 'object'; properties: Record<string, object>; required?: string[] } {
  const properties: Record<string, object> = {};
  if (readsManifests(tool)) {
    properties.paths = {
      type: 'array',
      items: { type: 'string' },
      description: 'Files and folders below the folder of the server. Default: all of it.',
    };
    properties.manifests = { type: 'string', description: 'Manifests or a canary file as YAML, in place of paths.' };
  }
  for (const [name, { type, description, choices }] of Object.entries(tool.options))
    properties[name] = { type, description, ...(choices ? { enum: choices } : {}) };
  return { type: 'object', properties, ...(readsManifests(tool) ? {} : { required: Object.keys(tool.options) }) };
}

/** How a tool is run. */
export interface Run {
  readonly args: readonly string[];
  /** The text of standard input. */
  readonly stdin?: string;
}

/** The command line of a call, or what is wrong with what was given. */
export function runOf(tool: Tool, given: Given, folder: string): Run | { readonly problem: string } {
  const args = [...tool.command];
  for (const [name, value] of Object.entries(given)) {
    if (readsManifests(tool) && (name === 'paths' || name === 'manifests')) continue;
    const option = Object.hasOwn(tool.options, name) ? tool.options[name] : undefined;
    if (option === undefined) return { problem: `${tool.name} has no option "${name}"` };
    if (typeof value !== option.type) return { problem: `"${name}" must be a ${option.type}` };
    if (option.choices && !option.choices.includes(value as string))
      return { problem: `"${name}" must be one of ${option.choices.join(', ')}` };
    if (option.flag === '--profile' && !isBelow(folder, value as string)) return { problem: outside(value as string) };
    if (value === true) args.push(option.flag);
    else if (value !== false) args.push(`${option.flag}=${String(value)}`);
  }
  for (const name of inputSchema(tool).required ?? []) {
    if (given[name] === undefined) return { problem: `"${name}" is missing` };
  }
  if (!readsManifests(tool)) return { args };
  const { paths = ['.'], manifests } = given;
  if (manifests !== undefined && given.paths !== undefined)
    return { problem: '"manifests" stands in place of "paths"; give one of them' };
  if (manifests !== undefined) {
    if (typeof manifests !== 'string') return { problem: '"manifests" must be a string' };
    return { args: [...args, '-'], stdin: manifests };
  }
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string'))
    return { problem: '"paths" must be a list of strings' };
  const stray = paths.find((path) => !isBelow(folder, path));
  return stray === undefined ? { args: [...args, '--', ...paths] } : { problem: outside(stray) };
}

const outside = (path: string): string =>
  `${JSON.stringify(path)} is no file or folder below the folder of the server; start the server in the folder that has it`;

/** Whether a file or folder, its links followed, is below a folder. */
function isBelow(folder: string, path: string): boolean {
  try {
    return isWithin(realpathSync(resolve(folder, path)), realpathSync(folder));
  } catch {
    return false;
  }
}
