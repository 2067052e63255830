import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { packageRoot } from '../formats/package-root';
import { Layout, RenderJob, JobRenderer, RenderResult } from './render-job';
import type { WorkerTask } from './worker';

/** Jobs per batch: this thread renders a batch before it handles messages, and a worker gets one at a time. */
const BATCH = 10;
/** A worker has so many batches before it, so that it need not wait while this thread is busy with its own. */
const AHEAD = 2;
/**
 * Milliseconds before workers are started. The first jobs tell little about the others: the libraries are loaded, V8
 * learns what is done often, and each shape of specs is rendered by the constructs.
 */
const LEARNING = 500;
/**
 * Milliseconds of work, as this thread does it, that each of all threads must have before it. A worker has to load the
 * libraries and to learn everything once more, which takes it the better part of a second.
 */
const WORTH_A_THREAD = 1200;

export interface RenderOptions {
  readonly out: string;
  /** Where rendered files wait, from there. Undefined: nothing is written. */
  readonly staging: string | undefined;
  readonly layout: Layout;
  /** Number of cores. Default: all, if that is faster. */
  readonly jobs?: number;
  readonly onProgress?: (done: number) => void;
}

/**
 * Renders all jobs, and hands each result over as it comes. This thread renders from the beginning; how long that takes
 * it decides how many others are called in.
 */
export async function renderJobs(
  work: readonly RenderJob[],
  options: RenderOptions,
  take: (result: RenderResult) => void,
): Promise<void> {
  const pool = new Pool(work, options, take);
  try {
    await pool.run();
  } finally {
    await pool.stop();
  }
}

/** Milliseconds since some moment. */
const clock = () => Number(process.hrtime.bigint()) / 1e6;

/** Each thread has names of its own. */
const stagingOf = ({ staging }: RenderOptions, thread: number): string | undefined =>
  staging === undefined ? undefined : `${staging}/${thread}`;

class Pool {
  private readonly renderer: JobRenderer;
  private readonly workers: Worker[] = [];
  private readonly ends: Promise<void>[] = [];
  private next = 0;
  private done = 0;
  /** Milliseconds per job in this thread's fastest batch, which is the least disturbed one. */
  private each = Infinity;
  private failure: Error | undefined;

  constructor(
    private readonly work: readonly RenderJob[],
    private readonly options: RenderOptions,
    private readonly take: (result: RenderResult) => void,
  ) {
    this.renderer = new JobRenderer(options.out, stagingOf(options, 0), options.layout);
  }

  public async run(): Promise<void> {
    const { jobs } = this.options;
    // A stated number of workers starts at once; more workers than cores would only use memory.
    if (jobs !== undefined) this.call(Math.min(jobs, availableParallelism(), Math.ceil(this.work.length / BATCH)) - 1);
    const begun = clock();
    let before = begun;
    for (let batch = this.batch(); batch.length > 0; batch = this.batch()) {
      for (const job of batch) this.taken([this.renderer.render(job)]);
      const now = clock();
      this.each = Math.min(this.each, (now - before) / batch.length);
      if (jobs === undefined && now - begun > LEARNING) this.call(this.worthwhile());
      if (this.workers.length > 0) await turn();
      if (this.failure) throw this.failure;
      before = clock();
    }
    await Promise.all(this.ends);
    if (this.failure) throw this.failure;
  }

  public async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  /** The number of workers that the remaining jobs justify. */
  private worthwhile(): number {
    const left = (this.work.length - this.next) * this.each;
    return Math.min(availableParallelism(), Math.floor(left / WORTH_A_THREAD)) - 1;
  }

  private batch(): readonly RenderJob[] {
    const batch = this.work.slice(this.next, this.next + BATCH);
    this.next += batch.length;
    return batch;
  }

  private taken(results: readonly RenderResult[]): void {
    for (const result of results) {
      this.take(result);
      this.done++;
      this.options.onProgress?.(this.done);
    }
  }

  /** Starts workers up to this number. */
  private call(count: number): void {
    while (this.workers.length < count) this.ends.push(this.start(this.workers.length + 1));
  }

  private start(index: number): Promise<void> {
    const { out, layout } = this.options;
    const task: WorkerTask = {
      out,
      staging: stagingOf(this.options, index),
      layout,
      // What this thread has learned by now, the worker need not.
      stencils: this.renderer.cut,
    };
    // Most runs need no thread, so what makes one is loaded only here.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const threads = require('node:worker_threads') as typeof import('node:worker_threads');
    return new Promise((resolve) => {
      const worker = new threads.Worker(join(packageRoot(), 'lib/cli/worker.js'), {
        workerData: task,
        // Thousands of short-lived constructs are created, so that a larger young generation saves garbage collections.
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      this.workers.push(worker);
      let waiting = 0;
      const hand = () => {
        const batch = this.batch();
        if (batch.length === 0) return;
        waiting++;
        worker.postMessage(batch);
      };
      worker.on('message', (results: readonly RenderResult[]) => {
        waiting--;
        this.taken(results);
        hand();
        if (waiting === 0) resolve();
      });
      // Nothing awaits it yet; it is thrown when this thread handles messages.
      worker.on('error', (error) => {
        this.failure = error;
        resolve();
      });
      for (let i = 0; i < AHEAD; i++) hand();
      if (waiting === 0) resolve();
    });
  }
}
