// The program that Python, Go and Java have too: one app with much of what the library can do. All print the same bytes.
import { App, Chart, Duration } from 'cdk8s';
import {
  ArgoCdApplication,
  CanaryApp,
  CanaryCheck,
  CanaryScale,
  CanaryStep,
  ClientTls,
  GatewayServer,
  HeaderMatch,
  SplitBy,
} from 'cdk8s-canary';

const app = new App();
const chart = new Chart(app, 'languages', { namespace: 'shop' });
const hosts = ['checkout.example.com'];

new CanaryApp(chart, 'checkout', {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  hosts,
  splitInMesh: true,
  prometheus: 'http://prometheus.monitoring:9090',
  autoscaling: { minReplicas: 4, maxReplicas: 10, cpu: 70 },
  steps: [
    CanaryStep.canaryScale(CanaryScale.weight(25)),
    CanaryStep.setHeaderRoute('testers', [HeaderMatch.exact('x-canary', 'always')]),
    CanaryStep.pause(),
    CanaryStep.setWeight(10),
    CanaryStep.canaryScale(CanaryScale.matchTrafficWeight()),
    CanaryStep.analysis(),
    CanaryStep.setWeight(50),
    CanaryStep.pause(Duration.minutes(10)),
    CanaryStep.analysis(),
  ],
  checks: [
    CanaryCheck.successRate({ atLeast: 0.99 }),
    CanaryCheck.latency({ quantile: 0.95, atMost: Duration.millis(500) }),
  ],
  traffic: {
    splitBy: SplitBy.subsets(),
    servers: [GatewayServer.https('checkout-cert', { hosts })],
    trafficPolicy: { tls: ClientTls.istioMutual() },
  },
  patches: [{ target: { kind: 'Rollout' }, merge: { metadata: { annotations: { team: 'payments' } } } }],
});

new ArgoCdApplication(new Chart(app, 'languages-argocd'), 'checkout', {
  manages: [chart],
  repoUrl: 'https://git.example.com/shop/deploy.git',
  path: 'dist',
  include: 'languages.k8s.yaml',
});

// What is wrong is reported as an exception of the language, before anything is written.
const wrong = new App();
new CanaryApp(new Chart(wrong, 'wrong'), 'checkout', { image: 'registry.example.com/checkout:1', port: 0 });
let message = '';
try {
  wrong.synth();
} catch (error) {
  message = (error as Error).message;
}
if (!message.includes('port')) throw new Error(`a port of 0 was not refused: ${message}`);

app.synth();
