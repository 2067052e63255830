import { isMapping, type Mapping, own } from '../graph';

/** Metadata that the API server or a client adds: not part of the source. */
const SERVER_METADATA = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];
const CLIENT_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'rollout.argoproj.io/revision',
  'argo-rollouts.argoproj.io/managed-by-rollouts',
];
/** The label by which the controller of Argo Rollouts lets Services and subsets select the pods of one version. */
const VERSION_LABEL = 'rollouts-pod-template-hash';

/** An object without what a cluster added to it. */
export function written({ status: _, ...rest }: Mapping): Mapping {
  const { metadata = {} } = rest;
  if (!isMapping(metadata)) return fieldsWithoutNull(rest);
  const annotations = own(metadata, 'annotations');
  const kept = Object.entries(metadata).filter(([name]) => name !== 'annotations' && !SERVER_METADATA.includes(name));
  return fieldsWithoutNull({
    ...withoutVersion(rest),
    metadata: { ...Object.fromEntries(kept), ...(annotations == null ? {} : ownAnnotations(annotations)) },
  });
}

/** A Service or a DestinationRule that selects pods of all versions, as its source does. */
function withoutVersion(manifest: Mapping): Mapping {
  const { kind, spec } = manifest;
  if (!isMapping(spec)) return manifest;
  if (kind === 'Service' && isMapping(spec.selector)) {
    return { ...manifest, spec: { ...spec, selector: withoutLabel(spec.selector) } };
  }
  if (kind !== 'DestinationRule' || !Array.isArray(spec.subsets)) return manifest;
  const subsets = spec.subsets.map((subset: unknown) => {
    if (!isMapping(subset) || !isMapping(subset.labels) || own(subset.labels, VERSION_LABEL) === undefined)
      return subset;
    const { labels, ...others } = subset;
    const left = withoutLabel(labels as Mapping);
    return Object.keys(left).length > 0 ? { ...others, labels: left } : others;
  });
  return { ...manifest, spec: { ...spec, subsets } };
}

function withoutLabel({ [VERSION_LABEL]: _, ...labels }: Mapping): Mapping {
  return labels;
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
