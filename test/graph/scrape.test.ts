import {
  graphOfLoaded,
  keptLabels,
  keptSamples,
  loadManifests,
  type RunningPod,
  type ScrapeTarget,
  scrapeTargets,
  services,
} from '../../src/graph';
import { NEWEST, newestOf } from '../../src/versions';

const graphFrom = (...documents: string[]): ReturnType<typeof graphOfLoaded> =>
  graphOfLoaded(loadManifests([{ name: 'app.yaml', text: documents.join('\n---\n') }]));

const service = (name: string, labels = 'app: shop'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop, labels: { ${labels} } }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80, targetPort: http }] }`;

const monitor = (spec: string, endpoint = 'port: http'): string => `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: shop, namespace: shop }
spec: { selector: { matchLabels: { app: shop } }, endpoints: [{ ${endpoint} }], ${spec} }`;

const pod = (name: string, hash: string, rest: Partial<RunningPod> = {}): RunningPod => ({
  name,
  namespace: 'shop',
  labels: { app: 'shop', 'rollouts-pod-template-hash': hash },
  ip: '10.0.0.1',
  containers: [{ name: 'shop', ports: [{ name: 'http', number: 8080 }] }],
  ...rest,
});

describe('the targets of a ServiceMonitor', () => {
  test.each([
    ['2.55', 'http', '10.0.0.1:80', 'http://10.0.0.1:80/metrics'],
    ['2.55', 'https', '10.0.0.1:443', 'https://10.0.0.1:443/metrics'],
    ['3.0', 'http', '10.0.0.1', 'http://10.0.0.1/metrics'],
  ])('whose address has no port: Prometheus %s with %s makes it %s', (prometheus, scheme, instance, url) => {
    const relabeling = '{ sourceLabels: [__address__], regex: "(.+):[0-9]+", targetLabel: __address__ }';
    const bare = monitor('', `port: http, scheme: ${scheme}, relabelings: [${relabeling}]`);
    const graph = graphFrom(service('shop-stable'), bare);
    const { targets } = scrapeTargets(graph.on(newestOf({ ...NEWEST, prometheus: [prometheus] })), [
      pod('shop-1', 'abc'),
    ]);
    expect(targets.map((target) => [target.labels.instance, target.url])).toEqual([[instance, url]]);
  });

  test('have the labels that the operator gives, and the pod-template hash where the monitor asks for it', () => {
    const graph = graphFrom(service('shop-stable'), monitor('podTargetLabels: [rollouts-pod-template-hash]'));
    const { targets } = scrapeTargets(graph, [pod('shop-1', 'abc')]);
    expect(targets.map(({ url, labels, intervalSeconds }) => ({ url, labels, intervalSeconds }))).toEqual([
      {
        url: 'http://10.0.0.1:8080/metrics',
        intervalSeconds: 30,
        labels: {
          container: 'shop',
          endpoint: 'http',
          instance: '10.0.0.1:8080',
          job: 'shop-stable',
          namespace: 'shop',
          pod: 'shop-1',
          rollouts_pod_template_hash: 'abc',
          service: 'shop-stable',
        },
      },
    ]);
  });

  test('are two for a pod that both Services select, as when no rollout is under way', () => {
    const graph = graphFrom(service('shop-stable'), service('shop-canary'), monitor(''));
    const { targets } = scrapeTargets(graph, [pod('shop-1', 'abc')]);
    expect(targets.map(({ labels }) => labels.service)).toEqual(['shop-stable', 'shop-canary']);
  });

  test('follow what the controller adds to the selectors of its Services', () => {
    const graph = graphFrom(service('shop-stable'), service('shop-canary'), monitor(''));
    const [stable, canary] = services(graph).map(({ resource }) => resource);
    const selectors = new Map([
      [stable, { app: 'shop', 'rollouts-pod-template-hash': 'old' }],
      [canary, { app: 'shop', 'rollouts-pod-template-hash': 'new' }],
    ]);
    const pods = [pod('shop-1', 'old'), pod('shop-2', 'new', { ip: '10.0.0.2' })];
    const { targets } = scrapeTargets(graph, pods, { selectors });
    expect(targets.map(({ labels }) => `${labels.service} ${labels.pod}`)).toEqual([
      'shop-stable shop-1',
      'shop-canary shop-2',
    ]);
  });
});

describe('a pod', () => {
  const graph = graphFrom(service('shop'), monitor(''));

  test('is scraped before it is ready, and no longer when it has finished', () => {
    expect(scrapeTargets(graph, [pod('shop-1', 'abc', { ready: false })]).targets).toHaveLength(1);
    expect(scrapeTargets(graph, [pod('shop-1', 'abc', { phase: 'Succeeded' })]).targets).toHaveLength(0);
    expect(scrapeTargets(graph, [pod('shop-1', 'abc', { ip: undefined })]).targets).toHaveLength(0);
  });

  test('that is being deleted is behind endpoint slices, not behind Endpoints', () => {
    const leaving = [pod('shop-1', 'abc', { terminating: true })];
    expect(scrapeTargets(graph, leaving).targets).toHaveLength(0);
    expect(scrapeTargets(graph, leaving, { serviceDiscoveryRole: 'endpointslice' }).targets).toHaveLength(1);
  });

  test('is found by targetPort also where the Service does not have the port', () => {
    const containers = [{ name: 'shop', ports: [8080, 9090].map((number) => ({ number, name: `p${number}` })) }];
    const byNumber = graphFrom(
      service('shop').replace('targetPort: http', 'targetPort: 8080'),
      monitor('', 'targetPort: 9090'),
    );
    const [target] = scrapeTargets(byNumber, [pod('shop-1', 'abc', { containers })]).targets;
    expect(target.labels).toMatchObject({ endpoint: '9090', instance: '10.0.0.1:9090', service: 'shop' });
  });
});

describe('a PodMonitor', () => {
  const podMonitor = (spec: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: shop, namespace: shop }
spec: { ${spec} }`;

  test('names the job after itself, or by the label that is given', () => {
    const job = (spec: string): string =>
      scrapeTargets(graphFrom(podMonitor(`selector: {}, podMetricsEndpoints: [{ port: http }], ${spec}`)), [
        pod('shop-1', 'abc'),
      ]).targets[0].labels.job;
    expect(job('')).toBe('shop/shop');
    expect(job('jobLabel: app')).toBe('shop');
    expect(job('jobLabel: absent')).toBe('shop/shop');
  });

  test('scrapes a container without ports at the address alone, unless it asks for a port', () => {
    const containers = [{ name: 'shop' }];
    const targets = (endpoint: string): string[] =>
      scrapeTargets(graphFrom(podMonitor(`selector: {}, podMetricsEndpoints: [{ ${endpoint} }]`)), [
        pod('shop-1', 'abc', { containers }),
      ]).targets.map(({ url }) => url);
    expect(targets('path: /stats')).toEqual(['http://10.0.0.1/stats']);
    expect(targets('port: http')).toEqual([]);
  });
});

describe('a monitor that the operator refuses', () => {
  test.each([
    ['interval: 10s, scrapeTimeout: 20s', 'spec.endpoints[0].scrapeTimeout is 20s, longer than the interval, 10s'],
    ['relabelings: [{ action: keep, regex: "(" }]', 'missing closing )'],
    ['relabelings: [{ action: hashmod, targetLabel: x }]', 'hashmod needs a modulus above 0'],
    ['metricRelabelings: [{ action: labeldrop, regex: a, targetLabel: b }]', 'labeldrop takes only regex'],
  ])('scrapes nothing at all: %s', (endpoint, why) => {
    const graph = graphFrom(service('shop'), monitor('', `port: http, ${endpoint}`));
    const { targets, refused } = scrapeTargets(graph, [pod('shop-1', 'abc')]);
    expect(targets).toEqual([]);
    expect([...refused.values()].join()).toContain(why);
  });
});

describe('the series of a target', () => {
  const targetOf = (spec: string, endpoint = 'port: http'): ScrapeTarget =>
    scrapeTargets(graphFrom(service('shop'), monitor(spec, endpoint)), [pod('shop-1', 'abc')]).targets[0];

  test("get the target's labels, and keep their own under another name", () => {
    const kept = keptLabels(targetOf(''), { __name__: 'up', pod: 'own', exported_pod: 'older', code: '500' });
    expect(kept).toMatchObject({ pod: 'shop-1', exported_pod: 'older', exported_exported_pod: 'own', code: '500' });
    const honoured = keptLabels(targetOf('', 'port: http, honorLabels: true'), { __name__: 'up', pod: 'own' });
    expect(honoured).toMatchObject({ pod: 'own', service: 'shop' });
  });

  test('are dropped by metricRelabelings', () => {
    const target = targetOf(
      '',
      'port: http, metricRelabelings: [{ action: drop, sourceLabels: [code], regex: "2.." }]',
    );
    expect(keptLabels(target, { __name__: 'requests', code: '200' })).toBeUndefined();
    expect(keptLabels(target, { __name__: 'requests', code: '500' })).toBeDefined();
  });

  test.each([
    ['sampleLimit: 1', 'sample_limit exceeded (2 > 1)'],
    ['labelLimit: 3', 'label_limit exceeded (metric: a, number of labels: 8, limit: 3)'],
    ['labelNameLengthLimit: 4', 'label_name_length_limit exceeded (metric: a, label name: __name__, limit: 4)'],
    ['labelValueLengthLimit: 8', 'label_value_length_limit exceeded (metric: a, label name: instance, limit: 8)'],
  ])('are lost all together beyond a limit: %s', (limit, why) => {
    const { kept, failure } = keptSamples(targetOf(limit), [{ __name__: 'a' }, { __name__: 'b' }]);
    expect(failure).toBe(why);
    expect(kept).toEqual([undefined, undefined]);
  });

  test('are lost of all targets where there are more of them than the monitor allows', () => {
    const graph = graphFrom(service('shop-stable'), service('shop-canary'), monitor('targetLimit: 1'));
    const { targets } = scrapeTargets(graph, [pod('shop-1', 'abc')]);
    expect(targets.map((target) => keptSamples(target, [{ __name__: 'a' }]).failure)).toEqual([
      'target_limit exceeded (number of targets: 2, limit: 1)',
      'target_limit exceeded (number of targets: 2, limit: 1)',
    ]);
  });
});

describe('objects that select each other', () => {
  const named = (text: string, name: string): string => text.replace('name: shop,', `name: ${name},`);
  const found = (documents: readonly string[], options = {}): (string | undefined)[] =>
    scrapeTargets(graphFrom(...documents), [pod('shop-1', 'abc')], options).targets.map(
      ({ service: through }) => through?.resource.name,
    );

  test('are found whatever character their labels have in place of _', () => {
    const selecting = monitor('').replace('app: shop', "'shop.example/app': x");
    expect(found([service('a', "'shop.example/app': x"), service('b', "'shop_example-app': x"), selecting])).toEqual([
      'a',
      'b',
    ]);
  });

  test('are found by a value that is an expression', () => {
    const selecting = monitor('').replace('app: shop', "app: 'sh.p'");
    expect(found([service('a'), service('b', 'app: ship'), service('c', 'app: sheep'), selecting])).toEqual(['a', 'b']);
  });

  test('are found by one of several labels only if the others fit too', () => {
    const selecting = monitor('').replace('app: shop', 'app: shop, tier: web');
    expect(found([service('a'), service('b', 'tier: web, app: shop'), selecting])).toEqual(['b']);
  });

  test('are found by the selector that a Service has now', () => {
    const graph = graphFrom(service('a').replace('{ selector: { app: shop }', '{ selector: {}'), monitor(''));
    const selectors = (hash: string) =>
      new Map([[services(graph)[0].resource, { 'rollouts-pod-template-hash': hash }] as const]);
    const at = (hash: string) => scrapeTargets(graph, [pod('shop-1', 'abc')], { selectors: selectors(hash) }).targets;
    expect([at('abc').length, at('def').length]).toEqual([1, 0]);
    expect(scrapeTargets(graph, [pod('shop-1', 'abc')]).targets).toEqual([]);
  });

  test('are those nearest to the monitor, where environments share names', () => {
    const texts = ['a', 'b'].map((folder) => ({
      name: `${folder}/app.yaml`,
      text: [service('shop').replace('port: 80', `port: 8${folder === 'a' ? 1 : 2}`), monitor('')].join('\n---\n'),
    }));
    const { targets } = scrapeTargets(graphOfLoaded(loadManifests(texts)), [pod('shop-1', 'abc')]);
    expect(
      targets.map(({ job, service: through }) => [job.monitor.origin.file, through?.resource.origin.file]),
    ).toEqual([
      ['a/app.yaml', 'a/app.yaml'],
      ['b/app.yaml', 'b/app.yaml'],
    ]);
  });

  test('have no targets if they multiply beyond what a cluster has, with the place of a selector', () => {
    const documents = (count: number): string[] =>
      Array.from({ length: count }, (_, i) => [service(`s${i}`), named(monitor(''), `m${i}`)]).flat();
    const few = scrapeTargets(graphFrom(...documents(7)), [pod('shop-1', 'abc')]);
    expect([few.targets.length, few.tooMany]).toEqual([7 * 7, undefined]);
    const many = scrapeTargets(graphFrom(...documents(8)), [pod('shop-1', 'abc')]);
    expect(many.targets).toEqual([]);
    expect(many.tooMany).toMatch(
      /^with ServiceMonitor shop\/m6 \(app\.yaml:\d+:\d+\), monitors scrape one pod in more than 50 ways, through 8 Services that select it; /,
    );
  });

  test('count PodMonitors too', () => {
    const all = Array.from({ length: 51 }, (_, i) =>
      named(monitor('').replace('ServiceMonitor', 'PodMonitor').replace('endpoints', 'podMetricsEndpoints'), `m${i}`),
    );
    expect(scrapeTargets(graphFrom(...all.slice(1)), [pod('shop-1', 'abc')]).targets).toHaveLength(50);
    expect(scrapeTargets(graphFrom(...all), [pod('shop-1', 'abc')]).tooMany).toContain('PodMonitor shop/m50');
  });

  test('do not count PodMonitors of other namespaces and of other pods', () => {
    const podMonitor = monitor('').replace('ServiceMonitor', 'PodMonitor').replace('endpoints', 'podMetricsEndpoints');
    const elsewhere = Array.from({ length: 60 }, (_, i) => podMonitor.replace('namespace: shop', `namespace: n${i}`));
    const { targets, tooMany } = scrapeTargets(graphFrom(podMonitor, ...elsewhere), [pod('shop-1', 'abc')]);
    expect([targets.length, tooMany]).toEqual([1, undefined]);
  });
});
