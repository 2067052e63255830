// Parsing alone: every file of a folder, by the reader that the linter uses, to plain values. Nothing else is done with
// them, and nothing is kept.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { readDocuments } = createRequire(import.meta.url)('../../lib/src/formats/yaml');
process.on('exit', () => console.error(`rss ${Math.round(process.resourceUsage().maxRSS / 1024)}`));
const folder = process.argv[2];
let documents = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  documents += readDocuments(readFileSync(join(entry.parentPath, entry.name), 'utf8')).length;
}
console.log(documents);
