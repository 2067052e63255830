import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { packageRoot } from '../formats/package-root';
import { toEnd } from '../formats/to-end';
import { type Graph, graphOfLoaded, type Loaded, loadManifests, type NamedText, type Unreadable } from '../graph';
import {
  doTasks,
  inOrder,
  lintBy,
  type LintOptions,
  type LintResult,
  partsOf,
  progressOf,
  type Raw,
  tasksOf,
} from '../lint';
import { type Rule, RULES } from '../rules';
import { BATCH, readBatches } from './batches';
import { BATCHES, counter, lastFirst, newCounters, TASKS } from './counters';
import type { Answer, Begin, Request } from './messages';
import { unpacker } from './packed-findings';
import { pack, type PackedTexts, together, unpack } from './packed-texts';

/** The least number of parts for each thread. Several, because some take longer than others. */
const PARTS = 8;

/** Files that were read, and what they hold. */
interface Part {
  readonly batch?: number;
  readonly loaded: Loaded;
  readonly packed?: PackedTexts;
}

/**
 * Threads that read files and check rules together with this one. Each has all manifests, because what a rule looks at may
 * concern any other; which parts of the work a thread does makes no difference for what is found, nor for its order.
 */
export class LintThreads {
  private readonly counters = newCounters();
  private readonly others: readonly Thread[];
  private readonly parts = new Map<NamedText, Part>();

  /**
   * @param count how many there are with this one; at least two
   * @param program the script of the other threads
   */
  constructor(
    private readonly count: number,
    private readonly files: readonly string[],
    private readonly cwd: string,
    program = join(packageRoot(), 'lib/cli/lint-worker.js'),
  ) {
    const begin: Begin = { counters: this.counters, files, cwd };
    this.others = Array.from({ length: count - 1 }, () => new Thread(program, begin));
  }

  /**
   * Reads the files.
   *
   * @param step called for each file, to show progress
   */
  async read(
    step: () => void,
  ): Promise<{ readonly texts: readonly NamedText[]; readonly failed: readonly Unreadable[] }> {
    const pending = this.ask({ kind: 'read' });
    const next = counter(this.counters, BATCHES);
    const progress = upTo(step);
    const own = readBatches(this.files, this.cwd, () => {
      const batch = next();
      progress(Math.min(batch * BATCH, this.files.length));
      return batch;
    });
    const theirs = (await pending).flatMap((answer) => ('read' in answer ? answer.read : []));
    const all = [...own, ...theirs.map((one) => ({ ...one, loaded: unpack(one.packed) }))];
    all.sort((a, b) => a.batch - b.batch);
    const texts = all.flatMap((one) => {
      for (const file of one.loaded.files) this.parts.set(file, one);
      return one.loaded.files;
    });
    return { texts, failed: all.flatMap(({ failed }) => failed) };
  }

  /** The objects of texts, of which most were read by `read`. Undefined where some of those are missing. */
  graphOf(texts: readonly NamedText[]): Graph | undefined {
    const left = new Set(this.parts.keys());
    const parts = new Set<Part>();
    for (const text of texts) {
      left.delete(text);
      parts.add(this.parts.get(text) ?? { loaded: loadManifests([text]) });
    }
    if (left.size > 0) return undefined;
    const packed = [...parts].map((part) => ({ batch: part.batch, packed: part.packed ?? pack(part.loaded) }));
    for (const one of this.others) one.post({ kind: 'graph', parts: packed });
    this.parts.clear();
    return graphOfLoaded(together([...parts].map(({ loaded }) => loaded)));
  }

  /** Lints the graph that `graphOf` gave, as `lint` does. */
  async lint(graph: Graph, options: LintOptions): Promise<LintResult> {
    const steps = lintBy((...what) => this.check(...what), RULES, graph, options);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await value;
    }
  }

  /** Ends the other threads. */
  stop(): void {
    for (const one of this.others) one.stop();
  }

  private *check(rules: readonly Rule[], graph: Graph, options: LintOptions): Generator<Promise<void>, readonly Raw[]> {
    let found: readonly Raw[] = [];
    yield this.checkAll(rules, graph, options).then((all) => void (found = all));
    return found;
  }

  private async checkAll(rules: readonly Rule[], graph: Graph, options: LintOptions): Promise<readonly Raw[]> {
    const { closedWorld, severity } = options;
    const parts = Math.max(PARTS * this.count, partsOf(graph));
    const request: Request = {
      kind: 'check',
      codes: rules.map(({ code }) => code),
      options: { closedWorld, severity },
      releases: graph.releases,
      parts,
    };
    Atomics.store(this.counters, TASKS, 0);
    const pending = this.ask(request);
    const tasks = tasksOf(rules, parts);
    const count = counter(this.counters, TASKS);
    const progress = progressOf(tasks, rules, () => options.step?.());
    const counted = (): number => {
      const begun = count();
      progress(begun);
      return begun;
    };
    const own = toEnd(doTasks(tasks, rules, graph, options, lastFirst(counted, tasks.length)));
    const unpacked = unpacker(graph);
    const theirs = (await pending).flatMap((answer) =>
      'checked' in answer
        ? answer.checked.map((one) => ({ ...one, found: one.found.map((each) => unpacked(rules[one.rule], each)) }))
        : [],
    );
    return inOrder([...own, ...theirs], rules);
  }

  private ask(request: Request): Promise<Answer[]> {
    return Promise.all(this.others.map((one) => one.ask(request)));
  }
}

/** Calls a function until it was called so many times in all. */
function upTo(step: () => void): (count: number) => void {
  let done = 0;
  return (count) => {
    for (; done < count; done++) step();
  };
}

/** Another thread, which answers one request after the other. */
class Thread {
  private readonly worker: Worker;
  private answered: ((answer: Answer) => void) | undefined;
  private failed: ((failure: unknown) => void) | undefined;
  private failure: unknown;

  constructor(program: string, begin: Begin) {
    // Most runs need no thread, so what makes one is loaded only here.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const threads = require('node:worker_threads') as typeof import('node:worker_threads');
    this.worker = new threads.Worker(program, { workerData: begin });
    this.worker.on('message', (answer: Answer) => {
      if ('failure' in answer) this.fail(answer.failure);
      else this.answered?.(answer);
    });
    this.worker.on('error', (failure) => this.fail(failure));
    this.worker.on('exit', () => this.fail(new Error('a thread ended')));
  }

  ask(request: Request): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      if (this.failure !== undefined) reject(this.failure);
    });
    this.post(request);
    return answer;
  }

  post(request: Request): void {
    this.worker.postMessage(request);
  }

  stop(): void {
    void this.worker.terminate();
  }

  /** No answer comes any more. */
  private fail(failure: unknown): void {
    this.failure ??= failure;
    this.failed?.(failure);
  }
}
