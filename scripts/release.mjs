// Makes the packages of a release in build/release: js, python, java and go, as publib takes them, and the notes. Publishes
// nothing. Needs a build, Python 3, Go, and Maven with Java. `--only=python,go` makes some of them. `--with-peers` makes the
// bindings of the peers for Java too, where Maven Central does not have all of them; only this package's own stay.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OUT = 'build/release';
const ALL = ['js', 'python', 'java', 'go'];
const only =
  process.argv
    .find((arg) => arg.startsWith('--only='))
    ?.slice(7)
    .split(',') ?? ALL;
/** How the files of each language end that a registry gets. */
const ARTEFACTS = { js: /\.tgz$/, python: /\.whl$/, java: /\.jar$/, go: /go\.mod$/ };

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const tag = process.env.GITHUB_REF_TYPE === 'tag' ? process.env.GITHUB_REF_NAME : undefined;
if (tag !== undefined && tag !== `v${version}`) fail(`the tag is ${tag}, and package.json says ${version}`);

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
const withPeers = process.argv.includes('--with-peers');
for (const target of only) {
  const recurse = target === 'java' && withPeers;
  const folder = recurse ? `${OUT}-with-peers` : OUT;
  const args = [
    '--no-install',
    'jsii-pacmak',
    '--target',
    target,
    ...(recurse ? ['--recurse'] : []),
    '--outdir',
    folder,
  ];
  const { status } = spawnSync('npx', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) fail(`jsii-pacmak made no package for ${target}`);
  if (recurse) {
    const { groupId } = JSON.parse(readFileSync('package.json', 'utf8')).jsii.targets.java.maven;
    const own = join(target, ...groupId.split('.'));
    cpSync(join(folder, own), join(OUT, own), { recursive: true });
    rmSync(folder, { recursive: true });
  }
  const found = filesBelow(join(OUT, target)).filter((file) => ARTEFACTS[target].test(file));
  if (found.length === 0) fail(`there is no package in ${join(OUT, target)}`);
  for (const file of found) console.log(file);
}
writeFileSync(join(OUT, 'notes.md'), notes());

/** What the changelog says of this version; before a release, of what is not released yet. */
function notes() {
  const parts = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
  const own = parts.find((part) => part.startsWith(version)) ?? parts.find((part) => part.startsWith('Unreleased'));
  if (own === undefined) fail(`CHANGELOG.md says nothing about ${version}`);
  if (tag !== undefined && !own.startsWith(version)) fail(`CHANGELOG.md has no section ${version}`);
  return `${own.slice(own.indexOf('\n')).trim()}\n`;
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
