/** The size of letters in charts, in pixels. */
const SIZE = 12;

/** Letters in parts of their size, in the widest of the usual fonts without serifs. */
const NARROW = /[ijlI.,:;'|!()[\]{}ft\-r ]/u;
const WIDE = /[mwMW@%–—…→✓✗]/u;
const CAPITAL = /[A-Z0-9<>=&_+*#]/u;
/** Letters that are as wide as high: of Chinese, Japanese and Korean, and emoji. */
const FULL =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function letterWidth(letter: string): number {
  if (FULL.test(letter)) return 1;
  if (NARROW.test(letter)) return 0.42;
  if (WIDE.test(letter)) return 0.98;
  return CAPITAL.test(letter) ? 0.72 : 0.63;
}

/** About how wide a text is, in pixels: rather more than less, since fonts differ. */
export const widthOf = (text: string, size = SIZE): number =>
  [...text].reduce((sum, letter) => sum + letterWidth(letter), 0) * size;

/** As much of a text as has room. */
export function cut(text: string, room: number, size = SIZE): string {
  if (widthOf(text, size) <= room) return text;
  const letters = [...text];
  let width = widthOf('…', size);
  let end = 0;
  while (end < letters.length && (width += letterWidth(letters[end]) * size) <= room) end++;
  return `${letters.slice(0, Math.max(1, end)).join('')}…`;
}

/** A text in lines that have room, broken between words; longer words are broken anywhere. */
export function wrapped(text: string, room: number, size = SIZE): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => broken(one, room, size))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer, size) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A word in parts that have room; behind a hyphen or another mark, if it has one. */
function broken(word: string, room: number, size: number): string[] {
  if (widthOf(word, size) <= room) return [word];
  const parts: string[] = [];
  let part = '';
  for (const letter of word) {
    if (part !== '' && widthOf(part + letter, size) > room) {
      const mark = /^.*[-_./,=]/u.exec(part)?.[0] ?? part;
      parts.push(mark);
      part = part.slice(mark.length);
    }
    part += letter;
  }
  return [...parts, part];
}
