import { isMap, isScalar, Scalar, stringify, type YAMLMap } from 'yaml';
import type { Field, Range, SourceFile } from '../../graph';

/** A remedy: what it does, and the edits that belong together. */
export interface Fix {
  /** As in `rename 'stableservice' to 'stableService'`. */
  readonly title: string;
  readonly edits: readonly FieldEdit[];
}

/** One change to a manifest, in terms of its fields. */
export type FieldEdit =
  /** Give the field another key. */
  | { readonly at: Field; readonly rename: string }
  /** Put another plain value in place of a plain value. `within`: only this part of a string. */
  | { readonly at: Field; readonly set: string | number | boolean; readonly within?: Range }
  /** Take the field away. */
  | { readonly at: Field; readonly remove: true }
  /** Add a key to an object that is written as a block. */
  | { readonly at: Field; readonly add: string; readonly value: unknown };

/** A change to a text. */
export interface TextEdit {
  readonly file: SourceFile;
  readonly range: Range;
  readonly text: string;
}

/** The changes to the text that a remedy makes; undefined where the text does not lend itself to it. */
function textEdits({ edits }: Fix): readonly TextEdit[] | undefined {
  const found: TextEdit[] = [];
  for (const edit of edits) {
    const made = textEdit(edit);
    if (made === undefined) return undefined;
    found.push(made);
  }
  return found;
}

/** Whether the text lends itself to the remedy: in flow style, say, nothing is taken out or put in. */
export function isMendable(fix: Fix): boolean {
  return textEdits(fix) !== undefined;
}

function textEdit(edit: FieldEdit): TextEdit | undefined {
  const { source, prefix } = edit.at.resource.origin;
  if (source === undefined) return undefined;
  const path = [...prefix, ...edit.at.path];
  const found = source.find(path);
  if (found.depth !== path.length) return undefined;
  const text = source.text();
  const made = (range: Range, replacement: string): TextEdit => ({
    file: source.file,
    range: source.toFile(range),
    text: replacement,
  });
  if ('rename' in edit) return found.key && made(found.key, edit.rename);
  if ('set' in edit) {
    if (!isScalar(found.node) || !found.value) return undefined;
    if (edit.within) {
      const inner = source.inside(found.node as Scalar, edit.within);
      return inner && made(inner, String(edit.set));
    }
    if (found.node.type === Scalar.BLOCK_LITERAL || found.node.type === Scalar.BLOCK_FOLDED) return undefined;
    return made(found.value, scalarText(edit.set, found.node.type ?? Scalar.PLAIN));
  }
  if ('remove' in edit) return isInBlock(found.parent, text) ? removal(text, found, made) : undefined;
  return isMap(found.node) ? addition(text, found.node, edit, made) : undefined;
}

/** In the quotes that it had, if it is a string that can have them. */
function scalarText(value: string | number | boolean, style: string): string {
  if (typeof value === 'string' && style === Scalar.QUOTE_SINGLE && !/['\n]/.test(value)) return `'${value}'`;
  if (typeof value === 'string' && style === Scalar.QUOTE_DOUBLE) return JSON.stringify(value);
  return stringify(value, { version: '1.1', lineWidth: 0 }).trimEnd();
}

type Make = (range: Range, replacement: string) => TextEdit;

const isInBlock = (map: YAMLMap | undefined, text: string): boolean =>
  map?.range != null && text[map.range[0]] !== '{' && map.items.length > 1;

/** Whole lines, if the field has them to itself. */
function removal(text: string, found: { key?: Range; value?: Range }, made: Make): TextEdit | undefined {
  const { key, value } = found;
  if (!key) return undefined;
  const begin = text.lastIndexOf('\n', key.from - 1) + 1;
  if (text.slice(begin, key.from).trim() !== '') return undefined;
  const last = Math.max(key.to, value?.to ?? 0);
  const content = text.slice(0, last).trimEnd().length;
  const end = text.indexOf('\n', content);
  return made({ from: begin, to: end < 0 ? text.length : end + 1 }, '');
}

/** After the last field of the object, in the same column. */
function addition(
  text: string,
  map: YAMLMap,
  { add, value }: { readonly add: string; readonly value: unknown },
  made: Make,
): TextEdit | undefined {
  if (!map.range || text[map.range[0]] === '{') return undefined;
  const first = map.range[0];
  const column = first - (text.lastIndexOf('\n', first - 1) + 1);
  const content = text.slice(0, map.range[1]).trimEnd().length;
  const end = text.indexOf('\n', content);
  const at = end < 0 ? text.length : end;
  const body = stringify({ [add]: value }, { version: '1.1', lineWidth: 0 }).trimEnd();
  const indented = body.split('\n').map((line) => ' '.repeat(column) + line);
  const cr = text[at - 1] === '\r' ? '\r' : '';
  const insertAt = cr ? at - 1 : at;
  return made({ from: insertAt, to: insertAt }, indented.map((line) => `${cr}\n${line}`).join(''));
}

/** The text of each file after as many fixes as do not touch each other, and how many those are. */
export function applyFixes(fixes: readonly Fix[]): {
  readonly texts: Map<SourceFile, string>;
  readonly applied: number;
} {
  const taken = new Map<SourceFile, TextEdit[]>();
  let applied = 0;
  for (const fix of fixes) {
    const edits = textEdits(fix);
    if (edits === undefined || edits.some((edit) => collides(edit, taken.get(edit.file) ?? []))) continue;
    applied++;
    for (const edit of edits) {
      const others = taken.get(edit.file);
      if (others) others.push(edit);
      else taken.set(edit.file, [edit]);
    }
  }
  const texts = new Map<SourceFile, string>();
  for (const [file, edits] of taken) {
    let { text } = file;
    for (const { range, text: replacement } of [...edits].sort((a, b) => b.range.from - a.range.from)) {
      text = text.slice(0, range.from) + replacement + text.slice(range.to);
    }
    texts.set(file, text);
  }
  return { texts, applied };
}

const collides = ({ range }: TextEdit, others: readonly TextEdit[]): boolean =>
  others.some((other) => range.from <= other.range.to && other.range.from <= range.to);
