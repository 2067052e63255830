import { parentPort, workerData } from 'node:worker_threads';
import type { CutStencils } from './stencil';
import { Layout, Unit, UnitRenderer } from './render-job';

/** What a worker is given at its start. */
export interface WorkerTask {
  readonly out: string;
  readonly staging: string;
  readonly layout: Layout;
  readonly stencils: CutStencils;
}

const { out, staging, layout, stencils } = workerData as WorkerTask;
const renderer = new UnitRenderer(out, staging, layout, stencils);

parentPort!.on('message', (units: readonly Unit[]) => {
  parentPort!.postMessage(units.map((unit) => renderer.render(unit)));
});
