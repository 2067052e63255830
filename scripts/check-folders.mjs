// Fails when two folders under src/ import each other, directly or through others. dependency-cruiser's own rule sees
// cycles of files only. An index.ts is the face of its folder, so what it gives out does not count as an import.
import { dirname } from 'node:path';
import { cruise } from 'dependency-cruiser';
import config from '../.dependency-cruiser.cjs';

const { output } = await cruise(['src'], { ...config.options, exclude: { path: '^imports/' } });
const imports = new Map();
for (const { source, dependencies } of output.modules) {
  if (!source.startsWith('src/') || source.endsWith('/index.ts')) continue;
  for (const { resolved } of dependencies) {
    const [from, to] = [dirname(source), dirname(resolved)];
    if (from === to || !resolved.startsWith('src/')) continue;
    if (!imports.has(from)) imports.set(from, new Map());
    if (!imports.get(from).has(to)) imports.get(from).set(to, `${source} imports ${resolved}`);
  }
}

/** The way from one folder to another along imports; undefined if there is none. */
function way(from, to, seen = new Set()) {
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const [next, why] of imports.get(from) ?? []) {
    if (next === to) return [why];
    const rest = way(next, to, seen);
    if (rest !== undefined) return [why, ...rest];
  }
  return undefined;
}

const cycles = [...imports.keys()].map((folder) => way(folder, folder)).filter((one) => one !== undefined);
for (const cycle of cycles.slice(0, 5)) console.error(`folders import each other:\n  ${cycle.join('\n  ')}`);
if (cycles.length > 0) process.exit(1);
console.log(`no cycle among ${imports.size} folders`);
