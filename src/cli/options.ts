// Arguments and options that several commands share: the same spelling means the same in each of them.
// Every command loads this file, so it loads nothing but commander and the readers of values.
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { readGoDuration } from '../formats/go-duration';
import { InputError } from '../formats/input-error';
import { readShard, type Shard } from '../formats/shard';

/** Adds the argument of a command that reads manifests. */
export function addInputs(command: Command, more = ''): Command {
  return addPaths(command, `manifests and canary files: files, folders, globs, or - for standard input${more}`);
}

/** Adds an argument for paths, by default the current folder. */
export function addPaths(command: Command, description: string): Command {
  return command.addArgument(new Argument('[paths...]', description).default(['.'], 'the current folder'));
}

/** `-f, --format`: how the result is written. */
export function formatOption(choices: readonly string[], preset = choices[0]): Option {
  return new Option('-f, --format <format>', 'output format').choices(choices).default(preset);
}

/** `-o, --output`: where the result goes. */
export function outputOption(): Option {
  return new Option('-o, --output <file>', 'write the result to a file instead of standard output');
}

/** `-e, --env` of a command that renders canary files in memory. */
export function environmentOption(): Option {
  return new Option('-e, --env <name>', 'environment for which canary files are rendered').argParser((name: string) => {
    if (/[\s,]/.test(name)) throw new InvalidArgumentError('Give one environment.');
    return name;
  });
}

/** `-n, --namespace`, `--context` and `--kubeconfig`, which kubectl gets. */
export function addClusterOptions(command: Command, namespace: string): Command {
  return command
    .option('-n, --namespace <name>', namespace)
    .option('--context <name>', 'context of the kubeconfig, for kubectl')
    .option('--kubeconfig <file>', 'kubeconfig, for kubectl');
}

/** `--max-file-size`: larger files are refused. */
export function maxFileSizeOption(): Option {
  return new Option(
    '--max-file-size <size>',
    'refuse larger files (default: 64Mi; 1Gi for recorded metrics)',
  ).argParser((text: string) => {
    const bytes = readBytes(text);
    if (bytes === undefined) throw new InvalidArgumentError('Give a size such as 64Mi, 500K or 1Gi.');
    return bytes;
  });
}

const UNITS = ['', 'k', 'm', 'g'];

function readBytes(text: string): number | undefined {
  const [, digits, unit, binary] = /^(\d{1,12}(?:\.\d{1,6})?)\s*([kmg]?)(i?)b?$/i.exec(text) ?? [];
  if (digits === undefined || (unit === '' && binary !== '')) return undefined;
  const bytes = Math.floor(Number(digits) * (binary ? 1024 : 1000) ** UNITS.indexOf(unit.toLowerCase()));
  return bytes >= 1 ? bytes : undefined;
}

/** `--rollout`: which of several rollouts. */
export function rolloutOption(): Option {
  return new Option('--rollout <name>', 'process only this rollout: name or namespace/name');
}

/** `-o, --output` of a command whose result is a folder of files; `--out` is its earlier spelling. */
export function addFolderOption(command: Command, description: string): Command {
  return command
    .addOption(new Option('-o, --output <dir>', description))
    .addOption(new Option('--out <dir>', description).hideHelp());
}

/** The folder that `addFolderOption` gave. */
export function folderOf({ output, out }: { readonly output?: string; readonly out?: string }): string | undefined {
  if (output !== undefined && out !== undefined && output !== out) {
    throw new InputError(`--output ${output} and --out ${out} are the same option; give one of them`);
  }
  return output ?? out;
}

/** Reads a duration as Go writes it, or a number of seconds. Returns seconds. */
export function duration(text: string): number {
  const seconds = readGoDuration(text) ?? (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);
  if (seconds === undefined || seconds < 0) throw new InvalidArgumentError('Give a duration such as 30s, 5m or 1h30m.');
  return seconds;
}

/** Reads a number of 0 or more. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('Give a number of 0 or more.');
  }
  return value;
}

/** Reads a whole number of 1 or more. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number of 1 or more.');
  return Number(text);
}

/** Reads a share: `0.02` or `2%`. */
export function share(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('Give a share such as 0.02 or 2%.');
  }
  return value;
}

/** Reads a list with commas, which may be continued by the next use of the option. */
export function list(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(',').map((one) => one.trim())];
}

/** How the option is declared. */
export const SHARD_FLAG = '--shard <i/n>';

/** Reads the value of `--shard`. */
export function shardOption(text: string): Shard {
  const shard = readShard(text);
  if (shard === undefined) throw new InvalidArgumentError('Give i/n, such as 3/8, with i from 1 to n.');
  return shard;
}

/** Reads a time of day, in the time zone of the machine unless it states one. */
export function time(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) || Number.isNaN(+date)) {
    throw new InvalidArgumentError('Give a time such as 2026-12-04T16:00 or 2026-12-04T16:00Z.');
  }
  return date;
}
