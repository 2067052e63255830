// A gRPC service that has no metrics of its own: the mesh counts. A gRPC failure arrives with the HTTP status 200, so
// its own status counts too; and the callers' proxies count, which know of requests that no pod ever got.
import { App, Chart, Duration } from 'cdk8s';
import { CanaryApp, CanaryCheck, CanaryPlan, RequestMetrics } from 'cdk8s-canary';

const app = new App();
const requests = RequestMetrics.istio({ canaryService: 'ledger-canary', stableService: 'ledger-stable' });
new CanaryApp(new Chart(app, 'grpc-istio', { namespace: 'bank' }), 'ledger', {
  image: 'registry.example.com/ledger:0.9.0',
  port: 9000,
  portName: 'grpc',
  servicePort: 9000,
  prometheus: 'http://prometheus.istio-system:9090',
  steps: CanaryPlan.exponential(5, 3, Duration.minutes(5), { analyzeEachStep: true }),
  measuring: { requests },
  checks: [
    CanaryCheck.successRate({ atLeast: 0.999, minimumRequests: 1000 }),
    CanaryCheck.latency({ quantile: 0.99, atMost: Duration.millis(250) }),
    CanaryCheck.trafficShare({ advisory: true }),
  ],
  backgroundChecks: [CanaryCheck.sequentialTest({ name: 'worse-than-stable' })],
  monitoring: { rules: { requests }, dashboard: { requests } },
});
app.synth();
