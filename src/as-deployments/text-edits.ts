import { isDeepStrictEqual } from 'node:util';
import { readDocument, type YamlSource } from '../formats/yaml';
import type { Mapping } from '../graph';
import { deploymentStrategy, isOnlyOfRollouts, namesRollout, TARGET_FIELDS } from './deployment';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text of a document with a few values replaced, so that every other line stays where it is, comments among them.
 * Undefined where that does not give `wanted`: in flow style, with anchors, with a field that has to be added.
 */
export function editedText(source: YamlSource, before: Mapping, wanted: Mapping): string | undefined {
  const { text } = source.file;
  const { part } = source;
  const edits: Edit[] = [];
  const replace = (path: readonly string[], value: string): void => {
    const found = source.find(path);
    if (found.depth !== path.length || !found.value) return;
    const { from, to } = found.value;
    edits.push({ from, to, text: value + lineBreaks(text.slice(from, to)) });
  };
  const remove = (path: readonly string[]): void => {
    const found = source.find(path);
    if (found.depth !== path.length || !found.key) return;
    const to = Math.max(found.value?.to ?? 0, text.indexOf(':', found.key.to) + 1);
    edits.push({ from: found.key.from, to, text: lineBreaks(text.slice(found.key.from, to)) });
  };
  const spec = (before.spec ?? {}) as Mapping;
  if (before.kind === 'Rollout') {
    replace(['apiVersion'], 'apps/v1');
    replace(['kind'], 'Deployment');
    if (spec.strategy !== undefined) replace(['spec', 'strategy'], JSON.stringify(deploymentStrategy(spec.strategy)));
    for (const key of Object.keys(spec)) if (isOnlyOfRollouts(key)) remove(['spec', key]);
    if (before.status !== undefined) remove(['status']);
  }
  const { replicas } = (wanted.spec ?? {}) as Mapping;
  if (spec.replicas !== undefined && replicas !== spec.replicas) {
    if (replicas === undefined) remove(['spec', 'replicas']);
    else replace(['spec', 'replicas'], String(replicas));
  }
  for (const field of TARGET_FIELDS) {
    if (!namesRollout(spec[field])) continue;
    replace(['spec', field, 'apiVersion'], 'apps/v1');
    replace(['spec', field, 'kind'], 'Deployment');
  }
  edits.sort((a, b) => a.from - b.from);
  let edited = '';
  let at = part.from;
  for (const { from, to, text: by } of edits) {
    if (from < at) return undefined;
    edited += text.slice(at, from) + by;
    at = to;
  }
  edited += text.slice(at, part.to);
  const { value, error } = readDocument(edited);
  return error === undefined && isDeepStrictEqual(plain(value), plain(wanted)) ? edited : undefined;
}

const lineBreaks = (text: string): string => '\n'.repeat(text.split('\n').length - 1);

/** As JSON, without the prototypes of a reader. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
