import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { type ClusterFlags, getObjects } from '../cluster';
import { explain, explanationMarkdown, explanationPage, explanationText } from '../explain';
import { InputError } from '../formats/input-error';
import type { Graph, Resource } from '../graph';
import type { Io } from './io';
import { addClusterOptions, formatOption, outputOption, rolloutOption } from './options';
import { emphasisOf, errLine, jsonText, type OutputFlags, write } from './output';
import { profileFile } from './profile-options';
import { graphOf, readObjects } from './read-inputs';

const FORMATS = ['text', 'markdown', 'html', 'json'] as const;

/** What tells the story of a Rollout. */
const KINDS: readonly (readonly [string, ...string[]])[] = [
  ['replicasets.apps'],
  ['analysisruns.argoproj.io'],
  ['experiments.argoproj.io'],
  ['analysistemplates.argoproj.io'],
  ['services'],
  ['virtualservices.networking.istio.io'],
  ['pods'],
  ['events', '--field-selector=involvedObject.kind=Rollout'],
  // Why pods do not start is in those of the pods and ReplicaSets.
  ['events', '--field-selector=type=Warning'],
];

interface Flags extends OutputFlags, ClusterFlags {
  readonly format: (typeof FORMATS)[number];
  readonly rollout?: string;
  readonly profile?: string;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  command
    .addArgument(
      new Argument(
        '[paths...]',
        'objects of a cluster: files, folders, or - for standard input; or the name of one Rollout, which kubectl reads',
      ).default(['-'], 'standard input'),
    )
    .addOption(formatOption(FORMATS))
    .addOption(outputOption())
    .addOption(rolloutOption())
    .option('--profile <file>', 'traffic profile for the comparison with the simulation (default: assumed traffic)');
  addClusterOptions(command, 'namespace, for kubectl').addHelpText(
    'after',
    `
Says what happened to a Rollout and why, from its status, its ReplicaSets and AnalysisRuns, Services, VirtualServices,
pods and events; what users get now, and what can be done. Nothing is written to the cluster.

Exit codes: 0 healthy or under way, 1 aborted, paused, degraded or refused, 2 usage or unreadable input.

  cdk8s-canary explain checkout -n shop
  kubectl get rollout,replicaset,analysisrun,service,virtualservice,pod,event -n shop -o yaml | cdk8s-canary explain -
  cdk8s-canary explain dump/ --format html -o incident.html`,
  );
  run((paths, flags) => explainCommand(paths, flags, io));
}

async function explainCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const { graph, wanted } = await readGiven(paths, flags, io);
  const rollouts = graph.ofKind('Rollout', 'argoproj.io');
  const chosen = rollouts.filter(
    ({ name, fullName }) => wanted === undefined || wanted === name || wanted === fullName,
  );
  if (chosen.length === 0)
    throw new InputError(
      rollouts.length === 0
        ? 'there is no Rollout in the input'
        : `there is no Rollout '${wanted}' in the input; found: ${rollouts.map(({ fullName }) => fullName).join(', ')}`,
    );
  if (flags.format === 'html' && chosen.length > 1)
    throw new InputError('a page explains one Rollout; choose one with --rollout');
  const profile = flags.profile === undefined ? undefined : profileFile(flags.profile, io);
  const found = chosen.map((resource) => [resource, explain(graph, resource, profile)] as const);
  write(formatted(graph, found, flags, io), flags, io);
  return found.every(([, { outcome }]) => outcome === 'healthy' || outcome === 'progressing') ? 0 : 1;
}

type Found = readonly (readonly [resource: Resource, explanation: ReturnType<typeof explain>])[];

function formatted(graph: Graph, found: Found, flags: Flags, io: Io): string {
  switch (flags.format) {
    case 'text':
      return found.map(([, one]) => explanationText(one, emphasisOf(flags, io))).join('\n');
    case 'markdown':
      return found.map(([, one]) => explanationMarkdown(one)).join('\n');
    case 'html':
      return explanationPage(graph, ...found[0]);
    case 'json':
      return jsonText(found.map(([, one]) => one));
  }
}

/** Files and standard input, or what kubectl reads of one Rollout. */
async function readGiven(
  paths: readonly string[],
  flags: Flags,
  io: Io,
): Promise<{ readonly graph: Graph; readonly wanted?: string }> {
  const [name] = paths;
  // With an option for kubectl it is the cluster that is meant, also where a folder has the name of the Rollout.
  const options = (['namespace', 'context', 'kubeconfig'] as const).filter((one) => flags[one] !== undefined);
  const isAsked = options.length > 0;
  const isThere = existsSync(resolve(io.cwd, name));
  const isWord = /^[a-z0-9][a-z0-9-]*$/.test(name);
  const isName = isWord ? isAsked || !isThere : isAsked && !isThere && /^[a-z0-9][a-z0-9.-]*$/.test(name);
  if (paths.length > 1 || !isName) {
    if (isAsked)
      throw new InputError(
        `--${options.join(', --')}: kubectl reads nothing here; name one Rollout in place of files, or leave the option out`,
      );
    return { graph: await readObjects(paths, io), wanted: flags.rollout };
  }
  const { texts, failures } = await getObjects([['rollouts.argoproj.io', name], ...KINDS], flags, io.env);
  for (const failure of failures) errLine(failure, io);
  return { graph: graphOf(texts.map((text) => ({ name: 'cluster', text }))), wanted: flags.rollout ?? name };
}
