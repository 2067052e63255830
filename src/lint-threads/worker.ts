import { parentPort, workerData } from 'node:worker_threads';
import { toEnd } from '../formats/to-end';
import { Graph, graphOfLoaded, type Loaded } from '../graph';
import { doTasks, tasksOf } from '../lint';
import { RULES } from '../rules';
import { readBatches } from './batches';
import { BATCHES, counter, lastFirst, TASKS } from './counters';
import type { Answer, Begin, Request } from './messages';
import { packer } from './packed-findings';
import { pack, together, unpack } from './packed-texts';

const { counters, files, cwd } = workerData as Begin;
const own = new Map<number, Loaded>();
let graph = new Graph([]);

function answerTo(request: Request): Answer | undefined {
  switch (request.kind) {
    case 'read': {
      const read = readBatches(files, cwd, counter(counters, BATCHES));
      for (const { batch, loaded } of read) own.set(batch, loaded);
      return { read: read.map(({ batch, loaded, failed }) => ({ batch, packed: pack(loaded), failed })) };
    }
    case 'graph':
      graph = graphOfLoaded(
        together(
          request.parts.map(
            ({ batch, packed }) => (batch === undefined ? undefined : own.get(batch)) ?? unpack(packed),
          ),
        ),
      );
      own.clear();
      return undefined;
    case 'check': {
      const { codes, options, releases, parts } = request;
      const byCode = new Map(RULES.map((rule) => [rule.code, rule]));
      const rules = codes.map((code) => byCode.get(code)!);
      const on = graph.on(releases);
      const packed = packer(on);
      const tasks = tasksOf(rules, parts);
      const next = lastFirst(counter(counters, TASKS), tasks.length);
      const found = toEnd(doTasks(tasks, rules, on, options, next));
      return { checked: found.map((one) => ({ ...one, found: one.found.map(packed) })) };
    }
  }
}

parentPort!.on('message', (request: Request) => {
  let answer: Answer | undefined;
  try {
    answer = answerTo(request);
  } catch (failure) {
    answer = { failure };
  }
  if (answer) parentPort!.postMessage(answer);
});
