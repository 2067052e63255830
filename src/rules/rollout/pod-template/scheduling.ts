import { isQualifiedName, labelValueProblem } from '../../../formats/names';
import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { mustBeWithin, refuse } from './say';

/** The fields of a pod that are checked here. */
export const SCHEDULING: readonly string[] = [
  'tolerations',
  'nodeSelector',
  'affinity',
  'topologySpreadConstraints',
  'schedulingGates',
  'readinessGates',
];

/**
 * On which nodes pods may run.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `ValidateTolerations`, `validateAffinity` and `validateTopologySpreadConstraints`
 */
export function checkScheduling(spec: Field, report: Report): void {
  for (const toleration of spec.get('tolerations').items()) checkToleration(toleration, report);
  for (const [key, value] of spec.get('nodeSelector').entries()) {
    if (!isQualifiedName(key)) report(value, `${value} has a key that is no label`, { on: 'key' });
    isValue(value, report);
  }
  const affinity = spec.get('affinity');
  if (affinity.exists) checkAffinity(affinity, report);
  checkSpread(spec.get('topologySpreadConstraints').items(), report);
  const gates = new Map<string, Field>();
  for (const gate of spec.get('schedulingGates').items()) {
    const name = gate.get('name');
    if (name.string === undefined) continue;
    const first = gates.get(name.string);
    if (first) refuse(report, name, 'which another gate has');
    else gates.set(name.string, name);
  }
  for (const gate of spec.get('readinessGates').items()) {
    const type = gate.get('conditionType');
    if (type.string !== undefined && !isQualifiedName(type.string))
      refuse(report, type, 'which is no name of a condition');
  }
}

function isValue(field: Field, report: Report): void {
  const problem = field.string === undefined ? undefined : labelValueProblem(field, field.string);
  if (problem) report(field, problem.split('; ')[0]);
}

function checkToleration(toleration: Field, report: Report): void {
  const [key, operator, value, effect] = ['key', 'operator', 'value', 'effect'].map((name) => toleration.get(name));
  if (key.string && !isQualifiedName(key.string)) refuse(report, key, 'which is no name of a taint');
  const exists = operator.string === 'Exists';
  if (!key.value && !exists) {
    report(toleration, `${toleration} has no key, which needs the operator Exists`, {
      hint: 'without a key it means all taints',
    });
  }
  if (exists && value.value) refuse(report, value, 'and the operator Exists compares with no value', 'leave it out');
  if ([undefined, '', 'Equal'].includes(operator.string)) isValue(value, report);
  const seconds = toleration.get('tolerationSeconds');
  if (seconds.exists && effect.string !== 'NoExecute') {
    report(seconds, `${seconds} is set, which needs the effect NoExecute`, { on: 'key' });
  }
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function checkAffinity(affinity: Field, report: Report): void {
  const nodes = affinity.get('nodeAffinity');
  const required = nodes.get(REQUIRED);
  const terms = required.get('nodeSelectorTerms');
  if (required.exists && terms.items().length === 0) report(required, `${required} has no nodeSelectorTerms`);
  for (const term of terms.items()) checkTerm(term, report);
  for (const preferred of nodes.get(PREFERRED).items()) {
    mustBeWithin(report, preferred.get('weight'), 1, 100);
    checkTerm(preferred.get('preference'), report);
  }
  for (const pods of [affinity.get('podAffinity'), affinity.get('podAntiAffinity')]) {
    for (const preferred of pods.get(PREFERRED).items()) mustBeWithin(report, preferred.get('weight'), 1, 100);
    const all = [
      ...pods.get(REQUIRED).items(),
      ...pods
        .get(PREFERRED)
        .items()
        .map((preferred) => preferred.get('podAffinityTerm')),
    ];
    for (const term of all) {
      const key = term.get('topologyKey');
      if (key.value === '') report(key, `${key} is empty`);
      else if (key.string && !isQualifiedName(key.string)) refuse(report, key, 'which is no label of a node');
    }
  }
}

/** The expressions about the labels of a node. */
function checkTerm(term: Field, report: Report): void {
  for (const expression of term.get('matchExpressions').items()) {
    const values = expression.get('values');
    const operator = expression.get('operator').string;
    const { length } = values.items();
    if ((operator === 'In' || operator === 'NotIn') && length === 0) {
      report(values.exists ? values : expression, `${expression} has no values, which ${operator} needs`);
    } else if ((operator === 'Exists' || operator === 'DoesNotExist') && length > 0) {
      report(values, `${expression} has values, which ${operator} does not compare with`, { on: 'key' });
    } else if (operator === 'Gt' || operator === 'Lt') {
      if (length !== 1) report(values.exists ? values : expression, `${expression} needs one value for ${operator}`);
    }
    const key = expression.get('key');
    if (key.string !== undefined && !isQualifiedName(key.string)) refuse(report, key, 'which is no label');
  }
}

function checkSpread(constraints: readonly Field[], report: Report): void {
  const seen = new Map<string, Field>();
  for (const constraint of constraints) {
    const [skew, domains, unsatisfiable] = ['maxSkew', 'minDomains', 'whenUnsatisfiable'].map((key) =>
      constraint.get(key),
    );
    for (const count of [skew, domains]) {
      if (count.number !== undefined && count.number <= 0) refuse(report, count, 'and must be more than 0');
    }
    if (domains.exists && unsatisfiable.string === 'ScheduleAnyway') {
      report(domains, `${domains} is set, which needs whenUnsatisfiable: DoNotSchedule`, { on: 'key' });
    }
    const [key, action] = [constraint.get('topologyKey').string, unsatisfiable.string];
    // The definition of Rollouts has these as keys, so that SCH006 reports them there.
    if (!key || !action || constraint.resource.kind === 'Rollout') continue;
    const first = seen.get(`${key} ${action}`);
    if (first === undefined) seen.set(`${key} ${action}`, constraint);
    else {
      report(constraint, `${constraint} has the topologyKey '${key}' and ${action}, as another constraint`, {
        related: { field: first, message: 'the other one' },
      });
    }
  }
}
