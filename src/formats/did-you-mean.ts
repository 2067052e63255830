import { distance as levenshtein } from 'fastest-levenshtein';

/** More candidates take too long to compare. */
const MOST_CANDIDATES = 500;
/** A longer text is not a typo of a keyword. */
const LONGEST_KEYWORD = 100;
/** Maximum number of keywords in a message. */
const MOST_SHOWN = 12;

/**
 * The name that was probably meant, among names that people choose: at most two letters off, or a fifth of a long name.
 * So is each word of it. Names that differ only in their digits or versions, or in whole words, are siblings, not typos.
 */
export function closestName(wanted: string, candidates: Iterable<string>): string | undefined {
  return nearest(wanted, candidates, mostOff(wanted), (name) => !areSiblings(wanted, name));
}

/** How many letters differ. Two neighbours that changed places, as in `istio.oi`, are one typo. */
const distance = (one: string, other: string): number => (isSwapped(one, other) ? 1 : levenshtein(one, other));

function isSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return (
    at + 1 < one.length &&
    one[at] === other[at + 1] &&
    one[at + 1] === other[at] &&
    one.slice(at + 2) === other.slice(at + 2)
  );
}

/** Whether two names differ in one letter, or by two neighbours that changed places. Short names often do, and mean it. */
export const differByOneSlip = (one: string, other: string): boolean => one.length > 3 && distance(one, other) === 1;

/** How many letters a typo changes in a text at most. */
const mostOff = ({ length }: string): number => Math.min(Math.max(length < 4 ? 1 : 2, Math.floor(length / 5)), 4);

/** Whether two names are of two things, such as `color` and `color-v2`, `shop` and `shop-ui`, `team-a` and `team-b`. */
function areSiblings(one: string, other: string): boolean {
  const [bare, otherBare] = [one, other].map((name) => name.replace(/[-._]?v?\d+/g, ''));
  if (bare === otherBare) return true;
  const [few, many] = [one.split(/[-._/]/), other.split(/[-._/]/)].sort((a, b) => a.length - b.length);
  if (few.length < many.length) {
    const isAt = (start: number): boolean => few.every((word, i) => word === many[start + i]);
    return isAt(0) || isAt(many.length - few.length);
  }
  return few.some((word, i) => {
    const away = word.toLowerCase() === many[i].toLowerCase() ? 0 : distance(word, many[i]);
    return away > mostOff(word) || (away > 0 && away >= Math.max(word.length, many[i].length));
  });
}

/**
 * The keyword that was probably meant, among a fixed set such as the fields of a file: at most a third of its letters
 * differ. Upper case and punctuation are ignored.
 */
export function closestKeyword(given: string, known: readonly string[]): string | undefined {
  const bare = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '');
  const same = known.find((word) => bare(word) === bare(given));
  if (same !== undefined || given.length > LONGEST_KEYWORD) return same;
  return nearest(given, known, Math.max(2, Math.floor(given.length / 3)), () => true);
}

/**
 * The end of a message about a keyword that does not exist: `; did you mean 'setWeight'?`, or `; use one of …` where
 * none is close. Empty if there are no candidates.
 */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const meant = closestKeyword(given, known);
  if (meant !== undefined) return `; did you mean '${meant}'?`;
  const shown = known.length > MOST_SHOWN ? [...known.slice(0, MOST_SHOWN), '…'] : known;
  return `; use one of ${shown.join(', ')}`;
}

function nearest(
  wanted: string,
  candidates: Iterable<string>,
  most: number,
  mayBeMeant: (candidate: string) => boolean,
): string | undefined {
  let best: string | undefined;
  let least = most + 1;
  let seen = 0;
  const lower = wanted.toLowerCase();
  for (const candidate of candidates) {
    if (++seen > MOST_CANDIDATES) break;
    if (Math.abs(candidate.length - wanted.length) > most || candidate === wanted) continue;
    const away = candidate.toLowerCase() === lower ? 0.5 : distance(wanted, candidate);
    if (away < least && mayBeMeant(candidate)) [best, least] = [candidate, away];
  }
  return best;
}
