import { folderWith, runCli } from '../cli/run-cli';

/** A Flagger Canary with Flagger's own metrics of a mesh or router. */
const canary = (provider: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: books, namespace: books }
spec:
  replicas: 2
  selector: { matchLabels: { app: books } }
  template:
    metadata: { labels: { app: books } }
    spec: { containers: [{ name: books, image: 'example/books:1' }] }
---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: books, namespace: books }
spec:
  provider: ${provider}
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: books }
  service: { port: 80 }
  analysis:
    interval: 1m
    threshold: 3
    stepWeights: [20, 50]
    metrics:
      - { name: request-success-rate, thresholdRange: { min: 99 }, interval: 1m }
      - { name: request-duration, thresholdRange: { max: 500 }, interval: 1m }
`;

const simulated = (provider: string, ...options: string[]): ReturnType<typeof runCli> =>
  runCli(['simulate', '--runs', '200', '--format', 'json', ...options], {
    cwd: folderWith({ 'canary.yaml': canary(provider) }),
  });

test('of Linkerd, Flagger counts what the proxies classify as failures', async () => {
  const aborted = async (...options: string[]): Promise<number> => {
    const { out } = await simulated('linkerd', ...options);
    return (JSON.parse(out) as [{ probability: { aborted: number } }])[0].probability.aborted;
  };
  expect(await aborted('--error-rate', '10%')).toBeGreaterThan(0.95);
  expect(await aborted('--latency-p99', '2s')).toBeGreaterThan(0.95);
  expect(await aborted('--error-rate', '0.1%')).toBeLessThan(0.05);
});

test('of a router whose queries the model does not know, no verdict is given', async () => {
  const { code, out, err } = await simulated('traefik');
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain("Flagger's built-in traefik metric, which reads traffic in a way that the model does not know");
  expect(err).toContain('--query-means METRIC=failures:5m');
  const stated = ['--assume', 'request-success-rate=success', '--assume', 'request-duration=failure'];
  const { out: given } = await simulated('traefik', ...stated);
  expect((JSON.parse(given) as [{ probability: { aborted: number } }])[0].probability.aborted).toBe(1);
});

describe('requests that are mirrored before the weights', () => {
  const mirrored = canary('istio').replace('stepWeights', 'mirror: true\n    mirrorWeight: 50\n    stepWeights');
  const folder = (): string => folderWith({ 'canary.yaml': mirrored });
  const simulation = async (...options: string[]): Promise<Simulated> => {
    const { out } = await runCli(['simulate', '--runs', '200', '--format', 'json', ...options], { cwd: folder() });
    return (JSON.parse(out) as [Simulated])[0];
  };

  interface Simulated {
    readonly probability: { readonly aborted: number };
    readonly falseAlarm: { readonly value: number };
    readonly failedRequests: { readonly mean: number };
    readonly assumptions: readonly string[];
  }

  test('reach the canary, which is judged by them, and no user', async () => {
    const { probability, falseAlarm, failedRequests, assumptions } = await simulation('--error-rate', '20%');
    expect(falseAlarm.value).toBeLessThan(0.1);
    expect(probability.aborted).toBe(1);
    // Only where the first check missed it did users meet it.
    expect(failedRequests.mean).toBeLessThan(10);
    expect(assumptions.join('\n')).toMatch(/mirror route 'mirror' \(mirrorShare\), and 50 % of those are copied/);
  });

  test('nobody is there where no request matches', async () => {
    const { falseAlarm } = await simulation('--error-rate', '20%', '--mirror-share', '0%');
    expect(falseAlarm.value).toBe(1);
  });

  test('are a stage of the plan, which loses nothing', async () => {
    const { out } = await runCli(['plan'], { cwd: folder() });
    expect(out).toMatch(/1:00 +0 % ░+ +2 \+ 2 +1 +mirror route mirror, 1 min\n +2:00 +20 %/);
    expect(out).not.toContain('Faults of the controller');
  });

  test('are mirrored with Istio alone: with others the release never gets to its weights', async () => {
    for (const [provider, why] of [
      ['gatewayapi:v1', /canary\.yaml:\d+:\d+ {2}before the weights, Flagger mirrors with Istio alone/],
      ['nginx', /before the weights, Flagger mirrors with Istio alone/],
      ['kubernetes', /Flagger gives no weights with the provider kubernetes/],
    ] as const) {
      const text = mirrored.replace('provider: istio', `provider: ${provider}`);
      const { code, err, out } = await runCli(['plan'], { cwd: folderWith({ 'canary.yaml': text }) });
      expect([provider, code]).toEqual([provider, 1]);
      expect(out + err).toMatch(why);
    }
  });
});
