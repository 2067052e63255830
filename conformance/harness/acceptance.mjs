// Item 1: what the library makes is accepted by all the systems, and by its own linter.
import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { NEVER_VALID } from './acceptance-known.mjs';
import { besideOf } from './beside.mjs';
import { keptCases } from './kept.mjs';
import { failuresOf } from './random.mjs';
import { Systems } from './sets.mjs';
import { corpus } from './spec-corpus.mjs';

const DIST = 'dist';
/** From so many sets on, each option must have been there at least so often. */
const WHOLE = 5_000;
const AT_LEAST = 3;

export const renderedSets = () =>
  readdirSync(DIST, { recursive: true })
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({
      id: relative('.', join(DIST, file)),
      manifests: parseAllDocuments(readFileSync(join(DIST, file), 'utf8'))
        .map((document) => document.toJS())
        .filter(Boolean),
    }));

export async function acceptance({ count, seed, only, release }) {
  const systems = new Systems(release);
  const figures = { rendered: 0, sets: 0, objects: 0, accepted: 0, refusedByUs: 0, kinds: {}, findings: {} };
  const found = [];
  try {
    for (const { id, manifests } of renderedSets().filter((one) => only === undefined || one.id === only)) {
      const theirs = await systems.refusals(manifests, besideOf(manifests));
      figures.rendered += 1;
      if (only || theirs.length > 0) found.push({ id, agree: theirs.length === 0, ours: 'accepted', theirs });
    }
    const judge = judgeOf(systems, figures);
    for (const one of keptCases('acceptance', only)) found.push(...(await judgeKept(judge, one, only)));
    if (!only) found.push(...(await judgeRandom(judge, figures, { count, seed })));
  } finally {
    systems.close();
  }
  return { figures, disagreements: found };
}

/** Tells what both sides say of a set. */
function judgeOf(systems, figures) {
  const { sets, render, optionsOf, options, unasked } = corpus();
  const reached = new Map(options.map((option) => [option, 0]));
  const reasons = new Map();
  const judge = async (set) => {
    const { manifests, refused, findings } = render(set);
    if (refused.length > 0) return { ours: refused, manifests };
    const theirs = await systems.refusals(manifests, besideOf(manifests));
    const warned = unasked(set, findings);
    return {
      ours: 'accepted',
      theirs,
      findings: warned,
      all: findings,
      manifests,
      agree: theirs.length === 0 && warned.length === 0,
    };
  };
  const note = (set, verdict) => {
    figures.sets += 1;
    if (verdict.ours !== 'accepted') {
      figures.refusedByUs += 1;
      for (const reason of new Set(verdict.ours.map(plainly))) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      return;
    }
    if (verdict.theirs.length === 0) figures.accepted += 1;
    figures.objects += verdict.manifests.length;
    for (const { kind } of verdict.manifests) figures.kinds[kind] = (figures.kinds[kind] ?? 0) + 1;
    for (const { code, severity } of verdict.all) {
      const key = `${severity} ${code}`;
      figures.findings[key] = (figures.findings[key] ?? 0) + 1;
    }
    for (const option of new Set(optionsOf(set))) reached.set(option, reached.get(option) + 1);
  };
  return { sets, judge, note, reached, reasons, systems };
}

/** A message without what differs from one set to the next. */
const plainly = (message) =>
  message
    .replace(/^\[[^\]]*\] /, '')
    .replace(/'[^']*'/g, "'…'")
    .replace(/\d+/g, 'N')
    .slice(0, 160);

async function judgeKept({ judge, systems }, { id, title, set, refused = false }, only) {
  const { ours, theirs, findings, manifests } = await judge(set);
  const agree = refused ? ours !== 'accepted' : ours === 'accepted' && theirs.length === 0 && findings.length === 0;
  if (!only && agree) return [];
  const them = theirs ?? (await systems.refusals(manifests, besideOf(manifests)));
  return [{ id, title, set, agree, ours, theirs: them, findings }];
}

async function judgeRandom({ sets, judge, note, reached, reasons }, figures, { count, seed }) {
  const property = fc.asyncProperty(sets, async (set) => {
    const verdict = await judge(set);
    note(set, verdict);
    if (verdict.agree === false) throw new Error('refused');
  });
  const failures = await failuresOf(property, { count, seed });
  const found = [];
  for (const { seed: at, counterexample } of failures) {
    const [set] = counterexample;
    const { ours, theirs, findings } = await judge(set);
    found.push({ id: `seed ${at}`, set, agree: false, ours, theirs, findings });
  }
  for (const [reason, times] of [...reasons].sort(([, a], [, b]) => b - a).slice(0, 40)) {
    console.log(`refused by us ${times} times: ${reason}`);
  }
  return [...found, ...coverage(reached, figures)];
}

/** How often the options were there, and those that were not. */
function coverage(reached, figures) {
  const expected = [...reached].filter(([option]) => !NEVER_VALID.some(({ options }) => options.test(option)));
  const rare = expected.filter(([, times]) => times < AT_LEAST).map(([option]) => option);
  const times = expected.map(([, one]) => one).sort((a, b) => a - b);
  figures.options = {
    all: reached.size,
    reached: expected.length - rare.length,
    least: times[0],
    median: times[times.length >> 1],
  };
  if (rare.length === 0) return [];
  if (figures.sets < WHOLE) {
    console.log(`not ${AT_LEAST} times among ${figures.sets} sets: ${rare.join(', ')}`);
    return [];
  }
  return [
    { id: 'options', title: `options that are not ${AT_LEAST} times among the accepted sets`, agree: false, rare },
  ];
}
