import { Cursor, isBlank, isBreak, isGap } from './cursor';
import type { YamlStyle } from './node';
import { scanBlock, type ScannedScalar, scanPlain, scanQuoted } from './scan-scalar';
import { type Directive, scanAnchor, scanDirective, scanTag, type ScannedTag } from './scan-tag';

export const enum Token {
  StreamEnd,
  Directive,
  DocumentStart,
  DocumentEnd,
  FlowListStart,
  FlowMapStart,
  FlowListEnd,
  FlowMapEnd,
  FlowEntry,
  BlockListStart,
  BlockMapStart,
  BlockEnd,
  BlockEntry,
  Key,
  Value,
  Alias,
  Anchor,
  Tag,
  Scalar,
}

/** Something that turns out to be a key if a `:` follows it in the same line. */
interface PossibleKey {
  possible: boolean;
  /** Nothing but a key can stand there. */
  required: boolean;
  /** The number of its token. */
  token: number;
  line: number;
  from: number;
  column: number;
}

/** A key is at most so long, in characters. */
const LONGEST_KEY = 1024;

/** Before a token, once it is known to begin a key: `KEY`, and `MAP` if it is the first key of an object. */
const KEY = 1;
const MAP = 2;

/**
 * Cuts a text into tokens, one at a time, as libyaml does and go-yaml after it: what these take and refuse follows from
 * their tables of indentations and of possible keys, so both are kept here.
 *
 * Tokens are numbered. A token waits until it is known whether it begins a key; then `before` has what is read before it.
 */
export class Scanner {
  /** Where comments begin and end. */
  readonly comments: number[] = [];
  readonly cursor: Cursor;
  private readonly types: number[] = [];
  private readonly froms: number[] = [];
  private readonly tos: number[] = [];
  private readonly payloads: (string | ScannedTag | Directive | undefined)[] = [];
  private readonly styles: YamlStyle[] = [];
  private readonly before: number[] = [];
  /** Tokens that may yet turn out to begin a key. */
  private readonly waiting: (PossibleKey | undefined)[] = [];
  private head = 0;
  private count = 0;

  private readonly indents: number[] = [];
  private indent = -1;
  private keyAllowed = true;
  /** One for each open bracket, and one for the block. */
  private readonly keys: PossibleKey[] = [];
  private key: PossibleKey;
  private inFlow = 0;

  constructor(text: string, from: number, to: number) {
    this.cursor = new Cursor(text, from, to);
    this.key = this.openKeys();
  }

  /** The type of the next token. */
  peek(): Token {
    this.settle();
    const before = this.before[this.head];
    return before === 0 ? this.types[this.head] : before & MAP ? Token.BlockMapStart : Token.Key;
  }

  /** Passes the next token. It must have been peeked at. */
  skip(): void {
    const before = this.before[this.head];
    if (before === 0) this.payloads[this.head++] = undefined;
    else this.before[this.head] = before & MAP ? before & ~MAP : 0;
  }

  /** Where the next token begins. */
  get from(): number {
    return this.froms[this.head];
  }

  /** Where the next token ends. */
  get to(): number {
    return this.before[this.head] === 0 ? this.tos[this.head] : this.froms[this.head];
  }

  /** The text of a scalar, or the name of an anchor or alias. */
  get text(): string {
    return this.payloads[this.head] as string;
  }

  get payload(): string | ScannedTag | Directive | undefined {
    return this.payloads[this.head];
  }

  get style(): YamlStyle {
    return this.styles[this.head];
  }

  /** Scans until the next token is there, and is known to begin a key or not to. */
  private settle(): void {
    while (this.head === this.count || this.mayBeKey(this.waiting[this.head], this.head)) this.scan();
  }

  private add(type: Token, from: number, to: number, payload?: string | ScannedTag | Directive): void {
    const { count } = this;
    this.types[count] = type;
    this.froms[count] = from;
    this.tos[count] = to;
    this.payloads[count] = payload;
    this.styles[count] = 'plain';
    this.before[count] = 0;
    this.count++;
  }

  private addScalar(from: number, { text, to }: ScannedScalar, style: YamlStyle): void {
    this.add(Token.Scalar, from, to, text);
    this.styles[this.count - 1] = style;
  }

  private scan(): void {
    const { cursor } = this;
    this.skipToToken();
    this.closeBlocks(cursor.column);
    if (cursor.pos >= cursor.end) return this.endDocument(Token.StreamEnd, 0);
    const code = cursor.here;
    if (cursor.column === 0) {
      if (code === 0x25) return this.scanDirective();
      if (cursor.isAtDocumentMarker())
        return this.endDocument(code === 0x2d ? Token.DocumentStart : Token.DocumentEnd, 3);
    }
    const followed = isGap(cursor.at(cursor.pos + 1));
    switch (code) {
      case 0x5b:
        return this.openFlow(Token.FlowListStart);
      case 0x7b:
        return this.openFlow(Token.FlowMapStart);
      case 0x5d:
        return this.closeFlow(Token.FlowListEnd);
      case 0x7d:
        return this.closeFlow(Token.FlowMapEnd);
      case 0x2c:
        return this.scanComma();
      case 0x2d:
        if (followed) return this.scanEntry();
        break;
      case 0x3f:
        if (followed || this.inFlow > 0) return this.scanKey();
        break;
      case 0x3a:
        if (followed || this.inFlow > 0) return this.scanValue();
        break;
      case 0x2a:
      case 0x26:
      case 0x21:
        return this.scanProperty(code);
      case 0x7c:
      case 0x3e:
        if (this.inFlow === 0) return this.scanBlock(code === 0x7c ? 'literal' : 'folded');
        return this.refuse();
      case 0x27:
      case 0x22:
        return this.scanQuoted(code === 0x27 ? 'single' : 'double');
      case 0x25:
      case 0x40:
      case 0x60:
      case 0x09:
        return this.refuse();
    }
    this.saveKey();
    this.keyAllowed = false;
    const from = cursor.pos;
    const scalar = scanPlain(cursor, this.indent, this.inFlow > 0);
    this.addScalar(from, scalar, 'plain');
    if (scalar.newLine) this.keyAllowed = true;
  }

  private refuse(): never {
    const { cursor } = this;
    if (cursor.here === 0x09) cursor.fail('a tab indents this line; indent with spaces');
    return cursor.fail(`a value cannot begin with '${cursor.text[cursor.pos]}'; quote it`);
  }

  /** Blanks, comments and line breaks. A tab counts as a blank only where it cannot be taken for indentation. */
  private skipToToken(): void {
    const { cursor } = this;
    for (;;) {
      let code = cursor.here;
      while (code === 0x20 || (code === 0x09 && (this.inFlow > 0 || !this.keyAllowed))) code = cursor.at(++cursor.pos);
      if (code === 0x23) {
        const from = cursor.pos;
        cursor.skipLine();
        this.comments.push(from, cursor.pos);
        code = cursor.here;
      }
      if (!isBreak(code)) return;
      cursor.skipBreak();
      if (this.inFlow === 0) this.keyAllowed = true;
    }
  }

  private endDocument(type: Token, length: number): void {
    this.closeBlocks(-1);
    this.dropKey();
    this.keyAllowed = false;
    const { pos } = this.cursor;
    this.cursor.pos += length;
    // Nothing that waits is a key, because its ':' would have to stand in its line.
    if (type === Token.StreamEnd) this.cursor.line++;
    this.add(type, pos, pos + length);
  }

  private scanDirective(): void {
    this.closeBlocks(-1);
    this.dropKey();
    this.keyAllowed = false;
    const from = this.cursor.pos;
    this.add(Token.Directive, from, from + 1, scanDirective(this.cursor, this.comments));
  }

  private openFlow(type: Token): void {
    this.saveKey();
    this.key = this.openKeys();
    this.inFlow++;
    this.keyAllowed = true;
    this.sign(type);
  }

  private closeFlow(type: Token): void {
    this.dropKey();
    if (this.inFlow > 0) {
      this.inFlow--;
      // As go-yaml does: empty brackets are no longer waited for, and are no key, where nothing before them waits.
      this.waiting[this.key.token] = undefined;
      this.keys.pop();
      this.key = this.keys[this.keys.length - 1];
    }
    this.keyAllowed = false;
    this.sign(type);
  }

  private scanComma(): void {
    this.dropKey();
    this.keyAllowed = true;
    this.sign(Token.FlowEntry);
  }

  private scanEntry(): void {
    const { cursor } = this;
    if (this.inFlow === 0) {
      if (!this.keyAllowed) cursor.fail("a list item cannot begin here; put its '-' on a line of its own, or quote it");
      this.openBlock(cursor.column, Token.BlockListStart);
    }
    this.dropKey();
    this.keyAllowed = true;
    this.sign(Token.BlockEntry);
  }

  private scanKey(): void {
    const { cursor } = this;
    if (this.inFlow === 0) {
      if (!this.keyAllowed) cursor.fail("'?' cannot stand here; quote it if it is part of a text");
      this.openBlock(cursor.column, Token.BlockMapStart);
    }
    this.dropKey();
    this.keyAllowed = this.inFlow === 0;
    this.sign(Token.Key);
  }

  private scanValue(): void {
    const { cursor, key } = this;
    if (this.mayBeKey(key, key.token)) {
      key.possible = false;
      this.keyAllowed = false;
      const opens = this.inFlow === 0 && this.indent < key.column;
      if (opens) this.pushIndent(key.column);
      if (key.token >= this.head) {
        this.before[key.token] = opens ? KEY | MAP : KEY;
        this.waiting[key.token] = undefined;
      } else {
        // What was a key is read already: empty brackets at the beginning of a block.
        this.add(Token.Key, key.from, key.from);
        if (opens) this.add(Token.BlockMapStart, key.from, key.from);
      }
    } else {
      if (this.inFlow === 0) {
        if (!this.keyAllowed) {
          cursor.fail("a ':' cannot stand here; quote the text that it is part of, or check the indentation");
        }
        this.openBlock(cursor.column, Token.BlockMapStart);
      }
      this.keyAllowed = this.inFlow === 0;
    }
    this.sign(Token.Value);
  }

  private scanProperty(code: number): void {
    this.saveKey();
    this.keyAllowed = false;
    const from = this.cursor.pos;
    const type = code === 0x21 ? Token.Tag : code === 0x2a ? Token.Alias : Token.Anchor;
    const payload = type === Token.Tag ? scanTag(this.cursor) : scanAnchor(this.cursor);
    this.add(type, from, this.cursor.pos, payload);
  }

  private scanQuoted(style: YamlStyle): void {
    this.saveKey();
    this.keyAllowed = false;
    this.addScalar(this.cursor.pos, scanQuoted(this.cursor), style);
  }

  private scanBlock(style: YamlStyle): void {
    this.dropKey();
    this.keyAllowed = true;
    this.addScalar(this.cursor.pos, scanBlock(this.cursor, this.indent, this.comments), style);
  }

  /** A token of one character. */
  private sign(type: Token): void {
    const from = this.cursor.pos++;
    this.add(type, from, from + 1);
  }

  private openKeys(): PossibleKey {
    const key = { possible: false, required: false, token: this.count, line: 0, from: 0, column: 0 };
    this.keys.push(key);
    return key;
  }

  /** What is scanned next may be a key, if a key may stand here. */
  private saveKey(): void {
    if (!this.keyAllowed) return;
    this.dropKey();
    const { key, cursor } = this;
    key.possible = true;
    key.required = this.inFlow === 0 && this.indent === cursor.column;
    key.token = this.count;
    key.line = cursor.line;
    key.from = cursor.pos;
    key.column = cursor.column;
    this.waiting[this.count] = key;
  }

  /** A possible key is not a key, because something else follows. */
  private dropKey(): void {
    const { key } = this;
    if (!key.possible) return;
    if (key.required) this.missColon(key);
    key.possible = false;
    this.waiting[key.token] = undefined;
  }

  private mayBeKey(key: PossibleKey | undefined, token: number): boolean {
    if (!key?.possible || key.token !== token) return false;
    const { cursor } = this;
    if (key.line === cursor.line && isWithin(cursor.text, key.from, cursor.pos, LONGEST_KEY)) return true;
    if (key.required) this.missColon(key);
    key.possible = false;
    return false;
  }

  private missColon(key: PossibleKey): never {
    const { text, end } = this.cursor;
    let to = key.from;
    while (to < end && !isBreak(text.charCodeAt(to))) to++;
    while (to > key.from + 1 && isBlank(text.charCodeAt(to - 1))) to--;
    const found = text.slice(key.from, Math.min(to, key.from + 40));
    return this.cursor.fail(
      `'${found}' should be a key with a ':' behind it; add the ':', or indent the line if it belongs to the one above`,
      key.from,
      to,
    );
  }

  private openBlock(column: number, type: Token): void {
    if (this.indent >= column) return;
    this.pushIndent(column);
    this.add(type, this.cursor.pos, this.cursor.pos);
  }

  private pushIndent(column: number): void {
    this.indents.push(this.indent);
    this.indent = column;
  }

  private closeBlocks(column: number): void {
    if (this.inFlow > 0) return;
    while (this.indent > column) {
      this.add(Token.BlockEnd, this.cursor.pos, this.cursor.pos);
      this.indent = this.indents.pop()!;
    }
  }
}

/** Whether there are at most so many characters between two offsets; one beyond the first 65,536 takes two units. */
function isWithin(text: string, from: number, to: number, most: number): boolean {
  if (to - from <= most) return true;
  return to - from <= 2 * most && [...text.slice(from, to)].length <= most;
}
