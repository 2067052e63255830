import type { Range, SourceFile } from '../source';
import { type FoundField, findField } from './fields';
import type { YamlNode } from './node';
import { findCommon } from './read-common';
import type { ParsedText } from './parse';
import { parseDocument } from './read';

type Path = readonly (string | number)[];

/** Reading the text up to a field is faster than making nodes, until thousands of findings do so. */
const FEW_SEARCHES = 8;

/**
 * One document of a file, in which fields are found by their paths. Its nodes take more memory than its text, so they are
 * made again when a position or an edit is wanted, and the last few are remembered.
 */
export class YamlSource {
  private static readonly recent = new Map<YamlSource, ParsedText>();
  /** How many fields were looked for by reading the text up to them. */
  private searched = 0;

  constructor(
    readonly file: SourceFile,
    /** The part of the file that is the document. */
    readonly part: Range = { from: 0, to: file.text.length },
    /** Whether it was found to be written in a common form when it was read. */
    readonly isCommon = false,
  ) {}

  /** Finds a field, or its nearest ancestor. */
  find(path: Path): FoundField {
    return findField(this.parsed()?.root, path);
  }

  /** Finds a field by the quickest way. Unlike `find`, it gives no parent, and nodes may lack their items. */
  look(path: Path): Pick<FoundField, 'key' | 'value' | 'depth'> {
    return this.isCommon && this.searched++ < FEW_SEARCHES
      ? findCommon(this.file.text, this.part, path)
      : this.find(path);
  }

  /**
   * Where a field stands in the file. A field that is not there is placed at its nearest ancestor's key.
   *
   * @param on the key, or the value (the default); a value that goes over several lines is placed at its key
   * @param within a part of the value, which must be a string
   */
  range(path: Path, on: 'key' | 'value' = 'value', within?: Range): Range {
    const { key, value, depth } = this.look(path);
    const inner = within && value && this.inside(value, within);
    if (inner) return inner;
    const wholeValue =
      on === 'value' && depth === path.length && value && !this.file.text.slice(value.from, value.to).includes('\n');
    const node = (wholeValue ? value : key) ?? value;
    if (node === undefined) return { from: this.part.from, to: this.part.from };
    const end = this.file.text.slice(node.from, node.to).search(/\r?\n/);
    return { from: node.from, to: end < 0 ? node.to : node.from + end };
  }

  /** A part of a string's value as a part of the file; undefined where the two cannot be lined up with certainty. */
  inside({ kind, text, style, from, to }: YamlNode, part: Range): Range | undefined {
    if (kind !== 'scalar') return undefined;
    const source = this.file.text.slice(from, to);
    if (style === 'literal') {
      const begin = literalOffset(source, text, part.from);
      const end = literalOffset(source, text, Math.max(part.from, part.to - 1));
      return begin === undefined || end === undefined
        ? undefined
        : { from: from + begin, to: from + end + (part.to > part.from ? 1 : 0) };
    }
    const quotes = style === 'plain' ? 0 : 1;
    const inner = source.slice(quotes, source.length - quotes);
    return inner === text ? { from: from + quotes + part.from, to: from + quotes + part.to } : undefined;
  }

  private parsed(): ParsedText | undefined {
    const { recent } = YamlSource;
    let parsed = recent.get(this);
    if (parsed === undefined) {
      parsed = parseDocument(this.file.text, this.part);
      if (parsed === undefined) return undefined;
      if (recent.size >= 32) recent.delete(recent.keys().next().value!);
      recent.set(this, parsed);
    }
    return parsed;
  }
}

/** Where a character of a literal block's text stands in its source: each line is indented by the same width. */
function literalOffset(source: string, text: string, at: number): number | undefined {
  const before = text.slice(0, at).split('\n');
  const lines = source.split('\n');
  const body = lines.slice(1);
  const indent = Math.min(
    ...body.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  );
  const row = before.length;
  const shown = text.split('\n')[row - 1] ?? '';
  if (!Number.isFinite(indent) || !(lines[row] ?? '').slice(indent).startsWith(shown)) return undefined;
  const start = lines.slice(0, row).reduce((sum, line) => sum + line.length + 1, 0);
  return start + indent + before[before.length - 1].length;
}
