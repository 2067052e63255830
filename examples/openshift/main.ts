// OpenShift Service Mesh 3 with the cluster's own monitoring: a namespace that joins the mesh by its labels, a Route that
// ends TLS and encrypts again to the gateway, and an analysis that asks the Thanos querier with a token.
import { App, Chart } from 'cdk8s';
import {
  CanaryApp,
  CanaryCheck,
  CanaryStep,
  GatewayServer,
  MeshNamespace,
  OpenShiftRoute,
  ProviderAuthentication,
  RouteTermination,
  ThanosQuerierAccess,
} from 'cdk8s-canary';

const app = new App();
const chart = new Chart(app, 'openshift', { namespace: 'shop' });
const host = 'checkout.apps.example.com';

new MeshNamespace(chart, 'shop');
const access = new ThanosQuerierAccess(chart, 'canary-analysis');

// The querier answers for all namespaces; the check asks for this one's canary alone, and says what no request means.
const checkout = new CanaryApp(chart, 'checkout', {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  hosts: [host],
  prometheus: ThanosQuerierAccess.ADDRESS,
  prometheusAccess: {
    authentication: ProviderAuthentication.bearer(access.token),
    // The querier's certificate is signed by the cluster's service authority, which the controller does not know.
    insecure: true,
  },
  checks: [CanaryCheck.errorRate({ atMost: 0.01 })],
  steps: [20, 50].flatMap((weight) => [CanaryStep.setWeight(weight), CanaryStep.analysis()]),
  traffic: { servers: [GatewayServer.https('checkout-cert', { hosts: [host] })] },
});

// The Route knows the Gateway behind it: one that ends TLS where this one does not would be refused.
new OpenShiftRoute(chart, 'checkout-route', {
  host,
  metadata: { name: 'checkout' },
  termination: RouteTermination.reencrypt(),
  gateway: checkout.istio!.gateway,
});

app.synth();
