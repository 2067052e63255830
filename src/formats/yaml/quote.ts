/** Words that some readers parse as a boolean, null, a merge key or a default value. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|~|=|<<)$/i;

/** Numbers of any base, with the separators that YAML 1.1 and Ruby allow; `e1` and `.` are numbers to some readers. */
const NUMBERS = [
  /^[-+]?(?:0x[0-9a-f]+|0o[0-7]+|0b[-+]?[01]+)$/i,
  /^[-+]?[0-9]*\.?[0-9]*(?:e[-+]?[0-9]*)?$/i,
  /^[-+]?\.(?:inf|nan)$/i,
  /^[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?$/,
];
/** Characters that can be part of a number. Most texts have others and need no further check. */
const NUMERIC = /^[-+.0-9_,:a-fA-FxXoOiInN]+$/;
const DATE = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?$/;

/**
 * Whether every reader of YAML 1.1 and 1.2 takes a text without quotes for the text that it is, and for no number,
 * boolean, date or null.
 */
function isTextToAll(text: string): boolean {
  if (WORDS.test(text) || DATE.test(text)) return false;
  if (!NUMERIC.test(text)) return true;
  const bare = text.replace(/[_,]/g, '');
  return !NUMBERS.some((number) => number.test(bare));
}

/** What ends a text without quotes, or cannot begin one: signs at the beginning, `: `, ` #`, and blanks at the ends. */

const NOT_PLAIN = /^[\t ,[\]{}#&*!|>'"%@`]|^[?:-](?:[ \t]|$)|^(?:---|\.\.\.)|:[ \t]|[\t ]#|[\t :]$/;

/** What stands in YAML as it is: printable characters that no reader takes for a line break. */

const UNPRINTABLE = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;

/**
 * Whether a text can be written without quotes, on one line and not inside of brackets, so that every reader of YAML 1.1
 * and 1.2 gives it back.
 */
export function plainScalarIsSafe(text: string): boolean {
  return text !== '' && !NOT_PLAIN.test(text) && !UNPRINTABLE.test(text) && isTextToAll(text);
}

/** A text in quotes, on one line. Single quotes only where they spare escapes. */
export function quoted(text: string): string {
  if (text.includes('"') && !text.includes("'") && !UNPRINTABLE.test(text)) return `'${text}'`;
  return JSON.stringify(text).replace(UNPRINTABLES, escape);
}

const UNPRINTABLES = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
const escape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text as it is written on one line: without quotes where that is safe. */
export function inlineText(text: string): string {
  return plainScalarIsSafe(text) ? text : quoted(text);
}

/**
 * A text of several lines after `|`, its lines indented; undefined where readers would differ: with blanks or line breaks
 * at its beginning, blanks at its end, or characters that some take for line breaks.
 */
export function literalText(text: string, indent: string): string | undefined {
  if (/^[\s]|[\t ]\n*$/.test(text) || UNPRINTABLE.test(text.replaceAll('\n', ' '))) return undefined;
  const body = text.replace(/\n+$/, '');
  const end = text.slice(body.length);
  const chomp = end === '' ? '-' : end === '\n' ? '' : '+';
  return `|${chomp}\n${indent}${body.replace(/\n+/g, `$&${indent}`)}${end.slice(1)}`;
}
