// One Service, two subsets: callers name `checkout`, inside the mesh and outside, and Istio chooses a version by the
// labels that the controller puts into the DestinationRule. Everything in the mesh speaks mutual TLS.
import { App, Chart, Duration } from 'cdk8s';
import { CanaryApp, CanaryStep, ClientTls, GatewayServer, LoadBalancer, SplitBy } from 'cdk8s-canary';

const app = new App();
const hosts = ['checkout.example.com'];

new CanaryApp(new Chart(app, 'subsets-mtls', { namespace: 'shop' }), 'checkout', {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  hosts,
  splitInMesh: true,
  prometheus: 'http://prometheus.monitoring:9090',
  steps: [
    CanaryStep.setWeight(10),
    CanaryStep.analysis(),
    CanaryStep.setWeight(50),
    CanaryStep.pause(Duration.minutes(10)),
    CanaryStep.analysis(),
  ],
  traffic: {
    splitBy: SplitBy.subsets(),
    servers: [GatewayServer.https('checkout-cert', { hosts }), GatewayServer.httpsRedirect({ hosts })],
    trafficPolicy: {
      tls: ClientTls.istioMutual(),
      connectionPool: { http1MaxPendingRequests: 100, connectTimeout: Duration.seconds(2) },
      // A canary often has one pod, which must not be left out: there is always a `minHealthPercent`.
      outlierDetection: { consecutive5xxErrors: 5, interval: Duration.seconds(30) },
      loadBalancer: LoadBalancer.consistentHashHeader('x-session'),
    },
  },
});

app.synth();
