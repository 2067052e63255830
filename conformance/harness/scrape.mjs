// Item 5: our model of the scrape finds the same targets, and keeps the same series of them, as the operator's
// configuration with Prometheus's discovery and relabeling.
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { renderedSets } from './acceptance.mjs';
import { keptCases } from './kept.mjs';
import { knownFor } from './known.mjs';
import { Oracle, PROMETHEUS_2, PROMETHEUS_3 } from './oracles.mjs';
import { failuresOf } from './random.mjs';
import { cluster } from './scrape-corpus.mjs';

const require = createRequire(import.meta.url);
const ROLES = { endpoints: 'Endpoints', endpointslice: 'EndpointSlice' };

/** A pod as the API server has it. */
function manifestOf(pod) {
  const container = ({ ports = [], sidecar, ...rest }) => ({
    ...rest,
    ...(sidecar ? { restartPolicy: 'Always' } : {}),
    ports: ports.map(({ number, ...port }) => ({ containerPort: number, ...port })),
  });
  const { name, namespace, labels, annotations, uid, controller, ip, hostIP, phase = 'Running', ready = true } = pod;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name, namespace, labels, annotations, uid },
      ...(pod.terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
      ...(controller ? { ownerReferences: [{ apiVersion: 'apps/v1', controller: true, ...controller }] } : {}),
    },
    spec: {
      nodeName: pod.node,
      containers: pod.containers.map(container),
      initContainers: pod.initContainers?.map(container),
    },
    status: { podIP: ip, hostIP, phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

/**
 * What the release that the operator is built with makes of it; and of what that discovers the newest, and an old one, for
 * which the operator writes another configuration.
 */
async function theirsOf({ operator, newest, oldest }, { manifests, pods, defaults = {}, samples = [] }) {
  const { serviceDiscoveryRole, ...rest } = defaults;
  const server = { ...rest, ...(serviceDiscoveryRole ? { serviceDiscoveryRole: ROLES[serviceDiscoveryRole] } : {}) };
  const request = { kind: 'scrape', manifests: [...manifests, ...pods.map(manifestOf)], samples };
  const [now, old] = await Promise.all([
    operator.ask({ ...request, prometheus: server }),
    operator.ask({ ...request, prometheus: { ...server, version: `v${PROMETHEUS_2}` } }),
  ]);
  const [relabeled, relabeledOld] = await Promise.all([
    newest.ask({ config: now.config, groups: now.groups, samples }),
    oldest.ask({ config: old.config, groups: old.groups, samples }),
  ]);
  return [
    [now, now.targets],
    [now, relabeled.targets],
    [old, relabeledOld.targets],
  ].map(([{ refused }, found]) => ({
    refused: Object.keys(refused).sort(),
    targets: found.map(({ fails = '', samples: kept = [], ...target }) => ({
      ...target,
      fails: /limit/.test(fails) ? fails : fails && 'series',
      samples: fails ? [] : kept.map((labels) => labels && sorted(labels)),
    })),
  }));
}

function oursOf({ manifests, pods, defaults, samples = [] }, prometheus) {
  const { graphOf, keptSamples, scrapeTargets } = require('../../lib/src/graph');
  const { NEWEST, newestOf } = require('../../lib/src/versions');
  const whole = graphOf(manifests.map((manifest, i) => ({ origin: `manifest ${i}`, manifest })));
  const graph = whole.on(newestOf({ ...NEWEST, ...(prometheus ? { prometheus: [prometheus] } : {}) }));
  const { targets, refused } = scrapeTargets(graph, pods, defaults);
  return {
    refused: [...refused.keys()].map(({ kind, namespace, name }) => `${kind}/${namespace ?? 'default'}/${name}`).sort(),
    targets: targets.map((target) => {
      const { kept, failure = '' } = keptSamples(target, samples);
      return {
        job: target.job.name,
        url: target.url,
        intervalSeconds: target.intervalSeconds,
        timeoutSeconds: target.timeoutSeconds,
        labels: target.labels,
        pod: target.pod.name,
        ...(target.service ? { service: target.service.resource.name } : {}),
        fails: /^\w+_limit/.exec(failure)?.[0] ?? (failure && 'series'),
        samples: failure ? [] : kept.map((labels) => labels && sorted(labels)),
      };
    }),
  };
}

const sorted = (labels) => Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Of what there is an order, it means nothing. */
const settled = ({ refused, targets }) => ({
  refused,
  targets: targets
    .map(({ labels, samples, ...rest }) => ({
      ...sorted(rest),
      labels: sorted(labels),
      samples: samples.map((kept) => kept ?? 'dropped'),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
});

async function compare(oracles, one) {
  const our = (release) => {
    try {
      return settled(oursOf(one, release));
    } catch (error) {
      return { refused: [], targets: [], failed: `ours: ${error}` };
    }
  };
  const [theirs, newest, oldest] = await theirsOf(oracles, one).then(
    (all) => all.map(settled),
    (error) => Array.from({ length: 3 }, () => ({ refused: [], targets: [], failed: String(error) })),
  );
  const [ours, oursOld] = [our(undefined), our(PROMETHEUS_2.replace(/\.\d+$/, ''))];
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const agreeOld = same(oursOld, oldest);
  // Where releases differ, that is said; where they do not, one of them is enough to read.
  return {
    agree: same(ours, theirs) && same(ours, newest) && agreeOld,
    ours,
    theirs,
    ...(same(theirs, newest) ? {} : { [`Prometheus ${PROMETHEUS_3}`]: newest }),
    ...(agreeOld ? {} : { [`ours for ${PROMETHEUS_2}`]: oursOld, [`Prometheus ${PROMETHEUS_2}`]: oldest }),
  };
}

/** What is rendered, with two pods of each version of each Rollout, as in the middle of a canary. */
function renderedClusters() {
  return renderedSets().map(({ id, manifests }) => ({
    id,
    title: `dist/${id}.yaml`,
    manifests,
    pods: manifests.filter(({ kind, spec }) => kind === 'Rollout' && spec.template).flatMap(podsOf),
    samples: [{ __name__: 'http_requests_total', code: '500', pod: 'own' }],
  }));
}

function podsOf({ metadata, spec: { template } }, rollout) {
  const container = ({ name, image, ports = [], restartPolicy }) => ({
    name,
    image,
    sidecar: restartPolicy === 'Always',
    ports: ports.map(({ containerPort, ...port }) => ({ number: containerPort, ...port })),
  });
  return ['6d4f8b9c7', '7c5b6d8f9'].flatMap((hash, version) =>
    [0, 1].map((ordinal) => ({
      name: `${metadata.name}-${hash}-${ordinal}`,
      namespace: metadata.namespace ?? 'default',
      labels: { ...template.metadata?.labels, 'rollouts-pod-template-hash': hash },
      annotations: template.metadata?.annotations ?? {},
      ip: `10.${rollout}.${version}.${ordinal + 1}`,
      controller: { kind: 'ReplicaSet', name: `${metadata.name}-${hash}` },
      containers: template.spec.containers.map(container),
      initContainers: (template.spec.initContainers ?? []).map(container),
    })),
  );
}

export async function scrape({ count, seed, only }) {
  const oracles = {
    operator: new Oracle('prometheus'),
    newest: new Oracle(`scrape-${PROMETHEUS_3}`),
    oldest: new Oracle(`scrape-${PROMETHEUS_2}`),
  };
  const figures = { compared: 0, agreed: 0, targets: 0, 'refused monitors': 0, series: {}, actions: {}, listed: {} };
  const disagreements = [];
  const tally = (name, key) => (figures[name][key] = (figures[name][key] ?? 0) + 1);
  const note = ({ manifests }, { agree, theirs }, known) => {
    figures.compared += 1;
    if (agree) figures.agreed += 1;
    if (known) tally('listed', known.id);
    figures.targets += theirs.targets.length;
    figures['refused monitors'] += theirs.refused.length;
    for (const { samples, fails } of theirs.targets) {
      if (fails) tally('series', `lost with the scrape (${fails})`);
      for (const kept of samples) tally('series', kept === 'dropped' ? 'dropped' : 'kept');
    }
    const endpoints = manifests.flatMap(({ spec }) => spec?.endpoints ?? spec?.podMetricsEndpoints ?? []);
    for (const { relabelings = [], metricRelabelings = [] } of endpoints.filter((one) => typeof one === 'object')) {
      for (const { action = 'replace' } of [...relabelings, ...metricRelabelings])
        tally('actions', action.toLowerCase());
    }
  };
  const judge = async (one) => {
    const verdict = await compare(oracles, one);
    const known = verdict.agree ? undefined : knownFor('scrape', one);
    note(one, verdict, known);
    return { ...verdict, known: known?.id };
  };
  try {
    const named = [...keptCases('scrape', only), ...renderedClusters().filter(({ id }) => !only || id === only)];
    for (const { id, title, ...one } of named) {
      const verdict = await judge(one);
      if (only || (!verdict.agree && !verdict.known)) disagreements.push({ id, title, input: one, ...verdict });
    }
    if (!only) {
      const property = fc.asyncProperty(cluster, async (one) => {
        const { agree, known } = await judge(one);
        if (!agree && !known) throw new Error('the targets differ');
      });
      for (const { seed: at, counterexample, error } of await failuresOf(property, { count, seed })) {
        const verdict = await compare(oracles, counterexample[0]);
        disagreements.push({ id: `seed ${at}`, input: counterexample[0], error, ...verdict });
      }
    }
  } finally {
    for (const oracle of Object.values(oracles)) oracle.close();
  }
  return { figures, disagreements };
}
