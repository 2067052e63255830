import { type Command, Option } from 'commander';
import { type ClusterFlags, getObjects } from '../cluster';
import { compareWithCluster, type Comparison } from '../drift';
import { markdownText } from '../formats/encode/markdown';
import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import type { Graph } from '../graph';
import { followUpdates } from './follow-update';
import type { Io } from './io';
import {
  addClusterOptions,
  addInputs,
  duration,
  environmentOption,
  formatOption,
  outputOption,
  rolloutOption,
} from './options';
import { counted, eachOn, errLine, jsonText, type OutputFlags, plural, write } from './output';
import { graphOf, readInputs, readObjects, reportUnreadable } from './read-inputs';

const FORMATS = ['text', 'markdown', 'json'] as const;

interface Flags extends OutputFlags, ClusterFlags {
  readonly format: (typeof FORMATS)[number];
  readonly env?: string;
  readonly live?: boolean;
  readonly cluster?: string[];
  readonly watch?: boolean;
  readonly rollout?: string;
  readonly interval: number;
  readonly podStart: number;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addInputs(command)
    .addOption(environmentOption())
    .addOption(formatOption(FORMATS))
    .addOption(outputOption())
    .option('--live', 'compare with the cluster, which kubectl reads')
    .option(
      '--cluster <paths...>',
      'compare with objects of a cluster in these files and folders, or - for standard input',
    )
    .option('-w, --watch', 'with --live: follow the updates of the Rollouts, and compare them with their plan')
    .addOption(rolloutOption())
    .addOption(
      new Option('--interval <duration>', 'time between two looks of --watch').argParser(duration).default(2, '2s'),
    )
    .addOption(
      new Option('--pod-start <duration>', 'time from the creation of a pod until it is ready, for the plan of --watch')
        .argParser(duration)
        .default(30, '30s'),
    );
  addClusterOptions(command, 'namespace of objects that state none, for kubectl').addHelpText(
    'after',
    `
Everything that Git states must be in the cluster, in any form that means the same. What the API server adds is no
difference, nor is what a controller owns: weights, managed routes, hashes, replicas under an autoscaler. A sync that would
reset the weights of an update under way is reported. Nothing is written to the cluster.

With --watch, a line for each change of an update says what the cluster has and what the plan expects: step, share of the
traffic, pods and analyses, and the time left. It ends with the updates.

Exit codes: 0 the cluster is what Git says (--watch: all updates were promoted), 1 differences (--watch: an update was
aborted or is degraded), 2 usage or unreadable input.

  cdk8s-canary diff deploy/ --live
  cdk8s-canary diff deploy/ --live --watch --rollout checkout
  kubectl get rollout,service,virtualservice -n shop -o yaml | cdk8s-canary diff deploy/ --cluster -`,
  );
  run((paths, flags) => diffCommand(paths, flags, io));
}

async function diffCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  if (flags.watch && !flags.live) throw new InputError('--watch follows a cluster; give --live as well');
  if (!flags.watch && flags.rollout !== undefined)
    throw new InputError('--rollout belongs to --watch; without it, name the manifests that are to be compared');
  if (flags.watch && flags.output !== undefined)
    throw new InputError('--watch prints as long as it runs; leave --output out, and redirect standard output');
  if (flags.watch && flags.format === 'markdown')
    throw new InputError('--watch has no format markdown; use text or json (one object a line)');
  if ((flags.live === true) === (flags.cluster !== undefined))
    throw new InputError('give --live to read the cluster with kubectl, or --cluster with files of its objects');
  const inputs = await readInputs(paths, flags.env, io);
  reportUnreadable(inputs, io);
  const { graph } = inputs;
  if (graph.resources.length === 0) throw new InputError(`no manifests in ${paths.join(', ')}`);
  if (flags.watch) return followUpdates(graph, flags, io);
  const live = flags.cluster ? await readObjects(flags.cluster, io) : await readLive(graph, flags, io);
  const comparison = compareWithCluster(graph, live, eachOn(io));
  write(formatted(comparison, flags), flags, io);
  return comparison.drifts.length === 0 ? 0 : 1;
}

/** Reads every kind that Git has, in each of its namespaces. */
async function readLive(git: Graph, flags: Flags, io: Io): Promise<Graph> {
  const namespaces = [...new Set(git.resources.map(({ namespace }) => namespace ?? flags.namespace))];
  // What begins with a dash would be an option of kubectl.
  const odd = git.resources.find(
    ({ kind, version, group }) => !/^[A-Za-z]\w*\.[\w.]*\.[\w.-]*$/.test(`${kind}.${version}.${group}`),
  );
  if (odd)
    throw new InputError(
      `${odd.origin.file}: no cluster has a kind ${oneLine(odd.kind)} of ${oneLine(odd.apiVersion)}`,
    );
  const texts: string[] = [];
  for (const namespace of counted(namespaces, 'reading namespace', io)) {
    const here = git.resources.filter((one) => (one.namespace ?? flags.namespace) === namespace);
    const kinds = [
      ...new Set(here.map(({ kind, version, group }) => (group === '' ? kind : `${kind}.${version}.${group}`))),
    ];
    const fetched = await getObjects(
      kinds.map((kind) => [kind]),
      { ...flags, namespace },
      io.env,
    );
    texts.push(...fetched.texts);
    for (const failure of fetched.failures) errLine(failure, io);
    if (fetched.failures.length > 0)
      throw new InputError(
        'what cannot be read cannot be compared; name the manifests that can, or ask for the rights',
      );
  }
  return graphOf(texts.map((text) => ({ name: 'cluster', text })));
}

function formatted({ drifts, compared, owned, onlyInCluster }: Comparison, { format }: Flags): string {
  if (format === 'json') return jsonText([{ drifts, compared, owned, onlyInCluster }]);
  const encode = format === 'markdown' ? markdownText : oneLine;
  const item = format === 'markdown' ? '- ' : '  ';
  const section = (title: string, rows: readonly string[]): string[] =>
    rows.length === 0
      ? []
      : [
          '',
          format === 'markdown' ? `### ${title}` : title,
          ...(format === 'markdown' ? [''] : []),
          ...rows.map((row) => `${item}${encode(row)}`),
        ];
  const summary =
    drifts.length === 0
      ? `${plural(compared, 'object')} compared: the cluster is what Git says`
      : `${plural(compared, 'object')} compared, ${plural(drifts.length, 'difference')}`;
  return `${[
    summary,
    ...section(
      'Differences',
      drifts.map(({ message }) => message),
    ),
    ...section('Only in the cluster', onlyInCluster),
    ...section('Different, and owned by a controller', owned),
  ].join('\n')}\n`;
}
