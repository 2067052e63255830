import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Problem } from '../canaryfile/problem';
import type { Io } from './io';

interface ShowFlags {
  readonly env?: string;
}

/** Shows a spec as it is after merging. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (spec: string, flags: ShowFlags) => Promise<number>) => void,
): void {
  command.argument('<spec>', 'a spec file').option('-e, --env <name>', 'the environment whose overlay is merged');
  run((spec, flags) => show(spec, flags, io));
}

async function show(spec: string, { env }: ShowFlags, io: Io): Promise<number> {
  const { Workspace } = await import('../canaryfile/workspace');
  const { showSpec } = await import('../canaryfile/show');
  const { formatProblem } = await import('../canaryfile/problem');
  const { checkEnvironments, findSpecs } = await import('../canaryfile/discover');
  const { refuseUnknownEnvironments } = await import('../canaryfile/environments');
  const problems: Problem[] = [];
  checkEnvironments(env === undefined ? [] : [env]);
  const path = resolve(io.cwd, spec);
  if (env !== undefined) refuseUnknownEnvironments([env], findSpecs([path]), new Set());
  const merged = new Workspace().read(path, env, problems);
  for (const problem of problems) io.err(`${formatProblem(problem)}\n`);
  io.out(merged.map(({ body }) => showSpec(body)).join('---\n'));
  return problems.length > 0 ? 1 : 0;
}
