import { commentsOf, documentParts, parseDocument, scalarValue, type YamlNode } from '../formats/yaml';
import type { FileRange } from '../formats/source';
import type { TextLeftOut } from './manifest-files';

/** The place of a name in a text that is not read as objects. */
export interface LeftOutMention {
  readonly what: TextLeftOut['what'];
  readonly at: FileRange;
}

/** Fields of a kustomization that name files, images or labels, not objects. */
const OTHER_NAMES = new Set([
  ...['resources', 'bases', 'components', 'path', 'crds', 'configurations', 'openapi'],
  ...['files', 'env', 'envs', 'literals'],
  ...['generators', 'transformers', 'validators', 'images', 'helmCharts', 'helmGlobals', 'labels', 'commonLabels'],
  ...['commonAnnotations', 'namePrefix', 'nameSuffix', 'namespace', 'apiVersion', 'kind'],
]);

/** The places where texts that are not read as objects have a name: `name`, `name.shop.svc`, `shop/name`. */
export function leftOutMentions(texts: Iterable<TextLeftOut>, name: string): LeftOutMention[] {
  const word = new RegExp(`(?<![\\w.-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'g');
  const found: LeftOutMention[] = [];
  for (const { what, file } of texts) {
    const { text } = file;
    if (!text.includes(name)) continue;
    const comments = commentsOf(text);
    const inComment = (at: number): boolean => comments.some(({ from, to }) => from <= at && at < to);
    const parts =
      what === 'kustomization'
        ? documentParts(text).flatMap((part) => [...namingParts(parseDocument(text, part)?.root)])
        : [{ from: 0, to: text.length }];
    for (const { from, to } of parts) {
      for (const { index } of text.slice(from, to).matchAll(word)) {
        const at = { file, from: from + index, to: from + index + name.length };
        if (!inComment(at.from)) found.push({ what, at });
      }
    }
  }
  return found;
}

/** The values of a kustomization that can name objects. */
function* namingParts(node: YamlNode | undefined): Generator<YamlNode> {
  if (node === undefined) return;
  const { kind, items } = node;
  if (kind === 'scalar') yield node;
  else if (kind === 'list') for (const item of items) yield* namingParts(item);
  else if (kind === 'map') {
    for (let i = 0; i < items.length; i += 2) {
      const key = scalarValue(items[i]);
      if (typeof key === 'string' && OTHER_NAMES.has(key)) continue;
      yield* namingParts(items[i + 1]);
    }
  }
}
