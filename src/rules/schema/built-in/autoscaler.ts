import type { Field } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { needed, oneOf, refused, within, wrong } from './checks';

/** The types of metrics, and the field that each one fills in. */
const SOURCES: { readonly [type: string]: string } = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
};

/** The targets that each type of metric takes. `one`: not both. */
const TARGETS: { readonly [source: string]: { readonly of: readonly string[]; readonly one?: boolean } } = {
  resource: { of: ['averageUtilization', 'averageValue'], one: true },
  containerResource: { of: ['averageUtilization', 'averageValue'], one: true },
  pods: { of: ['averageValue'] },
  object: { of: ['value', 'averageValue'] },
  external: { of: ['value', 'averageValue'], one: true },
};

/** Seconds: an hour, and half of one. */
const MOST_STABILIZATION = 3600;
const MOST_PERIOD = 1800;

/**
 * Errors of the API server about a HorizontalPodAutoscaler, except a minimum above the maximum (SCL007).
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
 */
export function autoscalerProblems(spec: Field, version: string): SchemaProblem[] {
  const found = [
    ...within(spec.get('minReplicas'), 1),
    ...within(spec.get('maxReplicas'), 1),
    ...objectProblems(spec.get('scaleTargetRef')),
  ];
  if (version === 'v1') return [...found, ...within(spec.get('targetCPUUtilizationPercentage'), 1)];
  return [
    ...found,
    ...spec.get('metrics').items().flatMap(metricProblems),
    ...['scaleUp', 'scaleDown'].flatMap((way) => behaviourProblems(spec.get('behavior', way))),
  ];
}

const objectProblems = (reference: Field): SchemaProblem[] => [
  ...needed(reference, 'kind'),
  ...needed(reference, 'name'),
  ...['kind', 'name'].flatMap((key) => segmentProblem(reference.get(key))),
  ...((reference.get('apiVersion').string ?? '').split('/').length > 2
    ? [refused(reference.get('apiVersion'), 'which is not a group and a version')]
    : []),
];

function segmentProblem(field: Field): SchemaProblem[] {
  const { string = 'name' } = field;
  return string === '' || (/^[^/%]+$/.test(string) && string !== '.' && string !== '..')
    ? []
    : [refused(field, "which is not a valid name: '/' and '%' are not allowed")];
}

function metricProblems(metric: Field): SchemaProblem[] {
  const type = metric.get('type');
  const found = oneOf(type, Object.keys(SOURCES));
  const wanted = Object.hasOwn(SOURCES, type.string ?? '') ? SOURCES[type.string!] : undefined;
  const given = Object.values(SOURCES).filter((source) => metric.get(source).exists);
  if (wanted !== undefined && !given.includes(wanted)) {
    found.push(wrong(metric, `is of type ${type.string} and has no '${wanted}'`));
  }
  if (given.length > 1) {
    for (const other of given.filter((one) => one !== wanted)) {
      found.push(wrong(metric.get(other), `is set together with '${wanted ?? given[0]}', and a metric has one source`));
    }
  }
  for (const source of given) found.push(...sourceProblems(source, metric.get(source)));
  return found;
}

function sourceProblems(source: string, field: Field): SchemaProblem[] {
  const { of, one } = TARGETS[source];
  const target = field.get('target');
  const given = of.filter((key) => target.get(key).exists);
  const found = [
    ...needed(field, 'name'),
    ...needed(field, 'container'),
    ...needed(field.get('metric'), 'name'),
    ...segmentProblem(field.get('metric', 'name')),
    ...(source === 'object' ? objectProblems(field.get('describedObject')) : []),
    ...oneOf(target.get('type'), ['Utilization', 'Value', 'AverageValue']),
    ...within(target.get('averageUtilization'), 1),
  ];
  if (target.exists && given.length === 0) found.push(wrong(target, `has none of ${of.join(' and ')}`));
  if (one && given.length > 1) found.push(wrong(target, `has both ${given.join(' and ')}, and takes one`));
  for (const key of ['value', 'averageValue']) {
    const { value } = target.get(key);
    if (/^-|^\+?0*(\.0*)?([a-zA-Z]|$)/.test(String(value ?? 1)) && value !== '') {
      found.push(refused(target.get(key), 'and must be above 0'));
    }
  }
  return found;
}

function behaviourProblems(rules: Field): SchemaProblem[] {
  const policies = rules.get('policies');
  const found = [
    ...within(rules.get('stabilizationWindowSeconds'), 0, MOST_STABILIZATION),
    ...oneOf(rules.get('selectPolicy'), ['Max', 'Min', 'Disabled']),
  ];
  if (Array.isArray(policies.value) && policies.value.length === 0) {
    found.push(wrong(policies, 'is empty', 'give a policy, or leave it out for the default'));
  }
  for (const policy of policies.items()) {
    found.push(
      ...oneOf(policy.get('type'), ['Pods', 'Percent']),
      ...within(policy.get('value'), 1),
      ...within(policy.get('periodSeconds'), 1, MOST_PERIOD),
    );
  }
  return found;
}
