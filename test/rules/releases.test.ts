import { documents } from '../../src/rules/shared/example';
import { Loader, graphOfLoaded } from '../../src/graph';
import { lint } from '../../src/lint';
import { RULES } from '../../src/rules';
import { readVersions } from '../../src/versions';

/** What rules find for stated releases: code, and message. */
function found(manifest: string, stated: Record<string, string>, codes: string): string[] {
  const loader = new Loader();
  loader.add({ name: 'app.yaml', text: manifest });
  const { versions, problems } = readVersions(stated);
  expect(problems).toEqual([]);
  const { findings } = lint(graphOfLoaded(loader.loaded), { select: codes.split(','), versions });
  return findings.map(({ code, severity, message }) => `${code} ${severity}: ${message}`);
}

const template = (query: string, more = ''): string => `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: checks, namespace: shop }
spec:
  metrics:
    - name: slow
      successCondition: len(result) > 0 && result[0] <= 1
      provider:
        prometheus:
          address: http://prometheus:9090
          query: ${JSON.stringify(query)}
${more}`;

describe('parts of a query that a release does not know', () => {
  const of = (query: string, prometheus: string): string[] =>
    found(template(query), { prometheus }, 'PRM001,PRM009,PRM026');

  test.each([
    ['holt_winters(x[1h], 0.3, 0.3)', '3.0', 'uses `holt_winters`, which Prometheus 3.0 does not know', '2.55'],
    ['first_over_time(x[5m])', '3.6', 'uses `first_over_time`, which Prometheus 3.6 does not know', '3.14'],
    ['rate(x[5m] smoothed)', '3.6', 'uses `smoothed`, which Prometheus 3.6 does not know', '3.16'],
    ['rate(x[5m+1m])', '3.3', 'uses the duration `5m+1m`, which Prometheus 3.3 does not know', '3.14'],
    ['rate(x[300])', '2.53', 'uses the duration `300` without a unit, which Prometheus 2.53 does not know', '2.54'],
    ['x > 1_000', '2.53', 'uses the number `1_000`, which Prometheus 2.53 does not know', '2.54'],
    [
      '{"http.requests"}',
      '2.55',
      'uses the name "http.requests" in quotes, which Prometheus 2.55 does not know',
      '3.0',
    ],
    ['histogram_avg(x)', '2.50', 'uses `histogram_avg`, which Prometheus 2.50 does not know', '2.51'],
    ['x </ 5', '3.10', 'uses the operator `</`, which Prometheus 3.10 does not know', '3.11'],
  ])('%s', (query, without, message, having) => {
    expect(of(query, without)).toEqual([
      expect.stringContaining(`PRM026 error: the query of metric 'slow' ${message}`),
    ]);
    expect(of(query, having)).toEqual([]);
  });

  test.each([
    ['mad_over_time(x[5m])', '3.16'],
    ['first_over_time(x[5m])', '3.7'],
    ['rate(x[5m] anchored)', '3.7'],
    ['a + on (b) fill(0) c', '3.16'],
    ['limitk(2, x)', '2.54'],
  ])('%s needs a feature flag in Prometheus %s, which is a warning', (query, release) => {
    expect(of(query, release)).toEqual([expect.stringMatching(/^PRM026 warning: .* only behind a feature flag$/)]);
  });

  test('wrong arguments of a function that is gone are still wrong', () => {
    expect(of('holt_winters(x[1h])', '2.55')).toEqual([
      expect.stringContaining('holt_winters() takes 3 arguments, not 1'),
    ]);
  });

  test('a function is not seen in a string or in the name of a metric', () => {
    expect(of('x{path="holt_winters(x)"} + holt_winters', '3.16')).toEqual([]);
  });

  test('the expressions of rules count too, and a range of releases names those that it holds for', () => {
    const rule = `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: rules, namespace: shop }
spec: { groups: [{ name: a, rules: [{ record: 'job:x:smooth', expr: 'holt_winters(x[1h], 0.3, 0.3)' }] }] }`;
    expect(found(rule, { prometheus: '2.55 - 3.0' }, 'PRM026')).toEqual([
      expect.stringMatching(/^PRM026 error: the expression of recording rule .* \(Prometheus 3\.0\)$/),
    ]);
  });
});

describe('labels of buckets', () => {
  const of = (matcher: string, prometheus = '3.0', metric = 'x_bucket'): string[] =>
    found(template(`sum(rate(${metric}{${matcher}}[5m]))`), { prometheus }, 'PRM027');

  test('le="1" matches nothing from Prometheus 3 on, and is right before', () => {
    expect(of('le="1"')).toEqual([
      `PRM027 error: le="1" in the query of metric 'slow' matches nothing: Prometheus 3.0 stores '1' as '1.0'`,
    ]);
    expect(of('le="1"', '2.55')).toEqual([]);
  });

  test.each(['le="1.0"', 'le="0.5"', 'le="+Inf"', 'le=~"1|1\\\\.0"', 'le=~".+"', 'le="{{args.le}}"', 'code="1"'])(
    '%s is right',
    (matcher) => expect(of(matcher)).toEqual([]),
  );

  test.each([
    ['le=~"0.5|1"', "stores '1' as '1.0'"],
    ['le!="10"', "excludes nothing: Prometheus 3.0 stores '10' as '10.0'"],
    ['le="1000000"', "stores '1000000' as '1e+06'"],
    ['le="Inf"', "stores 'Inf' as '+Inf'"],
    ['quantile="1"', "stores '1' as '1.0'"],
  ])('%s is not', (matcher, message) => {
    expect(of(matcher)).toEqual([expect.stringContaining(message)]);
  });

  test('a recorded series keeps the label of its source', () => {
    expect(of('le="1"', '3.0', 'job:x_bucket:rate5m')).toEqual([]);
  });
});

describe('what a release of Argo Rollouts drops or refuses', () => {
  const rollout = (canary: string, pod = '{ containers: [{ name: app, image: app:1 }] }'): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: ${pod} }
  strategy: { canary: ${canary} }`;

  test('a field that the definitions lack is dropped', () => {
    const threshold = rollout(
      '{ replicaProgressThreshold: { type: Percent, value: 90 }, steps: [{ setWeight: 20 }, { pause: {} }] }',
    );
    expect(found(threshold, { argoRollouts: '1.8 - 1.10' }, 'SCH011')).toEqual([
      'SCH011 warning: Argo Rollouts 1.8 drops spec.strategy.canary.replicaProgressThreshold of Rollout shop/checkout without an error (Argo Rollouts 1.8)',
    ]);
    expect(found(threshold, { argoRollouts: '1.9' }, 'SCH011')).toEqual([]);
    const step = rollout('{ steps: [{ setWeight: 20 }, { plugin: { name: a/b } }] }');
    expect(found(step, { argoRollouts: '1.7' }, 'SCH011')).toEqual([
      expect.stringContaining('spec.strategy.canary.steps[1].plugin'),
    ]);
    expect(found(step, { argoRollouts: '1.8' }, 'SCH011')).toEqual([]);
  });

  test('a field of Istio that earlier definitions lack', () => {
    const rule = (policy: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: checkout, namespace: shop }
spec: { host: checkout, subsets: [{ name: stable, labels: { app: checkout }, trafficPolicy: ${policy} }] }`;
    const outliers = rule('{ outlierDetection: { failurePercentageThreshold: 50 } }');
    expect(found(outliers, { istio: '1.30 - 1.32' }, 'SCH011')).toEqual([
      'SCH011 warning: Istio 1.30 drops spec.subsets[0].trafficPolicy.outlierDetection.failurePercentageThreshold of DestinationRule shop/checkout without an error (Istio 1.30 and 1.31)',
    ]);
    expect(found(outliers, { istio: '1.32' }, 'SCH011')).toEqual([]);
    expect(found(outliers, {}, 'SCH003')).toEqual([]);
  });

  test('a field of the Prometheus Operator that earlier definitions lack', () => {
    const monitor = `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: checkout, namespace: shop }
spec: { selector: { matchLabels: { app: checkout } }, extraScrapeMetrics: true, endpoints: [{ port: http }] }`;
    expect(found(monitor, { prometheusOperator: '0.94 - 0.95' }, 'SCH011')).toEqual([
      'SCH011 warning: Prometheus Operator 0.94 drops spec.extraScrapeMetrics of ServiceMonitor shop/checkout without an error (Prometheus Operator 0.94)',
    ]);
    expect(found(monitor, {}, 'SCH011')).toEqual([]);
  });

  test('a status is nobody’s to write', () => {
    expect(
      found(`${rollout('{}')}\nstatus: { canary: { stepPluginStatuses: [] } }`, { argoRollouts: '1.7' }, 'SCH011'),
    ).toEqual([]);
  });

  const mounting = (privileged: boolean): string =>
    rollout(
      '{ steps: [{ pause: {} }] }',
      `{ containers: [{ name: app, image: app:1, securityContext: { privileged: ${privileged} }, volumeMounts: [{ name: v, mountPath: /v, mountPropagation: Bidirectional }] }], volumes: [{ name: v, emptyDir: {} }] }`,
    );

  test('a Bidirectional mount of a privileged container is accepted from 1.10.1 on', () => {
    expect(found(mounting(true), { argoRollouts: '1.9' }, 'ROL038')).toEqual([
      expect.stringContaining('mounts in both directions, which Argo Rollouts 1.9 refuses'),
    ]);
    expect(found(mounting(true), { argoRollouts: '1.10.0' }, 'ROL038')).toEqual([
      expect.stringContaining('mounts in both directions, which Argo Rollouts 1.10.0 refuses'),
    ]);
    expect(found(mounting(true), { argoRollouts: '1.10' }, 'ROL038')).toEqual([]);
    expect(found(mounting(false), { argoRollouts: '1.10' }, 'ROL038')).toEqual([
      expect.stringContaining('which only a privileged container may'),
    ]);
  });

  test('a web metric that compares plain text passes always, on every release', () => {
    const web = `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: gate, namespace: shop }
spec: { metrics: [{ name: gate, successCondition: 'result == "ok"', provider: { web: { url: 'https://ci/gate' } } }] }`;
    for (const argoRollouts of ['1.8', '1.10', '1.8 - 1.10'])
      expect(found(web, { argoRollouts }, 'CON015')).toEqual([
        expect.stringContaining('a plain-text answer is successful whatever it says'),
      ]);
  });

  test('count covers consecutiveSuccessLimit only where the release knows it', () => {
    const limits = (argoRollouts: string): string[] =>
      found(
        template('vector(1)', '').replace(
          '    - name: slow',
          '    - name: slow\n      interval: 1m\n      count: 4\n      failureLimit: 3\n      consecutiveSuccessLimit: 3',
        ),
        { argoRollouts },
        'ANA005',
      );
    expect(limits('1.7')).toEqual([]);
    expect(limits('1.8')).toHaveLength(1);
  });

  const routed = (name: string, vs: string, namespace: string): string =>
    documents(
      rollout(
        `{ canaryService: c, stableService: s, trafficRouting: { istio: { virtualService: { name: ${name}, routes: [primary] } } }, steps: [{ setWeight: 20 }, { pause: {} }] }`,
      ),
      `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${vs}, namespace: ${namespace} }
spec: { hosts: [checkout], http: [{ name: primary, route: [{ destination: { host: s }, weight: 100 }, { destination: { host: c }, weight: 0 }] }] }`,
    );

  test.each([
    ['edge.v2.mesh', 'edge', 'v2', ['1.8', '1.9']],
    ['edge.v2.mesh', 'edge.v2', 'mesh', ['1.10']],
    ['edge.mesh', 'edge', 'mesh', ['1.8', '1.9', '1.10']],
    ['edge.mesh.svc.cluster.local', 'edge', 'mesh', ['1.8', '1.9']],
    ['edge.mesh.cluster.local', 'edge', 'mesh', ['1.8', '1.9', '1.10']],
  ])('%s means VirtualService %s in namespace %s for %j', (name, vs, namespace, releases) => {
    const finding = ['1.8', '1.9', '1.10'].filter(
      (argoRollouts) => found(routed(name, vs, namespace), { argoRollouts }, 'REF002').length === 0,
    );
    expect(finding).toEqual(releases);
  });
});

test('every code here is that of a rule', () => {
  const codes = new Set(RULES.map(({ code }) => code));
  for (const code of ['PRM026', 'PRM027', 'SCH011']) expect(codes).toContain(code);
});
