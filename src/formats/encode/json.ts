/** Control and format characters, among them the marks that turn the direction of text. Line breaks are layout. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A value as JSON in which no character acts on the terminal, log or diff that shows it: all of them are escaped, which a
 * program reads as the same text.
 *
 * @param indent number of spaces. Default: all in one line
 */
export function jsonOf(
  value: unknown,
  indent?: number,
  replacer?: (this: unknown, key: string, value: unknown) => unknown,
): string {
  return JSON.stringify(value, replacer, indent).replace(UNSEEN, (character) =>
    character === '\n' ? character : character.split('').map(escaped).join(''),
  );
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
