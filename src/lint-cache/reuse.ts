import { type Graph, graphOfLoaded, Loader } from '../graph';
import { type Finding, isFixable, lint, type LintOptions } from '../lint';
import { type Complete, hashOf } from './store';
import { COMMON, groupsOf, resourcesByFile } from './groups';
import { outlineOf } from './outline';
import { KnownFile, type Snapshot, type StoredFinding, type Totals } from './snapshot';

/** A file that is there now. */
export interface CurrentFile {
  readonly name: string;
  /** Undefined where nothing shows that it was left alone since. */
  readonly signature: string | undefined;
}

/** The findings of all files, before the baseline is looked at. */
export interface Result extends Totals {
  readonly findings: readonly StoredFinding[];
  /** How many files had to be linted. */
  readonly linted: number;
  /** The files as they are to be stored, where many were read again and are what they were. */
  readonly refreshed?: readonly KnownFile[];
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
  files: readonly CurrentFile[],
  options: LintOptions,
  read: (name: string) => string,
): Result | undefined {
  if (files.length !== before.files.length) return undefined;
  const texts = new Map<number, string>();
  const signed = new Map<number, KnownFile>();
  for (const [place, { name, signature }] of files.entries()) {
    const known = before.files[place];
    if (known.is(name, signature)) continue;
    if (known.name !== name) return undefined;
    const text = read(name);
    if (hashOf(text) !== known.hash) texts.set(place, text);
    else if (signature !== undefined) signed.set(place, known.signed(signature));
  }
  const { findings, suppressed, resources } = before;
  const result =
    texts.size === 0 ? { findings, suppressed, resources, linted: 0 } : lintGroups(before, texts, options, read);
  if (result === undefined || signed.size < MANY) return result;
  return { ...result, refreshed: before.files.map((file, place) => signed.get(place) ?? file) };
}

function lintGroups(
  before: Snapshot,
  texts: ReadonlyMap<number, string>,
  options: LintOptions,
  read: (name: string) => string,
): Result | undefined {
  const { files } = before;
  const changed = [...texts.keys()];
  if (changed.some((place) => files[place].isHub)) return undefined;
  const groups = new Set(changed.map((place) => files[place].group));
  const own = new Set<number>();
  const hubs = new Set<number>();
  for (const [place, file] of files.entries()) {
    if (file.isHub) hubs.add(place);
    else if (groups.has(file.group)) own.add(place);
  }
  if (own.size + hubs.size > Math.max(FEW, files.length * PART)) return undefined;

  const old = new Map<number, string>();
  for (const place of [...own, ...hubs].sort((a, b) => a - b)) {
    const text = texts.has(place) ? before.textOf(place) : read(files[place].name);
    // Another program may write a file just now.
    if (text === undefined || hashOf(text) !== files[place].hash) return undefined;
    old.set(place, text);
  }
  const graphWith = (newer: ReadonlyMap<number, string>): Graph => {
    const loader = new Loader();
    for (const [place, text] of old) loader.add({ name: files[place].name, text: newer.get(place) ?? text });
    return graphOfLoaded(loader.loaded);
  };
  const [was, is] = [graphWith(new Map()), graphWith(texts)];
  if (!areConnectedAlike(was, is, new Set(changed.map((place) => files[place].name)))) return undefined;

  const [first, second] = [lint(was, options), lint(is, options)];
  const places = new Map([...old.keys()].map((place) => [files[place].name, place]));
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
  JSON.stringify(some) === JSON.stringify(others);

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
  current: readonly CurrentFile[],
  common = COMMON,
): Complete | undefined {
  const places = new Map(graph.files.map(({ name }, place) => [name, place]));
  const isComplete =
    graph.files.length === current.length && current.every(({ name }, place) => graph.files[place].name === name);
  if (!isComplete || findings.some(({ file }) => !places.has(file)) || places.size !== graph.files.length)
    return undefined;
  const { groupOf, isHub } = groupsOf(graph, common);
  const files = graph.files.map(({ name, text }, place) =>
    KnownFile.of({
      name,
      signature: current[place].signature,
      hash: hashOf(text),
      group: groupOf[place],
      isHub: isHub[place],
    }),
  );
  return { files, findings: storedFindings(findings, graph, places), texts: graph.files.map(({ text }) => text) };
}
