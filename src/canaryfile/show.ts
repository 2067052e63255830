import { MapNode, SpecNode } from './node';
import type { FileRange } from '../formats/source';
import { inlineText, writeScalar } from '../formats/yaml';

/** A merged spec as YAML, with the file and line that each value comes from. */
export function showSpec(body: MapNode): string {
  const lines: [text: string, from: string][] = [];
  writeMap(body, '', lines);
  const width = Math.min(60, Math.max(0, ...lines.map(([text]) => text.length)));
  return lines.map(([text, from]) => (from === '' ? `${text}\n` : `${text.padEnd(width)}  # ${from}\n`)).join('');
}

function writeMap(node: MapNode, indent: string, lines: [string, string][], first = indent): void {
  let lead = first;
  for (const [name, { value }] of node.entries) {
    writeValue(`${lead}${inlineText(name)}:`, value, indent, lines);
    lead = indent;
  }
}

function writeValue(lead: string, node: SpecNode, indent: string, lines: [string, string][]): void {
  if (node.kind === 'scalar') {
    const text = writeScalar(node.value, `${indent}  `);
    const [first, ...rest] = text.split('\n');
    lines.push([`${lead} ${first}`, from(node.at)]);
    for (const line of rest) lines.push([line, '']);
  } else if (node.kind === 'map' && node.entries.size > 0) {
    lines.push([lead, '']);
    writeMap(node, `${indent}  `, lines);
  } else if (node.kind === 'list' && node.items.length > 0) {
    lines.push([lead, '']);
    writeList(node.items, `${indent}  `, lines);
  } else lines.push([`${lead} ${node.kind === 'map' ? '{}' : '[]'}`, from(node.at)]);
}

function writeList(items: readonly SpecNode[], indent: string, lines: [string, string][]): void {
  for (const item of items) {
    if (item.kind === 'map' && item.entries.size > 0) writeMap(item, `${indent}  `, lines, `${indent}- `);
    else writeValue(`${indent}-`, item, indent, lines);
  }
}

function from(at: FileRange): string {
  return `${at.file.name}:${at.file.place(at).line}`;
}
