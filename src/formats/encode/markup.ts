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

/** Text between the tags of HTML, SVG or XML. What XML cannot hold becomes U+FFFD, so that a picture is well-formed. */
export function markupText(text: string): string {
  return text.replace(NOT_IN_XML, '\ufffd').replace(/[&<>"]/g, (character) => ENTITIES[character]);
}

/** The value of an attribute between double quotes. Line breaks are kept, which a reader would turn into spaces. */
export function markupAttribute(text: string): string {
  return text.replace(NOT_IN_XML, '\ufffd').replace(/[&<>"\n\r\t]/g, (character) => ENTITIES[character]);
}
