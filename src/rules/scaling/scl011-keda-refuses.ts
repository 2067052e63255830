import { type Field, type Resource, rolloutOf, scalers } from '../../graph';
import { documents, exampleOf, exampleRollout } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

const manifests = (trigger: string): string =>
  documents(
    exampleRollout('{}'),
    exampleOf(
      'keda.sh/v1alpha1',
      'ScaledObject',
      'checkout',
      `scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }
minReplicaCount: 2
fallback: { failureThreshold: 3, replicas: 6 }
triggers:
  - ${trigger}`,
    ),
  );

export const kedaRefuses: Rule = {
  code: 'SCL011',
  severity: 'error',
  title: 'KEDA refuses a ScaledObject',
  why: 'The webhook of KEDA refuses a `fallback` if all triggers are cpu or memory, because it cannot replace their values. It also refuses an `idleReplicaCount` that is not below `minReplicaCount`. A `metricType` of another name is refused with the autoscaler that KEDA makes, and `Utilization` is for cpu and memory only. Without the webhook, the operator reports an error. In all cases nothing scales the Rollout.',
  fix: 'Remove `fallback` or add another trigger; set `idleReplicaCount` below a stated `minReplicaCount`; use `AverageValue`, `Value` or, for cpu and memory, `Utilization`.',
  whenNotToUse: 'Never: nothing is scaled.',
  confirmedBy: 'KEDA 2.21.0 (its checks were run) and 2.19.0 (read).',
  bad: manifests('{ type: cpu, metricType: Utilization, metadata: { value: "70" } }'),
  good: manifests(
    '{ type: prometheus, metadata: { serverAddress: http://prometheus:9090, threshold: "5", query: sum(up) } }',
  ),
  checkPart(graph, report, part) {
    for (const { resource, target, least } of part(scalers(graph))) {
      if (resource.kind !== 'ScaledObject' || rolloutOf(graph, target?.target) === undefined) continue;
      const types = resource
        .field('spec', 'triggers')
        .items()
        .map((trigger) => trigger.get('type').string);
      const triggers = resource.field('spec', 'triggers');
      if (triggers.exists && triggers.items().length === 0) {
        report(triggers, `${resource} has no triggers, which KEDA refuses`, { hint: 'say by what is scaled' });
      }
      for (const trigger of triggers.items()) checkMetricType(resource, trigger, report);
      const names = new Map<string, Field>();
      for (const trigger of triggers.items()) {
        const name = trigger.get('name');
        const first = name.string ? names.get(name.string) : undefined;
        if (first) {
          const related = { field: first, message: 'the first one' };
          report(name, `${resource} has two triggers called '${name.string}', which KEDA refuses`, { related });
        } else if (name.string) names.set(name.string, name);
      }
      const fallback = resource.field('spec', 'fallback');
      if (fallback.exists && types.length > 0 && types.every((type) => type === 'cpu' || type === 'memory')) {
        report(fallback, `${resource} has a fallback with ${types.join(' and ')} triggers only, which KEDA refuses`, {
          on: 'key',
          hint: 'remove fallback, or add a trigger of another type',
        });
      }
      const idle = resource.field('spec', 'idleReplicaCount');
      // KEDA accepts 0 if the minimum is explicitly 0.
      const fits = least.number === undefined ? false : idle.number === 0 || (idle.number ?? 0) < least.number;
      if (idle.number !== undefined && !fits) {
        const stated = least.exists ? String(least.value) : 'not stated';
        report(
          idle,
          `idleReplicaCount of ${resource} is ${idle.number}, but minReplicaCount is ${stated}, which KEDA refuses`,
          {
            hint: 'set minReplicaCount above idleReplicaCount',
          },
        );
      }
    }
  },
};

const METRIC_TYPES = ['AverageValue', 'Value', 'Utilization'];
const OF_PODS = ['cpu', 'memory'];

function checkMetricType(resource: Resource, trigger: Field, report: Report): void {
  const field = trigger.get('metricType');
  const type = trigger.get('type').string;
  if (!field.string || type === undefined) return;
  if (!METRIC_TYPES.includes(field.string)) {
    report(field, `a trigger of ${resource} has the metricType '${field.string}', which no autoscaler takes`, {
      hint: `use one of ${METRIC_TYPES.join(', ')}`,
    });
  } else if (field.string === 'Utilization' && !OF_PODS.includes(type)) {
    report(field, `the ${type} trigger of ${resource} has the metricType Utilization, which KEDA refuses`, {
      hint: 'use AverageValue or Value',
    });
  }
}
