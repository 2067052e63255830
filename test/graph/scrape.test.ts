import { graphOfLoaded, loadManifests, type RunningPod, scrapeTargets, services } from '../../src/graph';

const graphFrom = (...documents: string[]): ReturnType<typeof graphOfLoaded> =>
  graphOfLoaded(loadManifests([{ name: 'app.yaml', text: documents.join('\n---\n') }]));

const service = (name: string, labels = 'app: shop'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop, labels: { ${labels} } }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80, targetPort: http }] }`;

const monitor = (spec: string, endpoint = 'port: http'): string => `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: shop, namespace: shop }
spec: { selector: { matchLabels: { app: shop } }, endpoints: [{ ${endpoint} }], ${spec} }`;

const pod = (name: string, hash: string, rest: Partial<RunningPod> = {}): RunningPod => ({
  name,
  namespace: 'shop',
  labels: { app: 'shop', 'rollouts-pod-template-hash': hash },
  ip: '10.0.0.1',
  containers: [{ name: 'shop', ports: [{ name: 'http', number: 8080 }] }],
  ...rest,
});

describe('the targets of a ServiceMonitor', () => {
  test('have the labels that the operator gives, and the pod-template hash where the monitor asks for it', () => {
    const graph = graphFrom(service('shop-stable'), monitor('podTargetLabels: [rollouts-pod-template-hash]'));
    const { targets } = scrapeTargets(graph, [pod('shop-1', 'abc')]);
    expect(targets.map(({ url, labels, intervalSeconds }) => ({ url, labels, intervalSeconds }))).toEqual([
      {
        url: 'http://10.0.0.1:8080/metrics',
        intervalSeconds: 30,
        labels: {
          container: 'shop',
          endpoint: 'http',
          instance: '10.0.0.1:8080',
          job: 'shop-stable',
          namespace: 'shop',
          pod: 'shop-1',
          rollouts_pod_template_hash: 'abc',
          service: 'shop-stable',
        },
      },
    ]);
  });

  test('are two for a pod that both Services select, as when no rollout is under way', () => {
    const graph = graphFrom(service('shop-stable'), service('shop-canary'), monitor(''));
    const { targets } = scrapeTargets(graph, [pod('shop-1', 'abc')]);
    expect(targets.map(({ labels }) => labels.service)).toEqual(['shop-stable', 'shop-canary']);
  });

  test('follow what the controller adds to the selectors of its Services', () => {
    const graph = graphFrom(service('shop-stable'), service('shop-canary'), monitor(''));
    const [stable, canary] = services(graph).map(({ resource }) => resource);
    const selectors = new Map([
      [stable, { app: 'shop', 'rollouts-pod-template-hash': 'old' }],
      [canary, { app: 'shop', 'rollouts-pod-template-hash': 'new' }],
    ]);
    const pods = [pod('shop-1', 'old'), pod('shop-2', 'new', { ip: '10.0.0.2' })];
    const { targets } = scrapeTargets(graph, pods, { selectors });
    expect(targets.map(({ labels }) => `${labels.service} ${labels.pod}`)).toEqual([
      'shop-stable shop-1',
      'shop-canary shop-2',
    ]);
  });
});
