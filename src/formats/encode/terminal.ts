/** Control characters, the marks that turn the direction of text, and the separators that some terminals break at. */

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const NAMES: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const spelled = (character: string): string =>
  NAMES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text of unknown origin as part of a line: a name, a message, a value. Everything that moves the cursor, colours, breaks
 * the line or turns its direction is spelled out (`\n`, `\u001b`).
 */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, spelled);
}

/** Lines of a manifest, a query or a program's output, as `oneLine` but for their own line breaks and tabs. */
export function severalLines(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character === '\n' || character === '\t' ? character : spelled(character),
  );
}

/** A line in which each character keeps its column, so that a caret below it points right: nothing is spelled out. */
export function columns(text: string): string {
  return text.replace(/\t/g, ' ').replace(UNSEEN, '\uFFFD');
}

/** Marks a colour of this program in a line that `joinLines` completes. Random, so that no file can contain it. */
const OWN_START = `\u0000${Math.random().toString(36).slice(2)}\u0000`;

/** A part of a line for `joinLines` in a colour or weight. `open` and `close` are the codes that begin and end it. */
export function styled(text: string, open: number, close: number): string {
  const [begin, end] = [open, close].map((code) => `${OWN_START}${code}m`);
  return `${begin}${text.replaceAll(end, `${end}${begin}`)}${end}`;
}

/**
 * Joins the lines of a report. Escapes all control characters as `oneLine` does, except tabs and the colours of `styled`, so
 * that a name cannot forge a line or hide one by a colour.
 */
export function joinLines(lines: readonly string[]): string {
  const shown = lines.map((line) => line.split(OWN_START).map(butTabs).join('\u001b['));
  return `${shown.join('\n')}\n`;
}

const butTabs = (text: string): string =>
  text.replace(UNSEEN, (character) => (character === '\t' ? character : spelled(character)));

/**
 * Lines for a log that reads some of them as commands, as GitHub Actions (`::error::`, `##[error]`) and Azure Pipelines
 * (`##vso[`) do. One character of what begins a command is spelled out.
 */
export function logLines(text: string): string {
  return text.replace(/^([ \t]*):(?=:)/gm, '$1\\u003a').replace(/##(?=\[|vso\[)/g, '#\\u0023');
}

/** The control sequences of this program: colours, and a progress line that is overwritten. */
const OWN = /^\r|\u001b\[(?:\d{1,3}(?:;\d{1,3})*m|K)/g;
/** Control characters but for tabs and line breaks. */
const MOVING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/**
 * Text that is safe for a terminal, whatever its origin. Control characters are escaped, except those of colours and of
 * a progress line. A CR before a line break stays.
 */
export function visible(text: string): string {
  if (!MOVING.test(text)) return text;
  let shown = '';
  let from = 0;
  for (const match of text.matchAll(OWN)) {
    shown += spell(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return shown + spell(text.slice(from));
}

const spell = (text: string): string =>
  text.replace(/\r\n|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (one) => (one === '\r\n' ? one : spelled(one)));
