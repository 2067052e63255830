import { plannedRollout, plannedRollouts, type PlannedRollout, type RolloutModel } from '../../../src/controller';
import { graphOf, graphOfLoaded, loadManifests, type NamedObject } from '../../../src/graph';

const read = (spec: string, strategy: string, more = ''): PlannedRollout =>
  plannedRollouts(
    graphOfLoaded(
      loadManifests([
        {
          name: 'app.yaml',
          text: `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: a, image: a:1 }] } }
  ${spec}
  strategy: { canary: { ${strategy} } }
${more}`,
        },
      ]),
    ),
  )[0];

const model = (spec: string, strategy: string): RolloutModel => {
  const { model: found, problems } = read(spec, strategy);
  expect(problems).toEqual([]);
  return found!;
};

const ROUTED = 'trafficRouting: { istio: { virtualService: { name: v } } }, canaryService: c, stableService: s';

test.each<[string, object]>([
  ['setWeight: 20', { setWeight: 20 }],
  ['pause: {}', { pause: { seconds: undefined } }],
  ['pause: { duration: 90 }', { pause: { seconds: 90 } }],
  ['pause: { duration: "90" }', { pause: { seconds: 90 } }],
  ['pause: { duration: 1h30m }', { pause: { seconds: 5400 } }],
  ['pause: { duration: 1500ms }', { pause: { seconds: 1 } }],
  ['setCanaryScale: { replicas: 3 }', { setCanaryScale: { replicas: 3 } }],
  ['setCanaryScale: { weight: 40 }', { setCanaryScale: { weight: 40 } }],
  ['setCanaryScale: { matchTrafficWeight: true }', { setCanaryScale: { matchTrafficWeight: true } }],
  [
    'setHeaderRoute: { name: testers, match: [{ headerName: x, headerValue: { exact: y } }] }',
    { setHeaderRoute: { name: 'testers', removes: false } },
  ],
  ['setHeaderRoute: { name: testers }', { setHeaderRoute: { name: 'testers', removes: true } }],
  [
    'setMirrorRoute: { name: copies, percentage: 35, match: [{ method: { exact: GET } }] }',
    { setMirrorRoute: { name: 'copies', removes: false, percentage: 35 } },
  ],
  ['plugin: { name: acme/gate }', { plugin: { name: 'acme/gate' } }],
])('the step %s', (step, expected) => {
  const { steps } = model('replicas: 4', `${ROUTED}, steps: [{ ${step} }]`);
  // What the step does not have is undefined, which is left out here.
  expect(JSON.parse(JSON.stringify(steps))).toEqual([JSON.parse(JSON.stringify(expected))]);
});

test.each([
  ['pause: { duration: soon }', 'the pause lasts "soon"; give seconds, or a duration such as 5m or 1h30m'],
  ['pause: { duration: -5 }', 'the pause lasts -5; give seconds'],
  ['experiment: { duration: soon, templates: [] }', "'soon' is not a duration such as 30s or 5m"],
])('the step %s is refused', (step, why) => {
  const { model: none, problems } = read('replicas: 4', `${ROUTED}, steps: [{ ${step} }]`);
  expect(none).toBeUndefined();
  expect(problems.join('\n')).toContain(why);
});

test.each([
  ['', [2, 2]],
  ['maxSurge: 3, maxUnavailable: 1', [3, 1]],
  ['maxSurge: 50%, maxUnavailable: 0', [4, 0]],
  // A percentage of surge is rounded up, one of unavailable pods down.
  ['maxSurge: 30%, maxUnavailable: 30%', [3, 2]],
  ['maxSurge: "30", maxUnavailable: 0%', [3, 0]],
])('of 8 pods, surge and unavailability of { %s }', (fields, expected) => {
  const { maxSurge, maxUnavailable } = model('replicas: 8', `${ROUTED}, ${fields || 'steps: []'}`);
  expect([maxSurge, maxUnavailable]).toEqual(expected);
});

test('replicas that are not stated are one, and that is said', () => {
  const { model: found, notes } = read('', ROUTED);
  expect(found!.replicas).toBe(1);
  expect(notes.join('\n')).toContain('spec.replicas is not stated: 1 pod is assumed');
  expect(read('replicas: many', ROUTED).problems.join('\n')).toContain('replicas is "many"; give a number of pods');
  expect(read('replicas: -1', ROUTED).problems.join('\n')).toContain('replicas is -1; give a number of pods');
});

test('requests that come to the stable Service of an unrouted canary do not follow the shares of pods, and that is said', () => {
  const behind = (service: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: s, namespace: shop }
spec: { selector: { app: checkout }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: all, namespace: shop }
spec: { selector: { app: checkout }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { defaultBackend: { service: { name: ${service}, port: { number: 80 } } } }
`;
  const notes = (service: string): readonly string[] =>
    read('replicas: 4', 'stableService: s, steps: [{ setWeight: 20 }]', behind(service)).notes;
  expect(notes('s')).toEqual([
    "requests through Ingress shop/shop go to the stable pods alone until the promotion, because 's' selects only these; the shares are those of the pods",
  ]);
  expect(notes('all')).toEqual([]);
});

test('one Rollout is read without the others, so that the cost does not grow with their number', () => {
  const rollout = (name: string, spec: object): NamedObject => ({
    origin: name,
    manifest: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name, namespace: 'shop' }, ...spec },
  });
  const spec = { strategy: { canary: {} } };
  const other = rollout('other', { spec });
  Object.defineProperty(spec, 'replicas', {
    get(): never {
      throw new Error('read');
    },
  });
  const graph = graphOf([rollout('checkout', { spec: { replicas: 3, strategy: { canary: {} } } }), other]);
  expect(() => plannedRollouts(graph)).toThrow('read');
  expect(plannedRollout(graph, graph.resources[0])?.model).toMatchObject({ name: 'checkout', replicas: 3 });
  const [service] = graphOf([{ origin: 's', manifest: { apiVersion: 'v1', kind: 'Service' } }]).resources;
  expect(plannedRollout(graph, service)).toBeUndefined();
});
