import { exampleOf, indented } from './manifest';

/** A HorizontalPodAutoscaler for the page of a rule, by what it scales and its other fields. */
export function exampleAutoscaler(
  target = '{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }',
  more = 'minReplicas: 2\nmaxReplicas: 10',
): string {
  return exampleOf('autoscaling/v2', 'HorizontalPodAutoscaler', 'checkout', `scaleTargetRef: ${target}\n${more}`);
}

/** A ScaledObject of a Rollout for the page of a rule, by its triggers. */
export function exampleScaledObject(triggers: string): string {
  return exampleOf(
    'keda.sh/v1alpha1',
    'ScaledObject',
    'checkout',
    `scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }\nminReplicaCount: 2\n${triggers}`,
  );
}

/** A PodDisruptionBudget for the page of a rule. */
export function exampleBudget(spec: string, app = 'checkout'): string {
  return exampleOf(
    'policy/v1',
    'PodDisruptionBudget',
    'checkout',
    `selector: { matchLabels: { app: ${app} } }\n${spec}`,
  );
}

/** A pod template for the page of a rule, with more fields of its one container, to take the place of the short one. */
export function examplePod(container: string): string {
  return `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
${indented(container, 10)}`;
}
