import type { Range as TextRange, SourceFile } from '../formats/source';
import { documentParts, parseDocument, scalarValue, type YamlNode } from '../formats/yaml';
import type { Position, Range } from 'vscode-languageserver';
import type { Path } from '../graph';

/** A part of a file as the protocol writes it: lines and characters count from 0. */
export function rangeIn(file: SourceFile, range: TextRange): Range {
  const { line, column, endLine, endColumn } = file.place(range);
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: endLine - 1, character: endColumn - 1 },
  };
}

/** The offset of a position; behind the last character of a line, the end of the line. */
export function offsetOf(text: string, { line, character }: Position): number {
  let begin = 0;
  for (let row = 0; row < line; row++) {
    const next = text.indexOf('\n', begin);
    if (next < 0) return text.length;
    begin = next + 1;
  }
  const end = text.indexOf('\n', begin);
  return Math.min(begin + character, end < 0 ? text.length : end);
}

/** Whether a position is in a range, its end included, as the cursor stands behind a word. */
export function contains({ start, end }: Range, { line, character }: Position): boolean {
  const isBefore = line < start.line || (line === start.line && character < start.character);
  const isBehind = line > end.line || (line === end.line && character > end.character);
  return !isBefore && !isBehind;
}

/** Where an offset is in a text. */
export interface TextField {
  /** Which document of the text, counting from 0. */
  readonly document: number;
  /** The way from the root of the document to the field. */
  readonly path: Path;
}

/** The innermost field around an offset. Undefined outside of all documents, and in a document that is not valid YAML. */
export function fieldAt(text: string, offset: number): TextField | undefined {
  const parts = documentParts(text);
  const document = parts.findIndex(({ from, to }) => from <= offset && offset <= to);
  const root = document < 0 ? undefined : parseDocument(text, parts[document])?.root;
  if (root === undefined) return undefined;
  const path: (string | number)[] = [];
  for (let node: YamlNode | undefined = root; node;) node = step(node, offset, path);
  return { document, path };
}

/** One level down; undefined where there is nothing below, or nothing at the offset. */
function step({ kind, items }: YamlNode, offset: number, path: (string | number)[]): YamlNode | undefined {
  if (kind === 'list') {
    const index = items.findIndex(({ from, to }) => from <= offset && offset <= to);
    if (index < 0) return undefined;
    path.push(index);
    return items[index];
  }
  if (kind !== 'map') return undefined;
  for (let i = 0; i < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (offset < key.from || offset > Math.max(key.to, value.to)) continue;
    path.push(String(scalarValue(key)));
    return offset <= key.to ? undefined : value;
  }
  return undefined;
}
