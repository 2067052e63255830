// Runs inputs in a thread, guided by the coverage that V8 counts: an input that reaches code which none before it reached
// is kept and changed further.
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { mutate, randomFrom } from './mutate.mjs';

const { bundle, seeds, seed, memory, only, known, spent } = workerData;
const shared = { state: new Int32Array(memory, 0, 2), text: new Uint8Array(memory, 8) };
const { TARGETS } = createRequire(import.meta.url)(bundle);
const random = randomFrom(seed);
const encoder = new TextEncoder();

const session = new Session();
session.connect();
const post = (method, params) =>
  new Promise((done, fail) => session.post(method, params, (error, result) => (error ? fail(error) : done(result))));
const reached = new Set(known);
/** A process that has read so many inputs keeps much of what it read; the next one begins afresh. */
const FULL = 500 * 2 ** 20;

/** The pieces of code that were reached for the first time since the last call. */
async function news() {
  const { result } = await post('Profiler.takePreciseCoverage');
  const fresh = [];
  for (const { url, functions } of result) {
    if (!url.endsWith('targets.cjs')) continue;
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        const key = startOffset * 2 ** 24 + endOffset;
        if (count > 0 && !reached.has(key)) {
          reached.add(key);
          fresh.push(key);
        }
      }
    }
  }
  return fresh;
}

let done = 0;

/** Runs one input; the main thread sees which, should it never end. */
async function attempt(target, text) {
  const bytes = encoder.encode(`${target.name}\n${text}`);
  shared.text.set(bytes.subarray(0, shared.text.length));
  Atomics.store(shared.state, 1, Math.min(bytes.length, shared.text.length));
  Atomics.add(shared.state, 0, 1);
  try {
    await target.run(text);
  } catch (error) {
    const stack = String(error?.stack ?? error);
    parentPort.postMessage({ type: 'defect', target: target.name, text, stack });
  }
  done++;
}

const progress = (target, milliseconds, keys, kept) => {
  parentPort.postMessage({ type: 'progress', target: target.name, done, milliseconds, keys, kept });
  done = 0;
};

await post('Profiler.enable');
await post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
const targets = TARGETS.filter(({ name }) => only === undefined || only.includes(name));
const pools = new Map(
  targets.map((target) => [target, seeds.filter(({ kind }) => kind === target.kind).map(({ text }) => text)]),
);
const milliseconds = new Map(targets.map((target) => [target, spent.get(target.name) ?? 0]));
if (known.length === 0) {
  for (const [target, pool] of pools) {
    for (const text of pool) await attempt(target, text);
    progress(target, 0, await news(), []);
  }
}
const BATCH_MS = 1000;
while (process.memoryUsage().heapUsed < FULL) {
  // Each reader gets the same time, so that those that read a text in a moment read many.
  const target = targets.reduce((a, b) => (milliseconds.get(b) < milliseconds.get(a) ? b : a));
  const pool = pools.get(target);
  const any = () => pool[Math.floor(random() ** 0.7 * pool.length)] ?? '';
  const structured = target.kind !== 'condition' && target.kind !== 'query';
  const batch = [];
  const begun = performance.now();
  while (performance.now() - begun < BATCH_MS) {
    const text = mutate(any(), any(), random, structured);
    batch.push(text);
    await attempt(target, text);
  }
  const keys = await news();
  // What was reached is marked already, so that one of the batch cannot be told from another: a few are kept.
  const kept = keys.length === 0 ? [] : [0, 1, 2].map(() => batch[Math.floor(random() * batch.length)]);
  pool.push(...kept);
  if (pool.length > 400) pool.splice(Math.floor(random() * 100), 3);
  const took = performance.now() - begun;
  milliseconds.set(target, milliseconds.get(target) + took);
  progress(target, took, keys, kept);
}
process.exit();
