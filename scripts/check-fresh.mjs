// Regenerates the generated files of the project, and fails if one differs from the committed one: dist/,
// API.md, docs/rules/, docs/supported-versions.md and imports/*.ts. The generated files stay, so that a stale one is fixed by committing it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const GENERATED = [
  { path: 'imports', script: ['import', '--', '--from-schemas'] },
  { path: 'dist', script: ['synth'] },
  { path: 'API.md', script: ['docs'] },
  { path: 'docs/rules', script: ['docs:rules'] },
  { path: 'docs/supported-versions.md', script: ['docs:versions'] },
];

let stale = 0;
for (const { path, script } of GENERATED) {
  const before = digest(path);
  const { status } = spawnSync('npm', ['run', '--silent', ...script], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
  const fresh = digest(path) === before;
  console.log(`${path}: ${fresh ? 'fresh' : `stale; 'npm run ${script.join(' ')}' made it anew: commit it`}`);
  if (!fresh) stale++;
}
process.exit(stale > 0 ? 1 : 0);

/** A hash over the names and contents of all files below a path. */
function digest(path) {
  const hash = createHash('sha256');
  for (const file of filesBelow(path)) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
