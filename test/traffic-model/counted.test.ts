import { evaluateQuery, leavesOf, TrafficDescription } from '../../src/traffic-model';
import { analysis, canary } from '../plan/models';

const CANARY = 'rollouts_pod_template_hash="7d5c9f6b84"';

function described(query: string, metrics = {}) {
  const model = canary([{ setWeight: 20 }, { analysis: analysis({ query }) }], { replicas: 3 });
  const { catalogue, assumptions } = new TrafficDescription({ model, metrics });
  return { catalogue, assumptions };
}

/** What the query counts, or why that is not known. */
function counted(query: string, metrics = {}): string[] {
  const { catalogue } = described(query, metrics);
  try {
    const { model } = evaluateQuery(query, catalogue, 3);
    return [...new Set(leavesOf(model).flatMap(({ cells }) => cells.map(({ outcome }) => outcome)))].sort();
  } catch (error) {
    return [(error as Error).message.split('\n')[0].replace('cannot tell what this query counts: ', '')];
  }
}

const rate = (metric: string): string => `sum(rate(${metric}{${CANARY}}[2m]))`;

describe('what a counter of an app counts, by its name', () => {
  test.each([
    ['http_request_errors_total', ['failed']],
    ['orders_failed_total', ['failed']],
    ['exceptions_total', ['failed']],
    ['apiFailuresTotal_total', ['failed']],
    ['payments_succeeded_total', ['succeeded']],
    ['http_requests_total', ['failed', 'succeeded']],
    ['orders_total', ['failed', 'succeeded']],
    ['http_server_requests_seconds_count', ['failed', 'succeeded']],
    ['constructor_total', ['failed', 'succeeded']],
  ])('%s', (metric, outcomes) => expect(counted(rate(metric))).toEqual(outcomes));

  test.each([
    ['cache_hits_total', "cache_hits_total counts something else than requests, by the word 'hits' in its name"],
    ['sent_bytes_total', "sent_bytes_total counts something else than requests, by the word 'bytes' in its name"],
    ['gc_seconds_total', "gc_seconds_total counts something else than requests, by the word 'gc' in its name"],
    [
      'logback_events_total',
      "logback_events_total counts something else than requests, by the word 'logback' in its name",
    ],
    [
      'http_client_requests_seconds_count',
      "http_client_requests_seconds_count is about requests that the app itself sends, by the word 'client' in its name",
    ],
    [
      'rpc_client_duration_seconds_sum',
      "rpc_client_duration_seconds is about requests that the app itself sends, by the word 'client' in its name",
    ],
    [
      'kong_http_requests_total',
      'nothing in the traffic model counts kong_http_requests_total, a metric of Kong by its prefix',
    ],
    [
      'haproxy_backend_http_responses_total',
      'nothing in the traffic model counts haproxy_backend_http_responses_total, a metric of HAProxy by its prefix',
    ],
    [
      'traces_spanmetrics_calls_total',
      'nothing in the traffic model counts traces_spanmetrics_calls_total, a metric of an OpenTelemetry collector by its prefix',
    ],
    ['body_size_bytes_sum', "body_size_bytes holds no durations, by the word 'size' in its name"],
  ])('%s is refused', (metric, why) => expect(counted(rate(metric))).toEqual([why]));

  test('a ratio of errors to requests is that of the profile, and says so', () => {
    const { assumptions } = described(`${rate('http_errors_total')} / ${rate('http_requests_total')}`);
    expect(assumptions).toContain('http_errors_total counts the failed requests, and no others');
    expect(described(rate('orders_total')).assumptions).toContain('each request adds 1 to orders_total');
    expect(described(rate('http_requests_total')).assumptions.join()).not.toMatch(/adds 1/);
  });

  test('an outcome that the user states is more than a name', () => {
    const status = { label: 'outcome', succeeded: 'retried', failed: 'lost' };
    expect(counted(rate('delivery_errors_total'), { delivery_errors_total: { status } })).toEqual([
      'failed',
      'succeeded',
    ]);
    expect(counted(rate('page_hits_total'), { page_hits_total: {} })).toEqual(['any']);
    expect(counted(rate('kong_http_requests_total'), { kong_http_requests_total: { status } })).toEqual([
      'failed',
      'succeeded',
    ]);
  });
});

describe('what is no counter', () => {
  const refusal = (name: string, what: string): string =>
    `${name} is read as a value of the moment, and a traffic profile knows none of ${what}`;

  test.each([
    [`avg(queue_length{${CANARY}})`, refusal('queue_length', 'a gauge')],
    [`avg_over_time(queue_length{${CANARY}}[5m])`, refusal('queue_length', 'a gauge')],
    [`max(rpc_seconds{${CANARY},quantile="0.99"})`, refusal('rpc_seconds', 'a gauge')],
    [
      `max(rpc_seconds{${CANARY},quantile="0.99"}) and ${rate('rpc_seconds_sum')} > 1`,
      refusal('rpc_seconds', 'a summary'),
    ],
  ])('%s', (query, why) => {
    expect([...new Set(described(query).catalogue.refused.values())]).toEqual([why]);
  });

  test('only whether there is a series may be asked of anything', () => {
    for (const query of [`absent(queue_length{${CANARY}})`, `count(queue_length{${CANARY}})`])
      expect([...described(query).catalogue.refused]).toEqual([]);
  });
});

describe('the unit of a histogram', () => {
  const bounds = (name: string): readonly string[] => {
    const query = `sum(rate(${name}_bucket{${CANARY},le="250"}[2m]))`;
    const { series } = described(query).catalogue;
    return series.flatMap(({ name: of, labels }) => (of === `${name}_bucket` ? (labels.get('le') ?? '') : []));
  };

  test.each([
    ['rpc_seconds', '0.25'],
    ['rpc_milliseconds', '250'],
    ['rpc_latency_ms', '250'],
    ['rpc_microseconds', '250000'],
    ['rpc_ns', '250000000'],
    ['constructor_latency', '0.25'],
  ])('%s', (name, quarter) => {
    expect(bounds(name).map(Number)).toContain(Number(quarter));
  });

  test('seconds, where the name states none, as an assumption', () => {
    const { assumptions } = described(rate('request_latency_sum'));
    expect(assumptions).toContain('request_latency holds the durations of requests, in seconds');
  });
});
