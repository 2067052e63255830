import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { display } from './display-path';
import type { Found } from './discover';
import { Workspace } from './workspace';

/** A canary file states its kind at its beginning: of other files, which may be many and large, no more is read. */
const HEAD = 2048;
const GROUP = /^apiVersion:[^\S\n]*["']?cdk8s-canary\.dev\//m;
const KIND = /^kind:[^\S\n]*["']?(CanaryApp|CanaryDefaults)\b/m;

/**
 * What to say about YAML files that hold a spec or defaults, but are not read because of their names. Files that a spec
 * has as its base are read.
 */
export function leftOut({ unnamed, specs }: Found): string[] {
  const buffer = Buffer.alloc(HEAD);
  const found = unnamed.flatMap((path) => {
    const kind = kindOf(path, buffer);
    return kind === undefined ? [] : { path, kind };
  });
  if (found.length === 0) return [];
  const bases = basesOf(specs.map(({ path }) => path));
  return found
    .filter(({ path }) => !bases.has(path))
    .map(({ path, kind }) => {
      const name =
        kind === 'CanaryDefaults' ? 'canary.defaults.yaml' : `${basename(path).replace(/\.ya?ml$/i, '')}.canary.yaml`;
      const instead = kind === 'CanaryDefaults' ? '' : ', or give its path';
      return oneLine(
        `${display(path)}: holds a ${kind}, and is left out because of its name; rename it to ${name}${instead}`,
      );
    });
}

function kindOf(path: string, buffer: Buffer): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const text = buffer.toString('utf8', 0, readSync(file, buffer, 0, HEAD, 0));
      return GROUP.test(text) ? KIND.exec(text)?.[1] : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined; // It is not read otherwise.
  }
}

/** The files that specs are merged over. */
function basesOf(specs: readonly string[]): Set<string> {
  const workspace = new Workspace();
  const bases = new Set<string>();
  for (const spec of specs) {
    try {
      for (const { file, role } of workspace.layers(spec, undefined)) if (role === 'base') bases.add(file);
    } catch (error) {
      if (!(error instanceof InputError)) throw error; // It is reported when the spec is rendered.
    }
    workspace.forget(spec);
  }
  return bases;
}
