import { controllerRefusals } from '../../src/lint';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { RULES } from '../../src/rules';
import { CONFIRMED_BY } from '../../src/rules/shared/confirmed-by';
import { folderWith, runCli } from './run-cli';

interface Parts {
  readonly name?: string;
  readonly strategy?: string;
  readonly steps?: string;
  readonly labels?: string;
}

const rollout = ({
  name = 'shop',
  strategy = '',
  steps = '{ setWeight: 50 }',
  labels = 'shop',
}: Parts = {}): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: ${name} }
spec:
  replicas: 4
  selector: { matchLabels: { app: shop } }
  template: { metadata: { labels: { app: ${labels} } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  strategy: { canary: { ${strategy}steps: [${steps}] } }
`;
const ISTIO =
  'canaryService: shop-canary, stableService: shop-stable, trafficRouting: { istio: { virtualService: { name: shop } } }, ';
const TEMPLATE = (spec: string): string => `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: t }
spec: ${spec}
`;
const METRIC = `name: x, provider: { web: { url: 'http://x', jsonPath: '{$.a}' } }`;
const ANALYSIS = '{ setWeight: 50 }, { analysis: { templates: [{ templateName: t }] } }';

const REFUSED: readonly (readonly [code: string, what: string, manifests: string])[] = [
  ['ROL008', 'no pod may be replaced', rollout({ strategy: 'maxSurge: 0, maxUnavailable: 0, ' })],
  ['ROL016', 'a weight beyond 100', rollout({ steps: '{ setWeight: 150 }' })],
  ['ROL011', 'a canary scale without a router', rollout({ steps: '{ setCanaryScale: { replicas: 1 } }' })],
  ['ROL015', 'two kinds of step in one', rollout({ steps: '{ setWeight: 50, pause: {} }' })],
  ['ROL002', 'a selector of other pods', rollout({ labels: 'other' })],
  ['ROL001', 'one Service for both versions', rollout({ strategy: ISTIO.replace('shop-canary', 'shop-stable') })],
  [
    'REF012',
    'an argument that is not declared',
    rollout({ steps: ANALYSIS }) + TEMPLATE(`{ metrics: [{ ${METRIC}, successCondition: 'result < {{args.most}}' }] }`),
  ],
  [
    'ANA002',
    'two metrics of one name',
    rollout({ steps: ANALYSIS }) + TEMPLATE(`{ metrics: [{ ${METRIC} }, { ${METRIC} }] }`),
  ],
];

describe('a Rollout that Argo Rollouts refuses', () => {
  test.each(REFUSED)('is not planned or simulated as a success: %s, %s', async (code, _, text) => {
    const cwd = folderWith({ 'shop.yaml': text });
    for (const command of ['plan', 'simulate']) {
      const { code: exit, out, err } = await runCli([command, 'shop.yaml'], { cwd });
      expect([exit, out]).toEqual([1, '']);
      expect(err).toMatch(new RegExp(`^shop.yaml:\\d+:\\d+  Argo Rollouts refuses Rollout shop: ${code} `));
    }
  });

  test('does not keep others from being planned, with which it shares a template', async () => {
    const text =
      rollout({ steps: ANALYSIS }) +
      rollout({ name: 'shop-2', steps: ANALYSIS.replace('t }]', 't }], args: [{ name: most, value: "5" }]') }) +
      TEMPLATE(`{ args: [{ name: most }], metrics: [{ ${METRIC}, successCondition: 'result < {{args.most}}' }] }`);
    const { code, out, err } = await runCli(['plan', '-'], { stdin: text });
    expect(code).toBe(1);
    expect(err).toMatch(/refuses Rollout shop: REF010/);
    expect(err).not.toContain('refuses Rollout shop-2');
    expect(out).toMatch(/^shop-2 /m);
  });

  test('does not keep others from being planned, for which a Service that they share is right', async () => {
    const shared = 'canaryService: c, stableService: s, ';
    const service = (name: string): string =>
      `---\n{ apiVersion: v1, kind: Service, metadata: { name: ${name} }, spec: { selector: { app: shop }, ports: [{ port: 80 }] } }\n`;
    // Each name is part of the other's message, or ends where it goes on.
    const text =
      rollout({ name: 'shop', strategy: shared }) +
      rollout({ name: 'shop.b', strategy: shared, labels: 'other' }).replace('{ app: shop }', '{ app: other }') +
      rollout({ name: 'b', strategy: shared }) +
      service('c') +
      service('s');
    const { code, out, err } = await runCli(['plan', '-'], { stdin: text });
    expect(code).toBe(1);
    expect(err).toMatch(/refuses Rollout shop\.b: REF006/);
    expect(new Set(err.match(/refuses Rollout [^:]*/g))).toEqual(new Set(['refuses Rollout shop.b']));
    expect(out).toMatch(/^shop /m);
    expect(out).toMatch(/^b /m);
  });

  test('is refused with all others of which the same mistake is reported once', async () => {
    const of = (name: string, value: string): string =>
      TEMPLATE(
        `{ args: [{ name: most, value: "${value}" }], metrics: [{ ${METRIC.replace('x,', `${name},`)} }] }`,
      ).replace('name: t ', `name: ${name} `);
    const both = ANALYSIS.replace('[{ templateName: t }]', '[{ templateName: t }, { templateName: u }]');
    const text =
      rollout({ name: 'first', steps: both }) +
      rollout({ name: 'second', steps: both }) +
      rollout({ name: 'third', steps: ANALYSIS }) +
      of('t', '5') +
      of('u', '6');
    const { code, out, err } = await runCli(['plan', '-'], { stdin: text });
    expect(code).toBe(1);
    expect(err).toMatch(/refuses Rollout first: REF009/);
    expect(err).toMatch(/refuses Rollout second: REF009/);
    expect(out).toMatch(/^third /m);
  });

  test('is refused for the labels of the Deployment whose pods it takes over', async () => {
    const text =
      rollout({ name: 'shop', strategy: 'canaryService: c, ' })
        .replace('spec:\n', 'spec:\n  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: shop }\n')
        .replace(/ {2}template:.*\n/, '') +
      `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shp } }
  template: { metadata: { labels: { app: shp } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: c }, spec: { selector: { app: shop }, ports: [{ port: 80 }] } }
`;
    const { code, out, err } = await runCli(['plan', '-'], { stdin: text });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/refuses Rollout shop: ROL002/);
  });

  test('does not keep a Rollout of the same name in another file from being planned', async () => {
    const cwd = folderWith({
      'a.yaml': rollout({ strategy: 'maxSurge: 0, maxUnavailable: 0, ' }),
      'b.yaml': rollout(),
    });
    const { code, out, err } = await runCli(['plan', 'a.yaml', 'b.yaml'], { cwd });
    expect(code).toBe(1);
    expect(err.match(/refuses/g)).toHaveLength(1);
    expect(out.match(/^shop /gm)).toHaveLength(1);
  });

  test('is planned where it names objects that are not given: they may be in the cluster', async () => {
    const { code } = await runCli(['plan', '-'], { stdin: rollout({ strategy: ISTIO }) });
    expect(code).toBe(0);
  });

  test('breaks its scenarios', async () => {
    const cwd = folderWith({
      'shop.yaml': rollout({ strategy: 'maxSurge: 0, maxUnavailable: 0, ' }),
      'shop.scenarios.yaml': 'manifests: shop.yaml\nscenarios:\n  - name: healthy\n    expect: promoted\n',
    });
    const { code, out } = await runCli(['test', '--engine', 'simulation'], { cwd });
    expect(code).toBe(1);
    expect(out).toContain('Argo Rollouts refuses Rollout shop: ROL008');
  });
});

/** How the rules say that the conformance run asks the controller for its refusal of the Rollout. */
const CONTROLLERS: readonly string[] = [
  CONFIRMED_BY.rollout,
  "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
];
/** Rules about objects that are not given. */
const OPEN_WORLD = ['REF001', 'REF002', 'REF003', 'REF004', 'REF016', 'REF017'];

test.each(RULES.filter(({ confirmedBy = '', severity }) => CONTROLLERS.includes(confirmedBy) && severity === 'error'))(
  'what $code finds is taken for a refusal, unless it is about objects that are not given',
  ({ code, bad }) => {
    const graph = graphOfLoaded(loadManifests([{ name: 'bad.yaml', text: bad }]));
    const found = controllerRefusals(graph).flatMap((one) => [one.code, ...one.consequences.map((next) => next.code)]);
    expect(found.includes(code)).toBe(!OPEN_WORLD.includes(code));
  },
);
