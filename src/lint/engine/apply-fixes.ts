import type { Range, SourceFile } from '../../formats/source';
import { type FoundField, inlineText, quoted, writeYaml, type YamlNode, type YamlStyle } from '../../formats/yaml';
import type { Path } from '../../graph';
import type { FieldEdit, Fix } from '../../rules';

/** A change to a text. */
export interface TextEdit {
  readonly file: SourceFile;
  readonly range: Range;
  readonly text: string;
}

/** The changes to the text of a fix; undefined where the style of the text does not allow it. */
export function textEdits({ edits }: Fix): readonly TextEdit[] | undefined {
  const found: TextEdit[] = [];
  for (const edit of edits) {
    const made = textEdit(edit);
    if (made === undefined) return undefined;
    found.push(made);
  }
  return found;
}

/** Whether the text can be edited this way: in flow style, for example, no field is removed or added. */
export function isFixable({ edits }: Fix): boolean {
  return edits.every((edit) => {
    const { source, prefix } = edit.at.resource.origin;
    // Most replace a name or a value, for which the document need not be read as a whole.
    return isReplacement(edit) && !isWithin(edit)
      ? source !== undefined && replaced(edit, source.look([...prefix, ...edit.at.path]), prefix) !== undefined
      : textEdit(edit) !== undefined;
  });
}

type Replacement = Extract<FieldEdit, { rename: string } | { set: unknown }>;

const isReplacement = (edit: FieldEdit): edit is Replacement => 'rename' in edit || 'set' in edit;
/** A part of a value may be written in a way that cannot be edited. */
const isWithin = (edit: Replacement): boolean => 'within' in edit && edit.within !== undefined;

/** Returns the node that a new name or value replaces. */
function replaced(
  edit: Replacement,
  { key, value, depth }: Pick<FoundField, 'key' | 'value' | 'depth'>,
  prefix: Path,
): YamlNode | undefined {
  if (depth !== prefix.length + edit.at.path.length) return undefined;
  if ('rename' in edit) return key;
  if (value?.kind !== 'scalar') return undefined;
  const isBlock = value.style === 'literal' || value.style === 'folded';
  return isBlock && edit.within === undefined ? undefined : value;
}

function textEdit(edit: FieldEdit): TextEdit | undefined {
  const { source, prefix } = edit.at.resource.origin;
  if (source === undefined) return undefined;
  const path = [...prefix, ...edit.at.path];
  const found = source.find(path);
  if (found.depth !== path.length) return undefined;
  const { key, value, parent } = found;
  const made = ({ from, to }: Range, text: string): TextEdit => ({ file: source.file, range: { from, to }, text });
  if (isReplacement(edit)) {
    const old = replaced(edit, found, prefix);
    if (old === undefined) return undefined;
    if ('rename' in edit) return made(old, inlineText(edit.rename));
    if (edit.within === undefined) return made(old, scalarText(edit.set, old.style, parent?.style === 'flow'));
    const inner = source.inside(old, edit.within);
    return inner && made(inner, String(edit.set));
  }
  const { text } = source.file;
  if ('remove' in edit) return key && value && isInBlock(parent) ? removal(text, key, value, made) : undefined;
  return value?.kind === 'map' && value.style === 'block' ? addition(text, value, edit, made) : undefined;
}

/** Keeps the quotes of the old value where the new one can have them. */
function scalarText(value: string | number | boolean, style: YamlStyle, inFlow: boolean): string {
  if (typeof value !== 'string') return String(value);
  if (style === 'single' && !/['\n]/.test(value)) return `'${value}'`;
  // Inside of brackets more signs end a text.
  return style === 'double' || (inFlow && /[,?:[\]{}]/.test(value)) ? quoted(value) : inlineText(value);
}

type Make = (range: Range, replacement: string) => TextEdit;

const isInBlock = (map: YamlNode | undefined): boolean => map?.style === 'block' && map.items.length > 2;

/** Removes whole lines, if nothing else stands on them. */
function removal(text: string, key: Range, value: Range, made: Make): TextEdit | undefined {
  const begin = text.lastIndexOf('\n', key.from - 1) + 1;
  if (text.slice(begin, key.from).trim() !== '') return undefined;
  const last = Math.max(key.to, value.to);
  const content = text.slice(0, last).trimEnd().length;
  const end = text.indexOf('\n', content);
  return made({ from: begin, to: end < 0 ? text.length : end + 1 }, '');
}

/** After the last field of the object, in the same column. */
function addition(
  text: string,
  map: YamlNode,
  { add, value }: { readonly add: string; readonly value: unknown },
  made: Make,
): TextEdit {
  const first = map.from;
  const column = first - (text.lastIndexOf('\n', first - 1) + 1);
  const content = text.slice(0, map.to).trimEnd().length;
  const end = text.indexOf('\n', content);
  const at = end < 0 ? text.length : end;
  const body = writeYaml({ [add]: value }).trimEnd();
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
