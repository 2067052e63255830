// How nearly all manifests are written. The expressions are matched where a reader stands.

/** Tabs, carriage returns, control characters, other line breaks and all that is beyond the first 55,296 characters. */
export const RARE = /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff]/;
export const MARKER = /---(?: +#[^\n]*| *)\n/y;
export const KEY = /[A-Za-z_][\w./-]*(?=:[ \n])/y;
export const DOUBLE = /"[^"\\\n]*"/y;
export const SINGLE = /'[^'\n]*'/y;
/** A text without quotes whose first character begins nothing else, and which has no `:` and no `#`. */
export const PLAIN = /(?:[\w./$(~^]|-(?=[\w.]))[^\n:#]*(?=\n)/y;
export const PLAIN_START = /[\w./$(~^]|-(?=[\w.])/y;
export const PLAIN_IN_FLOW = /(?:[\w./]|-(?=\d))[\w./%+=-]*(?=[ ,\]}])/y;
export const LITERAL = /\|-? *\n/y;
/** Nothing but a comment behind a value. */
export const END_OF_LINE = / *(?: #[^\n]*)?\n/y;

/** Without the spaces at its end. */
export function withoutBlanks(text: string): string {
  let to = text.length;
  while (text.charCodeAt(to - 1) === 0x20) to--;
  return to === text.length ? text : text.slice(0, to);
}

/** The lines of a literal block that begins at an offset, without the empty ones at its end. */
export function literalLines(
  text: string,
  start: number,
  indent: number,
): { readonly content: string; readonly to: number; readonly next: number } {
  const lines: string[] = [];
  let filled = 0;
  let to = start;
  let at = start;
  while (at < text.length) {
    let blanks = 0;
    while (blanks < indent && text.charCodeAt(at + blanks) === 0x20) blanks++;
    const empty = text.charCodeAt(at + blanks) === 0x0a;
    if (!empty && blanks < indent) break;
    const end = text.indexOf('\n', at);
    lines.push(empty ? '' : text.slice(at + indent, end));
    if (!empty) {
      filled = lines.length;
      to = end;
    }
    at = end + 1;
  }
  return { content: lines.slice(0, filled).join('\n'), to, next: at };
}
