// Asks Argo Rollouts what thousands of conditions come to, and keeps the answers for test/expr/recorded.test.ts:
//
//   node conformance/record-conditions.mjs
//
// `npm run conformance -- --only conditions` compares many more, but needs Go. The answers that are kept let the ordinary
// tests notice what it would notice.
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { conditionPair } from './harness/condition-corpus.mjs';
import { call, EVERY_CALL, grammar, MAY_EQUAL } from './harness/condition-grammar.mjs';
import { build, Oracle } from './harness/oracles.mjs';

/** A release of Argo Rollouts with each engine. */
const ENGINES = { '1.15.5': '1.9.1', '1.17.7': '1.10.2' };
const SEED = 1;
/** How many conditions are kept: of calls and operators, of literals and the grammar, of those that people may write. */
const KEPT = { calls: 2400, grammar: 4000, written: 700 };

const RESULTS = [
  { vector: [] },
  { vector: ['NaN'] },
  { vector: ['2.5', '-1'] },
  { vector: ['1', '2', '0'] },
  { scalar: '2' },
];

const written = conditionPair.map(({ success = '', failure = '' }) => success || failure);

const LETTERS = { Successful: 'T', Failed: 'F', Error: 'E' };
const unique = (arbitrary, count) => [
  ...new Set(
    fc.sample(arbitrary, { numRuns: count, seed: SEED }).filter((one) => one.trim() !== '' && one.length < 110),
  ),
];

build(Object.values(ENGINES).map((release) => `rollouts-${release}`));
for (const [engine, release] of Object.entries(ENGINES)) {
  const oracle = new Oracle(`rollouts-${release}`, 1);
  const answer = async (condition) => {
    const verdicts = await Promise.all(
      RESULTS.map((result) => oracle.ask({ kind: 'condition', success: condition, result })),
    );
    return verdicts.map(({ phase }) => LETTERS[phase]).join('');
  };
  const keep = async (conditions, count) => {
    const kept = [];
    const asked = await Promise.all(conditions.map(async (one) => [one, await answer(one)]));
    // Most random conditions are refused for every result. Those that are true somewhere say more.
    const rank = ([, letters]) => (letters.includes('T') ? 0 : letters.includes('F') ? 1 : 2);
    const most = [0.5, 0.25, 0.25].map((share) => share * count);
    for (const one of asked) if (most[rank(one)]-- > 0) kept.push(one);
    return kept;
  };
  const every = await Promise.all(
    EVERY_CALL.map(async (one) => {
      const phases = await Promise.all(
        MAY_EQUAL.map((other) =>
          oracle.ask({ kind: 'condition', success: `${one} == ${other}`, failure: '', result: RESULTS[2] }),
        ),
      );
      const at = phases.findIndex(({ phase }) => phase === 'Successful');
      const condition = `${one} == ${MAY_EQUAL[at < 0 ? 0 : at]}`;
      return [condition, await answer(condition)];
    }),
  );
  const outcomes = [
    ...every,
    ...(await keep(unique(call, 25_000), KEPT.calls)),
    ...(await keep(unique(grammar, 14_000), KEPT.grammar)),
    ...(await keep(unique(written, 4000), KEPT.written)),
  ];
  oracle.close();
  const file = `test/fixtures/recorded/conditions-${engine}.json`;
  const lines = outcomes.map((one) => one.map((part) => JSON.stringify(part)).join(': ')).sort();
  writeFileSync(file, `{\n${[...new Set(lines)].join(',\n')}\n}\n`);
  console.log(`${file}: ${lines.length} conditions`);
}
