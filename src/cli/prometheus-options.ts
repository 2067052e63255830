// The options of a local Prometheus, which rehearse and test share.
import { InputError } from '../formats/input-error';
import { findPrometheus, NoPrometheus } from '../rehearse';
import type { Io } from './io';

/** The Prometheus binary. */
export function prometheusBinary(named: string | undefined, io: Io): string {
  try {
    return findPrometheus(named, io.env, io.cwd);
  } catch (error) {
    if (error instanceof NoPrometheus) throw new InputError(error.message);
    throw error;
  }
}

/** Reports a signal that ends the program. */
export const interruption =
  (io: Io) =>
  (signal: string): void =>
    io.err(`\ninterrupted by ${signal}: Prometheus is stopped, and its folder deleted\n`);
