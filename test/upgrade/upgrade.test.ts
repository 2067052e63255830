import { type Change, upgradeReport } from '../../src/upgrade';
import { lookUp, NEWEST, newestOf, SYSTEMS, type SystemKey } from '../../src/versions';
import {
  changes,
  graphOf,
  template,
  condition,
  query,
  rollout,
  istio,
  plugin,
  header,
  virtualService,
  mounting,
  application,
  experiment,
  prometheusWith,
  monitor,
  rule,
  scaler,
} from './manifests';

/** One entry of a table: a manifest that it concerns, with the change, and a near miss. */
interface EntryCase {
  readonly entry: string;
  readonly system?: SystemKey;
  readonly from?: string;
  readonly to?: string;
  readonly concerned: string;
  readonly change: Partial<Change>;
  readonly nearMiss: string;
}

const contains = (text: string): string => expect.stringContaining(text) as unknown as string;
const prm026 = (
  entry: string,
  from: string,
  to: string,
  text: string,
  near: string,
  effect: Change['effect'] = 'better',
): EntryCase => ({
  entry,
  system: 'prometheus',
  from,
  to,
  concerned: query(text),
  change: { effect, kind: 'finding', id: 'PRM026' },
  nearMiss: query(near),
});

const ARGO: readonly EntryCase[] = [
  {
    entry: 'expression-engine',
    concerned: condition('len(result) == 0 || max(result) < 5'),
    change: {
      effect: 'better',
      kind: 'condition',
      id: 'expression-engine',
      before: contains('Error'),
      after: 'Successful',
    },
    nearMiss: condition('len(result) == 0 || result[0] < 5'),
  },
  {
    entry: 'condition-error-message',
    concerned: condition('result[0] < 5'),
    change: {
      effect: 'different',
      kind: 'message',
      before: 'reflect: slice index out of range',
      after: contains('could not evaluate successCondition "result[0] < 5": metric result is nil or empty'),
    },
    nearMiss: condition('len(result) > 0 && result[0] < 5'),
  },
  {
    entry: 'count-and-limits',
    from: '1.7',
    to: '1.8',
    concerned: template(
      'interval: 1m\ncount: 4\nfailureLimit: 3\nconsecutiveSuccessLimit: 3\nsuccessCondition: len(result) > 0\nprovider: { prometheus: { address: "http://p:9090", query: up } }',
    ),
    change: { effect: 'worse', kind: 'finding', id: 'ANA005' },
    nearMiss: template(
      'interval: 1m\ncount: 6\nfailureLimit: 3\nsuccessCondition: len(result) > 0\nprovider: { prometheus: { address: "http://p:9090", query: up } }',
    ),
  },
  {
    entry: 'mirror-with-plugin',
    concerned: rollout(
      plugin(
        '[{ setMirrorRoute: { name: a, percentage: 20, match: [{ path: { prefix: / } }] } }]',
        'canaryService: c, stableService: s,',
      ),
    ),
    change: { effect: 'better', kind: 'finding', id: 'ROL012' },
    nearMiss: rollout(plugin('[{ setWeight: 20 }, { pause: {} }]', 'canaryService: c, stableService: s,')),
  },
  {
    entry: 'ping-pong-with-plugin',
    concerned: rollout(plugin('[{ setWeight: 20 }, { pause: {} }]', 'pingPong: { pingService: a, pongService: b },')),
    change: { effect: 'better', kind: 'finding', id: 'ROL009' },
    nearMiss: rollout(
      istio('v').replace('canaryService: c, stableService: s,', 'pingPong: { pingService: a, pongService: b },'),
    ),
  },
  {
    entry: 'bidirectional-mount',
    concerned: mounting('Bidirectional'),
    change: { effect: 'better', kind: 'finding', id: 'ROL038' },
    nearMiss: mounting('HostToContainer'),
  },
  {
    entry: 'min-pods-above-replicas',
    concerned: rollout(istio('v', 'minPodsPerReplicaSet: 6,')),
    change: { effect: 'better', kind: 'finding', id: 'ROL041' },
    nearMiss: rollout(istio('v', 'minPodsPerReplicaSet: 2,')),
  },
  {
    entry: 'dynamic-stable-scale-abort',
    from: '1.8',
    to: '1.9',
    concerned: rollout(istio('v', 'dynamicStableScale: true, minPodsPerReplicaSet: 3,')),
    change: { effect: 'worse', kind: 'plan', after: contains('for ever') },
    nearMiss: rollout(istio('v', 'minPodsPerReplicaSet: 3,')),
  },
  {
    entry: 'dotted-virtual-service',
    concerned: rollout(istio('edge.v2.mesh')) + virtualService('edge', 'v2'),
    change: { effect: 'worse', kind: 'finding', id: 'REF002' },
    nearMiss: rollout(istio('edge.mesh')) + virtualService('edge', 'mesh'),
  },
  {
    entry: 'deadline-after-promotion',
    concerned: rollout(istio('v'), { spec: 'progressDeadlineAbort: true' }),
    change: { effect: 'better', kind: 'behaviour', id: 'deadline-after-promotion' },
    nearMiss: rollout(istio('v'), { spec: 'progressDeadlineAbort: false' }),
  },
  {
    entry: 'terminating-metric',
    concerned: template('provider: { kayenta: { application: a } }'),
    change: { effect: 'better', kind: 'behaviour', id: 'terminating-metric' },
    nearMiss: query('up'),
  },
  {
    entry: 'autoscaler-during-abort',
    concerned: rollout(istio('v')) + scaler,
    change: { effect: 'better', kind: 'behaviour', id: 'autoscaler-during-abort' },
    nearMiss: rollout('{ steps: [{ setWeight: 50 }, { pause: { duration: 5m } }] }') + scaler,
  },
  {
    entry: 'weighted-experiment',
    concerned: experiment(', weight: 5'),
    change: { effect: 'better', kind: 'finding', id: 'ROL045' },
    nearMiss: experiment(''),
  },
  {
    entry: 'job-phases',
    concerned: template(
      'provider: { job: { spec: { activeDeadlineSeconds: 60, template: { spec: { containers: [] } } } } }',
    ),
    change: { effect: 'different', kind: 'behaviour', id: 'job-phases' },
    nearMiss: query('up'),
  },
  {
    entry: 'traefik-group',
    concerned: rollout(
      '{ canaryService: c, stableService: s, trafficRouting: { traefik: { weightedTraefikServiceName: w } }, steps: [{ setWeight: 50 }, { pause: {} }] }',
    ),
    change: {
      effect: 'different',
      kind: 'behaviour',
      id: 'traefik-group',
      before: contains('traefik.containo.us'),
      after: contains('traefik.io'),
    },
    nearMiss: rollout(
      '{ canaryService: c, stableService: s, trafficRouting: { nginx: { stableIngress: w } }, steps: [{ setWeight: 50 }, { pause: {} }] }',
    ),
  },
];

const PROMETHEUS: readonly EntryCase[] = [
  {
    entry: 'increase-of-new-counter',
    from: '2.50',
    to: '2.51',
    concerned: query('sum(increase(x_total[5m]))'),
    change: { effect: 'different', kind: 'query', what: contains('increase() of x_total') },
    nearMiss: query('sum(irate(x_total[5m])) + sum(avg_over_time(x[5m]))'),
  },
  {
    entry: 'left-open-ranges',
    from: '2.55',
    to: '3.0',
    concerned: query('max_over_time(sum(x)[10m:1m])'),
    change: { effect: 'different', kind: 'query', what: contains('11 points before 3.0, 10 from 3.0 on') },
    nearMiss: query('max_over_time(sum(x)[10m30s:1m])'),
  },
  {
    entry: 'left-open-ranges',
    from: '2.55',
    to: '3.0',
    concerned: rule('sum_over_time(job:x:sum[5m])'),
    change: { effect: 'different', kind: 'query', what: contains('job:x:sum') },
    nearMiss: rule('sum_over_time(x[5m])'),
  },
  {
    entry: 'bucket-labels',
    from: '2.55',
    to: '3.0',
    concerned: query('sum(rate(x_bucket{le="1"}[5m]))'),
    change: { effect: 'worse', kind: 'finding', id: 'PRM027' },
    nearMiss: query('sum(rate(x_bucket{le="0.5"}[5m]))'),
  },
  {
    entry: 'bucket-labels',
    from: '2.55',
    to: '3.0',
    concerned: query('sum(rate(x_bucket{le="1.0"}[5m]))'),
    change: { effect: 'better', kind: 'query', id: 'bucket-labels' },
    nearMiss: query('sum(rate(x_bucket{le=~"1|1\\\\.0"}[5m]))'),
  },
  {
    entry: 'native-interpolation',
    from: '2.55',
    to: '3.0',
    concerned: query('histogram_quantile(0.9, sum(rate(x[5m])))'),
    change: { effect: 'different', kind: 'query', id: 'native-interpolation' },
    nearMiss: query('histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))'),
  },
  {
    entry: 'content-type',
    from: '2.55',
    to: '3.0',
    concerned: monitor(''),
    change: { effect: 'different', kind: 'behaviour', id: 'content-type' },
    nearMiss: monitor('fallbackScrapeProtocol: PrometheusText0.0.4,'),
  },
  {
    entry: 'regex-dot',
    from: '2.55',
    to: '3.0',
    concerned: query('sum(x{error_message=~"timeout.*"})'),
    change: { effect: 'different', kind: 'query', id: 'regex-dot' },
    nearMiss: query('sum(x{error_message=~"time\\\\.out"}) + sum(x{code=~"5.."})'),
  },
  {
    entry: 'histogram-fraction',
    from: '3.3',
    to: '3.4',
    concerned: query('histogram_fraction(0, 1, sum by (le) (rate(x_bucket[5m])))'),
    change: { effect: 'better', kind: 'query', id: 'histogram-fraction' },
    nearMiss: query('histogram_fraction(0, 1, sum(rate(x[5m])))'),
  },
  {
    entry: 'native-histograms',
    from: '3.7',
    to: '3.8',
    concerned: prometheusWith('native-histograms'),
    change: { effect: 'different', kind: 'behaviour', id: 'native-histograms' },
    nearMiss: prometheusWith('memory-snapshot-on-shutdown'),
  },
  {
    entry: 'start-timestamps',
    from: '3.11',
    to: '3.12',
    concerned: prometheusWith('use-start-timestamps'),
    change: { effect: 'different', kind: 'behaviour', id: 'start-timestamps' },
    nearMiss: prometheusWith('memory-snapshot-on-shutdown'),
  },
  prm026('numeric-duration', '2.53', '2.54', 'sum_over_time(x[300])', 'sum_over_time(x[300s])'),
  prm026('utf8-names', '2.55', '3.0', 'sum({"a.b"})', 'sum({__name__="a_b"})'),
  prm026('holt-winters', '2.55', '3.0', 'holt_winters(x[5m], 0.5, 0.5)', 'sum(holt_winters)', 'worse'),
  prm026(
    'double-exponential-smoothing',
    '2.55',
    '3.0',
    'double_exponential_smoothing(x[5m], 0.5, 0.5)',
    'deriv(x[5m])',
    'different',
  ),
  prm026('duration-expressions', '3.4', '3.14', 'sum_over_time(x[5m+1m])', 'sum_over_time(x[6m])'),
  prm026('anchored-ranges', '3.7', '3.16', 'sum_over_time(x[5m] anchored)', 'sum_over_time(x[5m])'),
  prm026('first-over-time', '3.7', '3.14', 'first_over_time(x[5m])', 'last_over_time(x[5m])'),
  prm026('fill', '3.9', '3.10', 'a + on () fill(0) b', 'a + on () b', 'different'),
  prm026('min-of', '3.12', '3.13', 'vector(min_of(1, 2))', 'min(x)', 'different'),
  prm026('integral', '3.15', '3.16', 'integral(x[5m])', 'sum_over_time(x[5m])', 'different'),
  prm026('histogram-stddev', '2.46', '2.47', 'histogram_stddev(x)', 'histogram_sum(x)'),
  prm026('histogram-avg', '2.50', '2.51', 'histogram_avg(x)', 'histogram_sum(x)'),
  prm026('mad-over-time', '2.48', '2.49', 'mad_over_time(x[5m])', 'max_over_time(x[5m])', 'different'),
  prm026('sort-by-label', '2.48', '2.49', 'sort_by_label(x, "a")', 'sort(x)', 'different'),
  prm026('limitk', '2.53', '2.54', 'limitk(1, x)', 'topk(1, x)', 'different'),
  prm026('info', '2.55', '3.0', 'info(x)', 'sum(info)', 'different'),
  prm026('ts-of-max-over-time', '3.4', '3.5', 'ts_of_max_over_time(x[5m])', 'max_over_time(x[5m])', 'different'),
  prm026('ts-of-first-over-time', '3.6', '3.7', 'ts_of_first_over_time(x[5m])', 'max_over_time(x[5m])', 'different'),
  prm026(
    'histogram-quantiles',
    '3.10',
    '3.11',
    'histogram_quantiles(x, "q", 0.9)',
    'histogram_quantile(0.9, x)',
    'different',
  ),
  prm026('start', '3.11', '3.12', 'vector(start())', 'sum(x @ start())', 'different'),
  prm026('start-timestamp', '3.13', '3.14', 'start_timestamp(x)', 'timestamp(x)', 'different'),
  prm026('at-before-range', '3.14', '3.15', 'rate(x @ end() [5m])', 'rate(x[5m] @ end())', 'worse'),
  prm026('trim-operators', '3.10', '3.11', 'x </ 5', 'x < 5'),
];

const OTHERS: readonly EntryCase[] = [
  {
    entry: 'respect-ignore-differences',
    system: 'argoCd',
    from: '3.4.4',
    to: '3.5',
    concerned: application('.spec.subsets[].labels'),
    change: {
      kind: 'finding',
      id: 'GIT003',
      effect: 'different',
      after: contains('removes what the controller wrote'),
    },
    nearMiss: application('.spec.host'),
  },
  {
    entry: 'header-rules',
    system: 'gatewayApiPlugin',
    from: '0.12',
    to: '0.13',
    concerned: rollout(plugin(`[${header('a')}, { pause: {} }]`, 'canaryService: c, stableService: s,')),
    change: { kind: 'behaviour', effect: 'different', id: 'header-rules' },
    nearMiss: rollout(plugin('[{ setWeight: 20 }, { pause: {} }]', 'canaryService: c, stableService: s,')),
  },
  {
    entry: 'several-header-rules',
    system: 'gatewayApiPlugin',
    from: '0.14',
    to: '0.15',
    concerned: rollout(
      plugin(`[${header('a')}, ${header('b')}, { pause: {} }]`, 'canaryService: c, stableService: s,'),
    ),
    change: { kind: 'behaviour', effect: 'better', id: 'several-header-rules' },
    nearMiss: rollout(plugin(`[${header('a')}, { pause: {} }]`, 'canaryService: c, stableService: s,')),
  },
];

const CASES: readonly Required<EntryCase>[] = [
  ...ARGO.map((one) => ({ system: 'argoRollouts' as const, from: '1.9', to: '1.10', ...one })),
  ...PROMETHEUS.map((one) => ({ system: 'prometheus' as const, from: '', to: '', ...one })),
  ...OTHERS.map((one) => ({ system: 'argoCd' as const, from: '', to: '', ...one })),
];

describe.each(CASES.map((one) => [`${one.system} ${one.entry}, ${one.from} to ${one.to}`, one] as const))(
  '%s',
  (_, one) => {
    const { system, from, to, concerned, change, nearMiss } = one;

    test('is between releases that differ in the entry', () => {
      const entry = SYSTEMS[system].entries.find(({ id }) => id === one.entry)!;
      expect(lookUp(entry, from)).not.toEqual(lookUp(entry, to));
    });

    test('is reported for a manifest that it concerns', () => {
      expect(changes(system, from, to, concerned)).toContainEqual(
        expect.objectContaining({ system, file: 'app.yaml', ...change }),
      );
    });

    test('is not reported for a near miss, nor is anything else', () => {
      expect(changes(system, from, to, nearMiss)).toEqual([]);
    });

    test('is not reported where the release stays', () => {
      expect(changes(system, to, to, concerned)).toEqual([]);
    });
  },
);

test('every entry that differs between releases has a case', () => {
  const entries = (Object.keys(SYSTEMS) as SystemKey[]).flatMap((system) =>
    SYSTEMS[system].entries.filter(({ changes: all }) => all.length > 1).map(({ id }) => `${system} ${id}`),
  );
  const cases = new Set(CASES.map(({ system, entry }) => `${system} ${entry}`));
  expect(entries.filter((one) => !cases.has(one))).toEqual(['argoRollouts managed-route-removal']); // unreachable.test.ts
});

test('a downgrade is the other way round', () => {
  const dropped = rollout(
    '{ replicaProgressThreshold: { type: Percent, value: 90 }, steps: [{ setWeight: 50 }, { pause: {} }] }',
  );
  expect(changes('argoRollouts', '1.9', '1.8', dropped)).toContainEqual(
    expect.objectContaining({ effect: 'worse', id: 'SCH011' }),
  );
  expect(changes('argoRollouts', '1.8', '1.9', dropped)).toContainEqual(
    expect.objectContaining({ effect: 'better', id: 'SCH011' }),
  );
});

test('several systems are upgraded one after the other, and each change names its own', () => {
  const newest = newestOf(NEWEST);
  const graph = graphOf(condition('result[0] < 5').replace('sum(x)', 'sum(rate(x_bucket{le=\\"1\\"}[5m]))'));
  const from = { ...newest, argoRollouts: '1.9', prometheus: '2.55' };
  const { steps, changes: found } = upgradeReport([graph], from, newest);
  expect(steps.map(({ system }) => system)).toEqual(['argoRollouts', 'prometheus']);
  expect(found.map(({ system, effect }) => [effect, system])).toEqual([
    ['worse', 'prometheus'],
    ['different', 'argoRollouts'],
  ]);
});

test('a condition that cannot be judged is named instead of passed over', () => {
  const newest = newestOf(NEWEST);
  const { notes } = upgradeReport([graphOf(condition('now().Unix() > 5'))], { ...newest, argoRollouts: '1.9' }, newest);
  expect(notes).toEqual([expect.stringContaining("the conditions of metric 'm' cannot be judged for both releases")]);
});
