import { weightCannotBeMet } from '../../src/rules/rollout/rol036-weight-cannot-be-met';
import { describeRule } from './describe-rule';

/** A Rollout by its canary, in flow style, and other fields of its spec. */
const canary = (fields: string, spec: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  ${spec}
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: {} }
  strategy: { canary: { ${fields} } }
`;
const steps = (...list: string[]): string => `steps: [${list.map((one) => `{ ${one} }`).join(', ')}]`;
const WAIT = 'pause: { duration: 10m }';

describeRule(weightCannotBeMet, [
  {
    name: 'one pod cannot be a twentieth',
    manifest: canary(steps('setWeight: 5', WAIT), 'replicas: 1'),
    finds: [{ severity: 'advice' }],
  },
  { name: 'half of one pod is one more', manifest: canary(steps('setWeight: 50', WAIT), 'replicas: 1') },
  {
    name: 'the stable version keeps a pod',
    manifest: canary(steps('setWeight: 80', WAIT), 'replicas: 1'),
    finds: [{ message: expect.stringContaining('the nearest share is 50 %: 1 of 2') }],
  },
  {
    name: 'without a surge there is no pod more',
    manifest: canary(`maxSurge: 0, maxUnavailable: 1, ${steps('setWeight: 30', WAIT)}`, 'replicas: 2'),
    finds: [{ message: expect.stringContaining('the nearest share is 50 %: 1 of 2') }],
  },
  { name: 'with one there is', manifest: canary(steps('setWeight: 30', WAIT), 'replicas: 2') },
  {
    name: 'an autoscaler decides how many there are',
    manifest: `${canary(steps('setWeight: 5', WAIT), 'replicas: 1')}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: a, namespace: shop }
spec: { scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout } }`,
  },
]);
