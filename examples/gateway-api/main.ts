// The Kubernetes Gateway API in place of Istio's own objects: any gateway that knows HTTPRoute, with the plugin
// `argoproj-labs/gatewayAPI` in the Argo Rollouts controller. All else is as with Istio.
import { App, Chart, Duration } from 'cdk8s';
import { CanaryApp, CanaryStep, Destination, GatewayParent, HttpMatch, HttpRoute } from 'cdk8s-canary';

const app = new App();

new CanaryApp(new Chart(app, 'gateway-api', { namespace: 'shop' }), 'checkout', {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  hosts: ['checkout.example.com'],
  prometheus: 'http://prometheus.monitoring:9090',
  steps: [CanaryStep.setWeight(20), CanaryStep.analysis(), CanaryStep.setWeight(50), CanaryStep.analysis()],
  gatewayApi: {
    parents: [GatewayParent.gateway('public', { namespace: 'infra', sectionName: 'https' })],
    routes: [
      HttpRoute.to('docs', Destination.host('docs', { port: 80 }), { matches: [HttpMatch.prefix('/docs')] }),
      HttpRoute.split('checkout', { timeout: Duration.seconds(15) }),
    ],
  },
});

app.synth();
