/**
 * Characters that XML 1.0 does not allow in any form: most control characters, lone surrogates, and two noncharacters.
 */
const NOT_IN_XML =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Characters that turn the direction of what follows them, so that a text reads otherwise than it is. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Letters that are written from right to left, with the words and brackets between them. */
const RIGHT_TO_LEFT =
  /[([]?[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc](?:[^\p{L}\p{N}\n<>]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])*[)\]]?/gu;

/** Keeps such letters from turning the words and figures around them. */
const isolated = (text: string): string => text.replace(RIGHT_TO_LEFT, '\u2068$&\u2069');

/**
 * Text between the tags of HTML, SVG or XML. What XML cannot hold becomes U+FFFD, so that a picture is well-formed.
 * Characters that turn directions are spelled, as in a terminal, and what would be a command to a CI system where the page
 * or the picture is printed in its log.
 */
export function markupText(text: string): string {
  const spelled = text.replace(TURNS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return isolated(spelled)
    .replace(NOT_IN_XML, '\ufffd')
    .replace(/[&<>"]/g, (character) => ENTITIES[character])
    .replace(/^([ \t]*):(?=:)/gm, '$1&#58;')
    .replace(/##(?=\[|vso\[)/g, '#&#35;');
}

/** The value of an attribute between double quotes. Line breaks are kept, which a reader would turn into spaces. */
export function markupAttribute(text: string): string {
  return text
    .replace(NOT_IN_XML, '\ufffd')
    .replace(/[&<>"\n\r\t]/g, (character) => ENTITIES[character])
    .replace(/##(?=\[|vso\[)/g, '#&#35;');
}
