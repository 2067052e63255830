import { resolve } from 'node:path';
import { Command } from 'commander';
import type { MapNode } from '../canaryfile/node';
import type { Problem } from '../canaryfile/problem';
import { InputError } from '../formats/input-error';
import { severalLines } from '../formats/encode/terminal';
import { type Io, readStdin, STDIN } from './io';
import { addPaths, environmentOption, formatOption, outputOption } from './options';
import { jsonText, write } from './output';

interface Flags {
  readonly format: 'yaml' | 'json';
  readonly output?: string;
  readonly env?: string;
}

/** Shows canary files as they are after merging. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addPaths(command, 'canary files, folders, or - for standard input')
    .addOption(environmentOption())
    .addOption(formatOption(['yaml', 'json']))
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Each value of the YAML has the file and line that it comes from. Exit codes: 0 shown, 1 a canary file is not valid, 2 usage.

  cdk8s-canary show apps/checkout/canary.yaml --env production`,
    );
  run((paths, flags) => show(paths, flags, io));
}

async function show(paths: string[], { env, format, output }: Flags, io: Io): Promise<number> {
  const { Workspace } = await import('../canaryfile/workspace');
  const { showSpec } = await import('../canaryfile/show');
  const { formatProblem } = await import('../canaryfile/problem');
  const { checkEnvironments, findSpecs, misnamedLayers } = await import('../canaryfile/discover');
  const { refuseUnknownEnvironments } = await import('../canaryfile/environments');
  const { mergeLayers, readDocuments } = await import('../canaryfile/layers');
  const { readDocument } = await import('../formats/yaml');
  const { SourceFile } = await import('../formats/source');
  checkEnvironments(env === undefined ? [] : [env]);
  const problems: Problem[] = [];
  const merged: MapNode[] = [];
  if (paths.includes('-')) {
    const documents = readDocuments(new SourceFile(STDIN, await readStdin(io)), problems);
    merged.push(...documents.flatMap((document) => mergeLayers([document]) ?? []));
  }
  const onDisk = paths.filter((path) => path !== '-').map((path) => resolve(io.cwd, path));
  const found = onDisk.length === 0 ? undefined : findSpecs(onDisk);
  const environments = env === undefined ? [] : [env];
  if (found !== undefined) refuseUnknownEnvironments(environments, found, new Set());
  const misnamed = found === undefined ? [] : misnamedLayers(found, environments);
  const specs = found?.specs ?? [];
  if (specs.length === 0 && merged.length === 0 && problems.length === 0) {
    throw new InputError(`no canary.yaml in ${paths.join(', ')}; \`cdk8s-canary init\` makes one`);
  }
  const workspace = new Workspace();
  merged.push(...specs.flatMap(({ path }) => workspace.read(path, env, problems).map(({ body }) => body)));
  for (const problem of misnamed) io.err(`${severalLines(problem)}\n`);
  for (const problem of problems) io.err(`${formatProblem(problem)}\n`);
  const texts = merged.map((body) => showSpec(body));
  const text = format === 'json' ? jsonText(texts.map((one) => readDocument(one).value)) : texts.join('---\n');
  write(text, { output }, io);
  return misnamed.length + problems.length > 0 ? 1 : 0;
}
