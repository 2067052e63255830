import { parse, stringify } from 'yaml';
import { adopt } from '../../src/adopt/adopt';
import { render } from '../canaryfile/load';

interface Spec {
  readonly image: string;
  readonly steps: readonly unknown[];
  readonly patches?: readonly { readonly target: { readonly kind: string }; readonly json?: readonly unknown[] }[];
}

const rollout = (steps: string, containers = '', routing = '') => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  strategy: { canary: { canaryService: web-canary, stableService: web-stable, ${routing} steps: ${steps} } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: 'acme/web:1', ports: [{ containerPort: 80 }], args: [--a, --b] }
        ${containers}
`;
const SERVICES = ['web-canary', 'web-stable']
  .map(
    (name) => `---
{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: shop }, spec: { selector: { app: web }, ports: [{ port: 80 }] } }
`,
  )
  .join('');
const ISTIO = 'trafficRouting: { managedRoutes: [{ name: beta }], istio: { virtualService: { name: web } } },';
const VIRTUAL_SERVICE = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: shop }
spec:
  hosts: [web]
  http:
    - route:
        - { destination: { host: web-stable }, weight: 100 }
        - { destination: { host: web-canary }, weight: 0 }
`;
const HEADER = '{ setHeaderRoute: { name: beta, match: [{ headerName: x-beta, headerValue: { exact: "1" } }] } }';

function specOf(text: string): Spec {
  return (parse(text) as { readonly spec: Spec }).spec;
}

/** What a spec renders once its options have changed. */
function rendered(text: string, change: object) {
  const file = parse(text) as { readonly spec: object };
  return render(stringify({ ...file, spec: { ...file.spec, ...change } }));
}

const adoptOne = (text: string) => adopt([{ name: 'set.yaml', text }])[0];

describe('the patches of an adopted Rollout', () => {
  test('leave the image an option, even if a container has fields without options', () => {
    const proxy = "- { name: proxy, image: 'acme/proxy:1', stdinOnce: true, env: [{ name: A, valueFrom: {} }] }";
    const { notes, text } = adoptOne(rollout('[{ setWeight: 50 }, { pause: {} }]', proxy) + SERVICES);
    expect(notes).toEqual([]);
    expect(rendered(text, { image: 'acme/web:2' }).text).toContain('image: acme/web:2');
    expect(rendered(text, { image: 'acme/web:2' }).text).not.toContain('acme/web:1');
  });

  test('state steps that a spec refuses, and leave the others options', () => {
    const steps = `[${HEADER}, { setCanaryScale: { replicas: 1 } }, { setWeight: 20 }, { pause: { duration: 5m } }]`;
    const { notes, changes, text } = adoptOne(rollout(steps, '', ISTIO) + SERVICES + VIRTUAL_SERVICE);
    expect(notes).toEqual([]);
    expect(changes).toEqual([expect.stringContaining('sends requests to the canary before it has pods')]);
    const { steps: stated } = specOf(text);
    expect(stated).toEqual([{ canaryScale: { replicas: 1 } }, { setWeight: 20 }, { pause: { duration: '5m' } }]);
    const changed = rendered(text, { steps: [stated[0], { setWeight: 30 }, stated[2]] });
    expect(changed.text).toContain('setWeight: 30');
    expect(changed.text).toContain('headerName: x-beta');
  });

  test('take away a step only where it still is', () => {
    const steps = `[{ setCanaryScale: { replicas: 1 } }, ${HEADER}, { pause: {} }, { setWeight: 20 }, { pause: {} }]`;
    const { text } = adoptOne(rollout(steps, '', ISTIO) + SERVICES + VIRTUAL_SERVICE);
    const { steps: stated, patches = [] } = specOf(text);
    const taken = { setHeaderRoute: { name: 'beta' } };
    expect(patches.find(({ target }) => target.kind === 'Rollout')?.json).toEqual(
      expect.arrayContaining([
        { op: 'test', path: '/spec/strategy/canary/steps/5', value: taken },
        { op: 'remove', path: '/spec/strategy/canary/steps/5' },
      ]),
    );
    // With another step before it, another one has its index.
    expect(rendered(text, { steps: [...stated, { setWeight: 60 }] }).problems).toEqual([
      expect.stringMatching(/cannot test .*steps\/5: the value differs: it is \{"setWeight":60\}/),
    ]);
  });

  test('replace a list of texts as a whole if that is shorter', () => {
    const made = adoptOne(rollout('[{ setWeight: 50 }, { pause: {} }]').replace('[--a, --b]', '[--a]') + SERVICES);
    expect(made.notes).toEqual([]);
    expect(render(made.text).text).toContain('--a');
  });
});

describe('many routes that are written alike', () => {
  const route = (i: number, host = 'web-stable') =>
    `    - { name: r${i}, match: [{ uri: { prefix: /r${i} } }], route: [{ destination: { host: ${host} }, weight: 100 }] }\n`;
  const withRoutes = (routes: readonly string[]) =>
    rollout('[{ setWeight: 20 }, { pause: {} }]', '', ISTIO) +
    SERVICES +
    VIRTUAL_SERVICE.replace('  http:\n', `  http:\n${routes.join('')}`);
  interface Routed {
    readonly traffic: { readonly routes: readonly { readonly to?: object }[] };
  }
  const statedOf = (text: string) =>
    (specOf(text) as Spec & Routed).traffic.routes.flatMap(({ to }) => (to ? [Object.keys(to).join()] : []));

  test('state the same few options, as one of them by itself does', () => {
    const alone = adoptOne(withRoutes([route(0)]));
    const many = adoptOne(withRoutes(Array.from({ length: 40 }, (_, i) => route(i))));
    expect([many.notes, many.changes]).toEqual([[], []]);
    expect(statedOf(many.text)).toEqual(Array.from({ length: 40 }, () => statedOf(alone.text)[0]));
  });

  test('keep the options that only one of them needs', () => {
    const routes = Array.from({ length: 20 }, (_, i) => route(i, i === 7 ? 'other' : 'web-stable'));
    const found = adoptOne(withRoutes(routes));
    expect([found.notes, found.changes]).toEqual([[], []]);
    const hosts = [...render(found.text).text.matchAll(/name: (r\d+)\n\s+route:\n\s+- destination:\n\s+host: (\S+)/g)];
    expect(hosts.map(([, name, host]) => `${name} ${host}`)).toEqual(
      routes.map((_, i) => `r${i} ${i === 7 ? 'other' : 'web-stable'}`),
    );
  });
});
