import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { adopt } from '../../src/spec/adopt/adopt';
import { render } from './load';

const name = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });

const steps = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 3 }),
    fc.constantFrom<unknown[]>(
      ['analysis'],
      [{ pause: {} }],
      [{ pause: { duration: '5m' } }, 'analysis'],
      [{ canaryScale: { replicas: 2 } }, { pause: {} }, { canaryScale: 'matchTrafficWeight' }],
      [
        { setHeaderRoute: { name: 'try', matches: [{ exact: { header: 'x-try', value: 'me' } }] } },
        { pause: { duration: '10m' } },
        { removeHeaderRoute: 'try' },
      ],
    ),
  )
  .map(([weights, between]) => weights.sort((a, b) => a - b).flatMap((setWeight) => [{ setWeight }, ...between]));

const container = fc.record(
  {
    command: fc.constant(['/app', '--serve']),
    envVariables: fc.constantFrom<object>(
      { LEVEL: 'info' },
      { TOKEN: { secretValue: { secret: 'tokens', key: 'token' } }, POD: { fieldRef: 'podName' } },
    ),
    liveness: fc.constant({ httpGet: { path: '/live', initialDelaySeconds: '5s' } }),
    readiness: fc.constant({ command: { command: ['ready'], failureThreshold: 5 } }),
    lifecycle: fc.constant({ preStop: { command: ['sleep', '5'] } }),
    volumeMounts: fc.constantFrom<object[]>(
      [{ path: '/cache', volume: { emptyDir: 'cache' } }],
      [{ path: '/etc/app', volume: { configMap: { configMap: 'settings', name: 'settings' } }, readOnly: true }],
    ),
    resources: fc.constant({
      cpu: { request: '100m', limit: '1' },
      memory: { request: '64Mi', limit: '128Mi' },
    }),
  },
  { requiredKeys: [] },
);

const rollout = fc.record(
  {
    revisionHistoryLimit: fc.integer({ min: 3, max: 9 }),
    progressDeadline: fc.constantFrom('120s', '900s'),
    minReady: fc.constant('15s'),
    terminationGracePeriod: fc.constant('45s'),
    serviceAccount: name,
  },
  { requiredKeys: [] },
);

const strategy = fc.record(
  {
    maxSurge: fc.constantFrom({ percent: 50 }, { absolute: 2 }),
    scaleDownDelay: fc.constant('60s'),
    abortScaleDownDelay: fc.constant('45s'),
  },
  { requiredKeys: [] },
);

/** Specs in the form in which `adopt` writes them: what is the default is not said. */
const specs = fc.record(
  {
    image: name.map((one) => `registry.example.com/${one}:1.4.2`),
    port: fc.integer({ min: 1024, max: 65535 }),
    prometheus: fc.constant('http://prometheus.monitoring:9090'),
    steps,
    hosts: name.map((one) => [`${one}.example.com`]),
    replicas: fc.integer({ min: 3, max: 9 }),
    servicePort: fc.integer({ min: 1024, max: 9999 }),
    portName: fc.constantFrom('http-web', 'http2'),
    sidecar: fc.constantFrom('annotation', 'none'),
    failures: fc.integer({ min: 0, max: 9 }).map((atMost) => ({ atMost, within: '10m' })),
    container,
    rollout,
    strategy,
  },
  { requiredKeys: ['image', 'port', 'prometheus', 'steps'] },
);

const withoutEmpty = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => !(isObject(one) && Object.keys(one).length === 0)));
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('adopt of what synth made', () => {
  test('gives what makes the same again, and says that nothing is lost, whatever the spec', () => {
    fc.assert(
      fc.property(name, maybe(name), specs.map(withoutEmpty), (app, namespace, spec) => {
        const text = stringify({
          apiVersion: 'cdk8s-canary.dev/v1',
          kind: 'CanaryApp',
          metadata: { name: app, ...(namespace ? { namespace } : {}) },
          spec,
        });
        const made = render(text);
        fc.pre(made.problems.length === 0);
        const [adopted] = adopt([{ name: 'manifests.yaml', text: made.text }]);
        expect(adopted.notes).toEqual([]);
        expect(render(adopted.text).text).toBe(made.text);
        // The spec itself comes back, but for what no manifest speaks of.
        const { prometheus: _, ...others } = spec as { prometheus?: string; steps: unknown[]; failures?: object };
        const seen = others.steps.includes('analysis') || others.failures ? spec : others;
        expect(parse(adopted.text)).toEqual({ ...parse(text), spec: seen });
      }),
      { seed: 20260101, numRuns: 12 },
    );
  }, 300_000);
});
