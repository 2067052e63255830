// OpenShift Service Mesh 3 with the cluster's own monitoring: a namespace that joins the mesh by its labels, a Route that
// ends TLS and encrypts again to the gateway, and an analysis that asks the Thanos querier with a token.
import { App, Chart, Duration } from 'cdk8s';
import {
  AnalysisArg,
  AnalysisTemplate,
  AnalysisTemplateArg,
  CanaryApp,
  CanaryStep,
  Condition,
  GatewayServer,
  MeshNamespace,
  MetricProvider,
  NoData,
  OpenShiftRoute,
  PodTemplateHash,
  ProviderAuthentication,
  RouteTermination,
  ThanosQuerierAccess,
  Threshold,
} from 'cdk8s-canary';

const app = new App();
const chart = new Chart(app, 'openshift', { namespace: 'shop' });
const host = 'checkout.apps.example.com';

new MeshNamespace(chart, 'shop');
const access = new ThanosQuerierAccess(chart, 'canary-analysis');

const requests = (matcher = '') =>
  `sum(rate(http_requests_total{rollouts_pod_template_hash="{{args.canary-hash}}"${matcher}}[5m]))`;
const errors = new AnalysisTemplate(chart, 'checkout-errors', {
  args: [AnalysisTemplateArg.required('canary-hash')],
  rolloutArgs: [AnalysisArg.podTemplateHash('canary-hash', PodTemplateHash.LATEST)],
  metrics: [
    {
      name: 'error-ratio',
      provider: MetricProvider.prometheus({
        address: ThanosQuerierAccess.ADDRESS,
        authentication: ProviderAuthentication.bearer(access.token),
        // The querier's certificate is signed by the cluster's service authority, which the controller does not know.
        insecure: true,
        // Without a failure there is no series of failures: that is 0, and no data only where there was no request either.
        query: `(${requests(',code=~"5.."')} or vector(0)) / ${requests()}`,
      }),
      condition: Condition.threshold(Threshold.atMost(0.01), NoData.pause()),
      initialDelay: Duration.minutes(5),
    },
  ],
});

const checkout = new CanaryApp(chart, 'checkout', {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  hosts: [host],
  steps: [20, 50].flatMap((weight) => [CanaryStep.setWeight(weight), CanaryStep.analysis({ templates: [errors] })]),
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
