import { isSubdomain, quoted } from '../../formats/names';
import type { Field, Resource } from '../../graph';
import { annotationProblems, labelProblems } from './problem/labels';
import type { SchemaProblem } from './problem/schema-problem';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Kinds whose name is part of a host or a label, so it must be a valid label. */
const LABEL_NAMES = new Set(['Namespace']);

/**
 * The API server's errors about the name, the namespace, the labels and the annotations of an object.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function metadataProblems(resource: Resource): SchemaProblem[] {
  const metadata = resource.field('metadata');
  return [
    ...nameProblem(resource, metadata.get('name')),
    ...namespaceProblem(metadata.get('namespace')),
    ...labelProblems(metadata.get('labels')),
    ...annotationProblems(metadata.get('annotations')),
    ...labelsIn(resource).flatMap(labelProblems),
  ];
}

/** The labels in an object's spec: those of its pods, and those that it selects. */
function labelsIn(resource: Resource): Field[] {
  const field = (...keys: string[]): Field => resource.field(...keys);
  const { group, kind } = resource;
  switch (`${kind}.${group}`) {
    case 'Service.':
      return [field('spec', 'selector')];
    case 'Rollout.argoproj.io':
    case 'Deployment.apps':
    case 'StatefulSet.apps':
    case 'DaemonSet.apps':
    case 'ReplicaSet.apps':
      return [field('spec', 'selector', 'matchLabels'), field('spec', 'template', 'metadata', 'labels')];
    case 'ServiceMonitor.monitoring.coreos.com':
    case 'PodMonitor.monitoring.coreos.com':
      return [field('spec', 'selector', 'matchLabels')];
    default:
      return [];
  }
}

function nameProblem({ group, kind }: Resource, field: Field): SchemaProblem[] {
  const { string: name } = field;
  if (name === undefined || name === '') return [];
  if (group === 'rbac.authorization.k8s.io' || group === 'policy') {
    return /^[^/%]+$/.test(name) && name !== '.' && name !== '..' ? [] : [value(field, 'no name of a path')];
  }
  if (kind === 'Service' && group === '') {
    if (name.length <= 63 && LABEL_1035.test(name)) return [];
    return [value(field, "which is no Service's name: at most 63 lower-case letters, digits and '-', a letter first")];
  }
  if (LABEL_NAMES.has(kind) && group === '') {
    return name.length <= 63 && LABEL.test(name) ? [] : [value(field, `which is no label: ${LABEL_HINT}`)];
  }
  if (isSubdomain(name)) return [];
  return [value(field, "which is no name: lower-case letters, digits, '-' and '.', a letter or digit at both ends")];
}

const LABEL_HINT = "at most 63 lower-case letters, digits and '-', a letter or digit at both ends";

function namespaceProblem(field: Field): SchemaProblem[] {
  const { string: name } = field;
  if (name === undefined || name === '' || (name.length <= 63 && LABEL.test(name))) return [];
  return [value(field, `which is no namespace's name: ${LABEL_HINT}`)];
}

const value = (field: Field, why: string): SchemaProblem => ({
  kind: 'value',
  field,
  message: `${field} is ${quoted(field.string ?? '')}, ${why}`,
});
