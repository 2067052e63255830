import {
  evaluateQuery,
  leavesOf,
  metricReaderOf,
  QueryNotRecognised,
  statedQueryModel,
  TrafficDescription,
} from '../../src/traffic-model';
import { analysis, canary } from '../plan/models';

const SERVICES = { canary: 'checkout-canary', stable: 'checkout-stable' };
const CANARY = 'rollouts_pod_template_hash="7d5c9f6b84"';

/** Evaluates a query over the label sets of a rollout about which nothing but the query is known. */
function evaluated(query: string, replicas = 3) {
  const model = canary([{ setWeight: 20 }, { analysis: analysis({ query }) }], { services: SERVICES, replicas });
  const { catalogue } = new TrafficDescription({ model });
  return evaluateQuery(query, catalogue, replicas);
}

/** `canary failed, stable failed`: what the query counts, all cells of its leaves. */
const counted = (query: string): string[] =>
  [
    ...new Set(
      leavesOf(evaluated(query).model).flatMap(({ cells }) => cells.map((one) => `${one.side} ${one.outcome}`)),
    ),
  ].sort();

describe('what a query counts', () => {
  test.each([
    ['sum(delta(http_requests_total{code="500",service="checkout-canary"}[5m]))', ['canary failed']],
    ['sum(increase(http_requests_total{code=~"5..",service="checkout-stable"}[1m]))', ['stable failed']],
    [
      'sum(rate(istio_requests_total{reporter="source",response_code!~"5.*"}[2m]))',
      ['canary succeeded', 'stable succeeded'],
    ],
    [`sum(rate(http_requests_total{${CANARY}}[90s]))`, ['canary succeeded', 'canary failed']],
    ['sum(rate(grpc_server_handled_total{grpc_code!="OK"}[1m]))', ['canary failed', 'stable failed']],
    ['sum(rate(grpc_server_handled_total{grpc_code=~"0"}[1m]))', ['canary succeeded', 'stable succeeded']],
    ['sum(rate(x_total{outcome!="success"}[1m]))', ['canary failed', 'stable failed']],
    ['sum(rate(x_total{status_class="5xx"}[1m]))', ['canary failed', 'stable failed']],
    ['sum(rate(response_total{classification="success"}[1m]))', ['canary succeeded', 'stable succeeded']],
    [`sum by (service) (rate(x_total{service="checkout-canary"}[1m]))`, ['canary succeeded', 'canary failed']],
  ])('%s', (query, cells) => expect(counted(query)).toEqual([...cells].sort()));

  test('disjoint summands count no failure twice', () => {
    const failures = (labels: string): string =>
      `sum(increase(istio_requests_total{reporter="source",${labels}}[5m])) or vector(0)`;
    const query = `(${failures('grpc_response_status=~"2|13|14"')}) + (${failures('response_code=~"5..",grpc_response_status!~"2|13|14"')})`;
    // No proxy of HTTP requests gives a gRPC status: the first summand has no series at all.
    expect(counted(query)).toEqual(['canary failed', 'stable failed']);
    expect(leavesOf(evaluated(query).model)).toHaveLength(1);
  });

  test("of two operands of 'or' with other labels, the first that has a series is what result[0] reads", () => {
    const { model, several } = evaluated(
      `sum by (code) (rate(http_requests_total{${CANARY},code="500"}[1m])) or vector(0)`,
    );
    expect(several).toBe(true);
    expect(model).toMatchObject({ type: 'operation', operator: 'or', right: { type: 'number', value: 0 } });
    expect(evaluated(`sum(rate(http_requests_total{${CANARY},code="500"}[1m])) or vector(0)`).several).toBe(false);
  });

  test('and a condition that reads more than that is refused', () => {
    const query = `sum by (code) (rate(http_requests_total{${CANARY},code="500"}[1m])) or vector(0)`;
    const read = (successCondition: string) => {
      const given = analysis({ query, successCondition });
      const model = canary([{ setWeight: 20 }, { analysis: given }], { services: SERVICES });
      const { catalogue, bounds } = new TrafficDescription({ model });
      return metricReaderOf(given.metrics[0], {}, catalogue, 3, bounds);
    };
    expect(() => read('all(result, # < 5)')).toThrow(/reads more than result\[0\]; use sum\(\) inside/);
    expect(() => read('len(result) == 1 && result[0] < 5')).toThrow(/reads more than result\[0\]/);
    expect(read('len(result) > 0 && result[0] < 5').leaves).toHaveLength(1);
  });

  test('a value that merely looks like a Service is not one', () => {
    const { notes } = evaluated('sum(rate(x_total{service="checkout-canary-v2"}[1m]))');
    expect(notes).toEqual([]);
    expect(counted('sum(rate(x_total{service="checkout-canary-v2"}[1m]))')).toHaveLength(4);
  });

  test.each([
    ['sum(rate(x[5m])', 'ends early'],
    ['topk(1, rate(x[5m]))', 'topk is not supported'],
    ['sum(rate(http_requests_total @ 100 [5m]))', 'the modifier @ is not supported'],
    ['sum(rate(http_requests_total[5m] @ 100))', 'the modifier @ is not supported'],
    ['sum(rate(http_requests_total[5m] offset 1m @ 100))', 'the modifier @ is not supported'],
    ['sum(increase(http_requests_total[5m] anchored))', 'the modifier anchored is not supported'],
    ['sum(rate(http_requests_total[5m] smoothed))', 'the modifier smoothed is not supported'],
    ['predict_linear(x[5m], 60)', 'belongs into rate()'],
    ['sum(rate(x{job="{{args.job}}"}[5m]))', 'argument whose value is not known'],
    ['sum(rate(x{code="404"}[5m]))', 'neither successes nor failures'],
    ['sum by (pod) (rate(x[5m]))', 'a series for each pod'],
    ['sum by (path) (rate(x[5m]))', 'a series for each path'],
    ['sum by (code) (rate(x{code=~".+"}[5m]))', '2 series, one for each code'],
    ['avg(rate(x[5m]))', 'use sum'],
    ['sum without (instance) (rate(x[5m]))', 'a series for each'],
    ['rate(x[5m])', 'use sum()'],
    ['sum(x)', 'a value of the moment'],
    ['sum(rate(x{classification="success"}[5m])) / sum(rate(x[5m]))', 'of 2 selectors of it only 1'],
    ['sum(rate(x{track="canary"}[5m]))', 'nothing here says which pods'],
    ['sum(rate(node_cpu_seconds_total[5m]))', 'nothing in the traffic model counts'],
    ['job:errors:rate5m', 'recording rule'],
    ['sum(rate(x_seconds[5m])) and histogram_count(sum(rate(x_seconds[5m])))', 'native histogram'],
    ['sum(rate(x[5m])) * on(app) group_left(team) sum by (app) (rate(y[5m]))', 'group_left'],
  ])('is refused, not guessed: %s', (query, why) => {
    const refusal = (): string => {
      try {
        evaluated(query);
        return '';
      } catch (error) {
        if (!(error instanceof QueryNotRecognised)) throw error;
        return error.message;
      }
    };
    expect(refusal()).toContain('cannot tell what this query counts');
    if (why !== 'ends early') expect(refusal()).toContain(why);
  });

  test('may be stated where it is not recognised', () => {
    const cells = (text: string) => leavesOf(statedQueryModel(text, [1])!).flatMap((leaf) => leaf.cells);
    expect(cells('failures:5m')).toMatchObject([{ side: 'canary', outcome: 'failed' }]);
    expect(cells('stable:p99:1m')).toMatchObject([{ side: 'stable', part: { upTo: 1 } }, { part: 'count' }]);
    expect(cells('both:requests:1m')).toHaveLength(2);
    expect(statedQueryModel('failures', [])).toBeUndefined();
    expect(statedQueryModel('failures:5 minutes', [])).toBeUndefined();
  });
});
