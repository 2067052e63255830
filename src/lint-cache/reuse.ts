import { type Graph, graphOfLoaded, Loader } from '../graph';
import { type Finding, isFixable, lint, type LintOptions } from '../lint';
import { type Complete, hashOf } from './store';
import { COMMON, groupsOf, resourcesByFile } from './groups';
import { outlineOf } from './outline';
import { type KnownFile, KnownFiles, type Signatures } from './known-files';
import { writeRows } from './rows';
import type { Snapshot, StoredFinding, Totals } from './snapshot';

/** The files that are there now. */
export interface CurrentFiles {
  readonly names: readonly string[];
  readonly signatures: Signatures;
}

/** The findings of all files, before the baseline is looked at. */
export interface Result extends Totals {
  readonly findings: readonly StoredFinding[];
  /** How many files had to be linted. */
  readonly linted: number;
  /** The files as they are to be stored, where many were read again and are what they were. */
  readonly refreshed?: KnownFiles;
}

/** At least so many files are linted again before all are. */
const FEW = 200;
/** Above, this part of them. */
const PART = 0.03;
/** To read so many again each time takes longer than to store their signatures. */
const MANY = 200;

/**
 * The findings of the files as they are now, if they follow from a stored run: nothing has changed, or only what no object
 * outside of a group can see. Undefined: all files must be linted.
 *
 * A group is linted twice, as it was and as it is, together with the objects that concern all groups. The first must give
 * what the complete run gave, and the objects that concern all groups must have the same findings both times; else
 * something reaches farther than groups do.
 *
 * @param read Gives the text of a file; may throw.
 */
export function reuse(
  before: Snapshot,
  { names, signatures }: CurrentFiles,
  options: LintOptions,
  read: (name: string) => string,
): Result | undefined {
  const { files } = before;
  if (names.length !== files.count) return undefined;
  const texts = new Map<number, string>();
  const signed: number[] = [];
  for (let place = 0; place < files.count; place++) {
    if (!files.isNamed(place, names[place])) return undefined;
    if (files.signatures.isSame(place, signatures)) continue;
    const text = read(names[place]);
    if (!files.hasHash(place, hashOf(text))) texts.set(place, text);
    else if (signatures.has(place)) signed.push(place);
  }
  const { findings, suppressed, resources } = before;
  const result =
    texts.size === 0 ? { findings, suppressed, resources, linted: 0 } : lintGroups(before, texts, options, read);
  if (result === undefined || signed.length < MANY) return result;
  return { ...result, refreshed: files.signed(signed, signatures) };
}

function lintGroups(
  before: Snapshot,
  texts: ReadonlyMap<number, string>,
  options: LintOptions,
  read: (name: string) => string,
): Result | undefined {
  const { files } = before;
  const changed = [...texts.keys()];
  if (changed.some((place) => files.isHub(place))) return undefined;
  const groups = new Set(changed.map((place) => files.group(place)));
  const own = new Set<number>();
  const hubs = new Set<number>();
  for (let place = 0; place < files.count; place++) {
    if (files.isHub(place)) hubs.add(place);
    else if (groups.has(files.group(place))) own.add(place);
  }
  if (own.size + hubs.size > Math.max(FEW, files.count * PART)) return undefined;

  const old = new Map<number, string>();
  for (const place of [...own, ...hubs].sort((a, b) => a - b)) {
    const text = texts.has(place) ? before.textOf(place) : read(files.name(place));
    // Another program may write a file just now.
    if (text === undefined || !files.hasHash(place, hashOf(text))) return undefined;
    old.set(place, text);
  }
  const graphWith = (newer: ReadonlyMap<number, string>): Graph => {
    const loader = new Loader();
    for (const [place, text] of old) loader.add({ name: files.name(place), text: newer.get(place) ?? text });
    return graphOfLoaded(loader.loaded);
  };
  const [was, is] = [graphWith(new Map()), graphWith(texts)];
  if (!areConnectedAlike(was, is, new Set(changed.map((place) => files.name(place))))) return undefined;

  const [first, second] = [lint(was, options), lint(is, options)];
  const places = new Map([...old.keys()].map((place) => [files.name(place), place]));
  const [found, fresh] = [storedFindings(first.findings, was, places), storedFindings(second.findings, is, places)];
  const isAsBefore = isSame(ofFiles(found, own), ofFiles(before.findings, own));
  if (!isAsBefore || !isSame(ofFiles(found, hubs), ofFiles(fresh, hubs))) return undefined;
  return {
    findings: replaced(before.findings, own, ofFiles(fresh, own)),
    suppressed: before.suppressed - first.suppressed + second.suppressed,
    resources: before.resources - was.resources.length + is.resources.length,
    linted: places.size,
  };
}

const ofFiles = (findings: readonly StoredFinding[], places: ReadonlySet<number>): StoredFinding[] =>
  findings.filter(({ place }) => places.has(place));

const isSame = (some: readonly StoredFinding[], others: readonly StoredFinding[]): boolean =>
  writeRows(some) === writeRows(others);

/** Whether changed files hold the same objects with the same connections. */
function areConnectedAlike(was: Graph, is: Graph, changed: ReadonlySet<string>): boolean {
  const isBroken = ({ problems }: Graph): boolean => problems.some(({ place }) => changed.has(place.file));
  if (isBroken(was) || isBroken(is)) return false;
  const [then, now] = [resourcesByFile(was), resourcesByFile(is)];
  return was.files.every(({ name }, place) => !changed.has(name) || outlineOf(then[place]) === outlineOf(now[place]));
}

/** Puts the findings of some files in the place of their old ones. Both are in the order of the files. */
function replaced(
  findings: readonly StoredFinding[],
  places: ReadonlySet<number>,
  fresh: readonly StoredFinding[],
): StoredFinding[] {
  return [...findings.filter(({ place }) => !places.has(place)), ...fresh].sort((a, b) => a.place - b.place);
}

/**
 * Findings as they are stored: with the line that each is about, and without what only makes sense in memory.
 *
 * @param places those of all files, by name
 */
function storedFindings(
  findings: readonly Finding[],
  { files }: Pick<Graph, 'files'>,
  places: ReadonlyMap<string, number>,
): StoredFinding[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  return findings.map(({ fix, ...finding }) => ({
    place: places.get(finding.file)!,
    ...finding,
    quote: finding.line === undefined ? undefined : byName.get(finding.file)?.line(finding.line),
    isFixable: fix !== undefined && isFixable(fix) ? true : undefined,
  }));
}

/**
 * The stored form of a complete run. Undefined if it did not read the files as they were found, or if a finding concerns
 * another file.
 *
 * @param common A word in more files than this connects none of them.
 */
export function snapshotOf(
  graph: Graph,
  findings: readonly Finding[],
  { names, signatures }: CurrentFiles,
  common = COMMON,
): Complete | undefined {
  const places = new Map(graph.files.map(({ name }, place) => [name, place]));
  const isComplete =
    graph.files.length === names.length && names.every((name, place) => graph.files[place].name === name);
  if (!isComplete || findings.some(({ file }) => !places.has(file)) || places.size !== graph.files.length)
    return undefined;
  const { groupOf, isHub } = groupsOf(graph, common);
  const known = graph.files.map(({ name, text }, place): KnownFile => ({
    name,
    hash: hashOf(text),
    group: groupOf[place],
    isHub: isHub[place],
  }));
  const files = KnownFiles.of(known, signatures);
  return { files, findings: storedFindings(findings, graph, places), texts: graph.files.map(({ text }) => text) };
}
