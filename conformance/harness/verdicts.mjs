// Compares the linter's verdict on a set with the verdicts of the systems.
import { createRequire } from 'node:module';
import { analysesOf } from './completion.mjs';
import { JUDGES } from './judges.mjs';
import { isJudged } from './sets.mjs';

const require = createRequire(import.meta.url);

/** In the order in which a set meets them: who refuses leaves nothing to those after. */
const STAGES = [
  ['schema', 'core', 'webhook'],
  ['rollout', 'controller', 'lint'],
  ['analysis'],
  ['measurement', 'promql'],
  ['operator', 'analyzers'],
];

/** For people: several of an oracle's names are one system. */
export const SYSTEMS = {
  schema: 'API server, custom resources',
  core: 'API server, built-in kinds',
  webhook: 'istiod',
  rollout: 'Rollout controller',
  controller: 'Rollout controller',
  lint: 'kubectl argo rollouts lint',
  analysis: 'Analysis controller',
  measurement: 'Prometheus provider',
  promql: 'PromQL parser',
  operator: 'Prometheus Operator',
  analyzers: 'istioctl analyze',
};

/**
 * The errors of the linter in a set that is whole, for a release of Argo Rollouts, as { object, code, path, message,
 * related }. `graph` is the set as it was read from texts, each called as `objectOf` calls its object.
 */
export function errorsOf(manifests, { graph, release } = {}) {
  const { graphOf } = require('../../lib/src/graph');
  const { lint } = require('../../lib/src/lint');
  const { readVersions } = require('../../lib/src/versions');
  const named = manifests.map((manifest) => ({ origin: objectOf(manifest), manifest }));
  const judged = new Set(manifests.filter(isJudged).map(objectOf));
  const versions = release === undefined ? undefined : readVersions({ argoRollouts: release }).versions;
  const { findings } = lint(graph ?? graphOf(named), { closedWorld: true, ...(versions ? { versions } : {}) });
  return findings
    .filter(({ severity, file }) => severity === 'error' && judged.has(file))
    .map(({ file, code, path, message, related, consequences }) => ({
      object: file,
      code,
      path,
      message,
      related: related?.file,
      causes: consequences.map((one) => one.file),
    }));
}

/**
 * Routes of the Gateway API, and what a Rollout's plugin says of them: their implementation and the plugin judge how they
 * fit together, and neither is asked here. The API server judges their fields.
 */
const isOfGatewayApi = ({ object, code, path }) =>
  !code.startsWith('SCH') && (/^(HTTP|GRPC|TCP|TLS|UDP)Route\//.test(object) || /\.plugins\b/.test(path));

/** kind/namespace/name, as the oracles name objects. */
export function objectOf({ kind, metadata }) {
  const clustered = kind === 'Namespace' || String(kind).startsWith('Cluster');
  const text = (value) => (typeof value === 'string' ? value : '');
  const namespace = text(metadata?.namespace) || (clustered ? '' : 'default');
  return `${kind}/${namespace}/${text(metadata?.name)}`;
}

/**
 * Compares. For each object that a system refuses, the linter must report an error there or at an object that the system names;
 * of each error that the linter says and a system judges, that system must refuse the object, or one that belongs to it. An
 * object that the API server refuses is not there for the others: what they say of its absence follows from that, and is
 * not compared.
 *
 * Gives { missed, alone, both, unasked, nobody }: refusals without an error, errors without a refusal, and what agrees.
 */
export function compareVerdicts(manifests, ours, theirs) {
  const stages = new Map(STAGES.flatMap((names, stage) => names.map((name) => [name, stage])));
  const family = familyOf(manifests);
  const refusedFirst = theirs.some(({ by }) => stages.get(by) === 0);
  const first = Math.min(...theirs.map(({ by }) => stages.get(by)), 9);
  const found = { missed: [], alone: [], both: [], confirmed: [], unasked: [], nobody: [] };
  for (const problem of theirs) {
    if (refusedFirst && stages.get(problem.by) > 0) continue;
    const about = [problem.object, ...(problem.also ?? [])];
    const near =
      stages.get(problem.by) > 0 ? about.flatMap((object) => [object, ...(family.get(object) ?? [])]) : about;
    const agrees = ours.some(({ object, related, causes }) =>
      [object, related, ...causes].some((one) => near.includes(one)),
    );
    found[agrees ? 'both' : 'missed'].push(problem);
  }
  for (const error of ours) {
    const { systems } = JUDGES[error.code] ?? { systems: [] };
    if (systems.length === 0 || isOfGatewayApi(error)) {
      found.nobody.push(error);
      continue;
    }
    const own = [error.object, error.related];
    const near = own.flatMap((object) => [object, ...(family.get(object) ?? [])]);
    const confirmed = theirs.some(
      ({ object, also, by }) => systems.includes(by) && [object, ...(also ?? [])].some((one) => near.includes(one)),
    );
    const earlier = first < Math.min(...systems.map((name) => stages.get(name)));
    if (confirmed) found.confirmed.push(error);
    else if (earlier || !isUsed(manifests, error.object)) found.unasked.push(error);
    else found.alone.push(error);
  }
  return found;
}

/** Kinds of which the controllers hear only through a Rollout. */
function isUsed(manifests, object) {
  const [kind, namespace, name] = object.split('/');
  if (!/^(Cluster)?AnalysisTemplate$/.test(kind)) return true;
  const used = new Set();
  const visit = (refs, where) => {
    for (const { templateName, clusterScope } of Array.isArray(refs) ? refs.filter(Boolean) : []) {
      const key = clusterScope
        ? `ClusterAnalysisTemplate//${templateName}`
        : `AnalysisTemplate/${where}/${templateName}`;
      if (used.has(key)) continue;
      used.add(key);
      visit(manifests.find((one) => objectOf(one) === key)?.spec?.templates, where);
    }
  };
  for (const one of manifests) {
    if (one.kind !== 'Rollout') continue;
    for (const { templates } of analysesOf(one.spec?.strategy)) visit(templates, one.metadata?.namespace ?? 'default');
  }
  return used.has(`${kind}/${namespace}/${name}`);
}

/** By object, the others of the set that it and the controllers judge together: a Rollout and what it refers to. */
function familyOf(manifests) {
  const families = new Map();
  for (const rollout of manifests.filter(({ kind }) => kind === 'Rollout')) {
    const names = new Set(strings(rollout.spec));
    const members = manifests
      .filter(
        ({ kind, metadata }) => kind !== 'Rollout' && (names.has(metadata?.name) || kind.endsWith('AnalysisTemplate')),
      )
      .map(objectOf);
    const all = [objectOf(rollout), ...members];
    for (const one of all) families.set(one, [...(families.get(one) ?? []), ...all]);
  }
  return families;
}

function strings(value) {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
