import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import {
  SETS,
  byIstio,
  container,
  manifestsOf,
  rollout,
  service,
  services,
  template,
  virtualService,
} from '../adopt/sets';
import { folderWith, runCli } from './run-cli';

const text = (...objects: object[]) => objects.map((one) => stringify(one)).join('---\n');
const set = (name: string) => manifestsOf(SETS.find((one) => one.name === name)!);
const base = () => text(rollout(byIstio()), ...services(), virtualService());
const deployment = (name: string, pods: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'pay' },
  spec: { selector: { matchLabels: { app: name } }, template: pods },
});

describe('adopt', () => {
  test('writes a spec that renders the same, and says so in a line', async () => {
    const cwd = folderWith({ 'in/a.yaml': base() });
    const { code, out, err } = await runCli(['adopt', 'in', '--out', 'specs'], { cwd });
    expect([code, out]).toEqual([0, '']);
    expect(err).toMatch(/^ledger: equal, 4 objects[^\n]*\n$/);
    const rendered = await runCli(['synth', 'specs', '--out', 'out'], { cwd });
    expect(rendered).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(join(cwd, 'out/pay'))).toEqual(['ledger.yaml']);
  });

  test('two apps of one name are an error before anything is written', async () => {
    const cwd = folderWith({ 'a.yaml': base(), 'b.yaml': base() });
    const { code, err } = await runCli(['adopt', 'a.yaml', 'b.yaml', '--out', 'specs'], { cwd });
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(
        'there are two objects Rollout ledger in namespace pay in these files; leave one of them out',
      ),
    ]);
    expect(existsSync(join(cwd, 'specs'))).toBe(false);
  });

  test('two apps of one name in two namespaces would be one file, so that only the others are written', async () => {
    const other = base().replaceAll('ledger', 'books');
    const cwd = folderWith({
      'a.yaml': base(),
      'b.yaml': base().replaceAll('namespace: pay', 'namespace: play'),
      'c.yaml': other,
    });
    const { code, err } = await runCli(['adopt', '.', '--out', 'specs'], { cwd });
    expect(code).toBe(1);
    expect(err.match(/not written: apps of one name \(in pay and play\) would share the file ledger/g)).toHaveLength(2);
    expect(readdirSync(join(cwd, 'specs'))).toEqual(['books.canary.yaml']);
  });

  test('a second run into the same folder changes nothing', async () => {
    const cwd = folderWith({ 'a.yaml': base() });
    await runCli(['adopt', 'a.yaml', '--out', 'specs'], { cwd });
    writeFileSync(join(cwd, 'specs/ledger.canary.yaml'), 'mine\n');
    const { code, err } = await runCli(['adopt', 'a.yaml', '--out', 'specs'], { cwd });
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('specs/ledger.canary.yaml: already there; nothing was written'),
    ]);
    expect(readFileSync(join(cwd, 'specs/ledger.canary.yaml'), 'utf8')).toBe('mine\n');
  });

  test('one that cannot be adopted does not stop the rest', async () => {
    const helper = {
      metadata: { labels: { app: 'helper' } },
      spec: { containers: [{ name: 'helper', image: 'registry.example.com/helper:1' }] },
    };
    const cwd = folderWith({
      'a.yaml': text(deployment('ledger', template()), service('ledger'), deployment('helper', helper)),
    });
    const { code, err } = await runCli(['adopt', 'a.yaml', '--out', 'specs'], { cwd });
    expect(code).toBe(1);
    expect(err).toContain(
      'Deployment helper is not adopted: its first container has no port; give it a containerPort\n',
    );
    expect(readdirSync(join(cwd, 'specs'))).toEqual(['ledger.canary.yaml']);
  });

  test.each([
    ['a Deployment that must not run twice', 'Deployment ledger is not adopted: its strategy is Recreate'],
    ['a database', 'Deployment ledger is not adopted: its image postgres:16 is a data store'],
  ])('%s is no canary', async (name, message) => {
    const cwd = folderWith({ 'a.yaml': set(name) });
    const { code, err } = await runCli(['adopt', 'a.yaml', '--out', 'specs'], { cwd });
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    expect(existsSync(join(cwd, 'specs', 'ledger.canary.yaml'))).toBe(false);
  });

  test('a dangerous difference is written only with --accept-changes=behaviour', async () => {
    const route = virtualService({
      route: ['ledger', 'older'].map((host) => ({ destination: { host }, weight: 50 })),
    });
    const cwd = folderWith({ 'a.yaml': text(deployment('ledger', template()), service('ledger'), route) });
    const run = (...args: string[]) => runCli(['adopt', 'a.yaml', '--out', 'specs', ...args], { cwd });
    for (const args of [[], ['--accept-changes']]) {
      const { code, err } = await run(...args);
      expect([code, err]).toEqual([1, expect.stringContaining('not written without --accept-changes=behaviour')]);
      expect(existsSync(join(cwd, 'specs'))).toBe(false);
    }
    expect((await run('--accept-changes=behaviour')).code).toBe(1);
    expect(readdirSync(join(cwd, 'specs'))).toEqual(['ledger.canary.yaml']);
  });

  test('every object that is not carried over is named, and is none of the app that is', async () => {
    const other = (apiVersion: string, kind: string, spec: object) => ({
      apiVersion,
      kind,
      metadata: { name: 'cache', namespace: 'pay' },
      spec,
    });
    const cache = {
      metadata: { labels: { app: 'cache' } },
      spec: { containers: [{ name: 'redis', image: 'redis:7', ports: [{ containerPort: 6379 }] }] },
    };
    const cwd = folderWith({
      'a.yaml': text(
        deployment('cache', cache),
        other('v1', 'Service', { selector: { app: 'cache' }, ports: [{ port: 6379 }] }),
        other('v1', 'PersistentVolumeClaim', { accessModes: ['ReadWriteOnce'] }),
        { ...other('v1', 'ServiceAccount', {}), spec: undefined },
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'pay' }, data: { a: 'b' } },
        deployment('ledger', template()),
        service('ledger'),
      ),
    });
    const { code, err } = await runCli(['adopt', 'a.yaml', '--out', 'specs'], { cwd });
    expect(code).toBe(1);
    expect(err).toContain('Deployment cache is not adopted: its image redis:7 is a data store');
    expect(err).toContain(
      'not carried over (part of Deployment cache): Service cache, PersistentVolumeClaim cache, ServiceAccount cache\n',
    );
    const written = readFileSync(join(cwd, 'specs/ledger.canary.yaml'), 'utf8');
    expect(written).toContain('name: settings');
    expect(written).not.toContain('name: cache');
  });

  test('the objects of a Flagger Canary that is not adopted are named, and those that an adopted one uses are not', async () => {
    const flagger = (kind: string, name: string, spec: object) => ({
      apiVersion: 'flagger.app/v1beta1',
      kind,
      metadata: { name, namespace: 'pay' },
      spec,
    });
    const canary = (name: string, metric: string) =>
      flagger('Canary', name, {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        service: { port: 8080 },
        analysis: {
          interval: '1m',
          stepWeight: 10,
          maxWeight: 50,
          threshold: 1,
          metrics: [{ name: metric, templateRef: { name: metric }, thresholdRange: { max: 1 }, interval: '1m' }],
        },
      });
    const metric = (name: string) =>
      flagger('MetricTemplate', name, { provider: { type: 'prometheus', address: 'http://p:9090' }, query: 'up' });
    const once = { ...deployment('once', template()).spec, strategy: { type: 'Recreate' } };
    const cwd = folderWith({
      'a.yaml': text(
        ...['ledger', 'once'].map((name) => canary(name, `${name}-errors`)),
        ...['ledger-errors', 'once-errors', 'unused'].map(metric),
        deployment('ledger', template()),
        { ...deployment('once', {}), spec: once },
      ),
    });
    const { err } = await runCli(['adopt', 'a.yaml', '--prometheus', 'http://p:9090'], { cwd });
    expect(err).toContain('Canary once is not adopted: Deployment once: its strategy is Recreate');
    expect(err).toContain('not carried over (part of Canary once): MetricTemplate once-errors, Deployment once\n');
    expect(err).toContain(
      'not carried over (only Flagger uses it, for no Canary of these files): MetricTemplate unused\n',
    );
    expect(err).not.toMatch(/not carried over .*ledger/);
  });

  test('every difference is told once, also with --verbose', async () => {
    const one = deployment('ledger', template());
    const held = { ...one, metadata: { ...one.metadata, finalizers: ['a.example.com/hold', 'b.example.com/hold'] } };
    const cwd = folderWith({ 'a.yaml': text(held, service('ledger')) });
    const { err } = await runCli(['adopt', 'a.yaml', '--verbose'], { cwd });
    expect(err).toMatch(/^ledger: 2 differences, in how the rollout behaves; not written/);
    expect(err.match(/a\.example\.com\/hold/g)).toHaveLength(1);
    expect(err.match(/b\.example\.com\/hold/g)).toHaveLength(1);
  });

  test('a Deployment is not called equal where adopting changes something', async () => {
    const cwd = folderWith({ 'a.yaml': text(deployment('ledger', template()), service('ledger')) });
    const { code, err } = await runCli(['adopt', 'a.yaml', '--out', 'specs'], { cwd });
    expect(code).toBe(0);
    expect(err).toMatch(/^ledger: nothing is lost, \d+ objects/);
    expect(err).toContain('  the pods of ledger join the mesh of Istio');
  });

  test('a route that exists is taken over, and the summary names it', async () => {
    const route = virtualService({ route: [{ destination: { host: 'ledger' } }] });
    const cwd = folderWith({ 'a.yaml': text(deployment('ledger', template()), service('ledger'), route) });
    const { code, err } = await runCli(['adopt', 'a.yaml', '--out', 'specs'], { cwd });
    expect([code, err]).toEqual([0, expect.stringContaining('  VirtualService ledger splits its requests between')]);
    expect(readdirSync(join(cwd, 'specs'))).toEqual(['ledger.canary.yaml']);
  });

  test('an autoscaled Deployment: the autoscalers name the Rollout, and nothing is lost', async () => {
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ledger' };
    const scaler = (apiVersion: string, kind: string, name: string, spec: object) => ({
      apiVersion,
      kind,
      metadata: { name, namespace: 'pay' },
      spec,
    });
    const requests = template({ containers: [container({ resources: { requests: { cpu: '200m' } } })] });
    const cwd = folderWith({
      'a.yaml': text(
        { ...deployment('ledger', requests), spec: { ...deployment('ledger', requests).spec, replicas: 12 } },
        service('ledger'),
        scaler('autoscaling/v2', 'HorizontalPodAutoscaler', 'ledger', {
          scaleTargetRef: target,
          minReplicas: 4,
          maxReplicas: 40,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          ],
        }),
        scaler('keda.sh/v1alpha1', 'ScaledObject', 'ledger-night', {
          scaleTargetRef: { name: 'ledger' },
          minReplicaCount: 2,
          triggers: [
            {
              type: 'cron',
              metadata: { timezone: 'UTC', start: '0 8 * * *', end: '0 18 * * *', desiredReplicas: '6' },
            },
          ],
        }),
        scaler('policy/v1', 'PodDisruptionBudget', 'ledger', {
          maxUnavailable: 1,
          selector: { matchLabels: { app: 'ledger' } },
        }),
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other', namespace: 'pay' }, data: { a: 'b' } },
      ),
    });
    const { out } = await runCli(['adopt', 'a.yaml', '--accept-changes=behaviour'], { cwd });
    expect(out).not.toContain('replicas: 12');
    const folder = folderWith({ 'ledger.canary.yaml': out });
    await runCli(['synth', '.', '--out', 'out'], { cwd: folder });
    const rendered = readFileSync(join(folder, 'out/pay/ledger.yaml'), 'utf8');
    for (const kind of ['HorizontalPodAutoscaler', 'ScaledObject', 'PodDisruptionBudget', 'ConfigMap']) {
      expect(rendered).toContain(`kind: ${kind}\n`);
    }
    expect(rendered).not.toContain('kind: Deployment');
    expect(rendered).not.toMatch(/^ {2}replicas:/m);
  });
});

describe('krm gives back the texts of other objects as texts', () => {
  const data = {
    DATE: '2026-01-01',
    NUMBER: '1_000',
    BINARY: '0b11',
    SWITCH: 'on',
    ANSWER: 'no',
    OCTAL: '0o7',
    HEX: '0X1F',
    E: '1e3',
    DASH: '-_1',
  };
  const map = (name: string, texts: string) =>
    `{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "${name}" }, "data": ${texts} }`;
  const listOf = (...items: string[]) =>
    `{ "apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": [${items.join(', ')}] }`;
  const texts = JSON.stringify(data);

  test.each([
    ['JSON, which stays as it is', listOf(map('one', texts))],
    ['YAML with an alias, whose object is written anew', listOf(map('one', `&texts ${texts}`), map('two', '*texts'))],
  ])('of %s', async (_, stdin) => {
    const { code, out } = await runCli(['krm'], { stdin });
    expect(code).toBe(0);
    // Kustomize reads YAML 1.1, in which these are texts only with quotes.
    const [{ data: read }] = (parse(out, { version: '1.1' }) as { items: { data: object }[] }).items.slice(-1);
    expect(read).toEqual(data);
    const last = out.slice(out.lastIndexOf('ConfigMap'));
    for (const value of Object.values(data)) expect(last).toMatch(new RegExp(`: ?["']${value}["']`));
  });
});
