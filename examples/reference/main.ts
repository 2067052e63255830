// The published walk-through on OpenShift Service Mesh, as its author wrote it: half of the requests to the canary, a
// person looks and promotes, then the 500s of five minutes are counted. Everything that our defaults do otherwise is
// said here: see examples/quickstart for the same scenario by the defaults, and README.md for what they avoid.
import { App, Chart, Duration, Size } from 'cdk8s';
import {
  CanaryApp,
  CanaryStep,
  Destination,
  HttpMatch,
  HttpRoute,
  IstioApiVersion,
  NoData,
  PodDefaults,
  ScrapeAccess,
  SidecarInjection,
  VersionLabel,
} from 'cdk8s-canary';
import { Cpu } from 'cdk8s-plus-27';

const app = new App();
const chart = new Chart(app, 'rollouts-demo');

new CanaryApp(chart, 'rollouts-demo', {
  image: 'quay.io/brancz/prometheus-example-app:v0.2.0',
  port: 8080,
  hosts: ['*'],
  prometheus:
    'http://istio-ingressgateway-istio-system.dte-ocp46-8uvivd-915b3b336cabec458a7c7ec2aa7c625f-0000.us-east.containers.appdomain.cloud',
  replicas: 1,
  steps: [CanaryStep.setWeight(50), CanaryStep.pause(), CanaryStep.analysis()],
  failures: {
    name: 'failure-count',
    metricName: 'http_error_count',
    atMost: 5,
    within: Duration.minutes(5),
    query: 'delta(http_requests_total{code="500",namespace="kubota-test",service="rollouts-demo-canary"}[5m])\n',
    initialDelay: Duration.seconds(0),
    noData: NoData.error(),
  },
  container: { resources: { cpu: { request: Cpu.millis(5) }, memory: { request: Size.mebibytes(32) } } },
  rollout: { revisionHistoryLimit: 2, podDefaults: PodDefaults.KUBERNETES },
  traffic: {
    apiVersion: IstioApiVersion.V1ALPHA3,
    routes: [
      HttpRoute.split('primary', { matches: [HttpMatch.exact('/'), HttpMatch.exact('/err')] }),
      HttpRoute.to('prometheus', Destination.host('prometheus'), { matches: [HttpMatch.prefix('/api')] }),
    ],
  },
  monitoring: {
    versionLabel: VersionLabel.SERVICE,
    access: ScrapeAccess.direct(),
    scheme: 'http',
    labels: { team: 'frontend' },
    nameLabel: 'k8s-app',
  },
  sidecar: SidecarInjection.ANNOTATION,
});

app.synth();
