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
