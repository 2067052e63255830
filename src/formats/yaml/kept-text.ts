/** From this length on, V8 makes a part of a text a view, which keeps the whole text in memory. */
const SHORTEST_VIEW = 13;
/** How many texts are remembered, each in a place of its own. */
const PLACES = 4096;

const known = new Array<string>(PLACES).fill('');

/**
 * Returns a copy of a text that does not keep the text that it was cut from in memory. Texts that were seen shortly before
 * (versions, addresses, conditions) share one copy.
 */
export function keptText(text: string): string {
  const { length } = text;
  if (length < SHORTEST_VIEW) return text;
  const place = (length + 7 * text.charCodeAt(length - 1) + 131 * text.charCodeAt(length >> 1)) % PLACES;
  if (known[place] === text) return known[place];
  // `join` makes a new text; a concatenation would refer to the old one.
  return (known[place] = [text[0], text.slice(1)].join(''));
}
