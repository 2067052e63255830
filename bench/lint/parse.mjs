// Parsing alone: every file of a folder, by the library that the linter uses, to plain values. Nothing else is done with
// them, and nothing is kept.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

process.on('exit', () => console.error(`rss ${Math.round(process.resourceUsage().maxRSS / 1024)}`));
const folder = process.argv[2];
let documents = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  for (const document of parseAllDocuments(readFileSync(join(entry.parentPath, entry.name), 'utf8'))) {
    document.toJS();
    documents++;
  }
}
console.log(documents);
