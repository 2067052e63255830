import { basename } from 'node:path';
import { readTextFile } from '../formats/text-file';
import { readDocument } from '../formats/yaml';

const FLOW = /^metadata:\s*\{(?:[^}]*[,\s])?name:\s*['"]?([a-z0-9][-a-z0-9]*)/m;
// Each line matches in one way only: with several, the time would grow exponentially with the lines where there is no name.
const BLOCK = /^metadata:[^\S\n]*(?:#.*)?\r?\n(?:(?:[ \t].*|#.*|)\r?\n)*?[ \t]+name:[ \t]*['"]?([a-z0-9][-a-z0-9]*)/m;

/**
 * The name of the app that a spec file states, by which it belongs to a shard; of several the first. Where the file
 * states none, its own name. The text is searched, not parsed, unless it is JSON: with many specs, most belong to other shards.
 */
export function statedName(path: string): string {
  const text = readSpec(path);
  const name = /^\s*\{/.test(text) ? nameInJson(text) : (FLOW.exec(text) ?? BLOCK.exec(text))?.[1];
  return name ?? basename(path).replace(/\.?canary\.(?:ya?ml|json)$/, '');
}

/** JSON, and the flow style of YAML, may stand on one line, so that it must be parsed. */
function nameInJson(text: string): string | undefined {
  const { metadata } = (readDocument(text).value ?? {}) as { readonly metadata?: { readonly name?: unknown } };
  return typeof metadata?.name === 'string' ? metadata.name : undefined;
}

/** The text of a spec file, or nothing where it cannot be read: that is reported when it is rendered. */
function readSpec(path: string): string {
  try {
    return readTextFile(path);
  } catch {
    return '';
  }
}
