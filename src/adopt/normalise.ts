import { isMapping, type Mapping, own } from '../graph';

/** Metadata that the API server or a client adds: not part of the source. */
const SERVER_METADATA = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];
const CLIENT_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'rollout.argoproj.io/revision',
];

/** An object without what a cluster added to it. */
export function written({ status: _, ...rest }: Mapping): Mapping {
  const { metadata = {} } = rest;
  if (!isMapping(metadata)) return fieldsWithoutNull(rest);
  const annotations = own(metadata, 'annotations');
  const kept = Object.entries(metadata).filter(([name]) => name !== 'annotations' && !SERVER_METADATA.includes(name));
  return fieldsWithoutNull({
    ...rest,
    metadata: { ...Object.fromEntries(kept), ...(annotations == null ? {} : ownAnnotations(annotations)) },
  });
}

function ownAnnotations(annotations: unknown): Mapping {
  if (!isMapping(annotations)) return { annotations };
  const own = Object.entries(annotations).filter(([name]) => !CLIENT_ANNOTATIONS.includes(name));
  return own.length > 0 ? { annotations: Object.fromEntries(own) } : {};
}

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  return isMapping(value) ? fieldsWithoutNull(value) : value;
}

function fieldsWithoutNull(value: Mapping): Mapping {
  const stated = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(stated.map(([name, one]) => [name, withoutNull(one)]));
}
