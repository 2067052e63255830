import { parse, stringify } from 'yaml';
import { API_VERSION, KINDS, SpecDocument } from './document';
import { mergeLayers, readDocuments } from './layers';
import { Problem, formatProblem } from './problem';
import { Manifest, renderSpec } from './render';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface KrmResult {
  /** The ResourceList to hand on. */
  readonly text: string;
  readonly ok: boolean;
}

/**
 * What a KRM function makes of a ResourceList: each CanaryApp among the items, and the one in `functionConfig`, gives way
 * to its manifests; CanaryDefaults lie below them. Other items stay as they are.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md
 */
export function runFunction(input: string): KrmResult {
  const list = parse(input) as Json;
  if (list?.kind !== 'ResourceList') {
    throw new Error(`standard input is no ResourceList, but ${list?.kind ?? 'something without a kind'}`);
  }
  const items: Json[] = list.items ?? [];
  const given = [...(list.functionConfig ? [list.functionConfig] : []), ...items];
  const problems: Problem[] = [];
  const documents = given.filter(isOurs).flatMap((one) => read(one, problems));
  const defaults = documents.filter(({ kind }) => kind === 'CanaryDefaults');
  const rendered = documents
    .filter(({ kind }) => kind === 'CanaryApp')
    .flatMap((document): readonly Manifest[] => {
      const body = mergeLayers([...defaults, document]);
      return (body && renderSpec(body, problems)?.manifests) ?? [];
    });
  const others = items.filter((item) => !isOurs(item));
  const results = problems.map((problem) => ({ severity: 'error', message: formatProblem(problem).split('\n')[0] }));
  const result = {
    apiVersion: list.apiVersion ?? 'config.kubernetes.io/v1',
    kind: 'ResourceList',
    items: results.length > 0 ? items : [...others, ...rendered],
    ...(results.length > 0 ? { results } : {}),
  };
  return { text: stringify(result, { lineWidth: 0, aliasDuplicateObjects: false }), ok: results.length === 0 };
}

/** kustomize adds annotations of its own to what it hands over; they are no part of a spec. */
function read(object: Json, problems: Problem[]): SpecDocument[] {
  const { apiVersion, kind, metadata, spec } = object;
  const { annotations: _, ...ownMetadata } = metadata ?? {};
  const text = stringify({ apiVersion, kind, metadata: ownMetadata, spec }, { aliasDuplicateObjects: false });
  return readDocuments({ name: `${kind} ${metadata?.name ?? ''}`.trim(), text }, problems);
}

function isOurs(object: Json): boolean {
  return object?.apiVersion === API_VERSION && KINDS.includes(object.kind);
}
