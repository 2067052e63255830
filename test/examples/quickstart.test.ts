import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Manifest, manifestsIn, renderExample } from './rendered';

const ROOT = join(__dirname, '../..');
const files = renderExample('quickstart');
const manifests = manifestsIn(files['quickstart.k8s.yaml']);
const the = (kind: string, name?: string): Manifest =>
  manifests.find((manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name));

const rollout = the('Rollout').spec;
const canary = rollout.strategy.canary;
const metric = the('AnalysisTemplate').spec.metrics[0];
const query: string = metric.provider.prometheus.query;

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600 };
const seconds = (text: string) => Number.parseInt(text) * SECONDS[text.slice(-1)];

describe('the quickstart', () => {
  test('takes at most 15 lines of code', () => {
    const code = readFileSync(join(ROOT, 'examples/quickstart/main.ts'), 'utf8').split('\n');
    expect(code.filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(15);
  });

  test('is what dist/ holds', () => {
    expect(readFileSync(join(ROOT, 'dist/quickstart.k8s.yaml'), 'utf8')).toBe(files['quickstart.k8s.yaml']);
  });

  test('is the scenario: half of the requests, manual approval, an analysis of five minutes, at most five failures', () => {
    expect(canary.steps).toEqual([{ setWeight: 50 }, { pause: {} }, { analysis: expect.anything() }]);
    expect(metric.successCondition).toContain('result[0] <= 5');
    expect(query).toContain('[5m]');
  });
});

describe('the quickstart avoids', () => {
  test('a delta over a counter, wrong at every reset', () => {
    expect(query).toContain('increase(');
    expect(query).not.toMatch(/\bi?delta\(/);
  });

  test('a window shorter than four scrapes', () => {
    const { interval } = the('ServiceMonitor').spec.endpoints[0];
    const windows = [...query.matchAll(/\[(\w+)\]/g)].map(([, window]) => seconds(window));
    expect(Math.min(...windows)).toBeGreaterThanOrEqual(4 * seconds(interval));
  });

  test('an analysis that starts before its window holds canary data', () => {
    expect(seconds(metric.initialDelay)).toBeGreaterThanOrEqual(seconds('5m'));
  });

  test('the error that an empty result is: it pauses, as NaN does', () => {
    expect(metric.successCondition).toBe('len(result) > 0 && result[0] <= 5');
    expect(metric.failureCondition).toBe('len(result) > 0 && result[0] > 5');
  });

  test('no failure being taken for no data, and no data for no failure', () => {
    expect(query).toContain('or vector(0)');
    expect(query).toMatch(/and\n\(sum\(increase\([^[]*\[5m\]\)\) >= 1\)/);
  });

  test('a query that sees the stable version too', () => {
    const selectors = query.match(/http_requests_total\{[^[]*/g)!;
    expect(selectors).toHaveLength(2);
    for (const selector of selectors) expect(selector).toContain('rollouts_pod_template_hash="{{args.canary-hash}}"');
    expect(canary.steps[2].analysis.args).toContainEqual({
      name: 'canary-hash',
      valueFrom: { podTemplateHashValue: 'Latest' },
    });
    expect(the('ServiceMonitor').spec.podTargetLabels).toEqual(['rollouts-pod-template-hash']);
  });

  test('a query that sees the same version in another namespace', () => {
    expect(query.match(/namespace="\{\{args\.namespace\}\}"/g)).toHaveLength(2);
  });

  test('a pod that is scraped twice: one monitor chooses one Service', () => {
    const monitors = manifests.filter(({ kind }) => kind === 'ServiceMonitor');
    expect(monitors).toHaveLength(1);
    const { matchLabels } = monitors[0].spec.selector;
    const chosen = manifests.filter(
      ({ kind, metadata }) => kind === 'Service' && metadata.labels.app === matchLabels.app,
    );
    expect(chosen.map(({ metadata }) => metadata.name)).toEqual(['checkout']);
  });

  test('several series, of which Argo Rollouts would read whichever came first', () => {
    expect(query.replace(/\s/g, '')).toMatch(/^\(sum\(.*\)orvector\(0\)\)and\(sum\(.*\)>=1\)$/);
  });

  test('a background analysis before there is a canary, and one that ends before the rollout', () => {
    expect(canary).not.toHaveProperty('analysis');
  });

  test('a weight without time to be tried at', () => {
    canary.steps.forEach((step: Manifest, i: number) => {
      if ('setWeight' in step) expect(Object.keys(canary.steps[i + 1])[0]).toMatch(/pause|analysis/);
    });
  });

  test('a count that the failure limit can never exceed', () => {
    expect(metric.failureLimit ?? 0).toBeLessThan(metric.count ?? 1);
  });

  test('destinations that the controller would delete, and routes without a name that it would multiply', () => {
    const { http } = the('VirtualService').spec;
    expect(new Set(http.map(({ name }: Manifest) => name)).size).toBe(http.length);
    for (const route of http) {
      expect(route.name).toBeTruthy();
      expect(route.route.map((one: Manifest) => one.destination.host)).toEqual(['checkout-stable', 'checkout-canary']);
    }
  });

  test('a split without both Services, in which a rollout may hang', () => {
    expect([canary.stableService, canary.canaryService]).toEqual(['checkout-stable', 'checkout-canary']);
  });

  test('weights in Git that reset live traffic', () => {
    const [route] = the('VirtualService').spec.http;
    expect(route.route.map(({ weight }: Manifest) => weight)).toEqual([100, 0]);
  });

  test('a sync wave in which the Rollout waits for what comes after it', () => {
    for (const { metadata } of manifests) {
      expect(metadata.annotations ?? {}).not.toHaveProperty('argocd.argoproj.io/sync-wave');
    }
  });

  test('a host for everybody, and metrics that are published through it', () => {
    const hosts = [...the('VirtualService').spec.hosts, ...the('Gateway').spec.servers[0].hosts];
    expect(hosts).toEqual(['checkout.example.com', 'checkout.example.com']);
    const destinations = the('VirtualService').spec.http.flatMap(({ route }: Manifest) => route);
    for (const { destination } of destinations) expect(destination.host).not.toContain('prometheus');
  });

  test('a scrape that strict mTLS refuses', () => {
    const [endpoint] = the('ServiceMonitor').spec.endpoints;
    expect(endpoint).toMatchObject({ path: '/stats/prometheus', relabelings: [{ replacement: '$1:15020' }] });
    expect(rollout.template.metadata.annotations).toMatchObject({
      'prometheus.istio.io/merge-metrics': 'true',
      'prometheus.io/port': '8080',
      'prometheus.io/path': '/metrics',
    });
  });
});
