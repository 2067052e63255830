import { withoutRoom } from '../without-room';
import type { Range } from '../source';
import {
  RARE,
  MARKER,
  KEY,
  DOUBLE,
  SINGLE,
  PLAIN,
  PLAIN_START,
  PLAIN_IN_FLOW,
  LITERAL,
  literalLines,
  END_OF_LINE,
  withoutBlanks,
} from './common-forms';
import type { FoundField } from './fields';
import { keptText } from './kept-text';
import { YamlNode, type YamlStyle } from './node';
import { isReservedWord, plainValue } from './resolve';

type Path = readonly (string | number)[];

/** A document that was read, and where its content begins. */
export interface CommonDocument {
  readonly value: object;
  readonly from: number;
}

/** Deeper documents are left to the exact reader, which counts. */
const DEEPEST = 100;
/** Longer lines are left to the exact reader, which knows how long a key may be. */
const LONGEST_KEY = 1000;

/** Thrown where something is written in a way that only the exact reader knows. */
const UNUSUAL = new Error('not in a common form');

/**
 * Reads a document that is written in the forms that nearly all manifests have: objects and lists by indentation, plain
 * and quoted texts of one line, `|` and `|-`, brackets and braces within a line. Undefined for all others, among them all
 * that are not valid, have an anchor, a tag, an escape or a key twice: the exact reader decides on these. What is read
 * here has the same value there; a test compares the two.
 *
 * @param shares whether blocks that are written alike become one object; then nothing in the value may be changed
 */
export function readCommon(text: string, part: Range, shares = false): CommonDocument | undefined {
  const written = part.from === 0 && part.to === text.length ? text : text.slice(part.from, part.to);
  if (!written.endsWith('\n') || RARE.test(written)) return undefined;
  try {
    const { value, from } = new CommonReader(written, shares).document();
    return { value, from: part.from + from };
  } catch (error) {
    if (error !== UNUSUAL) throw error;
    return undefined;
  }
}

/** Finds a field, or its nearest ancestor, in a document that is known to be in common form. The nodes have no items. */
export function findCommon(text: string, { from, to }: Range, path: Path): FoundField {
  const found = new CommonReader(text.slice(from, to), false).find(path);
  for (const node of [found.key, found.value]) {
    if (node === undefined) continue;
    node.from += from;
    node.to += from;
  }
  return found;
}

/** Thrown where a field is found: nothing behind it has to be read. */
const FOUND = new Error('found');

/** Small blocks that were read, by the column in which they begin. */
const shared: (Map<string, object> | undefined)[] = [];
const LONGEST_SHARED = 200;
const MOST_SHARED = 1000;

class CommonReader {
  private pos = 0;
  /** The column of `pos`, if it is the beginning of what a line holds; -1 behind the last line. */
  private column = 0;
  private depth = 0;
  /** The path that is looked for, and how much of it has been found. */
  private path: Path | undefined;
  private matched = 0;
  private found: FoundField | undefined;
  /** Where the value that was read last begins and ends, and how it is written. */
  private from = 0;
  private to = 0;
  private style: YamlStyle = 'plain';

  constructor(
    private readonly text: string,
    private readonly shares: boolean,
  ) {}

  document(): CommonDocument {
    this.pass(MARKER);
    this.toContent();
    if (this.column < 0) throw UNUSUAL;
    const from = this.pos;
    const value = this.block();
    if (this.column >= 0) throw UNUSUAL;
    return { value, from };
  }

  find(path: Path): FoundField {
    this.path = path;
    try {
      const { value } = this.document();
      return { value: this.nodeOf(value), depth: 0 };
    } catch (error) {
      if (error !== FOUND) throw error;
      return this.found!;
    }
  }

  /** Whether a value that is read next lies on the path. */
  private isNext(step: string | number): boolean {
    const { path, matched } = this;
    if (path === undefined || matched !== this.depth - 1 || matched === path.length) return false;
    return typeof step === 'number' ? path[matched] === step : String(path[matched]) === step;
  }

  /** Reads a value on the path: what is found is the next step in it, or itself. */
  private follow(key: YamlNode | undefined, read: () => unknown): never {
    const depth = ++this.matched;
    this.found = { key, value: this.nodeOf(read()), depth };
    throw FOUND;
  }

  /** A node for the value that was read last. */
  private nodeOf(value: unknown): YamlNode {
    const { from, to, style } = this;
    if (typeof value === 'object' && value !== null) {
      return new YamlNode(Array.isArray(value) ? 'list' : 'map', from, to, style, '', '');
    }
    const text = style === 'plain' ? this.text.slice(from, to) : String(value);
    return new YamlNode('scalar', from, to, style, text, '');
  }

  private has(form: RegExp): boolean {
    form.lastIndex = this.pos;
    return form.test(this.text);
  }

  private pass(form: RegExp): boolean {
    if (!this.has(form)) return false;
    this.pos = form.lastIndex;
    return true;
  }

  /** From the beginning of a line to the first that holds more than a comment. */
  private toContent(): void {
    const { text } = this;
    for (let start = this.pos; start < text.length;) {
      let at = start;
      let code = text.charCodeAt(at);
      while (code === 0x20) code = text.charCodeAt(++at);
      if (code !== 0x0a && code !== 0x23) {
        this.pos = at;
        this.column = at - start;
        return;
      }
      start = text.indexOf('\n', at) + 1;
    }
    this.pos = text.length;
    this.column = -1;
  }

  private endLine(): void {
    if (!this.pass(END_OF_LINE)) throw UNUSUAL;
    this.toContent();
  }

  private isItem(): boolean {
    const { text, pos } = this;
    if (text.charCodeAt(pos) !== 0x2d) return false;
    const code = text.charCodeAt(pos + 1);
    return code === 0x20 || code === 0x0a;
  }

  /** An object or a list that begins here. */
  private block(): object {
    return this.isItem() ? this.list(false) : this.map();
  }

  private enter(): void {
    if (++this.depth > DEEPEST) throw UNUSUAL;
  }

  private map(): object {
    this.enter();
    const { text, column, pos } = this;
    const map: { [key: string]: unknown } = {};
    do {
      const from = this.pos;
      const key = this.key();
      if (Object.hasOwn(map, key)) throw UNUSUAL;
      if (this.path && this.isNext(key)) {
        this.follow(new YamlNode('scalar', from, this.pos - 1, 'plain', key, ''), () => this.valueOfKey(column));
      }
      map[key] = this.valueOfKey(column);
    } while (this.column === column && text.charCodeAt(this.pos) !== 0x2d);
    if (this.column > column) throw UNUSUAL;
    this.depth--;
    this.from = pos;
    this.style = 'block';
    return this.shared(map, column);
  }

  /** Reads a key and its colon. */
  private key(): string {
    if (!this.has(KEY)) throw UNUSUAL;
    const { pos } = this;
    const to = KEY.lastIndex;
    const key = this.text.slice(pos, to);
    if (to - pos > LONGEST_KEY || isReservedWord(key) || key === '__proto__') throw UNUSUAL;
    this.pos = to + 1;
    return key;
  }

  private valueOfKey(column: number): unknown {
    const { pos } = this;
    if (!this.pass(END_OF_LINE)) return this.value(column);
    this.toContent();
    if (this.column > column) return this.block();
    if (this.column === column && this.isItem()) return this.list(true);
    return this.ended(pos, pos, 'plain', null);
  }

  /** @param indentless whether the items are as little indented as the key above, so that another key may follow */
  private list(indentless: boolean): unknown[] {
    this.enter();
    const { column, pos } = this;
    const list: unknown[] = [];
    do {
      this.pos++;
      if (this.path && this.isNext(list.length)) this.follow(undefined, () => this.item(column));
      list.push(this.item(column));
    } while (this.column === column && this.isItem());
    if (this.column > column || (this.column === column && !indentless)) throw UNUSUAL;
    this.depth--;
    this.from = pos;
    this.style = 'block';
    return this.shared(this.shares ? withoutRoom(list) : list, column);
  }

  /**
   * Small blocks (labels, ports, probes) are the same in many documents, and many documents are kept: one that is written
   * as another one in the same column has the same value, and shares it.
   */
  private shared<T extends object>(value: T, column: number): T {
    const { from, to } = this;
    if (!this.shares || to - from > LONGEST_SHARED) return value;
    const blocks = (shared[column] ??= new Map<string, object>());
    const written = this.text.slice(from, to);
    const known = blocks.get(written);
    if (known) return known as T;
    if (blocks.size >= MOST_SHARED) blocks.clear();
    blocks.set(written, value);
    return value;
  }

  /** A text or another value as it is kept. */
  private kept<T>(value: T): T {
    return this.shares && typeof value === 'string' ? (keptText(value) as T & string) : value;
  }

  /** Notes where a value stands. */
  private ended<T>(from: number, to: number, style: YamlStyle, value: T): T {
    this.from = from;
    this.to = to;
    this.style = style;
    return value;
  }

  private item(column: number): unknown {
    if (this.pass(END_OF_LINE)) {
      this.toContent();
      if (this.column <= column) throw UNUSUAL;
      return this.block();
    }
    const dash = this.pos - 1;
    this.skipSpaces();
    if (this.isItem() || this.has(KEY)) {
      this.column = column + this.pos - dash;
      return this.block();
    }
    return this.value(column);
  }

  private skipSpaces(): void {
    while (this.text.charCodeAt(this.pos) === 0x20) this.pos++;
  }

  /** A value that begins in this line, in a block of this column. */
  private value(column: number): unknown {
    this.skipSpaces();
    const { text, pos } = this;
    const code = text.charCodeAt(pos);
    if (code === 0x7c) return this.literal(column);
    if (code === 0x22 || code === 0x27 || code === 0x5b || code === 0x7b) {
      const value = this.inFlow();
      this.endLine();
      return value;
    }
    if (this.pass(PLAIN)) {
      this.pos++;
      const written = withoutBlanks(text.slice(pos, this.pos - 1));
      this.toContent();
      return this.ended(pos, pos + written.length, 'plain', this.kept(plain(written)));
    }
    return this.plainWithSigns();
  }

  /** A plain text with colons or number signs in it, or a comment behind it. */
  private plainWithSigns(): unknown {
    const { text, pos } = this;
    if (!this.has(PLAIN_START)) throw UNUSUAL;
    const end = text.indexOf('\n', pos);
    let line = text.slice(pos, end);
    const comment = line.indexOf(' #');
    if (comment >= 0) line = line.slice(0, comment);
    line = withoutBlanks(line);
    if (line.includes(': ') || line.endsWith(':')) throw UNUSUAL;
    this.pos = end + 1;
    this.toContent();
    return this.ended(pos, pos + line.length, 'plain', this.kept(plain(line)));
  }

  private literal(column: number): string {
    const { text, pos: from } = this;
    const clip = text.charCodeAt(from + 1) !== 0x2d;
    if (!this.pass(LITERAL)) throw UNUSUAL;
    const start = this.pos;
    let indent = 0;
    while (text.charCodeAt(start + indent) === 0x20) indent++;
    if (indent <= column || start + indent >= text.length || text.charCodeAt(start + indent) === 0x0a) throw UNUSUAL;
    const { content, to, next } = literalLines(text, start, indent);
    this.pos = next;
    this.toContent();
    if (this.column > column) throw UNUSUAL;
    return this.ended(from, to, 'literal', this.kept(clip ? `${content}\n` : content));
  }

  /** A quoted text, or something in brackets or braces. */
  private inFlow(): unknown {
    const { text, pos } = this;
    switch (text.charCodeAt(pos)) {
      case 0x22:
        if (!this.pass(DOUBLE)) throw UNUSUAL;
        return this.ended(pos, this.pos, 'double', this.kept(text.slice(pos + 1, this.pos - 1)));
      case 0x27:
        if (!this.pass(SINGLE)) throw UNUSUAL;
        return this.ended(pos, this.pos, 'single', this.kept(text.slice(pos + 1, this.pos - 1)));
      case 0x5b:
        return this.flowList(pos);
      case 0x7b:
        return this.flowMap(pos);
    }
    if (!this.pass(PLAIN_IN_FLOW)) throw UNUSUAL;
    return this.ended(pos, this.pos, 'plain', this.kept(plain(text.slice(pos, this.pos))));
  }

  private flowList(from: number): unknown[] {
    const list: unknown[] = [];
    if (!this.opens(0x5d)) {
      do {
        this.skipSpaces();
        if (this.path && this.isNext(list.length)) this.follow(undefined, () => this.inFlow());
        list.push(this.inFlow());
      } while (this.goesOn(0x5d));
    }
    return this.ended(from, this.pos, 'flow', this.shares ? withoutRoom(list) : list);
  }

  private flowMap(from: number): object {
    const map: { [key: string]: unknown } = {};
    if (!this.opens(0x7d)) {
      do {
        this.skipSpaces();
        const { pos } = this;
        const key = this.key();
        if (Object.hasOwn(map, key) || this.text.charCodeAt(this.pos) !== 0x20) throw UNUSUAL;
        const to = this.pos - 1;
        this.skipSpaces();
        if (this.path && this.isNext(key)) {
          this.follow(new YamlNode('scalar', pos, to, 'plain', key, ''), () => this.inFlow());
        }
        map[key] = this.inFlow();
      } while (this.goesOn(0x7d));
    }
    return this.ended(from, this.pos, 'flow', map);
  }

  /** Passes an opening bracket, and the closing one where there is nothing between. */
  private opens(closing: number): boolean {
    this.enter();
    this.pos++;
    this.skipSpaces();
    return this.closes(closing);
  }

  private closes(closing: number): boolean {
    if (this.text.charCodeAt(this.pos) !== closing) return false;
    this.pos++;
    this.depth--;
    return true;
  }

  /** Whether a comma follows; otherwise passes the closing bracket. */
  private goesOn(closing: number): boolean {
    this.skipSpaces();
    if (this.text.charCodeAt(this.pos) === 0x2c) {
      this.pos++;
      return true;
    }
    if (!this.closes(closing)) throw UNUSUAL;
    return false;
  }
}

function plain(text: string): string | number | boolean | null {
  const value = plainValue(text);
  if (value === undefined) throw UNUSUAL;
  return value;
}
