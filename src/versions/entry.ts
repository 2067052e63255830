import { memoize, memoizeByObject } from '../formats/memoize';
import { compareReleases, parseRelease } from './release';

/** What a system does from one release on, until the next change. */
export interface Change<T> {
  /** The first release that does it, as in "1.10" or "3.4.5". */
  readonly from: string;
  /** What code looks up. */
  readonly value: T;
  /** What the release does, as the end of a sentence. */
  readonly words: string;
}

/** One behaviour that depends on the release of a system. */
export interface Entry<T = unknown> {
  /** A short name in kebab-case, unique within its system. */
  readonly id: string;
  /** What the entry is about, as a heading. */
  readonly what: string;
  /** Oldest first. */
  readonly changes: readonly Change<T>[];
  /** The source: a file, a changelog, or a measurement with its release. */
  readonly source: string;
  /** Whether it was tested (`measured`), or only read in source code, CRDs or changelogs (`read`). */
  readonly evidence: 'measured' | 'read';
}

/** A system that exists in different releases in clusters. */
export interface System {
  /** As in `--from argo-rollouts=1.9`. */
  readonly name: string;
  /** As in a sentence. */
  readonly title: string;
  /** The series that the tables cover, oldest first. */
  readonly releases: readonly string[];
  readonly entries: readonly Entry[];
}

/** What a release does. Releases before the first change behave like it. */
export function lookUp<T>(entry: Entry<T>, release: string): T {
  return changeIn(entry, release).value;
}

/** What a release does, in words. */
export const describeEntry = (entry: Entry, release: string): string => changeIn(entry, release).words;

const changesIn = memoizeByObject((entry: Entry) => memoize((release) => findChange(entry, release)));

const changeIn = <T>(entry: Entry<T>, release: string): Change<T> => changesIn(entry)(release) as Change<T>;

function findChange(entry: Entry, release: string): Change<unknown> {
  const wanted = parseRelease(release);
  if (wanted === undefined) throw new Error(`'${release}' is not a release`);
  // A change without a patch is in the first patch of its series.
  const since = entry.changes.filter(({ from }) => compareReleases({ patch: 0, ...parseRelease(from)! }, wanted) <= 0);
  return since[since.length - 1] ?? entry.changes[0];
}

/** The entries in which two releases of a system differ. */
export const differing = (system: System, from: string, to: string): readonly Entry[] =>
  system.entries.filter((entry) => changeIn(entry, from) !== changeIn(entry, to));

/** The releases for which a predicate is true. */
export const holdingFor = (releases: readonly string[], holds: (release: string) => boolean): readonly string[] =>
  releases.filter(holds);
