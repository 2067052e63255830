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
import { withoutNeedless } from './needless';
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
