import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Problem } from '../canaryfile/problem';
import { type Io, UsageError } from './io';

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
  const { checkEnvironments } = await import('../canaryfile/discover');
  const problems: Problem[] = [];
  const merged = read();
  for (const problem of problems) io.err(`${formatProblem(problem)}\n`);
  io.out(merged.map(({ body }) => showSpec(body)).join('---\n'));
  return problems.length > 0 ? 1 : 0;

  function read() {
    try {
      checkEnvironments(env === undefined ? [] : [env]);
      return new Workspace().read(resolve(io.cwd, spec), env, problems);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
  }
}
