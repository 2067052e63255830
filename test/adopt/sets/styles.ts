import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ManifestSet, Obj } from './build';

const FOLDER = join(__dirname, 'styles');

/** Further styles of public repositories, each with what its router or provider likes to state. The first line names it. */
export const STYLES: readonly ManifestSet[] = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  return {
    name: text.slice(2, text.indexOf('\n')),
    objects: parseAllDocuments(text).map((document) => document.toJS() as Obj),
  };
});
