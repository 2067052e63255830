import type { EventEmitter } from 'node:events';
import type { Command, Option } from 'commander';

/** An option of a command, for those who complete or document it. */
export interface DescribedOption {
  readonly short?: string;
  readonly long: string;
  /** As help shows it: `-f, --format <format>`. */
  readonly flags: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** The values that the option can have. Empty: any. */
  readonly choices: readonly string[];
}

/** A command. */
export interface DescribedCommand {
  readonly name: string;
  readonly summary: string;
  /** As help shows it: `[options] [paths...]`. */
  readonly usage: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
  readonly options: readonly DescribedOption[];
  /** What help prints after the options. */
  readonly notes: string;
}

/** The commands of a program that help lists, with their options. They must have been configured. */
export function describeCommands(program: Command): DescribedCommand[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .map((command) => {
      let notes = '';
      // A command is an emitter, though its types do not say so.
      (command as unknown as EventEmitter).emit('afterHelp', {
        error: false,
        command,
        write: (text: string) => void (notes += text),
      });
      return {
        name: command.name(),
        summary: command.description(),
        usage: command.usage(),
        arguments: command.registeredArguments.map((one) => ({
          name: one.name(),
          description: one.description,
          choices: one.argChoices ?? [],
        })),
        options: command.options.filter(({ hidden }) => !hidden).map(described),
        notes: notes.trim(),
      };
    });
}

function described({
  short,
  long,
  flags,
  description,
  required,
  optional,
  argChoices,
  defaultValue,
  defaultValueDescription,
}: Option): DescribedOption {
  const preset: unknown = defaultValueDescription ?? (typeof defaultValue === 'boolean' ? undefined : defaultValue);
  return {
    short,
    long: long ?? short!,
    flags,
    description: preset === undefined ? description : `${description} (default: ${String(preset)})`,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
