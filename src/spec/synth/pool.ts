import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packageRoot } from '../../formats/package-root';
import { Layout, Unit, UnitResult, UnitRenderer } from './unit';

/** Below this a second core costs more, in loading the libraries once more, than it gives. */
const WORTH_A_WORKER = 150;
/** So many units are handed to a worker at a time: enough to forget the way there, few enough to share the rest. */
const BATCH = 25;

export interface RenderOptions {
  readonly out: string;
  readonly staging: string;
  readonly layout: Layout;
  /** How many cores. Default: all, where that pays. */
  readonly jobs?: number;
  readonly onProgress?: (done: number) => void;
}

/** Renders all units, in this process or in as many as pay, and hands each result over as it comes. */
export async function renderUnits(
  units: readonly Unit[],
  options: RenderOptions,
  take: (result: UnitResult) => void,
): Promise<void> {
  const most = Math.min(options.jobs ?? availableParallelism(), Math.ceil(units.length / WORTH_A_WORKER));
  if (most <= 1) {
    const renderer = new UnitRenderer(options.out, `${options.staging}/0`, options.layout);
    units.forEach((unit, i) => {
      take(renderer.render(unit));
      options.onProgress?.(i + 1);
    });
    return;
  }
  const queue = units.values();
  let done = 0;
  const batch = () => {
    const next: Unit[] = [];
    for (let one = queue.next(); !one.done; one = queue.next()) if (next.push(one.value) === BATCH) break;
    return next;
  };
  const taken = (results: readonly UnitResult[]) => {
    results.forEach(take);
    options.onProgress?.((done += results.length));
  };
  await Promise.all(Array.from({ length: most }, (_, i) => runWorker(i, options, batch, taken)));
}

function runWorker(
  index: number,
  { out, staging, layout }: RenderOptions,
  batch: () => Unit[],
  taken: (results: readonly UnitResult[]) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(packageRoot(), 'lib/cli/worker.js'), {
      workerData: { out, staging: `${staging}/${index}`, layout },
      // Constructs are made and forgotten by the thousand: room for them to die young saves collecting them.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    const next = () => {
      const units = batch();
      if (units.length > 0) worker.postMessage(units);
      else worker.terminate().then(() => resolve(), reject);
    };
    worker.on('message', (results: readonly UnitResult[]) => {
      taken(results);
      next();
    });
    worker.on('error', reject);
    next();
  });
}
