import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
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

test('krm gives back the texts of other objects as texts', async () => {
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
  const list = {
    apiVersion: 'config.kubernetes.io/v1',
    kind: 'ResourceList',
    items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'texts' }, data }],
  };
  const { code, out } = await runCli(['krm'], { stdin: JSON.stringify(list) });
  expect(code).toBe(0);
  for (const value of Object.values(data)) expect(out).toMatch(new RegExp(`: ["']${value}["']\\n`));
});
