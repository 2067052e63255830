import { parseAllDocuments } from 'yaml';
import { render, spec } from './load';

interface Obj {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec: any;
  readonly data?: object;
}

const app = 'checkout';

/** What a spec with some lines more renders, by kind and name. */
function made(lines: string): Record<string, Obj> {
  const { text, problems } = render(spec(lines));
  expect(problems).toEqual([]);
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Obj);
  return Object.fromEntries(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

describe('a dashboard shows', () => {
  interface Board {
    readonly panels: readonly {
      readonly title: string;
      readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
      readonly fieldConfig: {
        readonly defaults: { readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] } };
      };
    }[];
  }
  const steps = '  steps: [{ setWeight: 50 }, { pause: { duration: 5m } }, analysis]\n';
  const shown = (lines: string) => {
    const objects = made(lines);
    const [text] = Object.values(objects[`ConfigMap ${app}-dashboard`].data as Record<string, string>);
    const { panels } = JSON.parse(text) as Board;
    const [first] = panels[0].targets;
    return { objects, panels, first };
  };
  const rate = (matchers: string, by: string) => `sum by (${by}) (rate(http_requests_total{${matchers}}[5m]))`;

  test('the Services, where monitors tell versions apart by them', () => {
    const { first, objects } = shown('  monitoring: { versionLabel: service, dashboard: {} }\n');
    expect(first.expr).toContain(rate(`namespace="shop",service=~"${app}-canary|${app}-stable"`, 'service'));
    expect(first.expr).toContain(`"version", "stable", "service", "${app}-stable"`);
    expect(first.legendFormat).toBe('{{version}}');
    // As the analysis asks.
    expect(JSON.stringify(objects[`AnalysisTemplate ${app}-failures`])).toContain(`service=\\"${app}-canary\\"`);
  });

  test('what a check counts for itself', () => {
    const requests = '{ istio: { matchers: [{ equalTo: { label: request_protocol, value: grpc } }] } }';
    const { first, panels } = shown(
      `  checks: [restarts, { successRate: { atLeast: 99%, requests: ${requests} } }]\n${steps}  monitoring: { dashboard: {} }\n`,
    );
    expect(first.expr).toContain('istio_requests_total{');
    expect(first.expr).toContain('request_protocol="grpc"');
    expect(first.expr).toContain(`"version", "canary", "destination_service_name", "${app}-canary"`);
    // The limit of the check is drawn.
    expect(panels[1].fieldConfig.defaults.thresholds?.steps[1].value).toBe(0.01);
  });

  const labels = (canary: string, stable: string) =>
    `  measuring: { requests: { application: { isolation: { labelsOfBoth: { canary: [${canary}], stable: [${stable}] } } } } }
  checks: [{ successRate: { atLeast: 99% } }]\n${steps}  monitoring: { dashboard: {} }\n`;
  const equal = (label: string, value: string) => `{ equalTo: { label: ${label}, value: '${value}' } }`;
  const app_ = equal('app', '{{args.rollout}}');

  test('versions that one label tells apart, with the names canary and stable', () => {
    const { first } = shown(labels(`${equal('track', 'next.1')}, ${app_}`, `${app_}, ${equal('track', 'live')}`));
    expect(first.expr).toBe(
      `label_replace(label_replace(${rate(`app="${app}",track=~"next\\\\.1|live"`, 'track')}, "version", "canary", "track", "next.1"), "version", "stable", "track", "live")`,
    );
    expect(first.legendFormat).toBe('{{version}}');
  });

  test.each([
    [
      'more than one label',
      `${equal('track', 'a')}, ${equal('zone', 'a')}`,
      `${equal('track', 'b')}, ${equal('zone', 'b')}`,
    ],
    ['the hash', equal('hash', '{{args.canary-hash}}'), equal('hash', '{{args.stable-hash}}')],
  ])('nothing that it cannot know without an update: %s', (_, canary, stable) => {
    expect(render(spec(labels(canary, stable))).problems).toEqual([
      expect.stringContaining(
        'versions cannot be shown side by side; isolate by the pod-template hash, or by one label',
      ),
    ]);
  });

  test('canary and stable by the metadata that the controller gives to pods, which the monitor copies', () => {
    const roles = (canary: string, stable: string) =>
      `  strategy: { canaryMetadata: { labels: { ${canary} } }, stableMetadata: { labels: { ${stable} } } }\n`;
    const { first, objects } = shown(
      `${roles('team: a, shop.io/role: new', 'team: a, shop.io/role: old')}  monitoring: { dashboard: {} }\n`,
    );
    expect(objects[`ServiceMonitor ${app}`].spec.podTargetLabels).toEqual([
      'rollouts-pod-template-hash',
      'shop.io/role',
    ]);
    expect(first.expr).toContain(`"version", "canary", "shop_io_role", "new"`);
    expect(first.expr).toContain('sum by (shop_io_role)');
    expect(first.legendFormat).toBe('{{version}}');
    // Without a dashboard, or with the same label for both versions, nobody needs the label.
    for (const lines of [
      roles('role: a', 'role: b'),
      `${roles('role: a', 'role: a')}  monitoring: { dashboard: {} }\n`,
    ]) {
      expect(made(lines)[`ServiceMonitor ${app}`].spec.podTargetLabels).toEqual(['rollouts-pod-template-hash']);
    }
  });

  test('the pod-template hash otherwise, or the legend that is stated', () => {
    expect(shown('  monitoring: { dashboard: {} }\n').first.legendFormat).toBe('{{rollouts_pod_template_hash}}');
    const { panels } = shown(`  monitoring: { dashboard: { legend: 'version {{rollouts_pod_template_hash}}' } }\n`);
    expect(panels.map(({ targets: [{ legendFormat }] }) => legendFormat)).toEqual([
      ...Array<string>(4).fill('version {{rollouts_pod_template_hash}}'),
      '{{pod}}',
      '{{phase}}',
    ]);
  });

  test('queries that checks have for themselves, unless they need an update', () => {
    const query = (name: string, hash: string) =>
      `{ query: { name: ${name}, query: 'max(queue_depth{ns="{{args.namespace}}",app="{{ args.rollout }}"${hash}})', threshold: { atMost: 50 } } }`;
    const checks = `[${query('queue', '')}, ${query('other', ',h="{{args.canary-hash}}"')}]`;
    const { panels } = shown(`  checks: ${checks}\n${steps}  monitoring: { dashboard: {} }\n`);
    expect(panels.map(({ title }) => title).slice(4, -2)).toEqual(['queue']);
    expect(panels[4]).toMatchObject({
      targets: [{ expr: `max(queue_depth{ns="shop",app="${app}"})`, legendFormat: 'canary' }],
      fieldConfig: { defaults: { thresholds: { steps: [{ value: null }, { value: 50 }] } } },
    });
  });

  test('queries that it states', () => {
    const { panels } = shown(
      `  monitoring: { dashboard: { queries: [{ title: Queue, query: max(queue_depth), legend: '{{pod}}' }] } }\n`,
    );
    expect(panels[4]).toMatchObject({
      title: 'Queue',
      targets: [{ expr: 'max(queue_depth)', legendFormat: '{{pod}}' }],
    });
    expect(
      render(spec('  monitoring: { dashboard: { queries: [{ title: Queue, query: max(queue_depth }] } }\n')).problems,
    ).toEqual([expect.stringContaining('spec.monitoring.dashboard.queries[0].query: the query is no PromQL')]);
  });

  test('the requests that checks count, with the names of the versions and the limit', () => {
    const objects = made(
      '  checks: [{ successRate: { atLeast: 99% } }]\n  measuring: { requests: istio }\n  monitoring: { dashboard: {} }\n',
    );
    const { data } = objects[`ConfigMap ${app}-dashboard`];
    const board = JSON.parse(Object.values(data as Record<string, string>)[0]) as {
      uid: string;
      panels: {
        targets: { expr: string; legendFormat: string }[];
        fieldConfig: { defaults: { thresholds: { steps: { value: number | null }[] } } };
      }[];
    };
    expect(board.uid).toBe(`shop-${app}-dashboard`);
    // The limit of the check is drawn.
    expect(board.panels[1].fieldConfig.defaults.thresholds.steps[1].value).toBe(0.01);
    const [requests] = board.panels[0].targets;
    expect(requests.expr).toContain('istio_requests_total');
    expect(requests.expr).toContain(`"version", "canary", "destination_service_name", "${app}-canary"`);
    expect(requests.legendFormat).toBe('{{version}}');
  });
});
