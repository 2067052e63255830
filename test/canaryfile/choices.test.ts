import { render, spec } from './load';

const OVERLAY = 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec:\n';

/** The place and the message of the first problem. */
function found(...layers: string[]): string {
  const [first = 'no problem'] = render(...layers).problems;
  return first.split('\n')[0];
}

const PROBES = 'httpGet: { path: /a, port: 1 }, tcpSocket: { port: 2 }';
const TWO_KEYS: [what: string, lines: string, path: string, second: string][] = [
  ['a step', 'steps: [{ setWeight: 50, pause: {} }, analysis]', 'spec.steps[0]', 'pause'],
  ['a step with a word', 'steps: [{ pause: {}, analysis: null }]', 'spec.steps[0]', 'analysis'],
  [
    'a check',
    'checks: [{ successRate: { atLeast: 0.9 }, latency: { quantile: 0.9, atMost: 1s } }]',
    'spec.checks[0]',
    'latency',
  ],
  ['a probe', `container: { readiness: { ${PROBES} } }`, 'spec.container.readiness', 'tcpSocket'],
  [
    'a route',
    'traffic: { routes: [{ split: { name: a }, to: { name: b, destination: c } }] }',
    'spec.traffic.routes[0]',
    'to',
  ],
  [
    'a match',
    'traffic: { routes: [{ split: { name: a, matches: [{ exact: /a, prefix: /b }] } }] }',
    'spec.traffic.routes[0].split.matches[0]',
    'prefix',
  ],
  [
    'a volume',
    'container: { volumeMounts: [{ path: /a, volume: { emptyDir: b, secret: c } }] }',
    'spec.container.volumeMounts[0].volume',
    'secret',
  ],
  ['a plan', 'plan: { linear: { percent: 10, every: 1m }, canary: { percent: 10, every: 1m } }', 'spec.plan', 'canary'],
  ['three keys', 'steps: [{ setWeight: 50, pause: {}, analysis: {} }]', 'spec.steps[0]', 'pause'],
];

describe('a value of several factories is an error at the second one', () => {
  test.each(TWO_KEYS)('%s', (_, lines, path, second) => {
    const text = spec(`  ${lines}\n`);
    const message = found(text);
    expect(message).toContain(` ${path}: is an object with '`);
    expect(message).toContain('; give an object with one of ');
    expect(message).toContain(`canary.yaml:8:${text.split('\n')[7].indexOf(`${second}:`) + 1}: `);
  });

  test.each(TWO_KEYS)('%s in an overlay', (_, lines, path) => {
    expect(found(spec(), `${OVERLAY}  ${lines}\n`)).toMatch(/^layer1\.yaml:4:/);
    expect(found(spec(), `${OVERLAY}  ${lines}\n`)).toContain(` ${path}: is an object with '`);
  });
});

test.each(['spec:', 'spec:\n  # replicas: 3', 'metadata:\nspec: null'])(
  'an overlay with %j changes nothing',
  (empty) => {
    const { text, problems } = render(spec(), `apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\n${empty}\n`);
    expect(problems).toEqual([]);
    expect(text).toBe(render(spec()).text);
  },
);

describe('an overlay over a value', () => {
  const base = (probe: string) => spec(`  container: { readiness: { ${probe} } }\n`);
  const over = (probe: string) => `${OVERLAY}  container: { readiness: { ${probe} } }\n`;

  test.each([
    ['of several factories does not hide them', PROBES, 'httpGet: { path: /b }', 'canary.yaml:8:'],
    ['cannot have several factories behind a $patch', 'tcpSocket: {}', `$patch: replace, ${PROBES}`, 'layer1.yaml:4:'],
    ['cannot have an unknown $patch', 'tcpSocket: {}', '$patch: merge, tcpSocket: {}', 'layer1.yaml:4:'],
  ])('%s', (_, below, above, place) => {
    const message = found(base(below), over(above));
    expect(message).toContain(place);
    expect(message).toContain(' spec.container.readiness: is an object with ');
  });

  test('replaces a value of several factories where it says so', () => {
    const { text, problems } = render(base(PROBES), over('$patch: replace, tcpSocket: { port: 3 }'));
    expect(problems).toEqual([]);
    expect(text).toContain('tcpSocket:\n              port: 3');
  });

  test('removes a named value, wherever its $patch stands', () => {
    const routes = 'traffic: { routes: [{ split: { name: a, matches: [{ exact: /a }] } }, { split: { name: b } }] }';
    const removal = 'traffic: { routes: [{ $patch: delete, split: { name: a } }] }';
    const { text, problems } = render(spec(`  ${routes}\n`), `${OVERLAY}  ${removal}\n`);
    expect(problems).toEqual([]);
    expect(text).not.toContain('exact: /a');
  });
});
