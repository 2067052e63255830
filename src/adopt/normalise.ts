import { readQuantity } from '../formats/quantity';
import { Json, isPlain } from './manifests';

/** Metadata that the API server or a client adds: not part of the source. */
const SERVER_METADATA = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];
const CLIENT_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'rollout.argoproj.io/revision',
];

/** An object without what a cluster added to it. */
export function written(object: Json): Json {
  const { status: _, ...rest } = object;
  const { annotations, ...metadata } = rest.metadata ?? {};
  const own = Object.entries(annotations ?? {}).filter(([name]) => !CLIENT_ANNOTATIONS.includes(name));
  const kept = Object.entries(metadata).filter(([name]) => !SERVER_METADATA.includes(name));
  return withoutNull({
    ...rest,
    metadata: { ...Object.fromEntries(kept), ...(own.length > 0 ? { annotations: Object.fromEntries(own) } : {}) },
  });
}

/** Whether two values mean the same to Kubernetes: defaults, the order of sets, and units do not count. */
export function isSame(one: Json, other: Json, key = ''): boolean {
  return Object.is(one, other) || JSON.stringify(normal(one, key)) === JSON.stringify(normal(other, key));
}

/** The fields that the API server fills in where nobody states them, by the key of the object that they are in. */
const DEFAULTS: { readonly [key: string]: { readonly [field: string]: Json } } = {
  ports: { protocol: 'TCP' },
  readinessProbe: { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  livenessProbe: { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  startupProbe: { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  httpGet: { scheme: 'HTTP' },
  fieldRef: { apiVersion: 'v1' },
  parentRefs: { group: 'gateway.networking.k8s.io', kind: 'Gateway' },
  backendRefs: { group: '', kind: 'Service', weight: 1 },
};

/** Lists whose order means nothing, and by what they are sorted. */
const SETS: { readonly [key: string]: string } = {
  volumes: 'name',
  volumeMounts: 'mountPath',
  imagePullSecrets: 'name',
};

const QUANTITIES = ['requests', 'limits', 'capacity'];
const SECONDS = ['duration', 'interval', 'initialDelay', 'scaleDownDelaySeconds'];

/** A value in one form of all that mean the same. */
function normal(value: Json, key: string): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item, key));
    const by = SETS[key];
    return by === undefined ? items : items.sort((a, b) => (String(a?.[by]) < String(b?.[by]) ? -1 : 1));
  }
  if (isPlain(value)) {
    const stated = Object.entries(value).filter(
      ([name, one]) => one !== undefined && one !== null && DEFAULTS[key]?.[name] !== one && !isMeshAlone(name, one),
    );
    const isQuantities = QUANTITIES.includes(key);
    return Object.fromEntries(
      stated
        .map(([name, one]) => [name, isQuantities ? (readQuantity(one) ?? one) : normal(one, name)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
  if (key === 'sizeLimit') return readQuantity(value) ?? value;
  return SECONDS.includes(key) ? durationSeconds(value) : value;
}

/** A VirtualService without gateways is one for the mesh. */
const isMeshAlone = (name: string, value: Json) =>
  name === 'gateways' && Array.isArray(value) && value.join() === 'mesh';

/** A duration of Argo Rollouts in seconds: `300`, `300s` and `5m` are one. */
function durationSeconds(value: Json): Json {
  const text = String(value);
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:\.\d+)?(?:h|m|s|ms))+$/.test(text)) return value;
  const units = { h: 3600, m: 60, s: 1, ms: 0.001 };
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) {
    seconds += Number(amount) * units[unit as keyof typeof units];
  }
  return seconds;
}

function withoutNull(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (!isPlain(value)) return value;
  const stated = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(stated.map(([name, one]) => [name, withoutNull(one)]));
}
