// The sets that are mutated: what is rendered, what the tests keep, and the examples of the rules, made whole.
import glob from 'fast-glob';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { completed } from './completion.mjs';

const require = createRequire(import.meta.url);

/** Files of which each is a set, and folders of which all files together are one. */
const FILES = ['dist/*.yaml', 'dist/fleet/**/*.yaml'];
const FOLDERS = ['test/fixtures/reference', 'test/fixtures/kubernetes'];

/** Sets as { id, manifests }. `good` are those to mutate; `bad` are rules' violations, which are judged as they stand. */
export function baseSets() {
  const { RULES } = require('../../lib/src/rules');
  const { loadManifests } = require('../../lib/src/graph');
  const read = (texts) => loadManifests(texts).resources.map(({ manifest }) => manifest);
  const file = (name) => ({ name, text: readFileSync(name, 'utf8') });
  const set = (id, manifests) => ({ id, manifests: completed(manifests) });
  // What is suppressed is an error all the same to the systems.
  const rules = RULES.filter(({ code }) => !code.startsWith('SUP'));
  const examples = (which) =>
    rules.map((rule) => set(`${rule.code}-${which}`, read([{ name: rule.code, text: rule[which] }])));
  const good = [
    ...glob
      .sync(FILES)
      .sort()
      .map((name) => set(nameOf(name), read([file(name)]))),
    ...FOLDERS.map((folder) => set(basename(folder), read(glob.sync(`${folder}/*.yaml`).sort().map(file)))),
    ...examples('good'),
  ];
  return { good: good.filter(({ manifests }) => manifests.length > 0), bad: [...examples('bad'), ...refused(read)] };
}

/** Objects of Kubernetes' own kinds with a value that the API server refuses, each in a set of its own. */
function refused(read) {
  const text = (name) => readFileSync(`test/fixtures/${name}`, 'utf8');
  const cases = parse(text('kubernetes-refused/cases.yaml'));
  return cases.map(({ object: kind, at, value }) => {
    const manifests = structuredClone(read([{ name: 'kinds.yaml', text: text('kubernetes/kinds.yaml') }]));
    let parent = manifests.find((one) => one.kind === kind);
    for (const key of at.slice(0, -1)) parent = parent[key];
    parent[at.at(-1)] = value;
    return { id: `${kind} ${at.join('.')} ${JSON.stringify(value)}`, manifests };
  });
}

const nameOf = (file) =>
  file
    .replace(/^dist\//, '')
    .replace(/(\.k8s)?\.yaml$/, '')
    .replaceAll('/', '-');
