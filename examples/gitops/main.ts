// One app in two environments, and the ApplicationSet by which Argo CD brings them there. What it leaves alone is read
// from the apps' own objects, so that it is what the controller writes into them and nothing more.
import { App, Chart, Duration } from 'cdk8s';
import { ArgoCdApplicationSet, CanaryApp, CanaryStep } from 'cdk8s-canary';

const REPO = 'https://git.example.com/shop/deploy.git';
const ENVIRONMENTS = [
  { name: 'staging', server: 'https://kubernetes.default.svc', replicas: 2, pause: Duration.minutes(1) },
  { name: 'production', server: 'https://production.example.com:6443', replicas: 10, pause: Duration.minutes(30) },
];

const app = new App();
const charts = ENVIRONMENTS.map(({ name, replicas, pause }) => {
  const chart = new Chart(app, `gitops-${name}`, { namespace: 'shop' });
  new CanaryApp(chart, 'checkout', {
    image: 'registry.example.com/checkout:1.4.2',
    port: 8080,
    hosts: [`checkout.${name}.example.com`],
    prometheus: 'http://prometheus.monitoring:9090',
    replicas,
    steps: [
      CanaryStep.setWeight(10, { pause }),
      CanaryStep.analysis(),
      CanaryStep.setWeight(50, { pause }),
      CanaryStep.analysis(),
    ],
  });
  return chart;
});

new ArgoCdApplicationSet(new Chart(app, 'gitops-argocd'), 'checkout', {
  manages: charts,
  repoUrl: REPO,
  createNamespace: true,
  rolloutLast: true,
  environments: ENVIRONMENTS.map(({ name, server }) => ({
    name,
    server,
    path: 'dist',
    include: `gitops-${name}.k8s.yaml`,
    namespace: 'shop',
  })),
});

app.synth();
