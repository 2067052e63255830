import { availableParallelism, freemem } from 'node:os';
import type { Graph, NamedText } from '../graph';
import { lint, type LintOptions, type LintResult } from '../lint';
import type { LintThreads } from '../lint-threads';
import type { Io } from './io';
import type { FileReader } from './read-inputs';

/**
 * With fewer cores, threads cost more than they save: each thread repeats the analyses that rules share, and V8 needs cores
 * for garbage collection and optimization (docs/performance.md).
 */
const LEAST_CORES = 4;
/** With fewer files, one thread is done before the others have loaded and compiled the rules. */
const LEAST_FILES = 5000;
/** The default limit. Each additional thread repeats more of the shared analyses. */
const MOST_THREADS = 8;
/** The limit of `--jobs`. */
const MOST_ASKED_FOR = 64;
/** The memory of a thread for each file, in bytes: about ten times the text of a usual manifest. */
const BYTES_FOR_A_FILE = 13_000;

/** Reads files and checks rules in several threads, where that pays; otherwise in this one. */
export class ThreadsOnDemand implements FileReader {
  private threads: LintThreads | undefined;
  private graph: Graph | undefined;

  /**
   * @param jobs the number of threads; undefined: as many as pay
   * @param program the script of the other threads; undefined: that of this package
   * @param readsAgain whether files may be read again instead of being kept in memory
   */
  constructor(
    private readonly jobs: number | undefined,
    private readonly io: Pick<Io, 'cwd'>,
    private readonly program?: string,
    readonly readsAgain = false,
  ) {}

  async read(files: readonly string[], step: () => void): ReturnType<FileReader['read']> {
    const count =
      this.jobs === undefined ? worthwhile(files.length) : Math.min(this.jobs, files.length, MOST_ASKED_FOR);
    if (count < 2) return undefined;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { LintThreads } = require('../lint-threads') as typeof import('../lint-threads');
    this.threads = new LintThreads(count, files, this.io.cwd, this.program);
    return this.withThreads((threads) => threads.read(step));
  }

  graphOf(texts: readonly NamedText[]): Graph | undefined {
    this.graph = this.threads?.graphOf(texts);
    if (this.graph === undefined) this.stop();
    return this.graph;
  }

  /** Lints a graph, in threads if they have it. */
  async lint(graph: Graph, options: LintOptions): Promise<LintResult> {
    if (graph === this.graph) {
      const result = await this.withThreads((threads) => threads.lint(graph, options));
      if (result) return result;
    }
    return lint(graph, options);
  }

  stop(): void {
    this.threads?.stop();
    this.threads = undefined;
  }

  /** Returns undefined if a thread failed, for example because memory ran out. Then this thread does all the work. */
  private async withThreads<T>(work: (threads: LintThreads) => Promise<T>): Promise<T | undefined> {
    if (this.threads === undefined) return undefined;
    try {
      return await work(this.threads);
    } catch {
      this.stop();
      return undefined;
    }
  }
}

function worthwhile(files: number): number {
  const cores = availableParallelism();
  if (cores < LEAST_CORES || files < LEAST_FILES) return 1;
  const memory = process.availableMemory?.() ?? freemem();
  return Math.min(cores, MOST_THREADS, Math.floor(memory / (BYTES_FOR_A_FILE * files)));
}
