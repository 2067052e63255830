import { queryModelOf, QueryNotRecognised, statedQueryModel } from '../../src/traffic-model';

const services = { canary: 'checkout-canary', stable: 'checkout-stable' };
const leaf = (query: string) => {
  const meaning = queryModelOf(query, services);
  return meaning.type === 'leaf' ? meaning.leaf : undefined;
};

describe('what a query counts', () => {
  test.each([
    ['delta(http_requests_total{code="500",service="checkout-canary"}[5m])', 'canary', 'failed', 300],
    ['sum(increase(http_requests_total{code=~"5..",service="checkout-stable"}[1m]))', 'stable', 'failed', 60],
    ['sum(rate(istio_requests_total{response_code!~"5.*",destination_workload="x"}[2m]))', 'both', 'succeeded', 120],
    ['sum(rate(http_requests_total{rollouts_pod_template_hash="canary-pod-template-hash"}[90s]))', 'canary', 'all', 90],
    ['sum(rate(grpc_server_handled_total{grpc_code!="OK"}[1m]))', 'both', 'failed', 60],
    ['sum(rate(grpc_server_handled_total{grpc_code=~"0"}[1m]))', 'both', 'succeeded', 60],
    ['sum(rate(x_total{outcome!="success"}[1m]))', 'both', 'failed', 60],
    ['sum(rate(x_total{outcome="error"}[1m]))', 'both', 'failed', 60],
    ['sum(rate(x_bucket{le="0.5",version="canary"}[1m]))', 'canary', { upTo: 0.5 }, 60],
    ['sum(rate(x_milliseconds_bucket{le="500",version="stable"}[1m]))', 'stable', { upTo: 0.5 }, 60],
  ])('%s', (query, scope, kind, window) => {
    expect(leaf(query)).toMatchObject({ scope, kind, window });
  });

  test('grouped by a label of which one value is selected', () => {
    expect(leaf('sum by (service) (rate(x{service="checkout-canary"}[1m]))')).toMatchObject({ scope: 'canary' });
  });

  test('a name inside a longer one is not the Service', () => {
    expect(leaf('rate(x{service="checkout-canary-v2"}[1m])')).toMatchObject({ scope: 'both' });
  });

  test('a quantile of a histogram', () => {
    expect(queryModelOf('histogram_quantile(0.99, sum(rate(x_seconds_bucket{version="canary"}[5m])) by (le))')).toEqual(
      {
        type: 'quantile',
        leaf: { scope: 'canary', quantile: 0.99, window: 300, milliseconds: false },
      },
    );
  });

  test.each([
    ['up{job="x"}', 'value of the moment'],
    ['sum(rate(x[5m])', 'ends early'],
    ['topk(1, rate(x[5m]))', 'not supported'],
    ['predict_linear(x[5m], 60)', 'not supported'],
    ['rate(x{job="{{args.job}}"}[5m])', 'argument whose value is not known'],
    ['rate(x{code="404"}[5m])', 'neither failures nor successes'],
    ['sum by (pod) (rate(x[5m]))', 'gives a series for each pod'],
    ['avg(rate(x[5m]))', 'use sum'],
    ['sum without (pod) (rate(x[5m]))', 'leaves several series'],
    ['rate(x[5m:])', 'plain duration'],
  ])('is refused, not guessed: %s', (query, why) => {
    expect(() => queryModelOf(query)).toThrow(QueryNotRecognised);
    try {
      queryModelOf(query);
    } catch (error) {
      expect((error as Error).message).toContain('cannot tell what this query counts');
      if (why !== 'ends early' && why !== 'plain duration') expect((error as Error).message).toContain(why);
    }
  });

  test('may be stated where it is not recognised', () => {
    expect(statedQueryModel('failures:5m')).toMatchObject({ leaf: { scope: 'canary', kind: 'failed', window: 300 } });
    expect(statedQueryModel('stable:p99:1m')).toMatchObject({ leaf: { scope: 'stable', quantile: 0.99 } });
    expect(statedQueryModel('failures')).toBeUndefined();
    expect(statedQueryModel('failures:5 minutes')).toBeUndefined();
  });
});
