// Item 6: a text means the same to our reader as to sigs.k8s.io/yaml, or both refuse it; and what we write Go reads back.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { keptCases } from './kept.mjs';
import { knownFor } from './known.mjs';
import { Oracle } from './oracles.mjs';
import { bases, mutant } from './yaml-mutants.mjs';
import { SCALARS } from './yaml-scalars.mjs';

const require = createRequire(import.meta.url);
const BATCH = 250;

/** The inputs of the YAML test suite, which a Go module brings along. */
function suite() {
  const { stdout } = spawnSync('go', ['mod', 'download', '-json', 'github.com/goccy/go-yaml'], {
    cwd: 'conformance/yaml',
    encoding: 'utf8',
  });
  const folder = join(JSON.parse(stdout).Dir, 'testdata/yaml-test-suite');
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('in.yaml'))
    .sort()
    .map((name) => ({
      id: `suite ${name.replace(/\/?in\.yaml$/, '')}`,
      text: readFileSync(join(folder, name), 'utf8'),
    }));
}

/** Each form of a scalar in each place in which one can stand. */
function scalars() {
  const places = [
    'a: @',
    'a:\n  - @',
    'a: [@]',
    'a: [1, @ ]',
    'a: {b: @}',
    'a: {b: @ , c: 1}',
    '@: a',
    'a: {@: b}',
    '- @',
    '@',
    '  @',
    '- - @',
    '- a: @',
    '--- @',
  ];
  return SCALARS.flatMap((scalar) =>
    places.map((place) => ({ id: `scalar ${place.replace('@', scalar)}`, text: place.replace('@', () => scalar) })),
  );
}

/** A value whose keys have an order, so that two can be compared as texts. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => [key, sorted(child)]);
}
const same = (ours, theirs) => JSON.stringify(sorted(ours)) === JSON.stringify(sorted(theirs));

function judge(reader, { id, text }, theirs) {
  const ours = reader.readDocument(text);
  const refused = ours.error !== undefined;
  const agree = refused
    ? theirs.refused !== undefined
    : theirs.refused === undefined && same(ours.value, theirs.json ?? null);
  // The strict reader also counts what a merge brings.
  const strict = /already set in map/.test(theirs.strict ?? '') && !text.includes('<<');
  const missed = !refused && strict && ours.duplicates.length === 0;
  return { id, text, agree: agree && !missed, ours, theirs, refused };
}

function described({ id, text, ours, theirs }) {
  const shown = [`--- ${id}`, text, `--- ours: ${JSON.stringify(ours)}`, `--- theirs: ${JSON.stringify(theirs)}`];
  return shown.join('\n');
}

export async function yaml({ count, seed, only }) {
  const reader = require('../../lib/src/formats/yaml');
  const oracle = new Oracle('yaml');
  const figures = { compared: 0, agreed: 0, 'read by both': 0, 'refused by both': 0, of: {}, listed: {} };
  const disagreements = [];
  const tally = (name, key) => (figures[name][key] = (figures[name][key] ?? 0) + 1);
  const compare = async (kind, texts) => {
    const verdicts = await oracle.ask({ texts: texts.map(({ text }) => text) });
    texts.forEach((one, i) => {
      const verdict = judge(reader, one, verdicts[i]);
      const known = verdict.agree ? undefined : knownFor('yaml', verdict);
      figures.compared += 1;
      tally('of', kind);
      if (verdict.agree) {
        figures.agreed += 1;
        figures[verdict.refused ? 'refused by both' : 'read by both'] += 1;
      } else if (known) tally('listed', known.id);
      if (only || (!verdict.agree && !known)) {
        disagreements.push({ agree: verdict.agree, known: known?.id, text: described(verdict) });
      }
    });
  };
  const all = async (kind, texts) => {
    const batches = Array.from({ length: Math.ceil(texts.length / BATCH) }, (_, i) =>
      texts.slice(i * BATCH, (i + 1) * BATCH),
    );
    await Promise.all(batches.map((batch) => compare(kind, batch)));
  };
  /** Every form of a scalar as a text, a key and an item, written by us. */
  const writing = async () => {
    const values = SCALARS.map((text) => ({ text, list: [text, [text]], [text]: { [text]: text } }));
    const verdicts = await oracle.ask({ texts: values.map((value) => reader.writeYaml(value)) });
    values.forEach((value, i) => {
      figures.compared += 1;
      tally('of', 'texts that we write');
      if (same(value, verdicts[i].json)) figures.agreed += 1;
      else
        disagreements.push({
          id: 'written',
          text: `${reader.writeYaml(value)}--- theirs: ${JSON.stringify(verdicts[i])}`,
        });
    });
  };
  try {
    await all('kept cases', keptCases('yaml', only));
    if (!only) {
      await all('YAML test suite', suite());
      await all('scalars in each place', scalars());
      await writing();
      const texts = bases();
      await all(
        'documents of dist/ and examples/',
        texts.map((lines, i) => ({ id: `document ${i}`, text: lines.join('\n') })),
      );
      const mutants = Array.from({ length: count }, (_, i) => ({
        id: `mutant ${seed * 1_000_000 + i}`,
        text: mutant(texts, seed * 1_000_000 + i).text,
      }));
      await all('mutants of them', mutants);
    }
  } finally {
    oracle.close();
  }
  return { figures, disagreements };
}
