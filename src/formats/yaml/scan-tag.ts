import { type Cursor, isBreak, isBreakOrEnd, isDigit, isGap, isWord } from './cursor';

/** What may follow the name of an anchor without a blank between. */
const AFTER_ANCHOR = new Set([...'?:,]}%@`'].map((char) => char.charCodeAt(0)));

/** The name behind `&` or `*`. Go's readers take letters, digits, `_` and `-`. */
export function scanAnchor(cursor: Cursor): string {
  const start = cursor.pos++;
  cursor.skipWord();
  const name = cursor.text.slice(start + 1, cursor.pos);
  if (name === '' || !(isGap(cursor.here) || AFTER_ANCHOR.has(cursor.here))) {
    const sign = cursor.text[start];
    cursor.fail(
      `the name behind '${sign}' has letters, digits, '_' and '-' only; quote the value if '${sign}' is part of it`,
      start,
    );
  }
  return name;
}

/** A tag as it is written. `handle` is what a %TAG line explains; empty in `!<…>` and in `!` alone. */
export interface ScannedTag {
  readonly handle: string;
  readonly suffix: string;
}

export function scanTag(cursor: Cursor): ScannedTag {
  const start = cursor.pos;
  let handle = '';
  let suffix: string;
  if (cursor.at(start + 1) === 0x3c) {
    cursor.pos += 2;
    suffix = scanUri(cursor, start, '');
    if (cursor.here !== 0x3e) cursor.fail("the tag that begins here has no closing '>'", start);
    cursor.pos++;
  } else {
    handle = scanHandle(cursor);
    if (handle.length > 1 && handle.endsWith('!')) suffix = scanUri(cursor, start, '');
    else {
      suffix = scanUri(cursor, start, handle);
      [handle, suffix] = suffix === '' ? ['', '!'] : ['!', suffix];
    }
  }
  if (!isGap(cursor.here))
    cursor.fail("a blank is missing behind the tag; quote the value if '!' is part of it", start);
  return { handle, suffix };
}

/** `!`, `!name` or `!name!`. */
function scanHandle(cursor: Cursor): string {
  const start = cursor.pos++;
  cursor.skipWord();
  if (cursor.here === 0x21) cursor.pos++;
  return cursor.text.slice(start, cursor.pos);
}

const URI_SIGNS = new Set([...";/?:@&=+$,.!~*'()[]%"].map((char) => char.charCodeAt(0)));

/** The rest of a tag. `head` looked like a handle, but is not one. */
function scanUri(cursor: Cursor, start: number, head: string): string {
  const from = cursor.pos;
  while (isWord(cursor.here) || URI_SIGNS.has(cursor.here)) cursor.pos++;
  if (head === '' && cursor.pos === from) cursor.fail('the tag that begins here has no name', start);
  const raw = head.slice(1) + cursor.text.slice(from, cursor.pos);
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return cursor.fail("'%' in a tag is followed by two hexadecimal digits of UTF-8", start);
  }
}

/** A line that begins with `%`. */
export type Directive =
  | { readonly name: 'YAML'; readonly version: string }
  | { readonly name: 'TAG'; readonly handle: string; readonly prefix: string };

/** Reads a directive to the end of its line. Go's reader knows `%YAML` and `%TAG` only. */
export function scanDirective(cursor: Cursor, comments: number[]): Directive {
  const start = cursor.pos++;
  const from = cursor.pos;
  cursor.skipWord();
  const name = cursor.text.slice(from, cursor.pos);
  if ((name !== 'YAML' && name !== 'TAG') || !isGap(cursor.here)) {
    cursor.fail("a line that begins with '%' is a %YAML or %TAG directive; quote the value if it is none", start);
  }
  cursor.skipBlanks();
  const directive = name === 'YAML' ? scanVersion(cursor, start) : scanTagDirective(cursor, start);
  cursor.skipBlanks();
  if (cursor.here === 0x23) {
    const comment = cursor.pos;
    cursor.skipLine();
    comments.push(comment, cursor.pos);
  }
  if (!isBreakOrEnd(cursor.here)) cursor.fail('nothing but a comment may follow the directive in its line', start);
  if (isBreak(cursor.here)) cursor.skipBreak();
  return directive;
}

function scanVersion(cursor: Cursor, start: number): Directive {
  const from = cursor.pos;
  while (isDigit(cursor.here) || cursor.here === 0x2e) cursor.pos++;
  const version = cursor.text.slice(from, cursor.pos);
  if (!/^\d{1,2}\.\d{1,2}$/.test(version)) cursor.fail("a %YAML directive is written '%YAML 1.1'", start);
  return { name: 'YAML', version };
}

function scanTagDirective(cursor: Cursor, start: number): Directive {
  const wrong = (): never => cursor.fail("a %TAG directive is written '%TAG !name! prefix'", start);
  if (cursor.here !== 0x21) wrong();
  const handle = scanHandle(cursor);
  if (handle !== '!' && !handle.endsWith('!')) wrong();
  if (cursor.here !== 0x20 && cursor.here !== 0x09) wrong();
  cursor.skipBlanks();
  const prefix = scanUri(cursor, start, '');
  if (!isGap(cursor.here)) wrong();
  return { name: 'TAG', handle, prefix };
}
