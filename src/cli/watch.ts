import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../formats/input-error';
import { oneLine } from '../formats/encode/terminal';
import type { Io } from './io';

/** How long to wait for further changes, in milliseconds: an editor writes a file in several steps. */
const QUIET = 100;
/** What commands read. */
const READ = /\.(ya?ml|json)$/i;
/** Folders with other people's files. */
const SKIPPED = new Set(['node_modules', '.git']);

/** The value of the option `--watch`. */
export interface WatchFlags {
  readonly watch?: boolean;
}

/** Adds `-w, --watch` to a command that reads files. */
export function addWatchOption(command: Command): Command {
  return command.option('-w, --watch', 'run again whenever a file changes, until interrupted');
}

/** What to watch, and what not. */
export interface Watched {
  readonly paths: readonly string[];
  /** The file or folder that the command writes; a change there starts no run. */
  readonly output?: string;
}

/**
 * Runs a command, and with `--watch` again after each change of its files, until the process is interrupted. Returns the exit
 * code of the last run. Invalid input ends a run, and not the watching.
 */
export async function runWatched(
  { watch: isWatching }: WatchFlags,
  { paths, output }: Watched,
  io: Io,
  once: () => Promise<number>,
): Promise<number> {
  if (!isWatching) return once();
  if (paths.includes('-')) throw new InputError('--watch needs files or folders, and standard input is neither');
  let code = await attempt(once, io);
  const changes = new Changes(paths, output === undefined ? undefined : resolve(io.cwd, output), io);
  io.err(`watching ${paths.join(', ')}; Ctrl-C ends it\n`);
  for (let changed = await changes.next(); changed !== undefined; changed = await changes.next()) {
    io.err(`\n${oneLine(changed)} has changed\n`);
    code = await attempt(once, io);
  }
  return code;
}

async function attempt(once: () => Promise<number>, io: Io): Promise<number> {
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UsageError')) throw error;
    io.err(`cdk8s-canary: ${error.message}\n`);
    return 2;
  }
}

/** The changes of files, one after the other. */
class Changes {
  private readonly watchers: FSWatcher[] = [];
  private timer?: NodeJS.Timeout;
  private pending?: string;
  private isOver = false;
  private wake?: () => void;

  constructor(
    paths: readonly string[],
    private readonly output: string | undefined,
    private readonly io: Io,
  ) {
    for (const path of new Set(paths.map((one) => this.rootOf(one)))) this.add(path);
    const end = (): void => {
      this.isOver = true;
      for (const watcher of this.watchers) watcher.close();
      this.wake?.();
    };
    process.once('SIGINT', end);
    io.interrupted?.addEventListener('abort', end, { once: true });
  }

  /** The next file that changes. Undefined once the process is interrupted. */
  async next(): Promise<string | undefined> {
    while (this.pending === undefined && !this.isOver) await new Promise<void>((done) => (this.wake = done));
    const changed = this.isOver ? undefined : this.pending;
    this.pending = undefined;
    return changed;
  }

  /** A folder; of a file or a pattern, the folder in which it begins. */
  private rootOf(path: string): string {
    const fixed = path.split(/[*?{[]/)[0];
    const absolute = resolve(this.io.cwd, fixed === path ? path : dirname(`${fixed}x`));
    return statSync(absolute, { throwIfNoEntry: false })?.isDirectory() ? absolute : dirname(absolute);
  }

  private add(folder: string): void {
    try {
      this.watchers.push(
        watch(folder, { recursive: true }, (_event, name) => {
          if (name !== null) this.changed(join(folder, name));
        }),
      );
    } catch (error) {
      throw new InputError(`cannot watch ${relative(this.io.cwd, folder) || '.'}: ${(error as Error).message}`);
    }
  }

  private changed(path: string): void {
    const isOutput = this.output !== undefined && (path === this.output || path.startsWith(this.output + sep));
    if (isOutput || !READ.test(path) || path.split(sep).some((part) => SKIPPED.has(part))) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.pending = relative(this.io.cwd, path);
      this.wake?.();
    }, QUIET);
  }
}
