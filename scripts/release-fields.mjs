// Makes src/versions/fields-by-release.ts: which fields the definitions of each release add and remove. The definitions are
// those that the releases bring along, from their Go modules; needs Go.
//
//   npm run versions:fields
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parseAllDocuments } from 'yaml';

const SYSTEMS = {
  argoRollouts: {
    title: 'Argo Rollouts',
    module: 'github.com/argoproj/argo-rollouts',
    releases: ['1.7.2', '1.8.5', '1.9.1', '1.10.2'],
    files: ['rollout', 'analysis-template', 'cluster-analysis-template', 'analysis-run', 'experiment'].map(
      (kind) => `manifests/crds/${kind}-crd.yaml`,
    ),
    kinds: ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment'],
  },
  istio: {
    title: 'Istio',
    module: 'istio.io/api',
    releases: ['1.30.8', '1.31.4', '1.32.0'],
    files: ['kubernetes/customresourcedefinitions.gen.yaml'],
    kinds: ['Gateway', 'VirtualService', 'DestinationRule', 'ServiceEntry'],
  },
  prometheusOperator: {
    title: 'the Prometheus Operator',
    module: 'github.com/prometheus-operator/prometheus-operator',
    releases: ['0.93.1', '0.94.1', '0.95.2'],
    files: ['servicemonitors', 'podmonitors', 'prometheusrules'].map(
      (plural) => `example/prometheus-operator-crd/monitoring.coreos.com_${plural}.yaml`,
    ),
    // Of later releases only the types are a Go module.
    schemas: { release: '0.95.2', file: 'imports/schemas/monitoring.coreos.com.json' },
    kinds: ['ServiceMonitor', 'PodMonitor', 'PrometheusRule'],
  },
};
const OUT = 'src/versions/fields-by-release.ts';

const cache = spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).stdout.trim();

/** The schemas of a release by kind, each with its group. Those that the project keeps have no status. */
function schemasOf(system, release) {
  const { schemas } = system;
  if (schemas?.release === release) {
    const group = basename(schemas.file, '.json');
    return Object.entries(JSON.parse(readFileSync(schemas.file, 'utf8'))).map(([kind, { upstream, versions }]) => {
      if (!upstream.endsWith(` v${release}`))
        throw new Error(`${schemas.file} is of ${upstream}, and not of ${release}`);
      return { kind, group, schema: Object.values(versions)[0] };
    });
  }
  return definitionsOf(system, release).map(({ spec: { names, group, versions } }) => {
    const schema = versions[0].schema.openAPIV3Schema;
    if (schemas !== undefined) delete schema.properties.status;
    return { kind: names.kind, group, schema };
  });
}

/** The definitions of a release. A module that wants a newer Go is unpacked although the download fails. */
function definitionsOf({ module, files }, release) {
  spawnSync('go', ['mod', 'download', `${module}@v${release}`], { env: { ...process.env, GOFLAGS: '-mod=mod' } });
  return files
    .flatMap((file) => parseAllDocuments(readFileSync(join(cache, `${module}@v${release}`, file), 'utf8')))
    .map((document) => document.toJS())
    .filter((object) => object?.kind === 'CustomResourceDefinition');
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

function fieldsOf(system) {
  const kinds = system.kinds.map((kind) => ({ kind, group: '', releases: {} }));
  const before = new Map();
  for (const release of system.releases) {
    const schemas = schemasOf(system, release);
    for (const one of kinds) {
      const { group, schema } = schemas.find(({ kind }) => kind === one.kind);
      one.group = group;
      const paths = pathsOf(schema);
      const old = before.get(one);
      if (old) {
        const [added, removed] = [onlyIn(paths, old), onlyIn(old, paths)];
        if (added.length + removed.length > 0) one.releases[release.replace(/\.\d+$/, '')] = { added, removed };
      }
      before.set(one, paths);
    }
  }
  return kinds;
}

const sources = Object.values(SYSTEMS).map(({ title, releases }) => `${title} ${releases.join(', ')}`);
const table = Object.fromEntries(Object.entries(SYSTEMS).map(([key, system]) => [key, fieldsOf(system)]));

const text = `// Made by \`npm run versions:fields\` from the definitions of ${sources.join(', and of ')}. Do not edit.

/** A kind, and the fields that the definitions of a release add to those of the release before, or remove. */
export interface KindByRelease {
  readonly kind: string;
  readonly group: string;
  readonly releases: {
    readonly [release: string]: { readonly added: readonly string[]; readonly removed: readonly string[] };
  };
}

/** By system: the kinds whose fields are known by release. */
export const FIELDS_BY_RELEASE: {
  readonly argoRollouts: readonly KindByRelease[];
  readonly istio: readonly KindByRelease[];
  readonly prometheusOperator: readonly KindByRelease[];
} = ${JSON.stringify(table)};
`;
writeFileSync(OUT, await format(text, { ...(await resolveConfig(OUT)), parser: 'typescript' }));
