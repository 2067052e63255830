// What fields of any shape may hold, by `Owner.field` or by the field alone: routers, metrics, rules, other objects.
const fc = require('fast-check');

const of = fc.constantFrom;

/** @param label Names. @param json Values of no particular shape. */
function jsonWords({ label, json }) {
  const ingressOf = (name) => ({ stableIngress: name });
  const routing = {
    'TrafficRouter#nginx.routing': fc.record(
      {
        stableIngress: label,
        annotationPrefix: of('nginx.ingress.kubernetes.io'),
        additionalIngressAnnotations: of({ 'canary-by-header': 'x-canary' }),
      },
      { requiredKeys: ['stableIngress'] },
    ),
    'TrafficRouter#alb.routing': fc.record(
      { ingress: label, servicePort: of(80), rootService: of('checkout') },
      { requiredKeys: ['ingress', 'servicePort', 'rootService'] },
    ),
    'TrafficRouter#ambassador.routing': fc.record({ mappings: fc.array(label, { minLength: 1, maxLength: 2 }) }),
    'TrafficRouter#apisix.routing': label.map((name) => ({ route: { name, rules: ['primary'] } })),
    'TrafficRouter#appMesh.routing': label.map((name) => ({
      virtualService: { name, routes: ['primary'] },
      virtualNodeGroup: { canaryVirtualNodeRef: { name: `${name}-c` }, stableVirtualNodeRef: { name: `${name}-s` } },
    })),
    'TrafficRouter#smi.routing': fc.record({ trafficSplitName: label, rootService: label }, { requiredKeys: [] }),
    'TrafficRouter#traefik.routing': label.map((name) => ({ weightedTraefikServiceName: name })),
    'TrafficRouter#plugins.routing': of({ 'argoproj-labs/contour': { httpProxy: 'checkout' } }),
    'TrafficRouter#of.routing': label.map((name) => ({ nginx: ingressOf(name), ambassador: { mappings: [name] } })),
  };

  return {
    config: json,
    jsonBody: json,
    'CanaryAppAutoscaling.behavior': of(
      { scaleDown: { stabilizationWindowSeconds: 300 } },
      { scaleUp: { selectPolicy: 'Max' } },
    ),
    'ScaledObjectProps.behavior': of({ scaleUp: { selectPolicy: 'Max' } }),
    advanced: of({ restoreToOriginalReplicaCount: true }, { horizontalPodAutoscalerConfig: { name: 'checkout-hpa' } }),
    'CanaryAppAutoscaling.metrics': of({
      type: 'Pods',
      pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '100' } },
    }),
    ingress: of({}, { from: [{ podSelector: { matchLabels: { app: 'gateway' } } }], ports: [{ port: 8080 }] }),
    egress: of({}, { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }),
    rules: of({}, { to: [{ operation: { methods: ['GET'], paths: ['/healthz'] } }] }),
    extraManifests: of(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', namespace: 'shop' },
        data: { level: 'info' },
      },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace: 'shop' }, stringData: { token: 'x' } },
    ),
    merge: of(
      { metadata: { labels: { 'x-tier': 'web' } } },
      { metadata: { annotations: { 'example.com/owner': 'shop' } } },
    ),
    ...routing,
  };
}

module.exports = { jsonWords };
