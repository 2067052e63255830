import { parentPort, workerData } from 'node:worker_threads';
import { Layout, Unit, UnitRenderer } from './unit';

const { out, staging, layout } = workerData as { out: string; staging: string; layout: Layout };
const renderer = new UnitRenderer(out, staging, layout);

parentPort!.on('message', (units: readonly Unit[]) => {
  parentPort!.postMessage(units.map((unit) => renderer.render(unit)));
});
