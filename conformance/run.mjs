// `npm run conformance`: asks the systems' own code about what this library makes and says, and compares.
//
//   npm run conformance                        everything
//   npm run conformance -- --only conditions   one item
//   npm run conformance -- --case ID           one kept case, with both verdicts
//   npm run conformance -- --count N --seed N  more, or other, random cases
import { parseArgs } from 'node:util';
import { conditions } from './harness/conditions.mjs';
import { build, missing } from './harness/oracles.mjs';
import { simulation } from './harness/simulation.mjs';

const ITEMS = {
  simulation: { title: 'Simulation', programs: ['rollouts'], run: simulation, count: 800 },
  conditions: { title: 'Conditions', programs: ['rollouts'], run: conditions, count: 60_000 },
};

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    case: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

const reason = missing();
if (reason) {
  console.error(reason);
  process.exit(process.env.CI ? 1 : 0);
}
const names = options.only ? [options.only] : Object.keys(ITEMS);
const unknown = names.find((name) => !ITEMS[name]);
if (unknown) {
  console.error(`conformance: no item is called '${unknown}'; there are ${Object.keys(ITEMS).join(', ')}`);
  process.exit(1);
}

build([...new Set(names.flatMap((name) => ITEMS[name].programs))]);
let failed = false;
for (const name of names) {
  const item = ITEMS[name];
  const start = performance.now();
  const { figures, disagreements } = await item.run({
    count: Number(options.count ?? item.count),
    seed: Number(options.seed),
    only: options.case,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  if (!options.case) console.log(`${item.title}: ${JSON.stringify(figures)} in ${seconds} s`);
  for (const found of disagreements) {
    console.log(JSON.stringify(found, null, 2));
    failed ||= !found.agree;
  }
}
process.exit(failed ? 1 : 0);
