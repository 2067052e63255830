/** A string literal without its quotes. Between backticks, a backslash is literal. */
export function unquote(text: string): string {
  const quote = text[0];
  if (quote === '`') return text.slice(1, -1);
  if (quote !== '"' && quote !== "'") return text;
  return text.slice(1, -1).replace(ESCAPE, (_all, char: string) => {
    if (char.length === 1) return SHORT[char] ?? char;
    const code = /^[xuU]/.test(char) ? parseInt(char.slice(1), 16) : parseInt(char, 8);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

const SHORT: { readonly [char: string]: string } = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gs;

/**
 * What is wrong with the escapes of a string literal, which are those of Go; undefined where nothing is.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
 */
export function stringProblem(text: string): string | undefined {
  const quote = text[0];
  if (quote === '`') return undefined;
  const inside = text.slice(1, -1);
  if (inside.includes('\n')) return 'a string in these quotes cannot hold a line break; use backticks or \\n';
  for (const [escape, char] of inside.matchAll(ESCAPE)) {
    if (char.length > 1 || 'abfnrtv\\'.includes(char) || char === quote) continue;
    return `${escape} is not an escape sequence; write \\${escape} for a backslash, or use backticks`;
  }
  return undefined;
}
