import type { Range } from '../source';
import { YamlError, type YamlNode, type YamlProblem } from './node';
import { commentsIn, type ParsedText, parseText } from './parse';
import { readCommon } from './read-common';
import { type DuplicateKey, nameIfAny, valueOf } from './value';

/** A duplicate key, with the path to the object that has it twice. */
export interface LocatedDuplicate extends YamlProblem {
  readonly path: readonly (string | number)[];
  readonly key: string;
  /** Whether it is once a text and once a number or boolean. Go's reader then randomly uses one of them. */
  readonly mixed: boolean;
}

/** One YAML document, as `sigs.k8s.io/yaml` reads it. */
export interface YamlDocument {
  /** The value as JSON. Undefined if the document cannot be read. */
  readonly value: unknown;
  /** Where its content begins. */
  readonly from: number;
  /** Why it cannot be read. */
  readonly error?: YamlProblem;
  /** Whether it is written in the forms that nearly all manifests have, in which fields are found more quickly. */
  readonly common?: boolean;
  /** The same key twice in one object: the last one counts. */
  readonly duplicates: readonly LocatedDuplicate[];
  /** Text after the end of the document, which Go's reader drops without an error. */
  readonly dropped?: YamlProblem;
}

/** What Go's reader refuses before it reads any YAML: control characters, and halves of characters. */

const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|\p{Surrogate}/u;

/**
 * Reads one document: a text, or the part of one. Never throws. All offsets are those of the text.
 *
 * The judge of what is read is `sigs.k8s.io/yaml`, by which kubectl, Argo CD and the API server read manifests; the
 * conformance run compares the two. What nests more than 200 levels deep is refused here and read there.
 *
 * @param shares whether blocks that are written alike become one object, which saves memory where many documents are
 *   kept; then nothing in the value may be changed
 */
export function readDocument(text: string, part: Range = whole(text), shares = false): YamlDocument {
  const common = readCommon(text, part, shares);
  return common ? { ...common, common: true, duplicates: NONE } : readExactly(text, part);
}

const NONE: readonly LocatedDuplicate[] = [];

/** Reads a document in any form. */
export function readExactly(text: string, part: Range = whole(text)): YamlDocument {
  try {
    const { root, aliases, rest } = parsePart(text, part);
    const { value, duplicates } = valueOf(root, aliases);
    const dropped = rest === undefined ? undefined : droppedAt(text, rest, part.to);
    return { value, from: root?.from ?? part.from, duplicates: locate(root, duplicates), dropped };
  } catch (error) {
    return { value: undefined, from: firstContent(text, part), error: asProblem(text, part, error), duplicates: [] };
  }
}

/** The nodes and comments of a document: to find positions, and to edit. Undefined where it cannot be parsed. */
export function parseDocument(text: string, part: Range = whole(text)): ParsedText | undefined {
  try {
    return parsePart(text, part);
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

/** Reads all documents of a text, which lines of `---` keep apart. */
export function readDocuments(text: string): YamlDocument[] {
  return documentParts(text).map((part) => readDocument(text, part));
}

/**
 * The parts of a text between the markers (`---`) at the beginnings of lines. kubectl cuts there before it reads any
 * YAML, so that a broken document cannot take the next one with it. Directives and comments before a marker are no
 * document.
 */
export function documentParts(text: string): Range[] {
  return sections(text).filter((part) => !isPreamble(text, part));
}

/** Where comments stand in a text: in all of its documents, and before them. Nothing within a text is a comment. */
export function commentsOf(text: string): Range[] {
  return sections(text).flatMap(({ from, to }) => {
    const offsets = commentsIn(text, text.charCodeAt(from) === 0xfeff ? from + 1 : from, to);
    return Array.from({ length: offsets.length / 2 }, (_, i) => ({ from: offsets[2 * i], to: offsets[2 * i + 1] }));
  });
}

function sections(text: string): Range[] {
  const cuts: number[] = [];
  for (let at = text.startsWith('---') ? 0 : next(text, 0); at >= 0; at = next(text, at)) {
    const after = text.charCodeAt(at + 3);
    if (Number.isNaN(after) || after === 0x20 || after === 0x09 || after === 0x0d || after === 0x0a) cuts.push(at);
  }
  if (text.startsWith('\ufeff---')) cuts.unshift(0);
  if (cuts[0] !== 0) cuts.unshift(0);
  return cuts.map((from, i) => ({ from, to: cuts[i + 1] ?? text.length }));
}

function next(text: string, at: number): number {
  const found = text.indexOf('\n---', at);
  return found < 0 ? found : found + 1;
}

/** Whether there are only comments and directives in a part. One after a marker is a document even when it is empty. */
function isPreamble(text: string, { from, to }: Range): boolean {
  for (let at = from; at < to;) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 || end > to ? to : end);
    if (!/^\uFEFF?\s*(?:[#%].*)?$/.test(line)) return false;
    at += line.length + 1;
  }
  return true;
}

const whole = (text: string): Range => ({ from: 0, to: text.length });

function parsePart(text: string, { from, to }: Range): ParsedText {
  const start = text.charCodeAt(from) === 0xfeff ? from + 1 : from;
  const forbidden = FORBIDDEN.exec(start === 0 && to === text.length ? text : text.slice(start, to));
  if (forbidden) {
    const at = start + forbidden.index;
    const code = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    throw new YamlError(
      `the character U+${code} cannot stand in YAML; write it as an escape in double quotes`,
      at,
      at + 1,
    );
  }
  return parseText(text, start, to);
}

function asProblem(text: string, part: Range, error: unknown): YamlProblem {
  if (!(error instanceof YamlError)) throw error;
  // What is missing is missing after the last thing that is there, not on an empty line below.
  const end = part.from + text.slice(part.from, part.to).trimEnd().length;
  const from = Math.max(part.from, Math.min(error.from, end - 1));
  return { message: error.message, from, to: Math.max(from, Math.min(error.to, end)) };
}

function droppedAt(text: string, from: number, end: number): YamlProblem {
  const line = text.slice(from, end).search(/[\r\n]/);
  return {
    message:
      "kubectl ends the document above this line and drops the rest; put '---' before it, or correct the indentation",
    from,
    to: line < 0 ? end : from + line,
  };
}

function firstContent(text: string, { from, to }: Range): number {
  const found = text.slice(from, to).search(/^(?!---|#|%)[ \t]*[^\s#]/m);
  return found < 0 ? from : from + found;
}

/** The paths to objects that have a key twice, found in one walk. */
function locate(root: YamlNode | undefined, duplicates: readonly DuplicateKey[]): LocatedDuplicate[] {
  if (root === undefined || duplicates.length === 0) return [];
  const wanted = new Set(duplicates.map(({ map }) => map));
  const paths = new Map<YamlNode, (string | number)[]>();
  const walk = (node: YamlNode, path: (string | number)[]): void => {
    if (wanted.has(node)) paths.set(node, path);
    if (node.kind === 'list') node.items.forEach((item, i) => walk(item, [...path, i]));
    if (node.kind !== 'map') return;
    for (let i = 0; i < node.items.length; i += 2) walk(node.items[i + 1], [...path, nameIfAny(node.items[i]) ?? '']);
  };
  walk(root, []);
  return duplicates.map(({ map, ...rest }) => ({ ...rest, path: paths.get(map) ?? [] }));
}
