import { readGoDuration } from '../formats/go-duration';
import { readQuantity } from '../formats/quantity';
import { isMapping, own } from './path';

/**
 * Whether two values mean the same to Kubernetes. Defaults, the order of sets, and units are ignored.
 *
 * @param key the name of the field that has them
 * @param parent the name of the field that has this field: `requests` for `cpu`
 */
export function isSame(one: unknown, other: unknown, key = '', parent = ''): boolean {
  return (
    Object.is(one, other) || JSON.stringify(normal(one, key, parent)) === JSON.stringify(normal(other, key, parent))
  );
}

/** The defaults of the API server, by the key of the object that contains the field. */
const DEFAULTS: { readonly [key: string]: { readonly [field: string]: unknown } } = {
  ports: { protocol: 'TCP' },
  readinessProbe: { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  livenessProbe: { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  startupProbe: { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
  httpGet: { scheme: 'HTTP' },
  fieldRef: { apiVersion: 'v1' },
  parentRefs: { group: 'gateway.networking.k8s.io', kind: 'Gateway' },
  backendRefs: { group: '', kind: 'Service', weight: 1 },
};

/** Lists whose order has no meaning, and the field by which they are sorted. */
const SETS: { readonly [key: string]: string } = {
  volumes: 'name',
  volumeMounts: 'mountPath',
  imagePullSecrets: 'name',
};

/** Fields that hold quantities by the name of a resource. */
const QUANTITIES = [
  ...['requests', 'limits', 'capacity', 'hard', 'default', 'defaultRequest', 'max', 'min', 'maxLimitRequestRatio'],
  ...['minAllowed', 'maxAllowed'],
];
/** Fields that are quantities, wherever they are. */
const QUANTITY_FIELDS = ['sizeLimit', 'averageValue', 'divisor'];

/** The `value` of a target is that of a HorizontalPodAutoscaler. */
const isQuantity = (key: string, parent: string): boolean =>
  QUANTITIES.includes(parent) || QUANTITY_FIELDS.includes(key) || (key === 'value' && parent === 'target');

const SECONDS = ['duration', 'interval', 'initialDelay', 'scaleDownDelaySeconds'];

/** The normal form of all values that mean the same. */
function normal(value: unknown, key: string, parent = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => normal(item, key, parent));
    const by = SETS[key];
    return by === undefined ? items : items.sort((a, b) => (String(own(a, by)) < String(own(b, by)) ? -1 : 1));
  }
  if (isMapping(value)) {
    const stated = Object.entries(value).filter(
      ([name, one]) => one !== undefined && one !== null && DEFAULTS[key]?.[name] !== one && !isMeshAlone(name, one),
    );
    return Object.fromEntries(
      stated.map(([name, one]) => [name, normal(one, name, key)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
  if (isQuantity(key, parent)) return readQuantity(value) ?? value;
  return SECONDS.includes(key) ? durationSeconds(value) : value;
}

/** A VirtualService without gateways is one for the mesh. */
const isMeshAlone = (name: string, value: unknown): boolean =>
  name === 'gateways' && Array.isArray(value) && value.join() === 'mesh';

/** A duration of Argo Rollouts in seconds: `300`, `300s` and `5m` are one. */
function durationSeconds(value: unknown): unknown {
  const text = String(value);
  return /^\d+$/.test(text) ? Number(text) : (readGoDuration(text) ?? value);
}
