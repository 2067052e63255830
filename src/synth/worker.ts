import { parentPort, workerData } from 'node:worker_threads';
import type { CutStencils } from './stencil';
import { Layout, RenderJob, JobRenderer } from './render-job';

/** What a worker is given at its start. */
export interface WorkerTask {
  readonly out: string;
  readonly staging: string | undefined;
  readonly layout: Layout;
  readonly stencils: CutStencils;
}

const { out, staging, layout, stencils } = workerData as WorkerTask;
const renderer = new JobRenderer(out, staging, layout, stencils);

parentPort!.on('message', (work: readonly RenderJob[]) => {
  parentPort!.postMessage(work.map((job) => renderer.render(job)));
});
