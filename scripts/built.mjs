// Whether lib/ and .jsii are what a build would make: a build takes minutes, and `npm run synth`, `npm test` and others begin
// with one each. What decides is the content of everything that a build reads, and of everything that it wrote.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NOTE = 'build/built.json';
const READ = ['src', 'imports', 'examples', 'scripts', 'README.md', 'package.json', 'package-lock.json'];
const CONFIGURED = ['tsconfig.json', 'tsconfig.browser.json', 'tsconfig.examples.json', 'tsconfig.jsii.json'];
/** Lists what is installed, with the hash of each package. */
const INSTALLED = 'node_modules/.package-lock.json';
const WRITTEN = ['lib', '.jsii'];

/** V8 code caches come and go with the Node.js that runs a command. */
const isCache = (file) => file.endsWith('.compiled');

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesBelow)) {
    if (isCache(file)) continue;
    const content = readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

const state = () => ({
  node: process.version,
  read: digest([...READ, ...CONFIGURED, INSTALLED]),
  written: digest(WRITTEN),
});

/** Whether nothing has changed since the last build. */
export function isBuilt() {
  if (!existsSync(NOTE)) return false;
  const { node, read, written } = state();
  try {
    const noted = JSON.parse(readFileSync(NOTE, 'utf8'));
    return noted.node === node && noted.read === read && noted.written === written;
  } catch {
    return false; // a note that was cut short
  }
}

/** Notes that the build which ends now made lib/ and .jsii. */
export function noteBuilt() {
  mkdirSync('build', { recursive: true });
  writeFileSync(NOTE, JSON.stringify(state()));
}
