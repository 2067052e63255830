import { CONTRADICTIONS } from '../../src/app/contradictions';
import { render, spec } from '../canaryfile/load';
import { stringify } from 'yaml';

/** A value of each option that is part of a pair. */
const VALUES: Readonly<Record<string, unknown>> = {
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

function withOption(options: object, path: string, value: unknown): object {
  const [name, ...rest] = path.split('.');
  const below = (options as Record<string, object>)[name] ?? {};
  return { ...options, [name]: rest.length === 0 ? value : withOption(below, rest.join('.'), value) };
}

describe('two options that decide the same field', () => {
  test.each(CONTRADICTIONS.map((pair) => [pair.one, pair.other]))('%s and %s: both are named', (one, other) => {
    const least = { image: 'registry.example.com/a:1', port: 8080, prometheus: 'http://prometheus:9090' };
    // The outer option first: an inner one is part of it.
    const more = one.startsWith('autoscaling.') ? { autoscaling: { maxReplicas: 5 } } : {};
    const options = [one, other].reduce<object>((given, path) => withOption(given, path, VALUES[path]), {
      ...least,
      ...more,
    });
    const text = stringify({
      apiVersion: 'cdk8s-canary.dev/v1',
      kind: 'CanaryApp',
      metadata: { name: 'a' },
      spec: options,
    });
    const { problems } = render(text);
    expect(problems.join('\n')).toContain(`${one} and ${other} contradict each other: `);
  });

  test('each has a value here, and no pair is there twice', () => {
    const pairs = CONTRADICTIONS.map(({ one, other }) => [one, other].sort().join(' '));
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(CONTRADICTIONS.flatMap(({ one, other }) => [one, other]).filter((path) => !(path in VALUES))).toEqual([]);
  });

  test('the number of the port may be stated twice if it is the same', () => {
    expect(render(spec('  container: { portNumber: 8080 }\n')).problems).toEqual([]);
  });

  test('a name in the spec and another in the metadata are reported', () => {
    expect(render(spec('  name: other\n')).problems.join()).toContain(
      'spec.name and metadata.name contradict each other',
    );
  });
});
