/** A release of a system. Without a patch it stands for the newest patch of its series. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  readonly patch?: number;
}

/** Reads "1.9", "1.9.1" or "v1.9.1"; undefined for anything else. */
export function parseRelease(text: string): Release | undefined {
  const found = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?$/.exec(text.trim());
  if (found === null) return undefined;
  const [major, minor, patch] = found.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  return { major: major!, minor: minor!, ...(patch === undefined ? {} : { patch }) };
}

/** The release as it is written: "1.9" or "1.9.1". */
const releaseText = ({ major, minor, patch }: Release): string =>
  patch === undefined ? `${major}.${minor}` : `${major}.${minor}.${patch}`;

/** Negative if the first release is older, positive if it is newer. A series counts as its newest patch. */
export function compareReleases(a: Release, b: Release): number {
  return a.major - b.major || a.minor - b.minor || patchOf(a) - patchOf(b);
}

/** Numbers that can be subtracted, unlike infinities. */
const patchOf = ({ patch = Number.MAX_SAFE_INTEGER }: Release): number => patch;

const sameSeries = (a: Release, b: Release): boolean => a.major === b.major && a.minor === b.minor;

/** An error in the text that states releases. */
export interface ReleaseProblem {
  readonly message: string;
}

/**
 * The releases that a text states, oldest first: one ("1.9", "1.9.1"), several ("1.8, 1.10") or all of a range
 * ("1.8 - 1.10"). `known` are the series that the tables cover, oldest first. The ends of a range stay as they are
 * written; between them come whole series.
 */
export function parseReleases(text: string, known: readonly string[]): readonly string[] | ReleaseProblem {
  const found: Release[] = [];
  for (const part of text.split(',')) {
    const [first, last = first, ...rest] = part.split(/\s*(?:\s-\s|\.\.|–)\s*/);
    const [from, to] = [parseRelease(first), parseRelease(last)];
    if (from === undefined || to === undefined || rest.length > 0) {
      return { message: `'${part.trim()}' is not a release; write 1.9, 1.9.1 or a range such as "1.8 - 1.10"` };
    }
    if (compareReleases(from, to) > 0) {
      return { message: `'${part.trim()}' begins with the newer release; write the older one first` };
    }
    const series = known.map((one) => parseRelease(one)!);
    const outside = [from, to].find((one) => !series.some((other) => sameSeries(one, other)));
    if (outside !== undefined) {
      return { message: `nothing is known of release ${releaseText(outside)}; the tables cover ${coverage(known)}` };
    }
    found.push(from);
    for (const one of series) if (compareReleases(one, from) > 0 && compareReleases(one, to) < 0) found.push(one);
    found.push(to);
  }
  const texts = new Map(found.sort(compareReleases).map((one) => [releaseText(one), one]));
  // "1.8 - 1.10" names 1.8 once, and "1.9.1 - 1.10" does not mean 1.9 as well.
  return [...texts.keys()].filter((text) => !isCovered(texts.get(text)!, [...texts.values()]));
}

/** The series that tables cover, without a gap where there is none: "0.8 to 0.15 and 0.17". */
export function coverage(known: readonly string[]): string {
  const runs: string[][] = [];
  for (const one of known) {
    const run = runs[runs.length - 1];
    const [before, { major, minor }] = [run && parseRelease(run[run.length - 1])!, parseRelease(one)!];
    // The first of a major release follows the last of the one before.
    const follows = before && (before.major === major ? before.minor + 1 === minor : minor === 0);
    if (follows) run.push(one);
    else runs.push([one]);
  }
  return formatReleases(runs.map((run) => (run.length > 1 ? `${run[0]} to ${run[run.length - 1]}` : run[0])));
}

/** Whether a series is stated by one of its patches as well. */
const isCovered = (one: Release, all: readonly Release[]): boolean =>
  one.patch === undefined && all.some((other) => other.patch !== undefined && sameSeries(one, other));

/** "1.8", "1.8 and 1.9", "1.8, 1.9 and 1.10". */
export function formatReleases(releases: readonly string[]): string {
  if (releases.length < 2) return releases.join('');
  return `${releases.slice(0, -1).join(', ')} and ${releases[releases.length - 1]}`;
}
