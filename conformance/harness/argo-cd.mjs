// What Argo CD makes of a set in the middle of an update: differences, what a sync writes, and health. Ours are the findings of
// the linter about an Application that deploys the set, and the differences that the library tells it to ignore.
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { renderedSets } from './acceptance.mjs';
import { liveObjects } from './argo-cd-writes.mjs';
import { Oracle } from './oracles.mjs';
import { corpus } from './spec-corpus.mjs';

const require = createRequire(import.meta.url);
const HASH = 'rollouts-pod-template-hash';

/** The findings that say which difference a controller causes, by what it wrote. */
const SAYS = { weights: 'GIT001', route: 'GIT008', subsets: 'GIT002', selector: 'GIT012' };
const REPLICAS = { Rollout: 'SCL003', Deployment: 'GIT009' };

/** Kinds that Argo CD knows no health of, as the guide says. */
const WITHOUT_HEALTH = [
  ...['VirtualService', 'DestinationRule', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'ServiceMonitor'],
  ...['PodMonitor', 'AuthorizationPolicy', 'PeerAuthentication', 'PrometheusRule'],
];

/** The health of a Rollout by its phase, as the guide and GIT007 say. */
const HEALTH = { Healthy: 'Healthy', Progressing: 'Progressing', Paused: 'Suspended', Degraded: 'Degraded' };

/** An Application that deploys a set. */
function applicationOf(namespace, { ignores, serverSide, options = [] }) {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: 'judged',
      namespace: 'argocd',
      ...(serverSide ? { annotations: { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' } } : {}),
    },
    spec: {
      project: 'default',
      destination: { server: 'https://kubernetes.default.svc', namespace },
      source: { repoURL: 'https://git.example.com/deploy.git', path: 'set' },
      ...(ignores.length > 0 ? { ignoreDifferences: ignores } : {}),
      syncPolicy: { automated: { selfHeal: true }, syncOptions: ['ApplyOutOfSyncOnly=true', ...options] },
    },
  };
}

/** What the linter says of an Application and its set: code and message of each finding, with the object it names beside. */
function findingsOf(manifests, application, release) {
  const { graphOfLoaded, loadManifests } = require('../../lib/src/graph');
  const { lint } = require('../../lib/src/lint');
  const { readVersions } = require('../../lib/src/versions');
  const text = [...manifests, application].map((one) => JSON.stringify(one)).join('\n---\n');
  const graph = graphOfLoaded(loadManifests([{ name: 'set/all.yaml', text }]));
  const { versions } = readVersions({ argoCd: release });
  return lint(graph, { versions }).findings;
}

/** The moments of an update that differ in what is written, or in the phase of the Rollout. */
function framesOf(manifests, rollout) {
  const { graphOfLoaded, loadManifests } = require('../../lib/src/graph');
  const { plannedRollouts, runUpdate } = require('../../lib/src/controller');
  const text = manifests.map((one) => JSON.stringify(one)).join('\n---\n');
  const graph = graphOfLoaded(loadManifests([{ name: 'set/all.yaml', text }]));
  const { name, namespace } = rollout.metadata;
  const planned = plannedRollouts(graph).find(
    ({ resource }) => resource.name === name && resource.namespace === namespace,
  );
  if (planned?.model === undefined) return [];
  const chosen = new Map();
  for (const actions of [[], [{ at: 45, action: 'abort' }]]) {
    const { frames } = runUpdate(planned.model, {
      measure: () => ({ phase: 'Successful' }),
      podReady: () => 10,
      person: () => ({ after: 30, action: 'promote' }),
      actions,
    });
    for (const frame of frames) {
      const { phase, routes, weights, selects } = frame;
      const between = weights && weights.canary > 0 && weights.canary < 100;
      const key = JSON.stringify([phase, routes, between, selects]);
      if (!chosen.has(key)) chosen.set(key, frame);
    }
  }
  return [...chosen.values()];
}

const named = ({ applied: { kind, metadata } }) =>
  `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;

/** Whether a finding is about an object. */
const about = (finding, object) => {
  const text = `${finding.message}`;
  const name = named(object);
  return finding.code === 'GIT012' || new RegExp(`${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text);
};

/** Whether the linter says that an object is a difference. */
function saidOutOfSync(object, findings, serverSide) {
  return [...object.written].some((what) => {
    if (['selector', 'subsets'].includes(what) && !serverSide) return false;
    const code = what === 'replicas' ? REPLICAS[object.applied.kind] : SAYS[what];
    // SCL003 speaks of the manifests; what is ignored is not reset.
    return findings.some((finding) => finding.code === code && about(finding, object));
  });
}

/** An edit in Git, which should arrive: a timeout of the first route that is split, a policy of a subset, a label. */
function edited({ applied }) {
  const target = structuredClone(applied);
  const routes = target.kind === 'VirtualService' ? (target.spec.http ?? []) : [];
  const route = routes.find((one) => (one.route?.length ?? 0) > 1);
  if (route) {
    route.timeout = '7s';
    return { target, arrived: ({ spec }) => spec.http.some(({ timeout }) => timeout === '7s') };
  }
  if (target.kind === 'DestinationRule' && target.spec.subsets) {
    target.spec.subsets[0].trafficPolicy = { connectionPool: { tcp: { maxConnections: 7 } } };
    return {
      target,
      arrived: ({ spec }) =>
        spec.subsets.some(({ trafficPolicy: one }) => one?.connectionPool?.tcp?.maxConnections === 7),
    };
  }
  if (target.kind === 'HTTPRoute') {
    target.spec.rules[0].timeouts = { request: '7s' };
    return { target, arrived: ({ spec }) => spec.rules.some(({ timeouts }) => timeouts?.request === '7s') };
  }
  return undefined;
}

/** Whether what the controller wrote is still there. */
const keeps = ({ live, written }, result) => {
  const lists = { VirtualService: 'http', HTTPRoute: 'rules', DestinationRule: 'subsets' };
  const list = lists[live.kind];
  if (list === undefined) return true;
  const weights = (one) =>
    JSON.stringify(
      (one.spec[list] ?? []).map(({ route, backendRefs, labels, name }) => [
        name,
        ...(route ?? backendRefs ?? []).map(({ weight }) => weight ?? null),
        labels?.[HASH] ?? null,
      ]),
    );
  return written.size === 0 || weights(live) === weights(result);
};

/** Where the routes of a kind are, and the destinations of each. */
const LISTS = {
  VirtualService: ['http', 'tls', 'tcp'].map((routes) => [routes, 'route']),
  HTTPRoute: [['rules', 'backendRefs']],
};

/** An object that itself says that its weights are ignored, which only newer releases read. */
function annotated(object) {
  const { applied, live } = object;
  const jsonPointers = (LISTS[applied.kind] ?? []).flatMap(([routes, destinations]) =>
    (applied.spec[routes] ?? []).flatMap((route, i) =>
      (route[destinations] ?? []).map((_, j) => `/spec/${routes}/${i}/${destinations}/${j}/weight`),
    ),
  );
  if (jsonPointers.length === 0) return object;
  const annotation = { 'argocd.argoproj.io/ignore-differences': JSON.stringify({ jsonPointers }) };
  const saying = (one) => ({
    ...one,
    metadata: { ...one.metadata, annotations: { ...one.metadata.annotations, ...annotation } },
  });
  return { ...object, applied: saying(applied), live: saying(live) };
}

class Judge {
  constructor(release) {
    this.release = release;
    this.oracle = new Oracle(`argo-cd-${release}`);
    this.figures = { sets: 0, moments: 0, comparisons: 0, outOfSync: 0, syncs: 0, health: 0, listed: {} };
    this.disagreements = [];
  }

  async set({ id, manifests }, writes) {
    try {
      await this.judgeSet({ id, manifests }, writes);
    } catch (error) {
      this.found(id, { failed: String(error.stack ?? error) });
    }
  }

  async judgeSet({ id, manifests }, writes) {
    const rollouts = manifests.filter(({ kind }) => kind === 'Rollout');
    const deployed = manifests.filter(({ kind }) => !['Application', 'ApplicationSet'].includes(kind));
    this.figures.sets += 1;
    for (const rollout of rollouts) {
      for (const frame of framesOf(deployed, rollout)) {
        this.figures.moments += 1;
        const objects = liveObjects(deployed, rollout, frame);
        for (const emitted of [true, false]) {
          for (const serverSide of [false, true]) {
            await this.compare(id, { objects, rollout, ignores: emitted ? writes : [], serverSide, frame });
          }
        }
        await this.compare(id, { objects: objects.map(annotated), rollout, ignores: [], serverSide: false, frame });
        await this.sync(id, { objects, rollout, ignores: writes, frame });
        await this.health(id, { objects, frame });
      }
    }
  }

  async compare(id, { objects, rollout, ignores, serverSide, frame }) {
    const manifests = objects.map(({ applied }) => applied);
    const application = applicationOf(rollout.metadata.namespace, { ignores, serverSide });
    const findings = findingsOf(manifests, application, this.release);
    const { outOfSync } = await this.oracle.ask({
      kind: 'compare',
      objects: objects.map(({ applied, live }) => ({ applied, live })),
      ignores,
      serverSide,
    });
    objects.forEach((object, i) => {
      this.figures.comparisons += 1;
      if (outOfSync[i]) this.figures.outOfSync += 1;
      const ours = saidOutOfSync(object, findings, serverSide);
      if (ours === outOfSync[i]) return;
      this.found(id, {
        object: named(object),
        at: `${frame.time} s, ${frame.phase}`,
        compared: serverSide ? 'server-side diff' : '3-way',
        ignored: ignores.length > 0 ? 'as emitted' : 'nothing, or by annotation',
        written: [...object.written],
        ours: ours ? 'OutOfSync' : 'Synced',
        theirs: outOfSync[i] ? 'OutOfSync' : 'Synced',
      });
    });
  }

  /** Syncs with the options about which the linter speaks. */
  async sync(id, { objects, rollout, ignores, frame }) {
    const manifests = objects.map(({ applied }) => applied);
    const { namespace } = rollout.metadata;
    for (const serverSide of [false, true]) {
      const options = serverSide ? ['ServerSideApply=true'] : [];
      const services = objects.filter(({ written }) => written.has('selector'));
      const said = findingsOf(manifests, applicationOf(namespace, { ignores, options }), this.release).some(
        ({ code }) => code === 'GIT012',
      );
      const { objects: results } = await this.oracle.ask({
        kind: 'sync',
        objects: services.map(({ applied, live }) => ({ applied, live })),
        ignores,
        serverSide,
      });
      services.forEach((service, i) => {
        this.figures.syncs += 1;
        const removed = results[i].spec.selector[HASH] === undefined;
        if (removed === said) return;
        this.found(id, {
          object: named(service),
          at: `${frame.time} s`,
          sync: options.join() || 'as emitted',
          ours: said ? 'the hash is removed' : 'the hash stays',
          theirs: removed ? 'the hash is removed' : 'the hash stays',
        });
      });
    }
    for (const object of objects) {
      const edit = edited(object);
      if (edit === undefined || object.written.size === 0) continue;
      const { kind, metadata } = object.applied;
      const own = ignores.filter((one) => one.kind === kind && one.name === metadata.name);
      const options = ['RespectIgnoreDifferences=true'];
      const findings = findingsOf(manifests, applicationOf(namespace, { ignores: own, options }), this.release);
      const messages = findings.filter(({ code }) => code === 'GIT003').map(({ message }) => message);
      const ours = {
        arrives: !messages.some((message) => message.includes('never arrive')),
        kept: !messages.some((message) => message.includes('removes what the controller wrote')),
      };
      const {
        objects: [result],
      } = await this.oracle.ask({
        kind: 'sync',
        objects: [{ applied: object.applied, live: object.live, target: edit.target }],
        ignores: own,
        respect: true,
      });
      const theirs = { arrives: edit.arrived(result), kept: keeps(object, result) };
      this.figures.syncs += 1;
      if (ours.arrives === theirs.arrives && ours.kept === theirs.kept) continue;
      this.found(id, {
        object: named(object),
        at: `${frame.time} s`,
        sync: options.join(),
        written: [...object.written],
        ours,
        theirs,
      });
    }
  }

  async health(id, { objects, frame }) {
    const judged = objects.filter(
      ({ applied: { kind, metadata } }) =>
        WITHOUT_HEALTH.includes(kind) ||
        (kind === 'Rollout' && metadata.annotations !== undefined) ||
        kind === 'Rollout',
    );
    const { health } = await this.oracle.ask({ kind: 'health', objects: judged.map(({ live }) => live) });
    judged.forEach((object, i) => {
      if (object.applied.kind === 'Rollout' && object.live.status === undefined) return;
      this.figures.health += 1;
      const ours = object.applied.kind === 'Rollout' ? HEALTH[frame.phase] : '';
      if (ours === health[i]) return;
      this.found(id, { object: named(object), at: `${frame.time} s, ${frame.phase}`, ours, theirs: health[i] });
    });
  }

  found(id, what) {
    this.disagreements.push({ id, release: `Argo CD ${this.release}`, agree: false, ...what });
  }
}

/** What the library tells Argo CD to ignore of these objects. */
function writesOf(manifests) {
  const { controllerWrites } = require('../../lib/src/gitops/controller-writes');
  const deployed = manifests.filter(({ kind }) => !['Application', 'ApplicationSet'].includes(kind));
  return controllerWrites(deployed.map((one) => ({ ...one, chart: 'set' })));
}

export async function argoCd({ count, seed, only, release }) {
  const judge = new Judge(release);
  try {
    for (const { id, manifests } of renderedSets().filter((one) => only === undefined || one.id === only)) {
      await judge.set({ id, manifests }, writesOf(manifests));
      if (only && judge.disagreements.length === 0) judge.disagreements.push({ id, agree: true, ...judge.figures });
    }
    if (only === undefined) {
      const { sets, render } = corpus();
      const samples = fc.sample(sets, { numRuns: count, seed });
      for (const [i, sample] of samples.entries()) {
        const { manifests, refused } = render(sample);
        if (refused.length === 0) await judge.set({ id: `random ${i}`, manifests }, writesOf(manifests));
      }
    }
  } finally {
    judge.oracle.close();
  }
  return { figures: judge.figures, disagreements: judge.disagreements };
}
