import { type Resource, rolloutOf, replicaScalers } from '../../graph';
import { documents, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const keda = (least: string): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: checkout
spec:
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }
  ${least}
  maxReplicaCount: 10
  triggers:
    - type: prometheus
      metadata: { serverAddress: 'http://prometheus:9090', query: 'sum(rate(requests_total[2m]))', threshold: '50' }
`;

const rollout = exampleRollout('steps:\n  - setWeight: 20\n  - pause: { duration: 10m }');

export const scaleToZero: Rule = {
  code: 'SCL008',
  severity: 'warning',
  title: 'A Rollout with steps can be scaled to zero',
  why: 'Without pods there is no canary. A version that is deployed while nothing runs goes through its steps without a request. Its analyses find no data, and it is promoted or aborted untested. KEDA scales to zero by default, and with `idleReplicaCount: 0` whatever `minReplicaCount` is, except with cpu and memory triggers only.',
  fix: 'Remove `idleReplicaCount` and set `minReplicaCount` to 1 or more; 2 or more, so that a canary and a stable pod can run at the same time.',
  whenNotToUse: 'When the application only runs on demand and no analysis judges it.',
  confirmedBy: 'KEDA 2.19, read in its source.',
  bad: documents(rollout, keda('pollingInterval: 30')),
  good: documents(rollout, keda('minReplicaCount: 2')),
  checkPart(graph, report, part) {
    for (const { resource, target, least } of part(replicaScalers(graph))) {
      const found = rolloutOf(graph, target?.target);
      if (!found || found.steps.length === 0) continue;
      const idle = resource.field('spec', 'idleReplicaCount');
      if (resource.kind === 'ScaledObject' && idle.number === 0 && (least.number ?? 0) > 0) {
        // Nobody writes it by mistake, unlike a minReplicaCount that is left out.
        const message = `${resource} scales ${found.resource} to zero while it is idle`;
        if (canBeInactive(resource)) report(idle, message, { severity: 'advice' });
        continue;
      }
      const count = least.number ?? (resource.kind === 'ScaledObject' && !least.exists ? 0 : 1);
      // KEDA treats the target as always active if it has only cpu and memory triggers.
      if (count > 0 || (resource.kind === 'ScaledObject' && !canBeInactive(resource))) continue;
      report(least.exists ? least : resource.field('spec'), `${resource} may scale ${found.resource} to zero`, {
        on: least.exists ? 'value' : 'key',
        hint: least.exists ? undefined : 'minReplicaCount is 0 where it is not given',
      });
    }
  },
};

function canBeInactive(scaledObject: Resource): boolean {
  const types = scaledObject
    .field('spec', 'triggers')
    .items()
    .map((trigger) => trigger.get('type').string);
  return types.length === 0 || types.some((type) => type !== 'cpu' && type !== 'memory');
}
