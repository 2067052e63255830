import { Simulator, share } from '../../src/simulate';
import { wholeProfile } from '../../src/traffic-model';
import { describeReal, manifests, rehearsed } from './real';

const template = (name: string): string => `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: ${name}, namespace: demo }
spec:
  args: [{ name: hash }]
  metrics:
    - name: ${name}
      initialDelay: 120s
      successCondition: len(result) > 0 && result[0] <= 5
      provider:
        prometheus:
          address: http://prometheus:9090
          query: sum(increase(http_requests_total{rollouts_pod_template_hash="{{args.hash}}",code="500"}[2m]))
`;
const service = (name: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: demo }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80, targetPort: http }] }
`;
const analysis = (name: string): string =>
  `{ templates: [{ templateName: ${name} }], args: [{ name: hash, valueFrom: { podTemplateHashValue: Latest } }] }`;
const SHOP = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop, namespace: demo }
spec:
  replicas: 2
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers: [{ name: shop, image: 'registry.example.com/shop:1', ports: [{ name: http, containerPort: 8080 }] }]
  strategy:
    blueGreen:
      activeService: shop-active
      previewService: shop-preview
      prePromotionAnalysis: ${analysis('before')}
      postPromotionAnalysis: ${analysis('after')}
${service('shop-active')}${service('shop-preview')}---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: shop, namespace: demo }
spec:
  selector: { matchLabels: { app: shop } }
  podTargetLabels: [rollouts-pod-template-hash]
  podMetricsEndpoints: [{ port: http, interval: 15s }]
${template('before')}${template('after')}`;

describeReal('a blue-green rollout in a rehearsal', () => {
  const base = { countersFromZero: true, baselineErrorRate: 0 };

  test('of a healthy version is measured before and after the switch, and promoted', async () => {
    const { updates } = await rehearsed(SHOP, { profile: { ...base, errorRate: 0, previewRps: 5 } });
    const [{ outcome, endedAt, measurements }] = updates;
    expect({ outcome, endedAt }).toEqual({ outcome: 'promoted', endedAt: 30 + 120 + 120 });
    expect(measurements.map(({ metric, at, phase }) => `${metric} ${at} ${phase}`)).toEqual([
      'before 150 Successful',
      'after 270 Successful',
    ]);
  });

  test('of a version that fails is stopped before the switch where testers send requests, and hits no user', async () => {
    const { updates } = await rehearsed(SHOP, { profile: { ...base, errorRate: 0.5, previewRps: 5 } });
    expect(updates[0]).toMatchObject({ outcome: 'aborted', endedAt: 150, failedRequests: 0 });
  });

  test('of a version that only users make fail is stopped behind the switch', async () => {
    const { updates } = await rehearsed(SHOP, { profile: { ...base, errorRate: 0.5, rps: 20, previewRps: 0.01 } });
    expect(updates[0]).toMatchObject({ outcome: 'aborted', endedAt: 270 });
    expect(updates[0].failedRequests! / 1200).toBeCloseTo(1, 0);
  });

  test('agrees with the simulation on a version that is caught now and then', async () => {
    // Five failed requests are expected in the window: a coin's throw.
    const profile = { ...base, rps: 5 / (0.01 * 120), errorRate: 0.01, previewRps: 0.01, scrapeInterval: 15 };
    const rehearsals = 24;
    let caught = 0;
    for (let seed = 1; seed <= rehearsals; seed++) {
      const { updates } = await rehearsed(SHOP, { profile }, { seed });
      if (updates[0].outcome === 'aborted') caught++;
    }
    const { graph, planned } = manifests(SHOP);
    expect(graph.resources.length).toBeGreaterThan(0);
    const { counts, runs } = new Simulator(planned.model!).sample(wholeProfile(profile), 20_000, 1);
    const { low, high } = share(caught, rehearsals);
    expect(counts.aborted / runs).toBeGreaterThan(Math.max(0.15, low));
    expect(counts.aborted / runs).toBeLessThan(Math.min(0.85, high));
  }, 120_000);
});
