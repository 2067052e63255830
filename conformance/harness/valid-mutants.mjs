// Sets that are right, written in other ways: nulls, defaults left out or written out, and all forms of scalars. What the
// systems accept, the linter must not call an error.
import { createRequire } from 'node:module';
import { isMap, isScalar, parseAllDocuments, Scalar, stringify, visit } from 'yaml';
import { Oracle } from './oracles.mjs';
import { compareVerdicts, errorsOf, objectOf } from './verdicts.mjs';

const require = createRequire(import.meta.url);

/** Fields of the kinds in the sets that may be null, and what null stands for there: nothing. */
const NULLABLE = {
  metadata: ['annotations', 'labels', 'finalizers', 'ownerReferences'],
  Rollout: [
    'minReadySeconds',
    'revisionHistoryLimit',
    'progressDeadlineSeconds',
    'paused',
    'rollbackWindow',
    'analysis',
  ],
  Deployment: ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds', 'paused'],
  Service: ['type', 'clusterIP', 'externalIPs', 'sessionAffinity', 'ipFamilies'],
  AnalysisTemplate: ['args', 'dryRun', 'measurementRetention', 'templates'],
  VirtualService: ['gateways', 'tls', 'tcp', 'exportTo'],
  DestinationRule: ['trafficPolicy', 'exportTo', 'workloadSelector'],
  ServiceMonitor: ['namespaceSelector', 'targetLabels', 'podTargetLabels', 'jobLabel', 'sampleLimit'],
  PodMonitor: ['namespaceSelector', 'podTargetLabels', 'jobLabel', 'sampleLimit'],
  pod: ['affinity', 'nodeSelector', 'tolerations', 'volumes', 'imagePullSecrets', 'securityContext', 'initContainers'],
  container: ['env', 'envFrom', 'command', 'args', 'resources', 'volumeMounts', 'livenessProbe', 'lifecycle'],
};

/** Fields that the server fills in, with its value: written out and left out are the same. */
const DEFAULTS = {
  Service: { type: 'ClusterIP', sessionAffinity: 'None' },
  Deployment: { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  pod: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30 },
  container: { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
  port: { protocol: 'TCP' },
};

const QUOTES = [Scalar.QUOTE_DOUBLE, Scalar.QUOTE_SINGLE, Scalar.PLAIN, Scalar.BLOCK_LITERAL, Scalar.BLOCK_FOLDED];

/** Other texts for the same number, as Go's reader reads them. */
const NUMBERS = [
  (value) => `0x${value.toString(16)}`,
  (value) => `0b${value.toString(2)}`,
  (value) => `0o${value.toString(8)}`,
  (value) => `+${value}`,
  (value) => (value >= 1000 ? String(value).replace(/(\d)(?=(\d{3})+$)/g, '$1_') : `${value}`),
];
const TRUE = ['true', 'True', 'TRUE', 'yes', 'Yes', 'on', 'On', 'y'];
const FALSE = ['false', 'False', 'FALSE', 'no', 'No', 'off', 'Off', 'n'];
const NULLS = ['null', '~', '', 'Null', 'NULL'];

/** A source of chance that is the same for each seed. */
function chanceOf(seed) {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % n;
  };
}

/** The objects of a manifest that have fields of their own here, by the name under which these are listed. */
function* placesOf(manifest) {
  yield ['metadata', manifest.metadata];
  yield [manifest.kind, manifest.spec];
  const pod = manifest.spec?.template?.spec;
  if (pod) yield ['pod', pod];
  for (const container of pod?.containers ?? []) {
    yield ['container', container];
    for (const port of container.ports ?? []) yield ['port', port];
  }
}

function withNulls(manifest, pick) {
  for (const [name, place] of placesOf(manifest)) {
    for (const key of NULLABLE[name] ?? []) if (place && !(key in place) && pick(3) === 0) place[key] = null;
  }
}

function withDefaults(manifest, pick) {
  for (const [name, place] of placesOf(manifest)) {
    for (const [key, value] of Object.entries(DEFAULTS[name] ?? {})) {
      if (!place || pick(2) === 0) continue;
      if (!(key in place)) place[key] = value;
      else if (place[key] === value) delete place[key];
    }
  }
}

/** The text of a manifest, with scalars in forms that people and programs write. */
function writtenIn(manifest, pick) {
  const [document] = parseAllDocuments(stringify(manifest, { lineWidth: 0 }));
  const plain = new Map();
  visit(document, {
    Map: (_key, node) => {
      if (pick(6) === 0 && node.items.length > 0) node.flow = true;
    },
    Seq: (_key, node) => {
      if (pick(6) === 0) node.flow = true;
    },
    Pair: (_key, pair) => {
      // Where a scalar of another form stands, its text is put in afterwards.
      const { value } = pair;
      if (!isScalar(value) || isMap(value) || pick(3) !== 0) return;
      if (typeof value.value === 'string') value.type = QUOTES[pick(QUOTES.length)];
      else {
        const forms =
          value.value === null
            ? NULLS
            : typeof value.value === 'boolean'
              ? value.value
                ? TRUE
                : FALSE
              : Number.isInteger(value.value) && value.value >= 0
                ? NUMBERS.map((form) => form(value.value))
                : [];
        if (forms.length === 0) return;
        const mark = `MARK${plain.size}MARK`;
        plain.set(mark, forms[pick(forms.length)]);
        pair.value = new Scalar(mark);
      }
    },
  });
  let text = document.toString({ lineWidth: pick(2) === 0 ? 0 : 80 });
  for (const [mark, form] of plain) text = text.replace(mark, form);
  return pick(4) === 0 ? text.replaceAll('\n', '\r\n') : text;
}

const WAYS = { nulls: withNulls, defaults: withDefaults, scalars: () => undefined };

/**
 * Asks the systems about `count` sets that they accept. Gives how many there were of each way, and of each error of the
 * linter on one of them the text: { figures, found: [{ code, message, text }] }.
 */
export async function validMutants({ systems, good, count, seed, release, known }) {
  const { graphOfLoaded, loadManifests } = require('../../lib/src/graph');
  const yaml = new Oracle('yaml', 1);
  const pick = chanceOf(seed + 7);
  const figures = { valid: 0, refused: 0, unread: 0, ways: {}, 'false errors': 0 };
  const found = new Map();
  const accepted = [];
  try {
    // What is mutated must be right itself.
    for (const { id, manifests } of good) {
      const given = manifests.map((one) => structuredClone(one));
      const theirs = await systems.refusals(given, [], { whole: true }).catch(() => [{}]);
      if (theirs.length === 0 && errorsOf(given, { release }).length === 0) accepted.push({ id, manifests: given });
    }
    for (let made = 0; figures.valid < count && made < 3 * count && accepted.length > 0; made++) {
      const { id, manifests } = accepted[pick(accepted.length)];
      const way = Object.keys(WAYS)[pick(3)];
      const changed = manifests.map((one) => structuredClone(one));
      for (const one of changed) WAYS[way](one, pick);
      const texts = changed.map((one) => writtenIn(one, pick));
      const read = await yaml.ask({ texts });
      const objects = objectsOf(read, texts.length);
      if (objects === undefined) {
        figures.unread += 1;
        continue;
      }
      const theirs = await systems.refusals(objects, [], { whole: true }).catch(() => undefined);
      if (theirs === undefined || theirs.length > 0) {
        figures.refused += 1;
        continue;
      }
      figures.valid += 1;
      figures.ways[way] = (figures.ways[way] ?? 0) + 1;
      const files = texts.map((text, i) => ({ name: objectOf(objects[i]), text }));
      const graph = graphOfLoaded(loadManifests(files));
      const ours = errorsOf(objects, { graph, release });
      for (const one of compareVerdicts(objects, ours, []).alone) {
        if (known({ ...one, direction: 'alone', manifests: objects })) continue;
        figures['false errors'] += 1;
        const key = `${one.code} ${one.message.replace(/'[^']*'|\d+/g, '…')}`;
        if (!found.has(key)) found.set(key, { ...one, id, way, text: texts.join('---\n') });
      }
    }
  } finally {
    yaml.close();
  }
  return { figures, found: [...found.values()] };
}

/** What Go's reader makes of the texts; undefined where it refuses one. */
function objectsOf(answers, length) {
  if (answers.length !== length || answers.some(({ json }) => json === undefined)) return undefined;
  return answers.map(({ json }) => json);
}
