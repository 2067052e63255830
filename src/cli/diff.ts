import type { Command } from 'commander';
import { type ClusterFlags, getObjects } from '../cluster';
import { compareWithCluster, type Comparison } from '../drift';
import { markdownText } from '../formats/encode/markdown';
import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import type { Graph } from '../graph';
import type { Io } from './io';
import { addClusterOptions, addInputs, environmentOption, formatOption, outputOption } from './options';
import { jsonText, type OutputFlags, plural, write } from './output';
import { graphOf, readInputs, readObjects, reportUnreadable } from './read-inputs';

const FORMATS = ['text', 'markdown', 'json'] as const;

interface Flags extends OutputFlags, ClusterFlags {
  readonly format: (typeof FORMATS)[number];
  readonly env?: string;
  readonly live?: boolean;
  readonly cluster?: string[];
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
    );
  addClusterOptions(command, 'namespace of objects that state none, for kubectl').addHelpText(
    'after',
    `
Everything that Git states must be in the cluster, in any form that means the same. What the API server adds is no
difference, nor is what a controller owns: weights, managed routes, hashes, replicas under an autoscaler. A sync that would
reset the weights of an update under way is reported. Nothing is written to the cluster.

Exit codes: 0 the cluster is what Git says, 1 differences, 2 usage or unreadable input.

  cdk8s-canary diff deploy/ --live
  kubectl get rollout,service,virtualservice -n shop -o yaml | cdk8s-canary diff deploy/ --cluster -`,
  );
  run((paths, flags) => diffCommand(paths, flags, io));
}

async function diffCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  if ((flags.live === true) === (flags.cluster !== undefined))
    throw new InputError('give --live to read the cluster with kubectl, or --cluster with files of its objects');
  const inputs = await readInputs(paths, flags.env, io);
  reportUnreadable(inputs, io);
  const { graph } = inputs;
  if (graph.resources.length === 0) throw new InputError(`no manifests in ${paths.join(', ')}`);
  const live = flags.cluster ? await readObjects(flags.cluster, io) : await readLive(graph, flags, io);
  const comparison = compareWithCluster(graph, live);
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
  for (const namespace of namespaces) {
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
    for (const failure of fetched.failures) io.err(`${failure}\n`);
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
