import { type Cursor, isBlank, isBreak, isBreakOrEnd, isDigit, isFlowEnd, isGap } from './cursor';

/** A scalar that was scanned: its text, and where it ends. Scanning is the hot path, so one object is used again. */
export interface ScannedScalar {
  text: string;
  to: number;
  /** Of a plain scalar: whether the cursor has moved to another line, where a key may begin. */
  newLine: boolean;
}
const scanned: ScannedScalar = { text: '', to: 0, newLine: false };

/** What the line breaks between two lines of a folded text are read as. */
function fold(first: string, others: string): string {
  if (first !== '\n') return first + others;
  return others === '' ? ' ' : others;
}

/** A text without quotes. `indent` is that of the block around it. */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): ScannedScalar {
  let from = cursor.pos;
  let to = from;
  let text = '';
  let newLine = false;
  for (;;) {
    if (cursor.isAtDocumentMarker() || cursor.here === 0x23) break;
    const run = cursor.pos;
    let pos = run;
    let code = cursor.at(pos);
    while (!isGap(code)) {
      if (code === 0x3a ? isGap(cursor.at(pos + 1)) : inFlow && isFlowEnd(code)) break;
      code = cursor.at(++pos);
    }
    if (pos > run) {
      if (newLine) from = run;
      newLine = false;
      to = pos;
      cursor.pos = pos;
    }
    if (!isBlank(code) && !isBreak(code)) break;
    let first = '';
    let others = '';
    while (isBlank(code) || isBreak(code)) {
      if (isBreak(code)) {
        if (newLine) others += cursor.skipBreak();
        else first = cursor.skipBreak();
        newLine = true;
      } else {
        if (newLine && code === 0x09 && cursor.column <= indent) {
          cursor.fail('a tab indents this line; indent with spaces');
        }
        cursor.pos++;
      }
      code = cursor.here;
    }
    if (newLine) {
      if (!inFlow && cursor.column <= indent) break;
      // The line counts only if it has text: what is appended here is taken back by `from` and `to` where it has none.
      if (code === 0x23 || cursor.isAtDocumentMarker() || endsPlain(cursor, code, inFlow)) break;
      text += cursor.text.slice(from, to) + fold(first, others);
    }
  }
  scanned.text = text === '' ? cursor.text.slice(from, to) : text + cursor.text.slice(from, to);
  scanned.to = to;
  scanned.newLine = newLine;
  return scanned;
}

function endsPlain(cursor: Cursor, code: number, inFlow: boolean): boolean {
  return isGap(code) || (code === 0x3a ? isGap(cursor.at(cursor.pos + 1)) : inFlow && isFlowEnd(code));
}

const ESCAPES: { readonly [code: string]: string } = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_DIGITS: { readonly [code: string]: number } = { x: 2, u: 4, U: 8 };

/** A text in quotes. The cursor is at the opening quote. */
export function scanQuoted(cursor: Cursor): ScannedScalar {
  const quote = cursor.here;
  const start = cursor.pos++;
  let text = '';
  for (;;) {
    if (cursor.isAtDocumentMarker()) {
      cursor.fail('a line of --- or ... cannot stand inside of a quoted text; is its closing quote missing?', start);
    }
    if (cursor.pos >= cursor.end) {
      cursor.fail('the quoted text that begins here has no closing quote', start, start + 1);
    }
    let run = cursor.pos;
    let newLine = false;
    let code = cursor.here;
    while (!isGap(code)) {
      if (code === quote) {
        if (quote !== 0x27 || cursor.at(cursor.pos + 1) !== 0x27) break;
        text += cursor.text.slice(run, cursor.pos + 1);
        cursor.pos += 2;
        run = cursor.pos;
      } else if (code === 0x5c && quote === 0x22) {
        text += cursor.text.slice(run, cursor.pos);
        cursor.pos++;
        if (isBreak(cursor.here)) {
          cursor.skipBreak();
          newLine = true;
          run = cursor.pos;
          break;
        }
        text += readEscape(cursor);
        run = cursor.pos;
      } else cursor.pos++;
      code = cursor.here;
    }
    text += cursor.text.slice(run, cursor.pos);
    if (!newLine && code === quote) break;
    text += gapInQuotes(cursor, newLine);
  }
  cursor.pos++;
  scanned.text = text;
  scanned.to = cursor.pos;
  scanned.newLine = false;
  return scanned;
}

/** Blanks and line breaks within quotes, as they are read: blanks stay inside of a line, and go at its ends. */
function gapInQuotes(cursor: Cursor, afterEscapedBreak: boolean): string {
  const start = cursor.pos;
  let first = '';
  let others = '';
  let newLine = afterEscapedBreak;
  for (let code = cursor.here; isBlank(code) || isBreak(code); code = cursor.here) {
    if (!isBreak(code)) cursor.pos++;
    else if (newLine) others += cursor.skipBreak();
    else {
      first = cursor.skipBreak();
      newLine = true;
    }
  }
  if (afterEscapedBreak) return others;
  return newLine ? fold(first, others) : cursor.text.slice(start, cursor.pos);
}

/** What follows a backslash. */
function readEscape(cursor: Cursor): string {
  const from = cursor.pos - 1;
  const letter = cursor.text[cursor.pos];
  cursor.pos++;
  const digits = Object.hasOwn(HEX_DIGITS, letter) ? HEX_DIGITS[letter] : 0;
  if (digits === 0) {
    if (Object.hasOwn(ESCAPES, letter)) return ESCAPES[letter];
    return cursor.fail(
      `'\\${letter}' is no escape of YAML; write '\\\\${letter}', or use single quotes`,
      from,
      cursor.pos,
    );
  }
  const hex = cursor.text.slice(cursor.pos, Math.min(cursor.end, cursor.pos + digits));
  if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) {
    cursor.fail(`'\\${letter}' takes ${digits} hexadecimal digits`, from, cursor.pos);
  }
  cursor.pos += digits;
  const code = parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    cursor.fail(`'\\${letter}${hex}' is no character of Unicode`, from, cursor.pos);
  }
  return String.fromCodePoint(code);
}

/** A text after `|` or `>`. `indent` is that of the block around it. */
export function scanBlock(cursor: Cursor, indent: number, comments: number[]): ScannedScalar {
  const literal = cursor.here === 0x7c;
  const start = cursor.pos++;
  const { chomp, increment } = readHeader(cursor, start, comments);
  const depth = { indent: increment === 0 ? 0 : Math.max(indent, 0) + increment };
  scanned.to = cursor.pos;
  let breaks = scanBreaks(cursor, depth, indent);
  let text = '';
  let lastBreak = '';
  let wasBlank = false;
  while (cursor.column === depth.indent && cursor.pos < cursor.end) {
    const blank = isBlank(cursor.here);
    if (!literal && !wasBlank && !blank && lastBreak === '\n') text += breaks === '' ? ' ' : breaks;
    else text += lastBreak + breaks;
    wasBlank = blank;
    const from = cursor.pos;
    cursor.skipLine();
    text += cursor.text.slice(from, cursor.pos);
    scanned.to = cursor.pos;
    lastBreak = cursor.pos < cursor.end ? cursor.skipBreak() : '';
    breaks = scanBreaks(cursor, depth, indent);
  }
  if (chomp !== '-') text += lastBreak;
  if (chomp === '+') text += breaks;
  scanned.text = text;
  scanned.newLine = false;
  return scanned;
}

/** The indicators behind `|` or `>`, to the end of the line. */
function readHeader(cursor: Cursor, start: number, comments: number[]): { chomp: string; increment: number } {
  let chomp = '';
  let increment = 0;
  for (let i = 0; i < 2; i++) {
    const code = cursor.here;
    if ((code === 0x2b || code === 0x2d) && chomp === '') chomp = String.fromCharCode(code);
    else if (isDigit(code) && increment === 0) {
      increment = code - 0x30;
      if (increment === 0) cursor.fail("the indentation behind '|' or '>' is a number from 1 to 9");
    } else break;
    cursor.pos++;
  }
  cursor.skipBlanks();
  if (cursor.here === 0x23) {
    const from = cursor.pos;
    cursor.skipLine();
    comments.push(from, cursor.pos);
  }
  if (!isBreakOrEnd(cursor.here)) {
    cursor.fail("the text of '|' or '>' begins on the next line; quote the value if it is no block of text", start);
  }
  if (cursor.pos < cursor.end) cursor.skipBreak();
  return { chomp, increment };
}

/** Empty lines, and the indentation of the line below them. The first such line sets the indentation of the block. */
function scanBreaks(cursor: Cursor, depth: { indent: number }, indent: number): string {
  let breaks = '';
  let widest = 0;
  for (;;) {
    while ((depth.indent === 0 || cursor.column < depth.indent) && cursor.here === 0x20) cursor.pos++;
    widest = Math.max(widest, cursor.column);
    if ((depth.indent === 0 || cursor.column < depth.indent) && cursor.here === 0x09) {
      cursor.fail('a tab indents this line; indent with spaces', cursor.pos, cursor.pos + 1);
    }
    if (!isBreak(cursor.here)) break;
    breaks += cursor.skipBreak();
  }
  if (depth.indent === 0) depth.indent = Math.max(widest, indent + 1, 1);
  return breaks;
}
