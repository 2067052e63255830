import type { Range } from '../source';
import { isReservedWord, plainValue } from './resolve';

/** A document that was read, and where its content begins. */
export interface CommonDocument {
  readonly value: object;
  readonly from: number;
}

/** Deeper documents are left to the exact reader, which counts. */
const DEEPEST = 100;
/** Longer lines are left to the exact reader, which knows how long a key may be. */
const LONGEST_KEY = 1000;

/** Tabs, carriage returns, control characters, other line breaks and all that is beyond the first 55,296 characters. */
const RARE = /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff]/;
const MARKER = /---(?: +#[^\n]*| *)\n/y;
const KEY = /[A-Za-z_][\w./-]*(?=:[ \n])/y;
const DOUBLE = /"[^"\\\n]*"/y;
const SINGLE = /'[^'\n]*'/y;
/** A text without quotes whose first character begins nothing else, and which has no `:` and no `#`. */
const PLAIN = /(?:[\w./$(~^]|-(?=[\w.]))[^\n:#]*(?=\n)/y;
const PLAIN_START = /[\w./$(~^]|-(?=[\w.])/y;
const PLAIN_IN_FLOW = /(?:[\w./]|-(?=\d))[\w./%+=-]*(?=[ ,\]}])/y;
const LITERAL = /\|-? *\n/y;
/** Nothing but a comment behind a value. */
const END_OF_LINE = / *(?: #[^\n]*)?\n/y;

/** Thrown where something is written in a way that only the exact reader knows. */
const UNUSUAL = new Error('not in a common form');

/**
 * Reads a document that is written in the forms that nearly all manifests have: objects and lists by indentation, plain
 * and quoted texts of one line, `|` and `|-`, brackets and braces within a line. Undefined for all others, among them all
 * that are not valid, have an anchor, a tag, an escape or a key twice: the exact reader decides on these. What is read
 * here has the same value there; a test compares the two.
 */
export function readCommon(text: string, part: Range): CommonDocument | undefined {
  const written = part.from === 0 && part.to === text.length ? text : text.slice(part.from, part.to);
  if (!written.endsWith('\n') || RARE.test(written)) return undefined;
  try {
    const reader = new CommonReader(written);
    const { value, from } = reader.document();
    return { value, from: part.from + from };
  } catch (error) {
    if (error !== UNUSUAL) throw error;
    return undefined;
  }
}

class CommonReader {
  private pos = 0;
  /** The column of `pos`, if it is the beginning of what a line holds; -1 behind the last line. */
  private column = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  document(): CommonDocument {
    this.pass(MARKER);
    this.toContent();
    if (this.column < 0) throw UNUSUAL;
    const from = this.pos;
    const value = this.block();
    if (this.column >= 0) throw UNUSUAL;
    return { value, from };
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
    const { text, column } = this;
    const map: { [key: string]: unknown } = {};
    do {
      const key = this.key();
      if (Object.hasOwn(map, key)) throw UNUSUAL;
      map[key] = this.valueOfKey(column);
    } while (this.column === column && text.charCodeAt(this.pos) !== 0x2d);
    if (this.column > column) throw UNUSUAL;
    this.depth--;
    return map;
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
    if (!this.pass(END_OF_LINE)) return this.value(column);
    this.toContent();
    if (this.column > column) return this.block();
    return this.column === column && this.isItem() ? this.list(true) : null;
  }

  /** @param indentless whether the items are as little indented as the key above, so that another key may follow */
  private list(indentless: boolean): unknown[] {
    this.enter();
    const { column } = this;
    const list: unknown[] = [];
    do {
      this.pos++;
      list.push(this.item(column));
    } while (this.column === column && this.isItem());
    if (this.column > column || (this.column === column && !indentless)) throw UNUSUAL;
    this.depth--;
    return list;
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
      const value = plain(withoutBlanks(text.slice(pos, this.pos - 1)));
      this.toContent();
      return value;
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
    return plain(line);
  }

  private literal(column: number): string {
    const { text } = this;
    const clip = text.charCodeAt(this.pos + 1) !== 0x2d;
    if (!this.pass(LITERAL)) throw UNUSUAL;
    const start = this.pos;
    let indent = 0;
    while (text.charCodeAt(start + indent) === 0x20) indent++;
    if (indent <= column || start + indent >= text.length || text.charCodeAt(start + indent) === 0x0a) throw UNUSUAL;
    const lines: string[] = [];
    let filled = 0;
    let at = start;
    while (at < text.length) {
      let blanks = 0;
      while (blanks < indent && text.charCodeAt(at + blanks) === 0x20) blanks++;
      const empty = text.charCodeAt(at + blanks) === 0x0a;
      if (!empty && blanks < indent) break;
      const end = text.indexOf('\n', at);
      lines.push(empty ? '' : text.slice(at + indent, end));
      if (!empty) filled = lines.length;
      at = end + 1;
    }
    this.pos = at;
    this.toContent();
    if (this.column > column) throw UNUSUAL;
    const content = lines.slice(0, filled).join('\n');
    return clip ? `${content}\n` : content;
  }

  /** A quoted text, or something in brackets or braces. */
  private inFlow(): unknown {
    const { text, pos } = this;
    switch (text.charCodeAt(pos)) {
      case 0x22:
        if (!this.pass(DOUBLE)) throw UNUSUAL;
        return text.slice(pos + 1, this.pos - 1);
      case 0x27:
        if (!this.pass(SINGLE)) throw UNUSUAL;
        return text.slice(pos + 1, this.pos - 1);
      case 0x5b:
        return this.flowList();
      case 0x7b:
        return this.flowMap();
    }
    if (!this.pass(PLAIN_IN_FLOW)) throw UNUSUAL;
    return plain(text.slice(pos, this.pos));
  }

  private flowList(): unknown[] {
    const list: unknown[] = [];
    if (this.opens(0x5d)) return list;
    do {
      this.skipSpaces();
      list.push(this.inFlow());
    } while (this.goesOn(0x5d));
    return list;
  }

  private flowMap(): object {
    const map: { [key: string]: unknown } = {};
    if (this.opens(0x7d)) return map;
    do {
      this.skipSpaces();
      const key = this.key();
      if (Object.hasOwn(map, key) || this.text.charCodeAt(this.pos) !== 0x20) throw UNUSUAL;
      this.skipSpaces();
      map[key] = this.inFlow();
    } while (this.goesOn(0x7d));
    return map;
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

/** Without the spaces at its end. */
function withoutBlanks(text: string): string {
  let to = text.length;
  while (text.charCodeAt(to - 1) === 0x20) to--;
  return to === text.length ? text : text.slice(0, to);
}

function plain(text: string): string | number | boolean | null {
  const value = plainValue(text);
  if (value === undefined) throw UNUSUAL;
  return value;
}
