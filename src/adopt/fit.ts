import { SourceFile } from '../formats/source';
import { API_VERSION } from '../canaryfile/document';
import { mergeLayers, readDocuments } from '../canaryfile/layers';
import { MapNode, nodeOf } from '../canaryfile/node';
import { Problem, formatProblem } from '../canaryfile/problem';
import { renderSpec } from '../canaryfile/render';
import { Candidate } from './candidate';
import { Json, differences, isPlain } from './manifests';

/** A spec as plain data. */
export interface SpecData {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Json;
  readonly spec: Json;
}

export interface Fit {
  readonly spec: SpecData;
}

/**
 * The typed options that come closest to some manifests. Options are tried one after the other, and kept if the rendered
 * manifests are then closer to those wanted: so a spec states what the synthesis needs, and no more.
 */
export function fit(wanted: readonly Json[], metadata: Json, least: Json, candidates: readonly Candidate[]): Fit {
  const seen = new Map<string, number>();
  const distanceOf = (tried: Json): number => {
    const key = JSON.stringify(tried);
    const found = seen.get(key) ?? distance(wanted, metadata, tried);
    seen.set(key, found);
    return found;
  };
  let options = least;
  let cost = distanceOf(options);
  // Options can wait for one another: the query for Prometheus, the routes for their hosts.
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
  const spec = { apiVersion: API_VERSION, kind: 'CanaryApp', metadata, spec: options };
  return { spec };
}

/** Manifests state what is the default; a spec that says the same without is the better one. */
function withoutNeedless(options: Json, isAsNear: (tried: Json) => boolean): Json {
  const visit = (value: Json, place: (value: Json) => Json): Json => {
    let left = value;
    const keys = Array.isArray(value) ? value.map((_, i) => i) : isPlain(value) ? Object.keys(value) : [];
    for (const key of keys) {
      const put = (below: Json) => {
        if (Array.isArray(left)) return left.map((one: Json, i: number) => (i === key ? below : one));
        return Object.fromEntries(Object.entries({ ...left, [key]: below }).filter(([, one]) => one !== undefined));
      };
      const without = Array.isArray(left) ? undefined : put(undefined);
      if (without && isAsNear(place(without))) left = without;
      else left = put(visit(left[key], (below) => place(put(below))));
    }
    return left;
  };
  const { steps, ...others } = options;
  const found = visit(others, (tried) => (steps === undefined ? tried : { ...tried, steps }));
  return steps === undefined ? found : { ...found, steps };
}

/** What becomes of a spec, or what is wrong with it. */
export function synthesized(
  metadata: Json,
  spec: Json,
): { manifests?: readonly Json[]; problems: string[]; rules: (string | undefined)[] } {
  const problems: Problem[] = [];
  const text = JSON.stringify({ apiVersion: API_VERSION, kind: 'CanaryApp', metadata, spec });
  const body = mergeLayers(readDocuments(new SourceFile('adopted spec', text), problems));
  const app = body && renderSpec(body, problems);
  return { manifests: app?.manifests, problems: problems.map(formatProblem), rules: problems.map(({ rule }) => rule) };
}

/** What becomes of a spec, whatever the rules say. Nothing where it is none. */
export function manifestsOf(metadata: Json, spec: Json): readonly Json[] | undefined {
  const body = nodeOf({ apiVersion: API_VERSION, kind: 'CanaryApp', metadata, spec }, NOWHERE) as MapNode;
  return renderSpec(body, [], false)?.manifests;
}

const NOWHERE = { file: new SourceFile('adopted spec', ''), from: 0, to: 0 };

function distance(wanted: readonly Json[], metadata: Json, spec: Json): number {
  const manifests = manifestsOf(metadata, spec);
  return manifests === undefined ? Infinity : report(wanted, manifests).length;
}

function report(wanted: readonly Json[], got: readonly Json[]): string[] {
  const title = (object: Json) => `${object.kind} ${object.metadata?.name}`;
  const titles = [...new Set([...wanted, ...got].map(title))];
  return titles.flatMap((one) => {
    const [before, after] = [wanted, got].map((objects) => objects.find((object) => title(object) === one));
    if (after === undefined) return differences(before, {}).map((found) => `${one}: ${found}`);
    return differences(before ?? {}, after).map((found) => `${one}: ${found}`);
  });
}

function withValue(options: Json, [name, ...rest]: readonly string[], value: Json): Json {
  if (name === undefined) return { ...options, ...value };
  const below = rest.length === 0 ? value : withValue(options?.[name] ?? {}, rest, value);
  const entries = Object.entries({ ...options, [name]: below }).filter(
    ([, one]) => one !== undefined && !isHollow(one),
  );
  return Object.fromEntries(entries);
}

function isHollow(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
