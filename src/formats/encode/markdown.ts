import { oneLine } from './terminal';

/**
 * Escapes untrusted text for a line of Markdown (CommonMark, GitHub, GitLab), so that it creates no tag, link, image,
 * mention, heading, list or fence, and ends no table cell.
 */
export function markdownText(text: string): string {
  return (
    oneLine(text)
      .replace(/[\\`*_[\]<>|~$]/g, '\\$&')
      .replace(/&/g, '&amp;')
      .replace(/@/g, '&#64;')
      .replace(/:\/\//g, ':&#47;&#47;')
      .replace(/^(\s*)([-+#=])/, '$1\\$2')
      // A digit has no escape; the sign behind it has.
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
      .replace(/(www)\./gi, '$1&#46;')
  );
}

/** Text as code within a line. In a table, a bar ends the cell even there, so it is escaped where `inTable` is set. */
export function markdownCode(text: string, inTable = false): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padded = /^`|`$|^ .* $/.test(line) || line === '' ? ` ${line} ` : line;
  return `${fence}${inTable ? padded.replace(/\|/g, '\\|') : padded}${fence}`;
}

/** Lines between fences that they cannot close, however many backticks they have. */
export function markdownFence(text: string, language = ''): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...text.split('\n').map((line) => oneLine(line)), fence];
}

/** A label between double quotes in a Mermaid diagram, as entities of its own syntax (`#quot;`). */
export function mermaidLabel(text: string): string {
  return oneLine(text).replace(/[^\p{L}\p{N} .,%/()'+-]/gu, (character) => `#${character.codePointAt(0)};`);
}
