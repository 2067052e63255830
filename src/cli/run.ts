import { Command, CommanderError } from 'commander';
import { packageVersion } from '../formats/package-version';
import { COMMANDS, loadVersionText } from './commands';
import type { Io } from './io';

/** Commands that read no file of unknown origin. */
const WITHOUT_INPUT = new Set(['init', 'schema', 'completion', 'man']);

/** Where users report defects. */
const ISSUES = 'https://github.com/cdk8s-canary/cdk8s-canary/issues';

/** Runs the program. Returns the exit code: 0 fine, 1 findings or differences, 2 usage, unusable input, or a defect. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = new Command('cdk8s-canary')
    .description(
      'Canary releases with Argo Rollouts, Istio and Prometheus: render them, and find what is wrong with them before they run.',
    )
    .version(
      isVersion(args) ? (await loadVersionText()).versionText().trimEnd() : packageVersion(),
      '-V, --version',
      'print the version, and the releases of other systems that are known',
    )
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err, getOutHasColors: () => io.colour })
    .showHelpAfterError('(--help lists arguments and options)');
  const wanted = args.find((arg) => !arg.startsWith('-'));
  const isAboutAll = COMMANDS.find(({ name }) => name === wanted)?.isAboutAll === true;
  for (const { name, summary, load, hidden } of COMMANDS) {
    const command = program.command(name, { hidden }).description(summary);
    command.copyInheritedSettings(program);
    if (!isAboutAll && name !== wanted && !(wanted === 'help' && args.includes(name))) continue;
    if (!WITHOUT_INPUT.has(name)) {
      const [{ maxFileSizeOption }, { limitFileSize }] = await Promise.all([
        import('./options'),
        import('../formats/text-file'),
      ]);
      command.addOption(maxFileSizeOption()).hook('preAction', (_program, called) => {
        limitFileSize(called.opts<{ readonly maxFileSize?: number }>().maxFileSize);
      });
    }
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
    io.err(isInputError(error) ? `cdk8s-canary: ${error.message}\n` : defectReport(error));
    return 2;
  }
}

const isVersion = ([first]: readonly string[]): boolean => first === '-V' || first === '--version';

/** An error is identified by its name: as bundled, the command and the program each have a class of their own. */
function isInputError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'UsageError';
}

/** The report of an unexpected exception. */
export function defectReport(error: unknown): string {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    `cdk8s-canary: this is a defect of cdk8s-canary ${packageVersion()}, not of your input.`,
    `Please report it at ${ISSUES}, with the command and the following text:`,
    `${trace}\n`,
  ].join('\n');
}
