// Runs inputs in a thread, guided by the coverage that V8 counts: an input that reaches code which none before it reached
// is kept and changed further.
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { mutate, randomFrom } from './mutate.mjs';

const { bundle, seeds, seed, memory, only } = workerData;
const shared = { state: new Int32Array(memory, 0, 2), text: new Uint8Array(memory, 8) };
const { TARGETS } = createRequire(import.meta.url)(bundle);
const random = randomFrom(seed);
const encoder = new TextEncoder();

const session = new Session();
session.connect();
const post = (method, params) =>
  new Promise((done, fail) => session.post(method, params, (error, result) => (error ? fail(error) : done(result))));
const reached = new Set();

/** How many pieces of code were reached for the first time since the last call. */
async function news() {
  const { result } = await post('Profiler.takePreciseCoverage');
  let fresh = 0;
  for (const { url, functions } of result) {
    if (!url.endsWith('targets.cjs')) continue;
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        const key = startOffset * 2 ** 24 + endOffset;
        if (count > 0 && !reached.has(key)) {
          reached.add(key);
          fresh++;
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
  if (++done < 20) return;
  parentPort.postMessage({ type: 'progress', done, reached: reached.size });
  done = 0;
}

await post('Profiler.enable');
await post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
const targets = TARGETS.filter(({ name }) => only === undefined || only.includes(name));
const pools = new Map(
  targets.map((target) => [target, seeds.filter(({ kind }) => kind === target.kind).map(({ text }) => text)]),
);
for (const [target, pool] of pools) for (const text of pool) await attempt(target, text);
await news();
const BATCH = 40;
for (;;) {
  const target = targets[Math.floor(random() * targets.length)];
  const pool = pools.get(target);
  const any = () => pool[Math.floor(random() ** 0.7 * pool.length)] ?? '';
  const structured = target.kind !== 'condition' && target.kind !== 'query';
  const batch = Array.from({ length: BATCH }, () => mutate(any(), any(), random, structured));
  for (const text of batch) await attempt(target, text);
  if ((await news()) > 0) {
    // What was reached is marked already, so that one of the batch cannot be told from another: a few are kept.
    for (let i = 0; i < 3; i++) pool.push(batch[Math.floor(random() * BATCH)]);
    if (pool.length > 400) pool.splice(Math.floor(random() * 100), 3);
  }
}
