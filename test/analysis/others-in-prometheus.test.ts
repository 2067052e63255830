// The other ready-made queries, put to Prometheus itself.
import { Duration } from 'cdk8s';
import { CanaryCheck, PrometheusFailureAnalysis, RequestMetrics, SaturatedResource } from '../../src';
import { describeWithPromtool, InputSeries, judge, QueryCase } from '../promql/promtool';
import { only, synthesize } from '../synthesized';
import { logEvidence, logLatencyEvidence } from './log-evidence';
import { filled, PROMETHEUS, queryOf, SERVICES } from './queries';
import { AT, grows, Labels, ofCall, ofPod, series, SOURCES, usual } from './sources';

const HISTOGRAM = [
  ['0.1', 4],
  ['0.5', 5],
  ['+Inf', 5],
] as const satisfies unknown;
const durations = (name: string, labels: Labels, scale: number): InputSeries[] => [
  ...HISTOGRAM.map(([le, by]) =>
    series(`${name}_bucket`, { ...labels, le: le === '+Inf' ? le : String(Number(le) * scale) }, grows(by)),
  ),
  series(`${name}_count`, labels, grows(5)),
];
const SLOW = CanaryCheck.latency({ quantile: 0.9, atMost: Duration.millis(300) });
const SLOWER = CanaryCheck.latencyAgainstStable({ quantile: 0.9, atMost: 1.2 });
const inApplication = (version: 'canary' | 'stable' | 'other', pod: string) =>
  durations('http_request_duration_seconds', ofPod(version, pod), 1);
const inProxy = (version: 'canary' | 'stable', pod: string) =>
  durations('istio_request_duration_milliseconds', ofCall(version, pod, 'source'), 1000);
const bothPods = (of: (version: 'canary', pod: string) => InputSeries[]) =>
  ['a', 'b'].flatMap((pod) => of('canary', pod));

const pod = (metric: string, name: string, values: string, more: Labels = {}): InputSeries =>
  series(metric, { namespace: 'shop', pod: name, container: 'app', ...more }, values);
const RESTARTS = 'kube_pod_container_status_restarts_total';
const KILLED = 'kube_pod_container_status_last_terminated_reason';
const memory = (name: string, used: number): InputSeries[] => [
  pod('container_memory_working_set_bytes', name, `${used}+0x120`),
  series('container_memory_working_set_bytes', { namespace: 'shop', pod: name, container: '' }, '999+0x120'),
  pod('kube_pod_container_resource_limits', name, '100+0x120', { resource: 'memory' }),
  pod('kube_pod_container_resource_limits', name, '0.5+0x120', { resource: 'cpu' }),
  pod('container_cpu_usage_seconds_total', name, `0+${used / 10}x120`),
  pod('container_cpu_cfs_throttled_periods_total', name, `0+${used}x120`),
  pod('container_cpu_cfs_periods_total', name, `0+100x120`),
];
const PODS = [...memory('checkout-new-a', 6), ...memory('checkout-new-b', 9), ...memory('checkout-old-c', 50)];
const saturation = (resource: SaturatedResource) => CanaryCheck.saturation({ resource, atMost: 0.9 });

const OTHERS: Record<
  string,
  Omit<QueryCase, 'at' | 'query'> & { readonly check: CanaryCheck; readonly requests?: RequestMetrics }
> = {
  'nine in ten requests of both pods take three tenths of a second': {
    check: SLOW,
    series: [...bothPods(inApplication), ...inApplication('other', 'a')],
    expected: 0.3,
  },
  'of Istio the same is three hundred milliseconds': {
    check: SLOW,
    requests: RequestMetrics.istio(SERVICES),
    series: bothPods(inProxy),
    expected: 300,
  },
  'without requests there is no latency': { check: SLOW, series: inApplication('stable', 'a'), expected: undefined },
  'the canary is as slow as the stable version': {
    check: SLOWER,
    series: [...inApplication('canary', 'a'), ...inApplication('stable', 'a')],
    expected: 1,
  },
  'with one of the two there is no comparison': {
    check: SLOWER,
    series: inApplication('canary', 'a'),
    expected: undefined,
  },
  'three restarts of the canary’s pods, whatever the others do': {
    check: CanaryCheck.restarts(),
    series: [
      pod(RESTARTS, 'checkout-new-a', '0+0x110 2+0x10'),
      pod(RESTARTS, 'checkout-new-b', '1+0x120'),
      pod(RESTARTS, 'checkout-old-c', '9+0x120'),
    ],
    expected: 3,
  },
  'no pods of the canary, no restarts of it': {
    check: CanaryCheck.restarts(),
    series: [pod(RESTARTS, 'checkout-old-c', '9+0x120')],
    expected: undefined,
  },
  'one container ran out of memory': {
    check: CanaryCheck.outOfMemoryKills(),
    series: [
      pod(RESTARTS, 'checkout-new-a', '1+0x120'),
      pod(KILLED, 'checkout-new-a', '1+0x120', { reason: 'OOMKilled' }),
      pod(KILLED, 'checkout-old-c', '1+0x120', { reason: 'OOMKilled' }),
    ],
    expected: 1,
  },
  'none did, and there are pods': {
    check: CanaryCheck.outOfMemoryKills(),
    series: [pod(RESTARTS, 'checkout-new-a', '1+0x120'), pod(KILLED, 'checkout-new-a', '1+0x120', { reason: 'Error' })],
    expected: 0,
  },
  'the fullest container of the canary has nine percent of its memory': {
    check: saturation(SaturatedResource.MEMORY),
    series: PODS,
    expected: 0.09,
  },
  'the busiest has six percent of half a CPU': {
    check: saturation(SaturatedResource.CPU),
    series: PODS,
    expected: 0.9 / 30 / 0.5,
  },
  'the most held back was held back in nine of a hundred periods': {
    check: saturation(SaturatedResource.CPU_THROTTLING),
    series: PODS,
    expected: 0.09,
  },
  'no pods, no saturation': { check: saturation(SaturatedResource.MEMORY), series: [], expected: undefined },
};

describeWithPromtool('the other ready-made queries in Prometheus', () => {
  let verdicts: Map<string, string>;
  beforeAll(() => {
    verdicts = judge(
      new Map(
        Object.entries(OTHERS).map(([name, { check, requests, ...one }]) => [
          name,
          { ...one, query: queryOf(check, requests), at: AT },
        ]),
      ),
    );
  });

  test.each(Object.keys(OTHERS))('%s', (name) => {
    expect(verdicts.get(name)).toBe('');
  });
});

describeWithPromtool('the analysis of failures in Prometheus', () => {
  const QUERY = filled(
    only(
      synthesize(
        (chart) =>
          new PrometheusFailureAnalysis(chart, 'failures', {
            prometheus: PROMETHEUS,
            atMost: 5,
            within: Duration.minutes(5),
            minimumRequests: 20,
          }),
      ),
      'AnalysisTemplate',
    ).spec.metrics[0].provider.prometheus.query,
  );
  const of = SOURCES['the application'].series;
  const CASES: Record<string, [InputSeries[], number | undefined]> = {
    'five failures in five minutes': [usual(of), 5],
    'none, where there was none': [[of('canary', false, 'a', grows(10))], 0],
    'nothing to say below twenty requests': [
      [of('canary', false, 'a', grows(1)), of('canary', true, 'a', grows(0.9))],
      undefined,
    ],
    'nothing to say without a canary': [[of('stable', true, 'a', grows(10))], undefined],
  };
  let verdicts: Map<string, string>;
  beforeAll(() => {
    verdicts = judge(
      new Map(
        Object.entries(CASES).map(([name, [made, expected]]) => [
          name,
          { series: made, query: QUERY, at: AT, expected },
        ]),
      ),
    );
  });

  test.each(Object.keys(CASES))('%s', (name) => {
    expect(verdicts.get(name)).toBe('');
  });
});

describeWithPromtool('the sequential test in Prometheus', () => {
  const QUERY = queryOf(CanaryCheck.sequentialTest());
  const of = SOURCES['the application'].series;
  /** A canary that began after half an hour, with a fifth of the requests. */
  const young = (failsBy: number) => [
    of('canary', false, 'a', `_x60 0+${40 - failsBy}x60`),
    of('canary', true, 'a', `_x60 0+${failsBy}x60`),
  ];
  const stable = [of('stable', false, 'a', grows(156.8)), of('stable', true, 'a', grows(3.2))];
  /** Fourteen slots of two minutes lie behind it, each of four scrapes. */
  const evidence = (by: number) =>
    logEvidence(
      Array.from({ length: 14 }, () => ({
        canary: { requests: 160, failures: 4 * by },
        stable: { requests: 640, failures: 4 * 3.2 },
      })),
    );
  const CASES: Record<string, [InputSeries[], number | undefined, number?]> = {
    'the evidence against a canary that fails thrice as often': [[...young(2.4), ...stable], evidence(2.4), 1e-3],
    'less against one that fails as often': [[...young(0.8), ...stable], evidence(0.8), 1e-3],
    'still less against one that fails less': [[...young(0.1), ...stable], evidence(0.1), 1e-3],
    'what the stable version failed before there was a canary counts for nothing': [
      [...young(2.4), stable[0], of('stable', true, 'a', '0+160x60 9603.2+3.2x60')],
      evidence(2.4),
      1e-3,
    ],
    'no verdict without a canary': [stable, undefined],
    'no verdict without a stable version': [young(2.4), undefined],
    'no verdict on a few requests': [[of('canary', true, 'a', '_x110 0+1x10'), ...stable], undefined],
  };
  let verdicts: Map<string, string>;
  beforeAll(() => {
    verdicts = judge(
      new Map(
        Object.entries(CASES).map(([name, [made, expected, within]]) => [
          name,
          { series: made, query: QUERY, at: AT, expected, within },
        ]),
      ),
    );
  });

  test.each(Object.keys(CASES))('%s', (name) => {
    expect(verdicts.get(name)).toBe('');
  });
});

describeWithPromtool('the sequential latency test in Prometheus', () => {
  const QUERY = queryOf(CanaryCheck.sequentialLatencyTest());
  const HISTOGRAM_NAME = 'http_request_duration_seconds';
  /** Requests per scrape below each bound. Those of a canary begin after half an hour. */
  const timed = (version: 'canary' | 'stable', below: Record<string, number>, values: (by: number) => string) => [
    ...Object.entries(below).map(([le, by]) =>
      series(`${HISTOGRAM_NAME}_bucket`, { ...ofPod(version, 'a'), le }, values(by)),
    ),
    series(`${HISTOGRAM_NAME}_count`, ofPod(version, 'a'), values(below['+Inf'])),
  ];
  const young = (by: number): string => `_x60 0+${by}x60`;
  const stable = timed('stable', { '0.1': 144, '0.5': 158.4, '+Inf': 160 }, grows);
  const evidence = (slower: readonly [number, number], requests = 40) =>
    logLatencyEvidence(
      Array.from({ length: 14 }, () => ({
        canary: { requests: 4 * requests, slower: slower.map((one) => 4 * one) },
        stable: { requests: 640, slower: [4 * 16, 4 * 1.6] },
      })),
    );
  const canary = (slower: readonly [number, number]) =>
    timed('canary', { '0.1': 40 - slower[0], '0.5': 40 - slower[1], '+Inf': 40 }, young);
  const CASES: Record<string, [InputSeries[], number | undefined, number?]> = {
    'the evidence against a canary whose slowest percent has become five': [
      [...canary([4, 2]), ...stable],
      evidence([4, 2]),
      1e-3,
    ],
    'none against one that is as fast': [[...canary([4, 0.4]), ...stable], evidence([4, 0.4]), 1e-3],
    'against one that is faster even less': [[...canary([2, 0.1]), ...stable], evidence([2, 0.1]), 1e-3],
    'more than exp() can say is still a number': [[...canary([40, 40]), ...stable], 700 - Math.log(4), 1],
    'no verdict without a canary': [stable, undefined],
    'no verdict without a stable version': [canary([4, 2]), undefined],
    'no verdict on a few requests': [
      [...timed('canary', { '0.1': 0, '0.5': 0, '+Inf': 1 }, (by) => `_x110 0+${by}x10`), ...stable],
      undefined,
    ],
  };
  test('means what it says: slower is evidence, and as fast is none', () => {
    expect(evidence([4, 2])).toBeGreaterThan(Math.log(100));
    expect(evidence([4, 0.4])).toBeLessThan(0);
  });

  let verdicts: Map<string, string>;
  beforeAll(() => {
    verdicts = judge(
      new Map(
        Object.entries(CASES).map(([name, [made, expected, within]]) => [
          name,
          { series: made, query: QUERY, at: AT, expected, within },
        ]),
      ),
    );
  });

  test.each(Object.keys(CASES))('%s', (name) => {
    expect(verdicts.get(name)).toBe('');
  });
});
