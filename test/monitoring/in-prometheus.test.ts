// Alerts and recording rules, put to Prometheus itself.
import { Chart, Testing } from 'cdk8s';
import { CanaryIsolation, RequestMetrics, RolloutDashboard, RolloutRules } from '../../src';
import { describeWithPromtool, InputSeries, judge, QueryCase } from '../promql/promtool';
import { Manifest, only } from '../synthesized';

const synthesized = (build: (chart: Chart) => unknown): Manifest[] => {
  const chart = new Chart(Testing.app(), 'test', { namespace: 'shop' });
  build(chart);
  return Testing.synth(chart);
};
const rulesOf = (requests?: RequestMetrics) =>
  only(
    synthesized((chart) => new RolloutRules(chart, 'rules', { rollout: 'checkout', requests })),
    'PrometheusRule',
  ).spec;
const RULES = rulesOf(RequestMetrics.application());
const BY_SERVICE = rulesOf(
  RequestMetrics.application({ isolation: CanaryIsolation.service('checkout-canary', 'service', 'checkout-stable') }),
);

/** The controller's metric, scraped from its own namespace. */
const info = (phase: string, values: string, name = 'checkout', namespace = 'shop'): InputSeries => [
  `rollout_info{name="${name}",exported_namespace="${namespace}",namespace="argo-rollouts",phase="${phase}"}`,
  values,
];
const firing = (alert: string) => `count(ALERTS{alertname="${alert}",alertstate="firing"})`;
const requests = (hash: string, code: string, by: number, app = 'checkout', namespace = 'shop'): InputSeries => [
  `http_requests_total{namespace="${namespace}",pod="${app}-${hash}-x1",rollouts_pod_template_hash="${hash}",service="${app}-${hash === 'abc1' ? 'canary' : 'stable'}",code="${code}"}`,
  `0+${by}x240`,
];
const VERSIONS = [
  requests('abc1', '200', 9),
  requests('abc1', '500', 1),
  requests('abc2', '200', 40),
  requests('abc2', '500', 7, 'checkout', 'elsewhere'),
  requests('abc3', '500', 7, 'checkout-admin'),
];

const CASES: Record<string, Omit<QueryCase, 'rules'> & { readonly rules?: QueryCase['rules'] }> = {
  'an aborted rollout is told of at once': {
    series: [info('Abort', '1+0x20')],
    query: firing('RolloutAborted'),
    at: '1m',
    expected: 1,
  },
  'a rollout that goes on is not told of': {
    series: [info('Progressing', '1+0x240')],
    query: 'count(ALERTS)',
    at: '110m',
    expected: undefined,
  },
  'a pause of half an hour is not told of': {
    series: [info('Paused', '1+0x60'), info('Progressing', '_x61 1+0x180')],
    query: firing('RolloutPaused'),
    at: '70m',
    expected: undefined,
  },
  'a pause of more than an hour is': {
    series: [info('Paused', '1+0x240')],
    query: firing('RolloutPaused'),
    at: '61m',
    expected: 1,
  },
  'a rollout past its deadline is told of after five minutes': {
    series: [info('Timeout', '1+0x60')],
    query: firing('RolloutStuck'),
    at: '6m',
    expected: 1,
  },
  'one that goes from one such phase to another too': {
    series: [info('Timeout', '1+0x8'), info('InvalidSpec', '_x9 1+0x60')],
    query: firing('RolloutStuck'),
    at: '15m',
    expected: 1,
  },
  'a rollout of the same name elsewhere is not meant': {
    series: [info('Abort', '1+0x20', 'checkout', 'elsewhere'), info('Abort', '1+0x20', 'cart')],
    query: 'count(ALERTS)',
    at: '5m',
    expected: undefined,
  },
  'a monitor of the controller that honors labels is as good': {
    series: [['rollout_info{name="checkout",namespace="shop",phase="Abort"}', '1+0x20']],
    query: firing('RolloutAborted'),
    at: '1m',
    expected: 1,
  },
  'requests a second are kept for each version of this app': {
    series: VERSIONS,
    query: 'count(rollout:requests:rate5m{rollout="checkout"})',
    at: '59m40s',
    expected: 2,
  },
  'the canary’s are ten in thirty seconds': {
    series: VERSIONS,
    query: 'sum(rollout:requests:rate5m{rollouts_pod_template_hash="abc1"})',
    at: '59m40s',
    expected: 1 / 3,
  },
  'a version that never failed has a share of failures of 0': {
    series: VERSIONS,
    query: 'sum(rollout:failure_ratio:rate5m{rollouts_pod_template_hash="abc2"})',
    at: '59m40s',
    expected: 0,
  },
  'the canary’s share of failures is a tenth': {
    series: VERSIONS,
    query: 'sum(rollout:failure_ratio:rate5m{rollouts_pod_template_hash="abc1"})',
    at: '59m40s',
    expected: 0.1,
  },
  'by Services the versions are kept by the names of those': {
    series: VERSIONS,
    query: 'sum(rollout:failure_ratio:rate5m{service="checkout-canary"})',
    at: '59m40s',
    expected: 0.1,
    rules: BY_SERVICE,
  },
};

describeWithPromtool('rules in Prometheus', () => {
  let verdicts: Map<string, string>;
  beforeAll(() => {
    verdicts = judge(new Map(Object.entries(CASES).map(([name, one]) => [name, { rules: RULES, ...one }])));
  });

  test.each(Object.keys(CASES))('%s', (name) => {
    expect(verdicts.get(name)).toBe('');
  });
});

describeWithPromtool('the dashboard in Prometheus', () => {
  const made = only(
    synthesized((chart) => new RolloutDashboard(chart, 'board', { rollout: 'checkout' })),
    'ConfigMap',
  );
  const { panels } = JSON.parse(Object.values(made.data)[0] as string);
  const queries: [string, string][] = panels.map((panel: Manifest) => [panel.title, panel.targets[0].expr]);
  const SERIES = [
    ...VERSIONS,
    info('Paused', '1+0x240'),
    ...['abc1', 'abc2'].flatMap((hash): InputSeries[] => [
      [`kube_pod_container_status_restarts_total{namespace="shop",pod="checkout-${hash}-x1"}`, '0+0x240'],
      [
        `http_request_duration_seconds_bucket{namespace="shop",pod="checkout-${hash}-x1",rollouts_pod_template_hash="${hash}",le="+Inf"}`,
        '0+9x240',
      ],
    ]),
  ];
  let verdicts: Map<string, string>;
  beforeAll(() => {
    const count = (title: string) => (title.startsWith('What the rollout') ? 1 : 2);
    verdicts = judge(
      new Map(
        queries.map(([title, query]) => [
          title,
          { series: SERIES, query: `count(${query})`, at: '59m40s', expected: count(title) },
        ]),
      ),
    );
  });

  test.each(queries.map(([title]) => title))('%s has a line for each version', (title) => {
    expect(verdicts.get(title)).toBe('');
  });
});

describeWithPromtool('the annotations of the dashboard in Prometheus', () => {
  const made = only(
    synthesized((chart) => new RolloutDashboard(chart, 'board', { rollout: 'checkout' })),
    'ConfigMap',
  );
  const { annotations } = JSON.parse(Object.values(made.data)[0] as string);
  const { expr } = annotations.list[0];
  const events = (reason: string, values: string, name = 'checkout', namespace = 'shop'): InputSeries => [
    `rollout_events_total{name="${name}",exported_namespace="${namespace}",namespace="argo-rollouts",type="Normal",reason="${reason}"}`,
    values,
  ];
  // Samples are 30 s apart.
  const CASES: Record<string, QueryCase> = {
    'the first step, which has no counter before it': {
      series: [events('RolloutStepCompleted', '_x20 1+0x20')],
      query: `count(${expr})`,
      at: '10m30s',
      expected: 1,
    },
    'a second step': {
      series: [events('RolloutStepCompleted', '1+0x20 2+0x20')],
      query: `count(${expr})`,
      at: '11m',
      expected: 1,
    },
    'no event long after the last': {
      series: [events('RolloutStepCompleted', '1+0x20 2+0x40')],
      query: `count(${expr})`,
      at: '20m',
      expected: undefined,
    },
    'two kinds of event at once': {
      series: [events('RolloutStepCompleted', '1+0x20 2+0x20'), events('RolloutPaused', '_x20 1+0x20')],
      query: `count(${expr})`,
      at: '10m30s',
      expected: 2,
    },
    'no event of another rollout, namespace or kind': {
      series: [
        events('RolloutStepCompleted', '_x20 1+0x20', 'cart'),
        events('RolloutAborted', '_x20 1+0x20', 'checkout', 'elsewhere'),
        events('ScalingReplicaSet', '_x20 1+0x20'),
      ],
      query: `count(${expr})`,
      at: '10m30s',
      expected: undefined,
    },
    // The controller has a counter only once there was such an event.
    'an event after the controller was started again': {
      series: [events('RolloutStepCompleted', '5+0x20 stale 1+0x20')],
      query: `count(${expr})`,
      at: '11m30s',
      expected: 1,
    },
    'no event when the controller was started again': {
      series: [events('RolloutStepCompleted', '5+0x20 stale')],
      query: `count(${expr})`,
      at: '11m30s',
      expected: undefined,
    },
  };
  let verdicts: Map<string, string>;
  beforeAll(() => {
    verdicts = judge(new Map(Object.entries(CASES)));
  });

  test.each(Object.keys(CASES))('tell of %s', (name) => {
    expect(verdicts.get(name)).toBe('');
  });
});
