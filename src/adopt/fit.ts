import { SourceFile } from '../formats/source';
import { API_VERSION } from '../canaryfile/document';
import { mergeLayers, readDocuments } from '../canaryfile/layers';
import { MapNode, nodeOf } from '../canaryfile/node';
import { Problem, formatProblem } from '../canaryfile/problem';
import { renderDraft, renderSpec } from '../canaryfile/render';
import { isMapping, type Mapping, own, Resource } from '../graph';
import { Candidate } from './candidate';
import { type Choice, type Known, KnownFits, pruned, type Situation } from './known-fits';
import { differences } from './differences';
import type { Options } from './values';

/** The name of an app, its namespace, and the labels of all its objects. */
export interface AppMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Mapping;
}

/** A spec as plain data. */
export interface SpecData {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: AppMetadata;
  readonly spec: Options;
}

/**
 * The spec whose typed options render manifests that are closest to those wanted. Options are tried one after the other,
 * and kept if they bring the rendered manifests closer, so that a spec states what is needed and no more.
 *
 * @param least The options without which nothing can be rendered.
 * @param known What was found for other apps.
 */
export function fit(
  wanted: readonly Resource[],
  metadata: AppMetadata,
  least: Options,
  candidates: readonly Candidate[],
  known = new KnownFits(),
): SpecData {
  const situation = { wanted, metadata, least, candidates };
  const seen = new Map<string, number>();
  const distanceOf = (tried: Options, most = Infinity): number => {
    const key = JSON.stringify(tried);
    const found = seen.get(key) ?? distance(wanted, metadata, tried, most);
    seen.set(key, found);
    return found;
  };
  const spec = replayed(situation, known.of(situation), distanceOf) ?? searched(situation, known, distanceOf);
  return { apiVersion: API_VERSION, kind: 'CanaryApp', metadata, spec };
}

type DistanceOf = (tried: Options, most?: number) => number;

/** The choices of another app, with the values of this one. Undefined if they do not fit as well here. */
function replayed({ least, candidates }: Situation, known: Known | undefined, distanceOf: DistanceOf) {
  if (known === undefined) return undefined;
  const whole = known.choices.reduce((options, { candidate, value }) => {
    const { path, values } = candidates[candidate];
    return withValue(options, path, values[value]);
  }, least);
  const options = pruned(whole, known.options) as Options;
  if (distanceOf(options, known.cost) !== known.cost) return undefined;
  // An amount may be a default, which this app need not state.
  return withoutNeedless(options, (tried) => distanceOf(tried, known.cost) <= known.cost, known.options);
}

function searched(situation: Situation, known: KnownFits, distanceOf: DistanceOf): Options {
  const { least, candidates } = situation;
  const choices: Choice[] = [];
  let options = least;
  let cost = distanceOf(options);
  // Some options have an effect only once others are set, so that several rounds are needed.
  for (let improved = true, round = 0; improved && round < 4; round++) {
    improved = false;
    for (const [candidate, { path, values }] of candidates.entries()) {
      for (const [i, value] of [undefined, ...values].entries()) {
        const tried = withValue(options, path, value);
        if (JSON.stringify(tried) === JSON.stringify(options)) continue;
        const found = distanceOf(tried, cost);
        const shorter = JSON.stringify(tried).length < JSON.stringify(options).length;
        if (found < cost || (found === cost && shorter)) {
          [options, cost, improved] = [tried, found, true];
          choices.push({ candidate, value: i - 1 });
        }
      }
    }
  }
  options = withoutNeedless(options, (tried) => distanceOf(tried, cost) <= cost);
  known.add(situation, choices, options, cost);
  return options;
}

/**
 * The options without those that change nothing, because manifests also state defaults.
 *
 * @param needed Options that are needed, if they have the same values.
 */
function withoutNeedless(options: Options, isAsNear: (tried: Options) => boolean, needed: Options = {}): Options {
  const visit = (value: unknown, place: Place, like: unknown): unknown => {
    if (JSON.stringify(value) === JSON.stringify(like)) return value;
    if (Array.isArray(value)) return visitItems(value, place, Array.isArray(like) ? like : []);
    if (!isMapping(value)) return value;
    let left: Mapping = value;
    for (const key of Object.keys(value)) {
      const alike = own(like, key);
      if (alike !== undefined && JSON.stringify(value[key]) === JSON.stringify(alike)) continue;
      const put = (below: unknown): Mapping => {
        const entries = Object.entries({ ...left, [key]: below });
        return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
      };
      const without = put(undefined);
      left = isAsNear(place(without)) ? without : put(visit(value[key], (below) => place(put(below)), alike));
    }
    return left;
  };
  /** Of a thousand routes that are written alike, the first shows what the others need. */
  const visitItems = (items: readonly unknown[], place: Place, like: readonly unknown[]): readonly unknown[] => {
    let left = items;
    const visitItem = (i: number): void => {
      const put = (item: unknown): readonly unknown[] => left.map((one, at) => (at === i ? item : one));
      left = put(visit(items[i], (item) => place(put(item)), like[i]));
    };
    const shapes = items.map(shapeOf);
    const first = new Map<string, number>();
    for (const [i, shape] of shapes.entries()) {
      if (first.has(shape)) continue;
      first.set(shape, i);
      visitItem(i);
    }
    if (first.size === items.length) return left;
    const shortened = left.map((item, i) => {
      const model = first.get(shapes[i])!;
      return model === i ? item : shortenedLike(item, items[model], left[model]);
    });
    if (isAsNear(place(shortened))) return shortened;
    if (items.length <= FEW) for (const [i, shape] of shapes.entries()) if (first.get(shape) !== i) visitItem(i);
    return left;
  };
  const { steps, ...others } = options;
  const withSteps = (found: unknown): Options => ({
    ...(found as Options),
    ...(steps === undefined ? {} : { steps }),
  });
  return withSteps(visit(others, withSteps, needed));
}

type Place = (value: unknown) => Options;

/** So many items that are written alike are tried one by one if the first does not speak for all. */
const FEW = 16;

/** What values have in common that differ only in their texts. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`;
  if (isMapping(value))
    return `{${Object.entries(value)
      .map(([key, below]) => `${JSON.stringify(key)}:${shapeOf(below)}`)
      .join()}}`;
  return typeof value === 'string' ? 'text' : JSON.stringify(value);
}

/** A value without what was left out of another one of its shape. */
function shortenedLike(value: unknown, before: unknown, after: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item, i) => shortenedLike(item, (before as unknown[])[i], (after as unknown[])[i]));
  }
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([key]) => own(after, key) !== undefined);
  return Object.fromEntries(kept.map(([key, below]) => [key, shortenedLike(below, own(before, key), own(after, key))]));
}

/** What `synth` makes of a spec, or what is wrong with it. */
export interface Synthesized {
  readonly manifests?: readonly Resource[];
  readonly problems: readonly string[];
  /** The rule that found each problem. */
  readonly rules: readonly (string | undefined)[];
}

/** Synthesizes a spec as `synth` does. */
export function synthesized(metadata: AppMetadata, spec: Options): Synthesized {
  const problems: Problem[] = [];
  const text = JSON.stringify({ apiVersion: API_VERSION, kind: 'CanaryApp', metadata, spec });
  const body = mergeLayers(readDocuments(new SourceFile('adopted spec', text), problems));
  const app = body && renderSpec(body, problems);
  const rules = problems.map(({ rule }) => rule);
  return { manifests: app?.manifests.map(asResource), problems: problems.map(formatProblem), rules };
}

/** The manifests of a spec, whatever the rules find. Undefined if it is not valid. */
export function manifestsOf(metadata: AppMetadata, spec: Options): readonly Resource[] | undefined {
  const body = nodeOf({ apiVersion: API_VERSION, kind: 'CanaryApp', metadata, spec }, NOWHERE) as MapNode;
  return renderSpec(body, [], false)?.manifests.map(asResource);
}

const NOWHERE = { file: new SourceFile('adopted spec', ''), from: 0, to: 0 };

const asResource = (manifest: Mapping): Resource =>
  new Resource(manifest, { file: 'adopted spec', document: 0, prefix: [] });

/** @param most A distance above which the exact one is of no use, so that the spec is not validated. */
function distance(wanted: readonly Resource[], metadata: AppMetadata, spec: Options, most = Infinity): number {
  const body = nodeOf({ apiVersion: API_VERSION, kind: 'CanaryApp', metadata, spec }, NOWHERE) as MapNode;
  const draft = renderDraft(body);
  if (draft === undefined) return Infinity;
  const manifests = draft.manifests.map(asResource);
  // Of two specs that mean the same, the one whose manifests are also written the same is better.
  const rough = report(wanted, manifests, false).length * MANY;
  if (rough > most) return Infinity;
  const found = rough + report(wanted, manifests, true).length;
  return found > most || !draft.isValid() ? Infinity : found;
}

/** More than the number of differences between any two sets of manifests. */
const MANY = 100_000;

function report(wanted: readonly Resource[], got: readonly Resource[], exact: boolean): string[] {
  const title = (object: Resource) => `${object.kind} ${object.name}`;
  const [before, after] = [wanted, got].map((objects) => {
    const found = new Map<string, Mapping>();
    for (const object of objects) if (!found.has(title(object))) found.set(title(object), object.manifest);
    return found;
  });
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((one) =>
    differences(before.get(one) ?? {}, after.get(one) ?? {}, '', '', exact).map((found) => `${one}: ${found}`),
  );
}

function withValue(options: Options, [name, ...rest]: readonly string[], value: unknown): Options {
  if (name === undefined) return { ...options, ...(value as Options | undefined) };
  const inner = own(options, name);
  const below = rest.length === 0 ? value : withValue(isMapping(inner) ? inner : {}, rest, value);
  const entries = Object.entries({ ...options, [name]: below }).filter(
    ([, one]) => one !== undefined && !isEmptyObject(one),
  );
  return Object.fromEntries(entries);
}

function isEmptyObject(value: unknown): boolean {
  return isMapping(value) && Object.keys(value).length === 0;
}
