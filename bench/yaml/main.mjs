// Measures reading YAML: this project's reader compared with js-yaml, which gives no positions and other values than Go, and the
// `yaml` package, which this project used before. All read the same documents: those of dist/, with other names.
//
//   npm run build && node bench/yaml/main.mjs [documents]
import glob from 'fast-glob';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { load } from 'js-yaml';
import { parseAllDocuments } from 'yaml';

const { documentParts, readDocument } = createRequire(import.meta.url)('../../lib/src/formats/yaml');
const count = Number(process.argv[2] ?? 12_000);

const texts = glob
  .sync('dist/**/*.yaml')
  .sort()
  .flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return documentParts(text).map(({ from, to }) => text.slice(from, to));
  });
// Each is a text of its own, as if it had been read from a file.
const documents = Array.from({ length: count }, (_, i) =>
  Buffer.from(texts[i % texts.length].replace(/^( *name: .*)$/m, `$1-${i}`)).toString(),
);

const READERS = {
  'this project': (text) => readDocument(text).value,
  'js-yaml load': (text) => load(text),
  yaml: (text) => parseAllDocuments(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' })[0].toJS(),
};

function cpu(read) {
  const start = process.cpuUsage();
  for (const text of documents) read(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const characters = documents.reduce((sum, text) => sum + text.length, 0);
console.log(`${count} documents of ${Math.round(characters / count)} characters on average; CPU in seconds`);
const seconds = {};
// The first round counts, because a command reads each document once.
for (const [name, read] of Object.entries(READERS)) seconds[name] = cpu(read);
for (const [name, took] of Object.entries(seconds)) {
  const ratio = (seconds['this project'] / took).toFixed(2);
  console.log(`${name.padEnd(14)} ${took.toFixed(2).padStart(6)}   this project / it: ${ratio}`);
}
