// Regenerates `imports/` in two stages, so that the second can be checked everywhere:
//   1. custom resource definitions -> imports/schemas/*.json (stripped, what the linter validates with)
//   2. imports/schemas/*.json      -> imports/*.ts           (typed API objects, by `cdk8s import`)
//
//   npm run import                      both stages, from the upstream sources listed in cdk8s.yaml
//   npm run import -- --from DIR        both stages, from the *.yaml and *.openapi.json files in DIR
//   npm run import -- --from-schemas    the second stage alone
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, parseAllDocuments, stringify } from 'yaml';

const OUT = 'imports';
const SCHEMAS = join(OUT, 'schemas');
/** The same kinds with what a cluster has only if somebody chose to: the experimental channel of the Gateway API. */
const EXPERIMENTAL = join(SCHEMAS, 'experimental');

/** The kinds that the constructs produce, and so the only ones that become TypeScript. */
const TYPED = {
  'argoproj.io': ['Rollout', 'AnalysisTemplate', 'Application'],
  'networking.istio.io': ['Gateway', 'VirtualService', 'DestinationRule'],
  'security.istio.io': ['PeerAuthentication', 'AuthorizationPolicy'],
  'monitoring.coreos.com': ['ServiceMonitor', 'PodMonitor', 'PrometheusRule'],
  'gateway.networking.k8s.io': ['HTTPRoute', 'GRPCRoute'],
  'route.openshift.io': ['Route'],
  'maistra.io': ['ServiceMeshMember', 'ServiceMeshMemberRoll'],
};

/** Further kinds whose schemas the linter knows. What else the sources define is left out. */
const LINTED = {
  'argoproj.io': ['AnalysisRun', 'ClusterAnalysisTemplate', 'Experiment'],
  'networking.istio.io': ['ServiceEntry', 'Sidecar'],
  'security.istio.io': ['RequestAuthentication'],
  'gateway.networking.k8s.io': ['Gateway'],
  'telemetry.istio.io': ['Telemetry'],
  'keda.sh': ['ScaledObject', 'TriggerAuthentication'],
  'flagger.app': ['Canary', 'MetricTemplate', 'AlertProvider'],
};

/** What is behind a repository's name, in the words that `upstream` is written in. */
const PRODUCTS = {
  'argo-rollouts': (version) => `Argo Rollouts ${version}`,
  'argo-cd': (version) => `Argo CD ${version}`,
  istio: (version) => `Istio ${version}`,
  'prometheus-operator': (version) => `Prometheus Operator ${version}`,
  keda: (version) => `KEDA ${version}`,
  flagger: (version) => `Flagger ${version}`,
  'gateway-api': (version, path) =>
    `Gateway API ${version} (${path.includes('/experimental/') ? 'experimental' : 'standard'} channel)`,
  // Neither has a release of its own: pinned at a commit.
  api: () => 'OpenShift API, 2026-08-22',
  'istio-operator': () => 'OpenShift Service Mesh 2.x (Maistra)',
};

const { values: options } = parseArgs({ options: { from: { type: 'string' }, 'from-schemas': { type: 'boolean' } } });

if (!options['from-schemas']) {
  const sources = options.from ? readFolder(options.from) : await readUpstream();
  mkdirSync(SCHEMAS, { recursive: true });
  // Kubernetes's own kinds come from its Go types: see scripts/kubernetes-schemas.
  for (const file of readdirSync(SCHEMAS))
    if (file !== 'kubernetes-kinds.json') rmSync(join(SCHEMAS, file), { recursive: true });
  mkdirSync(EXPERIMENTAL);
  writeSchemas(sources);
}
writeTypes();

/** Every *.yaml and *.openapi.json file of a folder. */
function readFolder(folder) {
  if (!existsSync(folder)) fail(`--from ${folder}: there is no such folder`);
  const files = readdirSync(folder).sort();
  const crds = files
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => definitionsIn(readFileSync(join(folder, file), 'utf8'), file));
  if (crds.length === 0) fail(`--from ${folder}: no CustomResourceDefinition in any *.yaml file there`);
  const core = files.filter((file) => file.endsWith('.openapi.json'));
  if (core.length === 0) return { crds, core: keptCore() };
  return { crds, core: core.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8'))) };
}

/** The Kubernetes core definitions as they are: no release artifact has them alone. */
function keptCore() {
  return [JSON.parse(readFileSync(join(SCHEMAS, 'kubernetes.json'), 'utf8'))];
}

/** The sources listed in cdk8s.yaml. */
async function readUpstream() {
  const crds = [];
  for (const url of parse(readFileSync('cdk8s.yaml', 'utf8')).imports) {
    const response = await fetch(url).catch((cause) => fail(`${url}: ${cause.cause ?? cause}`));
    if (!response.ok) fail(`${url}: HTTP ${response.status}`);
    crds.push(...definitionsIn(await response.text(), productOf(url)));
  }
  return { crds, core: keptCore() };
}

/** `https://…/OWNER/REPOSITORY/VERSION/path` as `Argo Rollouts v1.9.1`. */
function productOf(url) {
  const [, , repository, version, ...path] = new URL(url).pathname.split('/');
  return PRODUCTS[repository]?.(version, `/${path.join('/')}`) ?? `${repository} ${version}`;
}

/** Go's YAML takes the lines of a quoted description without indentation, as Flagger writes them. The library does not. */
function withShortDescriptions(text) {
  return text.replace(/(?<=^ *description: )'[^']*'(?=\n)/gm, (quoted) => quoted.replace(/\n */g, ' '));
}

function definitionsIn(text, source) {
  return parseAllDocuments(withShortDescriptions(text))
    .map((document) => {
      if (document.errors.length > 0) fail(`${source}: ${document.errors[0].message}`);
      return document.toJS();
    })
    .filter((object) => object?.kind === 'CustomResourceDefinition')
    .map((crd) => ({ ...crd, source: crd.metadata.annotations?.upstream ?? source }));
}

function writeSchemas({ crds, core }) {
  const wanted = (group, kind) => [TYPED, LINTED].some((list) => list[group]?.includes(kind));
  const files = new Map();
  for (const crd of crds) {
    const { group, names, scope, versions } = crd.spec;
    if (!wanted(group, names.kind)) continue;
    const experimental = crd.metadata.annotations?.['gateway.networking.k8s.io/channel'] === 'experimental';
    const file = join(experimental ? EXPERIMENTAL : SCHEMAS, `${group}.json`);
    const kinds = files.get(file) ?? {};
    files.set(file, kinds);
    const schemas = {};
    for (const version of versions) {
      const schema = stripped(version.schema.openAPIV3Schema);
      delete schema.properties?.status;
      const text = JSON.stringify(schema);
      const same = Object.keys(schemas).find((name) => JSON.stringify(schemas[name]) === text);
      schemas[version.name] = same ?? schema;
    }
    kinds[names.kind] = { upstream: crd.source, plural: names.plural, scope, versions: schemas };
  }
  for (const [file, kinds] of files) writeLines(file, kinds);
  for (const document of core) {
    const { upstream, definitions } = document;
    const lines = Object.keys(definitions)
      .sort()
      .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(stripped(definitions[name]))}`);
    writeFileSync(
      join(SCHEMAS, 'kubernetes.json'),
      `{\n"upstream": ${JSON.stringify(upstream)},\n"definitions": {\n${lines.join(',\n')}\n}\n}\n`,
    );
  }
}

/** One line a kind: compact, and a change of one kind is a change of one line. */
function writeLines(path, record) {
  const lines = Object.keys(record)
    .sort()
    .map((key) => `${JSON.stringify(key)}: ${JSON.stringify(record[key])}`);
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
}

/** A copy without descriptions. A property that is itself called `description` is a schema, not a string, and stays. */
function stripped(node) {
  if (Array.isArray(node)) return node.map(stripped);
  if (node === null || typeof node !== 'object') return node;
  const entries = Object.entries(node).filter(([key, value]) => !(key === 'description' && typeof value === 'string'));
  return Object.fromEntries(entries.map(([key, value]) => [key, stripped(value)]));
}

function writeTypes() {
  for (const file of readdirSync(OUT)) if (file.endsWith('.ts')) rmSync(join(OUT, file));
  const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-canary-import-'));
  try {
    for (const [group, kinds] of Object.entries(TYPED)) {
      // One file a group: `cdk8s import` overwrites a group's module each time it meets that group.
      const record = JSON.parse(readFileSync(join(SCHEMAS, `${group}.json`), 'utf8'));
      const missing = kinds.filter((kind) => !record[kind]);
      if (missing.length > 0) fail(`${group}: no definition of ${missing.join(', ')} in the sources`);
      const path = join(scratch, `${group}.yaml`);
      writeFileSync(path, kinds.map((kind) => `---\n${stringify(trimmed(group, kind, record[kind]))}`).join(''));
      execFileSync('npx', ['--no-install', 'cdk8s', 'import', path, '-l', 'typescript', '-o', OUT, '--no-save'], {
        env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The definition with one version and without what the constructs render by other means (pod templates, job specs). */
function trimmed(group, kind, { plural, scope, versions }) {
  const name = versions.v1 ? 'v1' : Object.keys(versions)[0];
  const schema = structuredClone(typeof versions[name] === 'string' ? versions[versions[name]] : versions[name]);
  for (const node of walk(schema)) {
    if (node.properties?.template && kind === 'Rollout') node.properties.template = anyObject();
    if (node.properties?.job && node.properties?.prometheus) node.properties.job = anyObject();
  }
  const names = { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names,
      scope,
      versions: [{ name, served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

function anyObject() {
  return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
}

function* walk(node) {
  if (node === null || typeof node !== 'object') return;
  yield node;
  for (const child of Object.values(node)) yield* walk(child);
}

function fail(message) {
  console.error(`import: ${message}`);
  process.exit(1);
}
