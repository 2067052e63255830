import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands';
import { type Io, isUsageError } from './io';
import { packageVersion } from '../formats/package-version';

/** Runs the program. Returns the exit code: 0 clean, 1 findings, 2 usage or input that cannot be read. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = new Command('cdk8s-canary')
    .description('Canary releases with Argo Rollouts, Istio and Prometheus: find what is wrong with them beforehand.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err, getOutHasColors: () => io.colour })
    .showHelpAfterError('(--help shows what there is)');
  const wanted = args.find((arg) => !arg.startsWith('-'));
  for (const { name, summary, load } of COMMANDS) {
    const command = program.command(name).description(summary);
    command.copyInheritedSettings(program);
    if (name !== wanted && !(wanted === 'help' && args.includes(name))) continue;
    (await load()).configure(command, io, (action) => {
      command.action(async (...given) => {
        code = await action(...(given as never[]));
      });
    });
  }
  try {
    if (args.length === 0) {
      program.outputHelp();
      return 2;
    }
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!isUsageError(error)) throw error;
    io.err(`cdk8s-canary: ${error.message}\n`);
    return 2;
  }
}
