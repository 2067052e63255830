// The releases of Argo Rollouts that are asked, and what Go needs to build each.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(import.meta.url);

/** Oldest first. */
export const RELEASES = ['1.8.5', '1.9.1', '1.10.2'];

/** Build tags for sources that differ with what a release is built from. */
export const TAGS = { '1.8.5': 'rollouts_1_8', '1.9.1': 'rollouts_1_9' };

export const NEWEST = RELEASES.at(-1);

/** The releases that `--release` means; undefined for one that there is no program of. */
export function releasesOf(option) {
  if (option === undefined || option === 'all') return RELEASES;
  return RELEASES.includes(option) ? [option] : undefined;
}

/** The releases that are asked in full, and in a tenth, where nobody says which. */
export const shareOf = (release, option) => (option === undefined && release !== NEWEST ? 0.1 : 1);

/**
 * Argo Rollouts 1.10 wants a patch release of Go that is newer than what it needs. Where go.mod replaces it by a copy,
 * the copy is made here, with the minor release of Go that go.mod itself names.
 */
export function prepareModule(file) {
  const text = readFileSync(file, 'utf8');
  const found = /^replace (\S+) => (\S+)$/m.exec(text);
  if (!found) return;
  const [, module, place] = found;
  const copy = resolve(join(file, '..', '..'), place);
  if (existsSync(copy)) return;
  const version = new RegExp(`^\\s*${module} (v\\S+)`, 'm').exec(text)[1];
  const { stdout } = spawnSync('go', ['mod', 'download', '-json', `${module}@${version}`], {
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod' },
  });
  const { GoMod } = JSON.parse(stdout);
  // Go unpacks a module that it then finds to want a newer Go, and does not say where.
  const cache = spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).stdout.trim();
  cpSync(join(cache, `${module}@${version}`), copy, { recursive: true, mode: 0 });
  const [, go] = /^go (\d+\.\d+)/m.exec(text);
  const lowered = readFileSync(GoMod, 'utf8')
    .replace(/^go \S+$/m, `go ${go}`)
    .replace(/^toolchain .*$/m, '');
  spawnSync('chmod', ['-R', 'u+w', copy]);
  writeFileSync(join(copy, 'go.mod'), lowered);
}

/** The engine that evaluates conditions in a release. */
export function engineOf(release) {
  const { ARGO_ROLLOUTS, lookUp } = require('../../lib/src/versions');
  return lookUp(ARGO_ROLLOUTS.expressionEngine, release);
}
