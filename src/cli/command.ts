import type { Command } from 'commander';
import type { Io } from './io';

/** What the file of a command exports: its arguments and options, and what it does. */
export interface CommandModule {
  /**
   * Adds arguments, options and examples to a command that has its name and summary already.
   *
   * @param run sets what the command does; the number it returns is the exit code
   */
  configure(command: Command, io: Io, run: (action: (...args: never[]) => Promise<number>) => void): void;
}

/** A command of the program: loaded only when it is the one that is wanted. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}
