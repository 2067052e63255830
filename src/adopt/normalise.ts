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

function withoutNull(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (!isPlain(value)) return value;
  const stated = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(stated.map(([name, one]) => [name, withoutNull(one)]));
}
