import { type Document, isScalar, Scalar } from 'yaml';
import type { Marks } from './offset-index';
import type { Path } from './path';
import { type FieldRange, findField, type Range, yamlTree } from './yaml-text';

/** A place in a file. Lines and columns count from 1, columns in UTF-16 code units; the end is exclusive. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A text that was read, and where its lines begin. */
export class SourceFile {
  private starts?: number[];

  constructor(
    /** As it is shown to the user. */
    readonly name: string,
    readonly text: string,
  ) {}

  /** Turns offsets into lines and columns. */
  place({ from, to }: Range): Place {
    const start = this.position(from);
    const end = this.position(Math.max(from, to));
    return {
      file: this.name,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
    };
  }

  /** The text of a line, counting from 1, without its end. */
  line(number: number): string {
    const starts = this.lineStarts();
    const begin = starts[number - 1];
    if (begin === undefined) return '';
    const text = this.text.slice(begin, (starts[number] ?? this.text.length + 1) - 1);
    return number === 1 ? text.replace(/^\uFEFF/, '').replace(/\r$/, '') : text.replace(/\r$/, '');
  }

  private position(offset: number): { line: number; column: number } {
    const starts = this.lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    // A byte order mark takes no column.
    const mark = low === 0 && this.text.charCodeAt(0) === 0xfeff ? 1 : 0;
    return { line: low + 1, column: Math.max(1, offset - starts[low] + 1 - mark) };
  }

  private lineStarts(): number[] {
    if (this.starts === undefined) {
      this.starts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) this.starts.push(at + 1);
    }
    return this.starts;
  }
}

/**
 * One document of a file. Its tree is twenty times the size of its text, so it is not kept: it is made again when a
 * place inside a value or an edit is wanted, and the last few are remembered.
 */
export class SourceDocument {
  private static readonly recent = new Map<SourceDocument, Document.Parsed>();

  constructor(
    readonly file: SourceFile,
    /** The part of the file between two markers (`---`). */
    private readonly section: Range,
    /** Which document of the section it is: more than one only where `...` ends one. */
    private readonly index: number,
    /** Where everything in it stands, if that was noted when it was read. */
    private readonly marks?: Marks,
  ) {}

  /** Finds a field, or its nearest ancestor. Offsets count from the beginning of the section: see `toFile`. */
  find(path: Path): FieldRange {
    const tree = this.tree();
    return tree ? findField(tree, path) : { depth: 0 };
  }

  /** A range of the section as a range of the file. */
  toFile(range: Range): Range {
    return { from: range.from + this.section.from, to: range.to + this.section.from };
  }

  /**
   * Where a field stands in the file. A field that is not there is placed at its nearest ancestor's key.
   *
   * @param on the key, or the value (the default); a value that goes over several lines is placed at its key
   * @param within a part of the value, which must be a string
   */
  range(path: Path, on: 'key' | 'value' = 'value', within?: Range): Range {
    const inner = within && this.innerRange(path, within);
    if (inner) return this.toFile(inner);
    const found = this.marks?.find(path) ?? this.find(path);
    const wholeValue = on === 'value' && found.depth === path.length && isShort(this.text(), found.value);
    const range = (wholeValue ? found.value : found.key) ?? firstLine(this.text(), found.value) ?? { from: 0, to: 0 };
    return this.toFile(range);
  }

  /** The document's section. */
  text(): string {
    return this.file.text.slice(this.section.from, this.section.to);
  }

  /** A part of a string's value as a part of the text; undefined where the two cannot be lined up with certainty. */
  inside(node: Scalar, { from, to }: Range): Range | undefined {
    if (typeof node.value !== 'string' || !node.range) return undefined;
    const [start, end] = node.range;
    const source = this.text().slice(start, end);
    if (node.type === Scalar.BLOCK_LITERAL) {
      const begin = blockOffset(source, node.value, from);
      const finish = blockOffset(source, node.value, Math.max(from, to - 1));
      return begin === undefined || finish === undefined
        ? undefined
        : { from: start + begin, to: start + finish + (to > from ? 1 : 0) };
    }
    const quotes = node.type === Scalar.PLAIN ? 0 : 1;
    const inner = source.slice(quotes, source.length - quotes);
    return inner === node.value ? { from: start + quotes + from, to: start + quotes + to } : undefined;
  }

  private innerRange(path: Path, within: Range): Range | undefined {
    const { node } = this.find(path);
    return isScalar(node) ? this.inside(node, within) : undefined;
  }

  private tree(): Document.Parsed | undefined {
    const { recent } = SourceDocument;
    let tree = recent.get(this);
    if (tree === undefined) {
      tree = yamlTree(this.text(), this.index);
      if (tree === undefined) return undefined;
      if (recent.size >= 32) recent.delete(recent.keys().next().value!);
      recent.set(this, tree);
    }
    return tree;
  }
}

const isShort = (text: string, range: Range | undefined): boolean =>
  range !== undefined && !text.slice(range.from, range.to).trimEnd().includes('\n');

function firstLine(text: string, range: Range | undefined): Range | undefined {
  if (!range) return undefined;
  const end = text.slice(range.from, range.to).search(/\r?\n/);
  return end < 0 ? range : { from: range.from, to: range.from + end };
}

/** Where a character of a literal block scalar's value stands in its source: each line is indented by the same width. */
function blockOffset(source: string, value: string, at: number): number | undefined {
  const before = value.slice(0, at).split('\n');
  const lines = source.split('\n');
  const body = lines.slice(1);
  const indent = Math.min(
    ...body.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  );
  const row = before.length;
  const text = value.split('\n')[row - 1] ?? '';
  if (!Number.isFinite(indent) || !(lines[row] ?? '').slice(indent).startsWith(text)) return undefined;
  const start = lines.slice(0, row).reduce((sum, line) => sum + line.length + 1, 0);
  return start + indent + before[before.length - 1].length;
}
