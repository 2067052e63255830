import { plannedRollouts } from '../../src/controller';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import {
  firstDeploymentMarkdown,
  firstDeploymentText,
  planFirstDeployment,
  type FirstDeployment,
} from '../../src/plan';

const rollout = (spec: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: legacy, namespace: shop }
spec:
  ${spec}
  selector: { matchLabels: { app: legacy } }
  strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } }
`;
const DEPLOYMENT = (replicas: number): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: legacy, namespace: shop }
spec: { replicas: ${replicas}, template: { metadata: { labels: { app: legacy } } } }
`;
const SCALER = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: legacy, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: legacy }
  minReplicas: 2
  maxReplicas: 12
`;
const ref = (scaleDown: string): string =>
  `workloadRef: { apiVersion: apps/v1, kind: Deployment, name: legacy, scaleDown: ${scaleDown} }`;

function planned(text: string): FirstDeployment {
  const graph = graphOfLoaded(loadManifests([{ name: 'app.yaml', text }]));
  return planFirstDeployment(plannedRollouts(graph)[0], graph, 30)!;
}
const podsOf = ({ moments }: FirstDeployment): string[] =>
  moments.map(({ seconds, rollout: own, workload }) => `${seconds} s: ${own} + ${workload ?? '-'}`);

describe('the first sync of a Rollout', () => {
  test('starts all pods at once, without a step', () => {
    const plan = planned(rollout('replicas: 4'));
    expect(plan).toMatchObject({ event: 'first-sync', warnings: [] });
    expect(podsOf(plan)).toEqual(['0 s: 0 + -', '30 s: 4 + -']);
  });

  test('over a Deployment that an autoscaler scales leaves one pod of twelve, and warns', () => {
    const plan = planned(rollout(ref('progressively')) + SCALER);
    expect(podsOf(plan)).toEqual(['0 s: 0 + 12', '30 s: 1 + 0', '45 s: 2 + 0']);
    expect(plan.warnings).toEqual([
      '12 pods become 1, 2 once the autoscaler has looked: set spec.replicas of the Rollout to 12 for the first sync and remove it afterwards, or use scaleDown: never and scale the Deployment down once the Rollout has as many pods',
    ]);
    expect(firstDeploymentText(plan)).toMatchSnapshot();
    expect(firstDeploymentMarkdown(plan)).toMatchSnapshot();
  });

  test.each(['onsuccess', 'progressively'])('loses pods with scaleDown: %s and fewer replicas', (scaleDown) => {
    const plan = planned(rollout(`replicas: 2\n  ${ref(scaleDown)}`) + DEPLOYMENT(5));
    expect(plan.warnings).toEqual(['5 pods become 2: set spec.replicas of the Rollout to 5']);
  });

  test('loses none with as many replicas, or where the Deployment keeps its pods', () => {
    expect(planned(rollout(`replicas: 5\n  ${ref('progressively')}`) + DEPLOYMENT(5)).warnings).toEqual([]);
    const beside = planned(rollout(ref('never')) + DEPLOYMENT(5));
    expect(beside.warnings).toEqual([]);
    expect(podsOf(beside)).toEqual(['0 s: 0 + 5', '30 s: 1 + 5']);
  });

  test('says that it does not know how many pods the Deployment has', () => {
    expect(planned(rollout(ref('onsuccess'))).notes).toEqual([
      "how many pods the Deployment 'legacy' has is not stated in these manifests: 1 pod is assumed",
    ]);
  });
});
