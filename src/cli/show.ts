import { Command } from 'commander';

/** Shows a spec as it is after merging. */
export function registerShow(program: Command): Command {
  return program
    .command('show')
    .description('show a spec merged with its defaults, its base and an overlay, and where each value comes from')
    .argument('<spec>', 'a spec file')
    .option('-e, --env <name>', 'the environment whose overlay is merged')
    .action(async (spec: string, { env }: { env?: string }) => {
      process.exitCode = await show(spec, env);
    });
}

async function show(spec: string, environment: string | undefined): Promise<number> {
  const { resolve } = await import('node:path');
  const { Workspace } = await import('../spec/workspace.js');
  const { showSpec } = await import('../spec/show.js');
  const { formatProblem } = await import('../spec/problem.js');
  const problems: Parameters<typeof formatProblem>[0][] = [];
  const merged = new Workspace().read(resolve(spec), environment, problems);
  for (const problem of problems) console.error(formatProblem(problem));
  process.stdout.write(merged.map(({ body }) => showSpec(body)).join('---\n'));
  return problems.length > 0 ? 1 : 0;
}
