import { impactOf } from '../../src/synth/impact';

const object = (kind: string, name = 'a', rest = '', namespace = '  namespace: shop\n') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${namespace}${rest}`;
const rollout = (spec: unknown) => object('Rollout', 'a', `spec: ${JSON.stringify(spec)}\n`);
const changed = (before: unknown, after: unknown) =>
  impactOf([{ path: 'a.yaml', before: rollout(before), after: rollout(after) }]);

describe('the impact of a change', () => {
  test.each<[string, string[]]>([
    ['Rollout', ['Rollout shop/a: is no longer made; if Argo CD prunes, its pods are deleted with it']],
    [
      'VirtualService',
      [
        'VirtualService shop/a: is no longer made; if Argo CD prunes, it is deleted, and a rollout in progress stops because its routes are missing',
      ],
    ],
    [
      'AnalysisTemplate',
      [
        'AnalysisTemplate shop/a: is no longer made; if Argo CD prunes, it is deleted, and a rollout that reaches its step is aborted',
      ],
    ],
    ['Service', ['Service shop/a: is no longer made; if Argo CD prunes, it is deleted, and requests to it fail']],
    ['ConfigMap', ['ConfigMap shop/a: is no longer made; if Argo CD prunes, it is deleted']],
  ])('that removes a %s', (kind, impact) => {
    expect(impactOf([{ path: 'a.yaml', before: object(kind) }])).toEqual(impact);
  });

  test('that adds an object is of a Rollout', () => {
    expect(impactOf([{ path: 'a.yaml', after: `${object('Rollout')}---\n${object('Service')}` }])).toEqual([
      'Rollout shop/a: is new; its first version starts with all pods at once, without steps',
    ]);
  });

  test.each([
    [
      'VirtualService',
      'the sync resets the weights to those in Git; a rollout in progress sends all requests to the stable version until the controller sets them again',
    ],
    ['AnalysisTemplate', 'analyses that start later use it; running ones continue unchanged'],
    ['ServiceMonitor', 'series may change their labels or start again; query windows then cover both'],
    ['Gateway', 'connections that it serves are taken over by the new configuration'],
  ])('of a %s', (kind, impact) => {
    const before = object(kind);
    expect(impactOf([{ path: 'a', before, after: `${before}spec: { x: 1 }\n` }])).toEqual([
      `${kind} shop/a: ${impact}`,
    ]);
  });

  test('of another kind, or of the text alone, is none', () => {
    const before = object('Service');
    expect(impactOf([{ path: 'a', before, after: `${before}spec: { x: 1 }\n` }])).toEqual([]);
    const gateway = object('Gateway');
    expect(impactOf([{ path: 'a', before: gateway, after: `# why\n${gateway}` }])).toEqual([]);
    expect(impactOf([])).toEqual([]);
  });

  test('is told by object, in their order, whatever files they are in', () => {
    const [b, a] = [object('Gateway', 'b'), object('Gateway', 'a', '', '')];
    expect(
      impactOf([
        { path: 'x', before: `${b}---\n${a}` },
        { path: 'y', after: `${a}---\nnull\n---\nkind: List\n` },
        { path: 'z', after: `${b}spec: {}\n` },
      ]),
    ).toEqual(['Gateway shop/b: connections that it serves are taken over by the new configuration']);
    expect(impactOf([{ path: 'x', before: `${b}---\n${a}` }]).map((line) => line.split(':')[0])).toEqual([
      'Gateway a',
      'Gateway shop/b',
    ]);
  });
});

describe('the impact of a change of a Rollout', () => {
  const canary = (more: unknown) => ({ strategy: { canary: more } });
  test.each<[string, unknown, unknown, string]>([
    [
      'selector',
      { selector: { a: 1 } },
      { selector: { a: 2 } },
      'the selector changes: the existing pods no longer belong to it and remain; delete them by hand',
    ],
    [
      'template',
      { template: 1, ...canary({ steps: [1] }) },
      { template: 2, ...canary({ steps: [2] }) },
      'a new version: a rollout starts at step 0 and replaces one in progress',
    ],
    [
      'steps',
      canary({ steps: [1] }),
      canary({ steps: [2] }),
      'changing steps restarts the rollout at step 0, if one is in progress; otherwise they apply from the next version on',
    ],
    [
      'traffic routing',
      canary({ trafficRouting: 1 }),
      canary({ trafficRouting: 2 }),
      'the new traffic routing sets the routes from the next reconciliation on',
    ],
    [
      'stable Service',
      canary({ stableService: 'a', canaryService: 'c' }),
      canary({ stableService: 'b', canaryService: 'c' }),
      'other Services get the versions; apply them in the same sync',
    ],
    [
      'canary Service',
      canary({ stableService: 'a', canaryService: 'c' }),
      canary({ stableService: 'a', canaryService: 'd' }),
      'other Services get the versions; apply them in the same sync',
    ],
    ['replicas', { replicas: 2 }, { replicas: 3 }, 'scaled from 2 to 3, without a rollout'],
    ['replicas, which were 1', {}, { replicas: 3 }, 'scaled from 1 to 3, without a rollout'],
    ['replicas, which become 1', { replicas: 3 }, {}, 'scaled from 3 to 1, without a rollout'],
    ['other fields', { paused: false }, { paused: true }, 'starts or restarts no rollout'],
    ['strategy', {}, { strategy: {} }, 'starts or restarts no rollout'],
    [
      'selector and replicas',
      { selector: 1, replicas: 2 },
      { selector: 2, replicas: 3 },
      'the selector changes: the existing pods no longer belong to it and remain; delete them by hand; scaled from 2 to 3, without a rollout',
    ],
  ])('by its %s', (_, before, after, impact) => {
    expect(changed(before, after)).toEqual([`Rollout shop/a: ${impact}`]);
  });
});
