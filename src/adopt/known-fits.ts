import { isMapping, own, type Resource } from '../graph';
import type { Candidate } from './candidate';
import type { Options } from './values';

/** The inputs of a fit. */
export interface Situation {
  readonly wanted: readonly Resource[];
  readonly metadata: { readonly name: string };
  readonly least: Options;
  readonly candidates: readonly Candidate[];
}

/** A candidate's value that was taken: the number of the candidate and of its value; no value if the option was left out. */
export interface Choice {
  readonly candidate: number;
  readonly value: number;
}

/** A fit of another app, for an app that differs in its words and amounts alone. */
export interface Known {
  readonly choices: readonly Choice[];
  /** The options that were found, in the words of this app. */
  readonly options: Options;
  /** The distance between what they render and what was wanted. */
  readonly cost: number;
}

interface Found {
  readonly choices: readonly Choice[];
  readonly options: string;
  readonly cost: number;
}

/**
 * Fits that were found. Apps of a fleet mostly differ in their names, images and amounts alone; what was found for the
 * first of them is tried for the others.
 */
export class KnownFits {
  private readonly found = new Map<string, Found>();

  /** The fit of an app of the same shape. Undefined if there is none. */
  public of(situation: Situation): Known | undefined {
    const words = new Words(situation);
    const known = this.found.get(shapeOf(situation, words));
    return known && { ...known, options: JSON.parse(words.putInto(known.options)) as Options };
  }

  public add(situation: Situation, choices: readonly Choice[], options: Options, cost: number): void {
    const words = new Words(situation);
    const found = { choices, options: words.leftOutOf(JSON.stringify(options)), cost };
    this.found.set(shapeOf(situation, words), found);
  }
}

/** A situation without the words of its app, its numbers, and texts with digits, such as quantities and versions. */
function shapeOf({ wanted, metadata, least, candidates }: Situation, words: Words): string {
  const all = [wanted.map(({ manifest }) => manifest), metadata, least, candidates];
  const masked = JSON.stringify(all, (_, value: unknown) => {
    if (typeof value === 'number') return 0;
    return typeof value === 'string' && /\d/.test(words.leftOutOf(value)) ? '0' : value;
  });
  return words.leftOutOf(masked);
}

/** The words of one app in a text of JSON: its image and its name. */
class Words {
  private readonly words: readonly (readonly [word: string, stand: string])[];

  constructor({ metadata: { name }, least: { image } }: Situation) {
    const all = [...(typeof image === 'string' ? [image] : []), name];
    // Characters for private use, which no manifest has.
    this.words = all.map((word, i) => [JSON.stringify(word).slice(1, -1), String.fromCharCode(0xe000 + i)]);
  }

  public leftOutOf(text: string): string {
    return this.words.reduce((left, [word, stand]) => left.replaceAll(word, stand), text);
  }

  public putInto(text: string): string {
    return this.words.reduceRight((left, [word, stand]) => left.replaceAll(stand, () => word), text);
  }
}

/** A value with only those fields that another one of the same shape has. */
export function pruned(value: unknown, like: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, i) => pruned(item, Array.isArray(like) ? like[i] : item));
  if (!isMapping(value) || !isMapping(like)) return value;
  const kept = Object.entries(value).filter(([name]) => own(like, name) !== undefined);
  return Object.fromEntries(kept.map(([name, one]) => [name, pruned(one, own(like, name))]));
}
