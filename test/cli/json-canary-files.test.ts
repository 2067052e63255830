import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inShard } from '../../src/formats/shard';
import { folderWith, runCli } from './run-cli';

const app = (name: string, spec: object = {}): object => ({
  apiVersion: 'cdk8s-canary.dev/v1',
  kind: 'CanaryApp',
  metadata: { name, namespace: 'shop' },
  spec: {
    image: `registry.example.com/${name}:1`,
    port: 8080,
    prometheus: 'http://prometheus.monitoring:9090',
    steps: [{ setWeight: 50 }, { pause: { duration: '5m' } }, 'analysis'],
    ...spec,
  },
});
const overlay = (replicas: number): string =>
  JSON.stringify({ apiVersion: 'cdk8s-canary.dev/v1', kind: 'CanaryApp', spec: { replicas } });
const SCENARIOS = (manifests: string): string =>
  `manifests: ${manifests}\nscenarios:\n  - { name: bad, version: { fails: 20% }, expect: aborted }\n`;

/** A canary file in the styles that YAML has. */
const STYLES: readonly (readonly [string, string])[] = [
  ['JSON on one line', JSON.stringify(app('cart'))],
  ['JSON on several lines', JSON.stringify(app('cart'), undefined, 2)],
  [
    'flow style with quoted keys',
    `{ 'kind': "CanaryApp", apiVersion: cdk8s-canary.dev/v1, metadata: { name: cart, namespace: shop },
spec: { image: 'registry.example.com/cart:1', port: 8080, prometheus: 'http://prometheus.monitoring:9090' } }\n`,
  ],
];

describe.each(STYLES)('a canary file as %s', (_, text) => {
  test.each(['cart.canary.yaml', 'cart.canary.json', 'cart.json'])('is what scenarios run, in %s', async (file) => {
    const cwd = folderWith({ [`app/${file}`]: text, 'app/cart.scenarios.yaml': SCENARIOS(file) });
    const { code, out, err } = await runCli(['test', '--engine', 'simulation'], { cwd });
    expect(err).toBe('');
    expect(out).toContain('✓ bad');
    expect(code).toBe(0);
  });

  test.each(['plan', 'simulate'])('is what %s takes, from a file, a folder and standard input', async (command) => {
    const cwd = folderWith({ 'a/cart.canary.json': text });
    const runs = command === 'simulate' ? ['--runs', '20'] : [];
    for (const [path, stdin] of [
      ['a/cart.canary.json', ''],
      ['a', ''],
      ['-', text],
    ]) {
      const { code, out, err } = await runCli([command, path, ...runs], { cwd, stdin });
      expect([path, code, err, out]).toEqual([path, 0, expect.any(String), expect.stringContaining('shop/cart')]);
    }
  });

  test('is found by synth in a folder, with its overlay', async () => {
    const cwd = folderWith({
      'a/cart.canary.json': text,
      'a/cart.canary.production.json': overlay(7),
      // A JSON Schema is no overlay.
      'a/cart.canary.schema.json': '{}',
    });
    const { code, err } = await runCli(['synth', 'a', '-o', 'out', '--env', 'production'], { cwd });
    expect([code, err]).toEqual([0, expect.any(String)]);
    expect(readFileSync(join(cwd, 'out/production/shop/cart.yaml'), 'utf8')).toContain('\n  replicas: 7\n');
  });

  test('belongs to the shard of its app', async () => {
    const cwd = folderWith({ 'a/other.canary.json': text });
    const wrote: boolean[] = [];
    for (const index of [1, 2, 3]) {
      await runCli(['synth', 'a', '-o', `out${index}`, '--shard', `${index}/3`], { cwd });
      wrote.push(existsSync(join(cwd, `out${index}`, 'shop/cart.yaml')));
    }
    expect(wrote).toEqual([1, 2, 3].map((index) => inShard({ index, count: 3 }, 'cart')));
  });
});

test('a manifest that holds a canary file as a text is none', async () => {
  const cwd = folderWith({
    'map.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: examples, namespace: shop }
data:
  cart.canary.yaml: |
    apiVersion: cdk8s-canary.dev/v1
    kind: CanaryApp
    metadata: { name: cart }
  cart.canary.json: '${JSON.stringify(app('cart'))}'
`,
  });
  const { code, out, err } = await runCli(['lint', 'map.yaml'], { cwd });
  expect([code, err, out]).toEqual([0, '', expect.stringContaining('nothing found in 1 resource')]);
});
