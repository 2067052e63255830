import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { asDeployments, type WithDeployments } from '../as-deployments';
import { InputError } from '../formats/input-error';
import { writeWholeFile } from '../formats/write-file';
import { readDocuments } from '../formats/yaml';
import type { Graph } from '../graph';
import { type Io, STDIN } from './io';
import { addFolderOption, addInputs, environmentOption, folderOf, formatOption } from './options';
import { errLine, jsonText, plural } from './output';
import { ownName, readInputs } from './read-inputs';

interface Flags {
  readonly env?: string;
  readonly format: 'yaml' | 'json';
  readonly output?: string;
  readonly out?: string;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addFolderOption(
    addInputs(command)
      .addOption(environmentOption())
      .addOption(formatOption(['yaml', 'json'])),
    'write the files to this new or empty folder instead of standard output',
  ).addHelpText(
    'after',
    `
kube-linter, kube-score, Checkov and Trivy do not look into a Rollout. The Deployment that is printed has the same name,
labels and pods; one file keeps its lines, so that their findings point at the right ones.

Exit codes: 0 every Rollout was converted, 1 one stays a Rollout, 2 usage or input that cannot be read.

  cdk8s-canary as-deployments deploy/ | kube-linter lint -
  cdk8s-canary as-deployments deploy/ -o /tmp/checked && trivy config /tmp/checked`,
  );
  run((paths, flags) => asDeploymentsCommand(paths, flags, io));
}

async function asDeploymentsCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const out = folderOf(flags);
  const { graph, unreadable, fromSpecs } = await readInputs(paths, flags.env, io);
  for (const { name, message } of unreadable) io.err(`cannot read ${name}: ${message}\n`);
  const broken = graph.problems.filter(({ kind }) => kind === 'broken');
  for (const { place, message } of broken) errLine(`${place.file}:${place.line}:${place.column}  ${message}`, io);
  if (unreadable.length + broken.length > 0) return 2;
  const { files: all, converted, left, foreign } = asDeployments(graph);
  const files = fromSpecs ? all.filter(({ name }) => !holdsDefaults(graph, name)) : all;
  for (const message of left) errLine(message, io);
  for (const name of foreign)
    errLine(`${ownName(name)}: left out what is no Kubernetes object (no apiVersion and kind)`, io);
  if (flags.format === 'json') {
    if (out !== undefined) throw new InputError('--format json goes to standard output; leave out --output');
    io.out(jsonText(readDocuments(joined(files)).map(({ value }) => value)));
  } else if (out === undefined) io.out(joined(files));
  else write(files, out, io);
  io.err(`${plural(converted, 'Rollout')} converted to Deployments\n`);
  return left.length > 0 ? 1 : 0;
}

/** Whether a file holds defaults of canary files, which are part of what was rendered. */
function holdsDefaults(graph: Graph, file: string): boolean {
  return graph.resources.some(
    ({ origin, kind, group }) => origin.file === file && kind === 'CanaryDefaults' && group === 'cdk8s-canary.dev',
  );
}

/** Files as one stream; a single one keeps its lines. */
function joined(files: WithDeployments['files']): string {
  return files
    .map(({ text }) => (text === '' || text.endsWith('\n') ? text : `${text}\n`))
    .reduce((all, text) => (all === '' || /^---(\s|$)/.test(text) ? all + text : `${all}---\n${text}`), '');
}

function write(files: WithDeployments['files'], out: string, io: Io): void {
  const folder = resolve(io.cwd, out);
  try {
    if (existsSync(folder) && readdirSync(folder).length > 0)
      throw new InputError(`--output ${out}: the folder is not empty; name a new one`);
    const taken = new Set<string>();
    for (const { name, text } of files) {
      const target = placeIn(folder, name, io.cwd);
      if (taken.has(target)) throw new InputError(`--output ${out}: two files would be ${relative(folder, target)}`);
      taken.add(target);
      mkdirSync(dirname(target), { recursive: true });
      writeWholeFile(target, text, { isNew: true });
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`--output ${out}: ${(error as Error).message}`);
  }
}

/** The same path below the folder. What leads out of the current folder goes without the steps that lead up. */
function placeIn(folder: string, file: string, cwd: string): string {
  const name = ownName(file);
  if (name === STDIN) return join(folder, 'stdin.yaml');
  const path = relative(cwd, resolve(cwd, name));
  return join(folder, ...path.split(/[\\/]/).filter((part) => part !== '..' && part !== ''));
}
