// Blue-green: the new version stands beside the old one in full size, a smoke test calls it by its own Service, a person
// promotes it, and an analysis watches until the old pods go.
import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryCheck,
  CanaryMonitoring,
  CanaryServices,
  JobAnalysis,
  MonitorKind,
  PrometheusAnalysis,
  Rollout,
  RolloutStrategy,
  ScrapeAccess,
} from 'cdk8s-canary';

const app = new App();
const chart = new Chart(app, 'blue-green', { namespace: 'shop' });

const smoke = new JobAnalysis(chart, 'invoices-smoke', {
  image: 'registry.example.com/smoke:3.1.0',
  args: ['http://invoices-preview.{{args.namespace}}/health'],
  deadline: Duration.minutes(2),
});
const errors = new PrometheusAnalysis(chart, 'invoices-errors', {
  prometheus: 'http://prometheus.monitoring:9090',
  checks: [CanaryCheck.successRate({ atLeast: 0.995 }), CanaryCheck.restarts()],
});

const rollout = new Rollout(chart, 'invoices', {
  replicas: 3,
  containers: [
    {
      name: 'invoices',
      image: 'registry.example.com/invoices:5.2.0',
      portNumber: 8080,
      ports: [{ name: 'http', number: 8080 }],
    },
  ],
  strategy: RolloutStrategy.blueGreen({
    activeService: 'invoices',
    previewService: 'invoices-preview',
    prePromotionAnalysis: { templates: [smoke] },
    postPromotionAnalysis: { templates: [errors] },
    autoPromotion: false,
    scaleDownDelay: Duration.minutes(15),
  }),
});

const services = new CanaryServices(chart, 'services', {
  pods: rollout,
  stableName: 'invoices',
  canaryName: 'invoices-preview',
  root: false,
});

// Pods are found by their labels: between rollouts both Services select the same ones.
new CanaryMonitoring(chart, 'monitoring', {
  kind: MonitorKind.POD,
  canary: services.canary,
  stable: services.stable,
  pods: rollout,
  rollout: 'invoices',
  // There is no mesh, and so no agent that merges metrics.
  access: ScrapeAccess.direct(),
  rules: { pausedFor: Duration.hours(8) },
});
app.synth();
