// (c) The floor: the same objects, made before the clock starts, serialized by cdk8s and written. On as many cores as
// (a) uses; the clock runs from the moment at which all have their objects.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Yaml } from 'cdk8s';
import { objectsOf } from './specs.mjs';

function serialize(apps, from, out) {
  apps.forEach((objects, i) => writeFileSync(join(out, `app-${from + i}.yaml`), Yaml.stringify(...objects)));
}

if (isMainThread) {
  const [count, out, jobs] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
  mkdirSync(out, { recursive: true });
  let ms;
  let busy;
  if (jobs === 1) {
    const apps = objectsOf(0, count);
    const begun = performance.now();
    const before = process.cpuUsage();
    serialize(apps, 0, out);
    ms = performance.now() - begun;
    busy = process.cpuUsage(before);
  } else {
    const share = Math.ceil(count / jobs);
    const workers = Array.from({ length: jobs }, (_, i) => {
      const range = { from: i * share, to: Math.min(count, (i + 1) * share), out };
      return new Worker(new URL(import.meta.url), { workerData: range });
    });
    const all = () => Promise.all(workers.map((worker) => new Promise((done) => worker.once('message', done))));
    await all();
    const begun = performance.now();
    const before = process.cpuUsage();
    workers.forEach((worker) => worker.postMessage('go'));
    await all();
    ms = performance.now() - begun;
    busy = process.cpuUsage(before);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  console.log(
    JSON.stringify({ ms, cpu: (busy.user + busy.system) / 1000, rss: process.resourceUsage().maxRSS / 1024 }),
  );
} else {
  const { from, to, out } = workerData;
  const apps = objectsOf(from, to);
  parentPort.on('message', () => {
    serialize(apps, from, out);
    parentPort.postMessage('done');
  });
  parentPort.postMessage('ready');
}
