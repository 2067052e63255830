// Item 2: where the systems refuse, the linter says an error, and where it says one that they judge, they refuse.
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { baseSets } from './bases.mjs';
import { manifestsOf } from './changed.cjs';
import { tableProblems } from './judges.mjs';
import { keptCases } from './kept.mjs';
import { knownFor } from './known.mjs';
import { smallest } from './minimise.mjs';
import { donorsOf, mutated, WAY_NAMES } from './mutations.mjs';
import { NEWEST } from './releases.mjs';
import { Systems } from './sets.mjs';
import { validMutants } from './valid-mutants.mjs';
import { compareVerdicts, errorsOf, SYSTEMS } from './verdicts.mjs';

const require = createRequire(import.meta.url);

const KEPT = 'conformance/corpus/linter.yaml';

/** Disagreements of one kind are many cases; so many of them are made small, each for so long. */
const MADE_SMALL = 40;
const SHRINKING_MS = 10_000;

/** What of a case is decided by chance. */
const chance = fc.record({
  base: fc.nat(),
  ways: fc.array(fc.nat(WAY_NAMES.length - 1), { minLength: 1, maxLength: 2, size: 'max' }),
  choices: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
});

export async function linter({ count, seed, only, release, part }) {
  const { RULES } = require('../../lib/src/rules');
  const table = tableProblems(RULES);
  if (table.length > 0) throw new Error(table.join('\n'));
  const systems = new Systems(release);
  const figures = newFigures();
  const disagreements = new Map();

  const judge = async (given) => {
    const manifests = located(given);
    const theirs = await systems.refusals(manifests, [], { whole: true });
    const ours = errorsOf(manifests, { release });
    return { ours, theirs, ...compareVerdicts(manifests, ours, theirs) };
  };
  const failures = new Map();
  const note = async (one) => {
    let verdict;
    try {
      verdict = await judge(one.manifests);
    } catch (error) {
      const why = plain(String(error));
      const group = failures.get(why);
      failures.set(why, { cases: (group?.cases ?? 0) + 1, one: group?.one ?? one, error: group?.error ?? error });
      return undefined;
    }
    counted(figures, one, verdict);
    for (const disagreement of disagreementsOf(one, verdict)) {
      figures.disagreements += 1;
      const known = knownFor('linter', disagreement);
      if (known) {
        figures['listed disagreements'] += 1;
        if (!only) continue;
      }
      const group = disagreements.get(disagreement.signature);
      if (!group) disagreements.set(disagreement.signature, { ...disagreement, one, known: known?.id, cases: 1 });
      else {
        group.cases += 1;
        if (size(one) < size(group.one)) Object.assign(group, { one, ...disagreement });
      }
    }
    return verdict;
  };

  try {
    const cases = casesOf(count, seed, only, release, part);
    await atOnce(cases, async (one) => {
      const verdict = await note(one);
      if (only && verdict) console.log(worded(one, one.manifests, verdict));
    });
    const groups = [...disagreements.values()].sort((a, b) => b.cases - a.cases);
    const found = [...failures.values()].map((group) => ({ id: group.one.id, agree: false, text: unjudged(group) }));
    await atOnce(groups.slice(0, MADE_SMALL).values(), async (group) => {
      const said = saidOf(await judge(group.one.manifests));
      const shows = async (manifests) => {
        const verdict = await judge(manifests).catch(() => undefined);
        if (!verdict) return false; // another disagreement, which is reported for its own set
        // What is taken away may break something else, which would only confuse.
        if ([...saidOf(verdict)].some((one) => !said.has(one))) return false;
        return disagreementsOf({ ...group.one, manifests }, verdict).some(
          ({ signature, ...one }) => signature === group.signature && !knownFor('linter', one),
        );
      };
      const small =
        only || group.one.way === 'kept'
          ? group.one.manifests
          : await smallest(group.one.manifests, shows, SHRINKING_MS);
      const verdict = await judge(small);
      found.push({
        id: group.one.id,
        agree: false,
        known: group.known,
        text: `${group.signature} (${group.cases} cases)\n${worded(group.one, small, verdict)}`,
      });
    });
    if (groups.length > MADE_SMALL)
      found.push({
        id: 'more',
        agree: false,
        text: groups
          .slice(MADE_SMALL)
          .map(({ signature, cases, one }) => `${one.id} ${signature} (${cases} cases)`)
          .join('\n'),
      });
    if (!only) {
      const known = (one) => knownFor('linter', one);
      const right = await validMutants({ systems, good: partOf(baseSets().good, part), count, seed, release, known });
      figures.valid = right.figures;
      for (const { code, object, path, message, id, way, text } of right.found) {
        found.push({
          id: `valid ${id}`,
          agree: false,
          text: `# ${id}, written in another way (${way}): all systems accept it\n# the linter:\n#   ${code} ${object} ${path}: ${message}\n${text}`,
        });
      }
    }
    if (only && found.length === 0) found.push({ id: only, agree: true, text: `${only}: they agree` });
    return { figures: tabled(figures), disagreements: found };
  } finally {
    systems.close();
  }
}

/** A sample of a list: with part 0.1, every tenth element from the first on. */
const partOf = (list, part) => list.filter((_, index) => index % Math.round(1 / part) === 0);

/**
 * Kept cases, examples as they stand (all, or a part), and mutated sets, each as { id, title, manifests }.
 */
export function* casesOf(count, seed, only, release = NEWEST, part = 1) {
  const { sets } = parse(readFileSync(KEPT, 'utf8'));
  for (const one of keptCases('linter', only)) {
    // What a case is kept for may be of some releases only.
    if (one.releases && !one.releases.includes(release)) continue;
    yield { ...one, manifests: manifestsOf(one, sets), way: 'kept' };
  }
  const { good, bad } = baseSets();
  for (const { id, manifests } of partOf([...good, ...bad], only ? 1 : part)) {
    if (!only || only === id) yield { id, title: 'as it stands', manifests, way: 'as it stands' };
  }
  const donors = donorsOf([...good, ...bad]);
  const sample = fc.sample(chance, { numRuns: Math.ceil(count * 1.6), seed });
  let made = 0;
  for (const [index, { base, ways, choices }] of sample.entries()) {
    if (made >= count) return;
    const { id: origin, manifests: original } = good[base % good.length];
    let manifests = original;
    const done = [];
    // Two things that are wrong hide each other: mostly there is one.
    for (const way of index % 8 === 0 ? ways : ways.slice(0, 1)) {
      const result = mutated({ manifests, donors, way: WAY_NAMES[way], choices: choices.slice(done.length) });
      if (result) manifests = result.manifests;
      if (result) done.push(result.what);
    }
    if (done.length === 0) continue;
    made += 1;
    const id = `${seed}-${index}`;
    if (!only || only === id)
      yield { id, title: `${origin}, ${done.join(', ')}`, manifests, way: done[0].split(':')[0] };
  }
}

/** As many at once as keep the oracles busy. */
export async function atOnce(cases, work) {
  const worker = async () => {
    for (const one of cases) await work(one);
  };
  await Promise.all(Array.from({ length: 12 }, worker));
}

/**
 * Where some objects say their namespace and others do not, the latter are in `default`: where the systems put them, and
 * where the linter could not know them to be.
 */
export function located(manifests) {
  const clustered = ({ kind }) => kind === 'Namespace' || String(kind).startsWith('Cluster');
  if (!manifests.some((one) => one.metadata?.namespace && !clustered(one))) return manifests;
  return manifests.map((one) => {
    const { metadata } = one;
    const open = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) && !metadata.namespace;
    return open && !clustered(one) ? { ...one, metadata: { ...metadata, namespace: 'default' } } : one;
  });
}

const size = ({ manifests }) => JSON.stringify(manifests).length;

const plain = (text) =>
  text
    .replace(/"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`/g, '…')
    .replace(/\d+/g, 'N')
    .slice(0, 160);
const kindOf = (object) => object.split('/')[0];

/** What is said of a set, without the names in it. */
const saidOf = ({ ours, theirs }) =>
  new Set([
    ...ours.map(({ object, code, path }) => `${kindOf(object)} ${code} ${plain(path)}`),
    ...theirs.map(({ object, by, path = '', message }) => `${kindOf(object)} ${by} ${plain(path)} ${plain(message)}`),
  ]);

/** Each refusal that was missed and each error that stands alone, under what it has in common with others of its kind. */
export function disagreementsOf({ id, manifests, rule, says }, { missed, alone, ours, theirs }) {
  // Of a kept case it is known what both sides say.
  const kept = [
    ...(rule && !ours.some(({ code }) => code === rule) ? [`the linter does not say ${rule}`] : []),
    ...(says && !theirs.some(({ message }) => message.includes(says)) ? [`no system says '${says}'`] : []),
  ];
  return [
    ...kept.map((message) => ({ message, manifests, direction: 'kept', signature: `${id}: ${message}` })),
    ...missed.map((one) => ({
      ...one,
      manifests,
      direction: 'missed',
      signature: `missed ${one.by} ${kindOf(one.object)} ${plain(one.path ?? '')} ${plain(one.message)}`,
    })),
    ...alone.map((one) => ({
      ...one,
      manifests,
      direction: 'alone',
      signature: `alone ${one.code} ${kindOf(one.object)} ${plain(one.path)} ${one.code.startsWith('SCH') ? plain(one.message) : ''}`,
    })),
  ];
}

export function worded({ id, title }, manifests, { ours, theirs }) {
  const say = (list) =>
    list.length > 0
      ? list.map((one) => `#   ${one.by ?? one.code} ${one.object} ${one.path ?? ''}: ${one.message}`)
      : ['#   accepted'];
  return [`# ${id}: ${title}`, '# the systems:', ...say(theirs), '# the linter:', ...say(ours), textOf(manifests)].join(
    '\n',
  );
}

/** The first of the sets of which nothing is known, since a system or the linter gave up on them. */
const unjudged = ({ one: { id, title, manifests }, error, cases }) =>
  [
    `# ${id}: ${title} (${cases} cases)`,
    `# there is no verdict: ${String(error?.stack ?? error).replaceAll('\n', '\n#   ')}`,
    textOf(manifests),
  ].join('\n');

const textOf = (manifests) => manifests.map((manifest) => stringify(manifest, { lineWidth: 0 })).join('---\n');

const newFigures = () => ({
  sets: 0,
  'accepted by all': 0,
  disagreements: 0,
  'listed disagreements': 0,
  ways: {},
  systems: {},
  groups: {},
});

function counted(figures, { way }, { ours, theirs, both, missed, confirmed, alone, unasked, nobody }) {
  figures.sets += 1;
  if (ours.length === 0 && theirs.length === 0) figures['accepted by all'] += 1;
  figures.ways[way] = (figures.ways[way] ?? 0) + 1;
  const add = (table, row, column) => {
    table[row] ??= {};
    table[row][column] = (table[row][column] ?? 0) + 1;
  };
  for (const one of new Set(both.map(({ by, object }) => `${by} ${object}`)))
    add(figures.systems, SYSTEMS[one.split(' ')[0]], 'both refuse');
  for (const one of new Set(missed.map(({ by, object }) => `${by} ${object}`)))
    add(figures.systems, SYSTEMS[one.split(' ')[0]], 'only the system');
  const groups = [
    ['confirmed', confirmed],
    ['only the linter', alone],
    ['not asked', unasked],
    ['nobody judges', nobody],
  ];
  for (const [column, list] of groups) for (const { code } of list) add(figures.groups, code.slice(0, 3), column);
}

/** One row a system or group, with its columns in order. */
const tabled = ({ systems, groups, valid, ...figures }) => {
  const rows = (table) =>
    Object.fromEntries(
      Object.entries(table).flatMap(([row, columns]) =>
        Object.entries(columns).map(([column, count]) => [`${row}: ${column}`, count]),
      ),
    );
  return { ...figures, ...(valid ? { 'valid mutants': valid } : {}), systems: rows(systems), rules: rows(groups) };
};
