import { SourceFile } from '../formats/source';
import { API_VERSION } from '../canaryfile/document';
import { mergeLayers, readDocuments } from '../canaryfile/layers';
import { MapNode, nodeOf } from '../canaryfile/node';
import { Problem, formatProblem } from '../canaryfile/problem';
import { renderSpec } from '../canaryfile/render';
import { isMapping, type Mapping, own, Resource } from '../graph';
import { Candidate } from './candidate';
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
 */
export function fit(
  wanted: readonly Resource[],
  metadata: AppMetadata,
  least: Options,
  candidates: readonly Candidate[],
): SpecData {
  const seen = new Map<string, number>();
  const distanceOf = (tried: Options): number => {
    const key = JSON.stringify(tried);
    const found = seen.get(key) ?? distance(wanted, metadata, tried);
    seen.set(key, found);
    return found;
  };
  let options = least;
  let cost = distanceOf(options);
  // Some options have an effect only once others are set, so that several rounds are needed.
  for (let improved = true, round = 0; improved && round < 4; round++) {
    improved = false;
    for (const { path, values } of candidates) {
      for (const value of [undefined, ...values]) {
        const tried = withValue(options, path, value);
        if (JSON.stringify(tried) === JSON.stringify(options)) continue;
        const found = distanceOf(tried);
        const shorter = JSON.stringify(tried).length < JSON.stringify(options).length;
        if (found < cost || (found === cost && shorter)) {
          [options, cost, improved] = [tried, found, true];
        }
      }
    }
  }
  options = withoutNeedless(options, (tried) => distanceOf(tried) <= cost);
  return { apiVersion: API_VERSION, kind: 'CanaryApp', metadata, spec: options };
}

/** The options without those that change nothing, because manifests also state defaults. */
function withoutNeedless(options: Options, isAsNear: (tried: Options) => boolean): Options {
  const visit = (value: unknown, place: (value: unknown) => Options): unknown => {
    let left = value;
    const keys = Array.isArray(value) ? value.map((_, i) => i) : isMapping(value) ? Object.keys(value) : [];
    for (const key of keys) {
      const put = (below: unknown): unknown => {
        if (Array.isArray(left)) return left.map((one: unknown, i) => (i === key ? below : one));
        const entries = Object.entries({ ...(left as Options), [key]: below });
        return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
      };
      const without = Array.isArray(left) ? undefined : put(undefined);
      if (without && isAsNear(place(without))) left = without;
      else left = put(visit(own(left, key), (below) => place(put(below))));
    }
    return left;
  };
  const { steps, ...others } = options;
  const withSteps = (found: unknown): Options => ({
    ...(found as Options),
    ...(steps === undefined ? {} : { steps }),
  });
  return withSteps(visit(others, withSteps));
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

function distance(wanted: readonly Resource[], metadata: AppMetadata, spec: Options): number {
  const manifests = manifestsOf(metadata, spec);
  if (manifests === undefined) return Infinity;
  // Of two specs that mean the same, the one whose manifests are also written the same is better.
  return report(wanted, manifests, false).length * MANY + report(wanted, manifests, true).length;
}

/** More than the number of differences between any two sets of manifests. */
const MANY = 100_000;

function report(wanted: readonly Resource[], got: readonly Resource[], exact: boolean): string[] {
  const title = (object: Resource) => `${object.kind} ${object.name}`;
  const titles = [...new Set([...wanted, ...got].map(title))];
  return titles.flatMap((one) => {
    const [before, after] = [wanted, got].map((objects) => objects.find((object) => title(object) === one)?.manifest);
    return differences(before ?? {}, after ?? {}, '', '', exact).map((found) => `${one}: ${found}`);
  });
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
