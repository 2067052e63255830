// Makes src/versions/argo-rollouts-fields.ts: which fields the definitions of each release of Argo Rollouts add and
// remove. The definitions are those that the releases bring along, from their Go modules; needs Go.
//
//   npm run versions:fields
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

const MODULE = 'github.com/argoproj/argo-rollouts';
const RELEASES = ['1.7.2', '1.8.5', '1.9.1', '1.10.2'];
const KINDS = {
  Rollout: 'rollout',
  AnalysisTemplate: 'analysis-template',
  ClusterAnalysisTemplate: 'cluster-analysis-template',
  AnalysisRun: 'analysis-run',
  Experiment: 'experiment',
};
const OUT = 'src/versions/argo-rollouts-fields.ts';

const cache = spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).stdout.trim();

/** The folder of a release's definitions. A module that wants a newer Go is unpacked although the download fails. */
function definitionsOf(release) {
  spawnSync('go', ['mod', 'download', `${MODULE}@v${release}`], { env: { ...process.env, GOFLAGS: '-mod=mod' } });
  return join(cache, `${MODULE}@v${release}`, 'manifests', 'crds');
}

/** The paths of all fields of a schema. */
function pathsOf(schema, path = '', found = new Set()) {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const own = path ? `${path}.${name}` : name;
    found.add(own);
    pathsOf(field, own, found);
  }
  if (schema.items) pathsOf(schema.items, `${path}[]`, found);
  return found;
}

/** Of the paths that one release has and another lacks, those whose parents both have. */
function onlyIn(one, other) {
  const parent = (path) => path.replace(/\.?[^.]+$/, '').replace(/(\[\])+$/, '');
  return [...one].filter((path) => !other.has(path) && (parent(path) === '' || other.has(parent(path)))).sort();
}

const table = {};
for (const [kind, file] of Object.entries(KINDS)) {
  table[kind] = {};
  let before;
  for (const release of RELEASES) {
    const { spec } = parse(readFileSync(join(definitionsOf(release), `${file}-crd.yaml`), 'utf8'));
    const paths = pathsOf(spec.versions[0].schema.openAPIV3Schema);
    if (before) {
      const [added, removed] = [onlyIn(paths, before), onlyIn(before, paths)];
      table[kind][release.replace(/\.\d+$/, '')] = { added, removed };
    }
    before = paths;
  }
}

const text = `// Made by \`npm run versions:fields\` from the definitions of Argo Rollouts ${RELEASES.join(', ')}. Do not edit.

/** By kind and release: fields that the release's definitions add to those of the release before, or remove. */
export const ARGO_ROLLOUTS_FIELDS: {
  readonly [kind: string]: {
    readonly [release: string]: { readonly added: readonly string[]; readonly removed: readonly string[] };
  };
} = ${JSON.stringify(table)};
`;
writeFileSync(OUT, await format(text, { ...(await resolveConfig(OUT)), parser: 'typescript' }));
