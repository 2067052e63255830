// A Deployment that exists already, from a chart of somebody else's: its pod template stays where it is. The Rollout
// starts pods of its own, and the Services of the versions select them by the labels that they have.
import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryCheck,
  CanaryMonitoring,
  CanaryPlan,
  CanaryServices,
  Destination,
  IstioTrafficSplit,
  MonitorKind,
  PrometheusAnalysis,
  Rollout,
  RolloutStrategy,
  WorkloadRef,
  WorkloadScaleDown,
} from 'cdk8s-canary';
import * as kplus from 'cdk8s-plus-27';

const app = new App();
const chart = new Chart(app, 'adopt-deployment', { namespace: 'shop' });

const traffic = new IstioTrafficSplit(chart, 'traffic', {
  name: 'legacy',
  hosts: ['legacy.example.com'],
  stable: Destination.host('legacy-stable'),
  canary: Destination.host('legacy-canary'),
});
const background = new PrometheusAnalysis(chart, 'legacy-background', {
  prometheus: 'http://prometheus.monitoring:9090',
  checks: [CanaryCheck.errorsAgainstStable({ atMost: 1.5 }), CanaryCheck.restarts()],
  endless: true,
});
const rollout = new Rollout(chart, 'legacy', {
  // The Rollout states no replicas, since they are the autoscaler's: it starts with one pod. So the controller must not
  // take the Deployment's away. Scale the Deployment to 0 once the autoscaler has given the Rollout as many.
  workloadRef: WorkloadRef.deploymentNamed(
    'legacy',
    { 'app.kubernetes.io/name': 'legacy' },
    { scaleDown: WorkloadScaleDown.NEVER },
  ),
  strategy: RolloutStrategy.canary({
    steps: CanaryPlan.linear(20, Duration.minutes(5), { manualGateAt: 20, bake: Duration.minutes(30) }),
    traffic,
    background: { templates: [background] },
  }),
});
// The number of pods is the autoscaler's, and no longer the Deployment's.
new kplus.HorizontalPodAutoscaler(chart, 'autoscaler', {
  metadata: { name: 'legacy' },
  target: rollout,
  minReplicas: 2,
  maxReplicas: 12,
  metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(70))],
});
const services = new CanaryServices(chart, 'services', { name: 'legacy', pods: rollout, root: false });
new CanaryMonitoring(chart, 'monitoring', {
  kind: MonitorKind.POD,
  canary: services.canary,
  stable: services.stable,
  pods: rollout,
  rollout: 'legacy',
});
app.synth();
