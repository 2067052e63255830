import { YamlError } from './node';

const BLANK = 1;
const BREAK = 2;
const END = 4;
const WORD = 8;
const FLOW_END = 16;
const DIGIT = 32;

/** What a character below 256 is. 0 stands for the end of the text, because no text has it. */
const CLASSES = new Uint8Array(256);
for (const char of ' \t') CLASSES[char.charCodeAt(0)] |= BLANK;
for (const char of '\n\r\u0085') CLASSES[char.charCodeAt(0)] |= BREAK;
CLASSES[0] |= END;
for (const char of '0123456789') CLASSES[char.charCodeAt(0)] |= WORD | DIGIT;
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-') CLASSES[char.charCodeAt(0)] |= WORD;
for (const char of ',?[]{}') CLASSES[char.charCodeAt(0)] |= FLOW_END;

const isSeparator = (code: number): boolean => code === 0x2028 || code === 0x2029;

export const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
/** YAML 1.1 knows five line breaks: LF, CR, NEL, LS and PS. */
export const isBreak = (code: number): boolean => (code < 256 ? (CLASSES[code] & BREAK) !== 0 : isSeparator(code));
export const isBreakOrEnd = (code: number): boolean =>
  code < 256 ? (CLASSES[code] & (BREAK | END)) !== 0 : isSeparator(code);
/** A blank, a line break or the end of the text. */
export const isGap = (code: number): boolean =>
  code < 256 ? (CLASSES[code] & (BLANK | BREAK | END)) !== 0 : isSeparator(code);
/** What ends a plain text inside of brackets. */
export const isFlowEnd = (code: number): boolean => code < 256 && (CLASSES[code] & FLOW_END) !== 0;
/** Letters, digits, `_` and `-`. */
export const isWord = (code: number): boolean => code < 256 && (CLASSES[code] & WORD) !== 0;
export const isDigit = (code: number): boolean => code < 256 && (CLASSES[code] & DIGIT) !== 0;

/** A position in a text, which knows its line and column. */
export class Cursor {
  line = 0;
  lineStart: number;

  constructor(
    readonly text: string,
    public pos: number,
    readonly end: number,
  ) {
    this.lineStart = pos;
  }

  /** The character at an offset; 0 at the end of the text. */
  at(offset: number): number {
    return offset < this.end ? this.text.charCodeAt(offset) : 0;
  }

  /** The character at the position. */
  get here(): number {
    return this.pos < this.end ? this.text.charCodeAt(this.pos) : 0;
  }

  get column(): number {
    return this.pos - this.lineStart;
  }

  /** Moves past a line break and gives what it is read as. */
  skipBreak(): string {
    const code = this.here;
    this.pos += code === 0x0d && this.at(this.pos + 1) === 0x0a ? 2 : 1;
    this.line++;
    this.lineStart = this.pos;
    return isSeparator(code) ? String.fromCharCode(code) : '\n';
  }

  skipBlanks(): void {
    while (isBlank(this.here)) this.pos++;
  }

  skipWord(): void {
    while (isWord(this.here)) this.pos++;
  }

  /** Moves to the end of the line. */
  skipLine(): void {
    while (!isBreakOrEnd(this.here)) this.pos++;
  }

  /** Whether `---` or `...` stands here, at the beginning of a line. */
  isAtDocumentMarker(): boolean {
    const { pos } = this;
    if (pos !== this.lineStart) return false;
    const code = this.here;
    if (code !== 0x2d && code !== 0x2e) return false;
    return this.at(pos + 1) === code && this.at(pos + 2) === code && isGap(this.at(pos + 3));
  }

  fail(message: string, from = this.pos, to = Math.min(this.end, Math.max(from, this.pos) + 1)): never {
    throw new YamlError(message, from, to);
  }
}
