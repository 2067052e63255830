import { plannedRollouts } from '../../src/controller';
import { graphOfLoaded, loadManifests, type Graph } from '../../src/graph';
import { NO_EMPHASIS } from '../../src/plan';
import { simulate, simulationText, type Simulation, type SimulationOptions } from '../../src/simulate';
import { conditionsOf, rehearse, type PrometheusApi } from '../../src/rehearse';
import { absentData, wholeProfile } from '../../src/traffic-model';
import { describeReal, rehearsed } from '../rehearse/real';
import { manifestsOf, SHAPES } from './shapes';

const COUNT = SHAPES.find(({ name }) => name === 'a count of failures')!;

/** The text of a set of manifests that is measured by counts of failures, and more objects. */
function manifests(more = '', change = (text: string): string => text): string {
  const graph = manifestsOf({ ...COUNT, successCondition: 'len(result) > 0 && result[0] <= 300' }, 'shop', 'demo');
  const texts = graph.resources.map((resource) => JSON.stringify(resource.manifest));
  return change(`${texts.join('\n---\n')}${more}`);
}

const graphOfText = (text: string): Graph => graphOfLoaded(loadManifests([{ name: 'shop.yaml', text }]));

function simulated(text: string, options: SimulationOptions = {}): Simulation {
  const graph = graphOfText(text);
  const [planned] = plannedRollouts(graph);
  return simulate(planned.model!, {
    runs: 60,
    curve: [],
    around: { graph, rollout: planned.rollout },
    assumptions: planned.notes,
    ...options,
    profile: { rps: 100, errorRate: 0.2, approvalAfter: 60, ...options.profile },
  });
}

const MONITOR = `
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: shop, namespace: demo, labels: { team: a } }
spec:
  selector: { matchLabels: { app: shop } }
  podTargetLabels: [rollouts-pod-template-hash]
  podMetricsEndpoints: [{ port: http, interval: 15s }]`;
const STRICT = `
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: strict, namespace: demo }
spec: { mtls: { mode: STRICT } }`;
const POLICY = `
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: callers, namespace: demo }
spec: { action: ALLOW, rules: [{ from: [{ source: { principals: [cluster.local/ns/web/sa/web] } }] }] }`;
const PROMETHEUS = `
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: main, namespace: demo }
spec: { podMonitorSelector: { matchLabels: { team: b } } }`;

/** Manifests of which Prometheus gets nothing, and why. The count is without data then, which is an error. */
const UNSCRAPED: readonly [name: string, objects: string, why: RegExp][] = [
  ['strict mTLS refuses the scrape', MONITOR + STRICT, /demands mutual TLS on port 8080/],
  ['an AuthorizationPolicy does not allow it', MONITOR + POLICY, /does not allow the scrape of port 8080/],
  ['no Prometheus selects the monitor', MONITOR + PROMETHEUS, /no Prometheus among the manifests selects it/],
  ['the monitor scrapes other pods', MONITOR.replace('matchLabels: { app: shop }', 'matchLabels: { app: other }'), /./],
];
const NO_VECTOR = (text: string): string => text.replaceAll(' or vector(0)', '');

describe('a simulation believes the manifests', () => {
  test.each(UNSCRAPED)('%s', (_, objects, why) => {
    const { probability, decidedBy, assumptions } = simulated(manifests(objects, NO_VECTOR));
    expect(probability.promoted).toBe(0);
    expect(decidedBy[0]).toMatchObject({ metric: 'check', empty: 1, value: null });
    if (why.source !== '.') expect(assumptions.join('\n')).toMatch(why);
  });

  test('with its monitor the failures are seen, at the interval of the monitor', () => {
    const { profile, decidedBy, assumptions } = simulated(manifests(MONITOR));
    expect(profile.scrapeInterval).toBe(15);
    expect(decidedBy[0]).toMatchObject({ metric: 'check', step: 2, share: 1, limits: ['result[0] <= 300'] });
    expect(decidedBy[0].value!.p50).toBeGreaterThan(1000);
    expect(assumptions.join()).not.toContain('no monitor is among the manifests');
  });

  test('the least number of pods of an autoscaler is the number of pods', () => {
    const scaler = `
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop, namespace: demo }
spec:
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: shop }
  minReplicas: 12
  maxReplicas: 20`;
    const [planned] = plannedRollouts(graphOfText(manifests(scaler)));
    expect(planned.model?.replicas).toBe(12);
    expect(planned.notes.join()).toMatch(/12 pods, the least that HorizontalPodAutoscaler/);
  });
});

describeReal('a rehearsal believes the manifests', () => {
  test.each(UNSCRAPED)('%s', async (_, objects) => {
    const { updates } = await rehearsed(manifests(objects, NO_VECTOR), { profile: { rps: 100, errorRate: 0.2 } });
    expect(updates[0].measurements.every(({ answer }) => answer?.series.length === 0)).toBe(true);
  });

  test.each(UNSCRAPED.filter(([, , why]) => why.source !== '.'))(
    '%s: it says why, and gives no other advice',
    async (_, objects, why) => {
      const { notes, updates } = await rehearsed(manifests(objects, NO_VECTOR), { profile: { rps: 100 } });
      expect(notes[0]).toMatch(/^metric 'check': no series of http_requests_total is scraped: /);
      expect(notes[0]).toMatch(why);
      expect(notes.join('\n')).not.toMatch(/is never filled|is scraped \d+ times/);
      expect(updates[0].measurements[0].filled).toBeUndefined();
    },
  );

  test('a monitor of the stable version alone leaves the canary without a series, and both engines say so', async () => {
    const one = MONITOR.replace('matchLabels: { app: shop }', 'matchLabels: { app: shop, role: stable }');
    const labelled = (text: string): string =>
      NO_VECTOR(text).replace('"canaryService"', '"stableMetadata":{"labels":{"role":"stable"}},"canaryService"');
    const why = /no series of http_requests_total passes rollouts_pod_template_hash=/;
    const text = manifests(one, labelled);
    const result = simulated(text);
    expect(result.probability.promoted).toBe(0);
    expect(result.assumptions.join('\n')).toMatch(why);
    const { notes, updates } = await rehearsed(text, { profile: { rps: 100 } });
    expect(updates[0].outcome).toBe('aborted');
    expect(notes.join('\n')).toMatch(why);
  });

  test('it assumes what a simulation assumes, in the same words', async () => {
    const header = (text: string): string =>
      text
        .replace(
          '{"setWeight":50}',
          '{"setCanaryScale":{"replicas":2}},{"setHeaderRoute":{"name":"testers","match":[{"headerName":"x","headerValue":{"exact":"1"}}]}},{"setWeight":50}',
        )
        .replace('"istio":{', '"managedRoutes":[{"name":"testers"}],"istio":{')
        .replace(
          '"metrics":[',
          '"metrics":[{"name":"smoke","provider":{"job":{"spec":{}}}},{"name":"slow","successCondition":"result[0] <= 9","provider":{"prometheus":{"address":"http://p:9090","query":"histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{rollouts_pod_template_hash=\\"{{args.hash}}\\"}[2m])))"}}},',
        );
    const text = manifests(MONITOR, header);
    const { assumptions } = await rehearsed(text, { profile: { rps: 100, errorRate: 0 } });
    expect([...assumptions].sort()).toEqual([...simulated(text, { profile: { errorRate: 0 } }).assumptions].sort());
    expect(assumptions.join('\n')).toMatch(/latency is log-normal[^]*testers[^]*smoke/);
  });
});

describe('a plan warns of data that no query finds', () => {
  const warnings = (text: string): string[] => {
    const graph = graphOfText(text);
    const [{ model, rollout }] = plannedRollouts(graph);
    return absentData(model!, { graph, rollout });
  };

  test.each(UNSCRAPED.filter(([, , why]) => why.source !== '.'))('%s', (_, objects, why) => {
    // Also where the query gives 0 then, so that every version would pass.
    for (const text of [manifests(objects, NO_VECTOR), manifests(objects)]) {
      expect(warnings(text)).toEqual([expect.stringMatching(why)]);
    }
  });

  test('and not of a summand whose outcome does not occur', () => {
    expect(warnings(manifests(MONITOR))).toEqual([]);
    const summands = (text: string): string =>
      text.replace(
        /"query":"sum\(/,
        '"query":"(sum(rate(http_requests_total{nobody=\\"x\\"}[2m])) or vector(0)) + sum(',
      );
    expect(manifests(MONITOR, summands)).toContain('nobody');
    expect(warnings(manifests(MONITOR, summands))).toEqual([]);
  });
});

describe('assumptions are reported', () => {
  test('in the text and in JSON', () => {
    const result = simulated(manifests());
    const text = simulationText(result, NO_EMPHASIS);
    expect(text).toContain('Assumptions\n');
    for (const assumption of result.assumptions) expect(text).toContain(assumption);
    expect(result.assumptions.join('\n')).toMatch(/code="200" for a success and code="500" for a failure/);
    expect(result.assumptions.join('\n')).toMatch(/no monitor is among the manifests/);
    expect(text).toMatch(/stopped by\n {4}check \(step 3\) in 100 %: value \d+/);
  });

  test('a latency that is not stated is an assumption, a stated one is not', () => {
    const shape = SHAPES.find(({ name }) => name === 'histogram_quantile')!;
    const graph = manifestsOf(shape, 'shop', 'demo');
    const [planned] = plannedRollouts(graph);
    const of = (profile: SimulationOptions['profile']): string =>
      simulate(planned.model!, { runs: 20, curve: [], profile }).assumptions.join('\n');
    expect(of({})).toContain('latency is log-normal');
    expect(of({ latency: { p50: 0.1, p99: 1 } })).not.toContain('latency is log-normal');
  });

  test('a metric of another provider succeeds, and may be stated to fail', () => {
    const job = (text: string): string =>
      text.replace('"metrics":[', '"metrics":[{"name":"load","provider":{"job":{"spec":{}}}},');
    const result = simulated(manifests(MONITOR, job), { profile: { errorRate: 0 } });
    expect(result.probability.promoted).toBe(1);
    expect(result.assumptions.join()).toContain("metric 'load' is measured by job and succeeds");
    const failing = simulated(manifests(MONITOR, job), { profile: { errorRate: 0 }, stated: { load: 'failure' } });
    expect(failing.decidedBy).toMatchObject([{ metric: 'load', share: 1 }]);
  });

  test('where the Deployment that has the pods is not among the manifests, both engines ask for it', async () => {
    const referring = (text: string): string =>
      text
        .split('\n---\n')
        .map((one) => {
          const object = one.startsWith('{')
            ? (JSON.parse(one) as { kind: string; spec: Record<string, unknown> })
            : undefined;
          if (object?.kind !== 'Rollout') return one;
          const { template: _template, selector: _selector, ...spec } = object.spec;
          const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'legacy' };
          return JSON.stringify({ ...object, spec: { ...spec, replicas: 4, workloadRef } });
        })
        .join('\n---\n');
    const text = manifests(MONITOR, referring);
    const why =
      /whether \w+ is scraped is not known: the pods are those of the Deployment 'legacy', which is not among/;
    expect(() => simulated(text)).toThrow(why);
    expect(simulated(text, { stated: { check: 'failure' } }).probability.aborted).toBe(1);
    const graph = graphOfText(text);
    const [planned] = plannedRollouts(graph);
    const api = { version: () => Promise.resolve('2.42.0') } as unknown as PrometheusApi;
    await expect(rehearse(api, { graph, planned, conditions: conditionsOf(wholeProfile()) })).rejects.toThrow(why);
  });

  test('where no metric is measured by Prometheus, both engines ask how they end', async () => {
    const elsewhere = (text: string): string =>
      text.replace(/"prometheus":\{"address":"[^"]*","query":"(?:[^"\\]|\\.)*"\}/, '"web":{"url":"http://smoke"}');
    const text = manifests(MONITOR, elsewhere);
    expect(() => simulated(text)).toThrow(
      /a web metric cannot be simulated from traffic; state what it is, such as check=success/,
    );
    const graph = graphOfText(text);
    const [planned] = plannedRollouts(graph);
    const api = { version: () => Promise.resolve('2.42.0') } as unknown as PrometheusApi;
    const conditions = conditionsOf(wholeProfile());
    await expect(rehearse(api, { graph, planned, conditions })).rejects.toThrow(
      /metric 'check' is measured by web, and none by Prometheus.*--assume check=success/,
    );
    const { probability } = simulated(text, { stated: { check: 'failure' } });
    expect(probability.aborted).toBe(1);
  });

  test('requests of a header route reach the canary before its first weight', () => {
    const header = (text: string): string =>
      text
        .replace(
          '{"setWeight":50}',
          '{"setCanaryScale":{"replicas":2}},{"setHeaderRoute":{"name":"testers","match":[{"headerName":"x","headerValue":{"exact":"1"}}]}}',
        )
        .replace('"istio":{', '"managedRoutes":[{"name":"testers"}],"istio":{');
    const without = simulated(manifests(MONITOR, header));
    const seen = simulated(manifests(MONITOR, header), { profile: { headerShare: 0.2 } });
    expect(without.failedRequests.mean).toBe(0);
    expect(without.assumptions.join()).toContain("0 % of all requests match the header route 'testers'");
    expect(seen.probability.aborted).toBe(1);
  });
});
