import type { Command } from 'commander';
import type { Io } from './io';

/** The exports of a command's file. */
export interface CommandModule {
  /**
   * Adds arguments, options and examples to a command that already has its name and summary.
   *
   * @param run Sets the action of the command, which returns the exit code.
   */
  configure(command: Command, io: Io, run: (action: (...args: never[]) => Promise<number>) => void): void;
}

/** A command of the program, which is loaded only when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Whether help leaves it out. */
  readonly hidden?: boolean;
  /** Whether it is about the other commands, which are then loaded too. */
  readonly isAboutAll?: boolean;
  readonly load: () => Promise<CommandModule>;
}
