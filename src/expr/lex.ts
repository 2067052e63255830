import type { Engine } from './engine';
import { ExpressionError } from './errors';
import { toBytes } from './value';

export interface Token {
  readonly kind: 'identifier' | 'number' | 'string' | 'operator' | 'bracket' | 'end';
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

const BRANCHES = new Set(['if', 'else']);
const WORD_OPERATORS = new Set(['not', 'in', 'or', 'and', 'matches', 'contains', 'startsWith', 'endsWith', 'let']);
const ESCAPES: { [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const BLANK = /[\t\n\v\f\r \x85\xa0\p{Z}]+/uy;
const LINE_COMMENT = /\/\/[^\n]*\n?/y;
const NAME = /[\p{L}_$\p{Nd}]+/uy;
const NAME_PART = /[\p{L}_$\p{Nd}]/u;
const NUMBER_PREFIX = /0(?:[xX][0-9a-fA-F_]*|[oO][0-7_]*|[bB][01_]*|[0-9_]*)|[0-9_]+/y;

/** Cuts an expression into tokens as the engine does. Throws ExpressionError where it cannot. */
export function tokenize(text: string, engine: Engine): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const fail = (message: string, from: number, to = Math.min(text.length, from + 1)): never => {
    throw new ExpressionError(message, 'parse', { from, to });
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const emit = (kind: Token['kind'], length: number, value = text.slice(at, at + length)): void => {
    tokens.push({ kind, value, from: at, to: at + length });
    at += length;
  };

  while (at < text.length) {
    const blank = match(BLANK) ?? match(LINE_COMMENT);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const char = String.fromCodePoint(text.codePointAt(at)!);
    if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      if (close < 0) fail('unclosed comment', at, text.length);
      at = close + 2;
    } else if (char === "'" || char === '"') {
      const { value, length } = scanString(text, at, engine, fail);
      emit('string', length, value);
    } else if (char === '`' && engine.hasRawTexts) {
      const { value, length } = scanRawString(text, at, fail);
      emit('string', length, value);
    } else if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(text[at + 1] ?? ''))) {
      emit('number', scanNumber(text, at, fail));
    } else if (char === '?') {
      emit('operator', /[.?]/.test(text[at + 1] ?? '') ? 2 : 1);
    } else if (char === '.') {
      emit('operator', text[at + 1] === '.' ? 2 : 1);
    } else if (char === '#') {
      emit('operator', text[at + 1] === '#' ? 2 : 1);
      // What follows at once is a name there, even `#1` and `#in`.
      const name = engine.hasSequences ? match(NAME) : undefined;
      if (name !== undefined) emit('identifier', name.length);
    } else if (char === '|') {
      emit('operator', text[at + 1] === '|' ? 2 : 1);
    } else if ('([{)]}'.includes(char)) {
      emit('bracket', 1);
    } else if (char === ':' && engine.hasQualifiedCalls) {
      emit('operator', text[at + 1] === ':' ? 2 : 1);
    } else if (',:;%+-^/'.includes(char)) {
      emit('operator', 1);
    } else if ('&!=*<>'.includes(char)) {
      emit('operator', /[&=*]/.test(text[at + 1] ?? '') ? 2 : 1);
    } else {
      const name = match(NAME);
      if (name === undefined) fail(`unrecognized character '${char}'`, at);
      else {
        const word = WORD_OPERATORS.has(name) || (engine.hasSequences && BRANCHES.has(name));
        emit(word ? 'operator' : 'identifier', name.length);
      }
    }
  }
  tokens.push({ kind: 'end', value: '', from: text.length, to: text.length });
  return tokens;
}

const ESCAPE = /^(?:([0-3][0-7]{2})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/;
const BRACED_ESCAPE =
  /^(?:([0-3][0-7]{2})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|u\{([0-9a-fA-F]{1,6})\})/;

/** The length of the number that starts here. `1..2` is a range, not the number `1.`. */
function scanNumber(text: string, start: number, fail: (message: string, from: number, to: number) => never): number {
  NUMBER_PREFIX.lastIndex = start;
  const prefix = NUMBER_PREFIX.exec(text)?.[0] ?? '';
  const digits = /^0[xX]/.test(prefix)
    ? '0-9a-fA-F_'
    : /^0[oO]/.test(prefix)
      ? '0-7_'
      : /^0[bB]/.test(prefix)
        ? '01_'
        : '0-9_';
  let end = start + prefix.length;
  const run = (): void => {
    while (end < text.length && new RegExp(`[${digits}]`).test(text[end])) end++;
  };
  if (text[end] === '.') {
    if (text[end + 1] === '.') return end - start;
    end++;
    run();
  }
  if (/[eE]/.test(text[end] ?? '')) {
    end++;
    if (/[+-]/.test(text[end] ?? '')) end++;
    run();
  }
  if (end < text.length && NAME_PART.test(String.fromCodePoint(text.codePointAt(end)!))) {
    fail(`bad number syntax: '${text.slice(start, end + 1)}'`, start, end + 1);
  }
  return end - start;
}

function scanString(
  text: string,
  start: number,
  engine: Engine,
  fail: (message: string, from: number, to: number) => never,
): { value: string; length: number } {
  const escape = engine.hasRawTexts ? BRACED_ESCAPE : ESCAPE;
  const quote = text[start];
  let value = '';
  let at = start + 1;
  for (;;) {
    const char = text[at];
    if (char === undefined || char === '\n') fail('literal not terminated', start, at);
    if (char === quote) return { value, length: at + 1 - start };
    if (char !== '\\') {
      const whole = String.fromCodePoint(text.codePointAt(at)!);
      value += toBytes(whole === '\r' ? '\n' : whole);
      at += whole.length;
      continue;
    }
    const rest = text.slice(at + 1);
    const code = escape.exec(rest);
    if (code !== null) {
      const point =
        code[1] === undefined ? parseInt(code[2] ?? code[3] ?? code[4] ?? code[5], 16) : parseInt(code[1], 8);
      if (point > 0x10ffff) fail('unable to unescape string', at, at + 1 + code[0].length);
      value += toBytes(point >= 0xd800 && point < 0xe000 ? '\ufffd' : String.fromCodePoint(point));
      at += 1 + code[0].length;
    } else {
      const plain = rest[0] === quote ? quote : ESCAPES[rest[0] ?? ''];
      if (plain === undefined) fail('invalid char escape', at, at + 2);
      value += plain;
      at += 2;
    }
  }
}

/** A text between backticks, in which two backticks stand for one and nothing else is special. */
function scanRawString(
  text: string,
  start: number,
  fail: (message: string, from: number, to: number) => never,
): { value: string; length: number } {
  let value = '';
  for (let at = start + 1; ; at++) {
    if (at >= text.length) fail('literal not terminated', start, at);
    if (text[at] !== '`') value += text[at];
    else if (text[at + 1] === '`') value += text[at++];
    else return { value: toBytes(value), length: at + 1 - start };
  }
}
