import { createColors } from 'picocolors';
import type { Rule } from '../../rules';
import { rulePage } from './rule-page';

/** Paragraphs are wrapped at this column. */
const WIDTH = 100;

/**
 * The page of a rule for a terminal: headings and code are set off by colour and indentation, not by the signs of
 * Markdown.
 */
export function ruleText(rule: Rule, colour: boolean): string {
  const paint = createColors(colour);
  const inline = (text: string): string =>
    text
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/\*\*([^*]+)\*\*/g, (_all, bold: string) => paint.bold(bold))
      .replace(/`([^`]+)`/g, (_all, code: string) => (colour ? paint.cyan(code) : code));
  const lines: string[] = [];
  let inCode = false;
  for (const line of rulePage(rule).split('\n')) {
    if (line.startsWith('<!--')) continue;
    if (line.startsWith('```')) inCode = !inCode;
    else if (inCode) lines.push(line === '' ? '' : paint.dim(`    ${line}`));
    else if (line.startsWith('#')) lines.push(paint.bold(line.replace(/^#+ /, '')));
    else lines.push(...wrapped(line.replace(' · [all rules](README.md)', '')).map(inline));
  }
  return `${lines.join('\n').trim()}\n`;
}

/** Breaks a line at blanks; code between backticks stays whole. */
function wrapped(line: string): string[] {
  const words = line.match(/(`[^`]*`|\S)+/g) ?? [];
  const lines = [''];
  for (const word of words) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
