/** The options without which there is no app. */
export const LEAST = { image: 'registry.example.com/a:1', port: 8080, prometheus: 'http://prometheus:9090' };

/** A value of each option that is part of a pair. */
export const VALUES: Readonly<Record<string, unknown>> = {
  'strategy.background': { templates: ['own'] },
  backgroundChecks: ['restarts'],
  steps: [{ setWeight: 50 }, { pause: '5m' }],
  plan: 'linear(10, 1m)',
  replicas: 3,
  'rollout.replicas': 4,
  autoscaling: { maxReplicas: 9 },
  serviceAccount: {},
  'rollout.serviceAccount': 'other',
  gatewayApi: { parents: [{ gateway: 'public' }] },
  traffic: { gatewayName: 'public' },
  splitInMesh: true,
  'strategy.trafficRouting': 'none',
  hosts: ['a.example.com'],
  blueGreen: {},
  strategy: { maxSurge: { absolute: 1 } },
  prometheusAccess: { timeout: '10s' },
  'measuring.access': { timeout: '20s' },
  port: 8080,
  'traffic.asDelegate': true,
  'traffic.existingVirtualServices': [{ name: 'shop', routes: ['primary'] }],
  'container.portNumber': 9090,
  'rollout.metadata.name': 'other',
  name: 'a',
  'grpcProbes.readiness': {},
  'grpcProbes.liveness': {},
  'grpcProbes.startup': {},
  'container.readiness': { tcpSocket: {} },
  'container.liveness': { tcpSocket: {} },
  'container.startup': { tcpSocket: {} },
  'autoscaling.triggers': [{ cpu: 70 }],
  'autoscaling.cpu': 70,
  'autoscaling.memory': 70,
  'autoscaling.metrics': [{ type: 'Resource' }],
  'autoscaling.behavior': {},
  'podDisruptionBudget.minAvailable': { absolute: 1 },
  'podDisruptionBudget.maxUnavailable': { absolute: 1 },
};

/** Options with one more, which may be inside another. */
export function withOption(options: object, path: string, value: unknown): object {
  const [name, ...rest] = path.split('.');
  const below = (options as Record<string, object>)[name] ?? {};
  return { ...options, [name]: rest.length === 0 ? value : withOption(below, rest.join('.'), value) };
}
