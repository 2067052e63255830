// Adopts a file with many Rollouts, each with two Services and a VirtualService: names, images and amounts differ.
// `npm run build && node bench/adopt/main.mjs [--write] [--size=500]` prints CPU time, time by the clock and peak memory;
// --write puts the figures into docs/performance.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, measure, option, PROGRAM, publish } from '../measure.mjs';

const SIZE = Number(option('size', 500));

function app(i) {
  const name = `app-${i}`;
  const metadata = (more = '') => ({ name: `${name}${more}`, namespace: 'shop' });
  const selector = { app: name };
  const route = ['stable', 'canary'].map((version, j) => ({
    destination: { host: `${name}-${version}` },
    weight: j === 0 ? 100 : 0,
  }));
  const container = {
    name: 'web',
    image: `registry.example.com/${name}:1.${i}.0`,
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '100m', memory: '128Mi' } },
    env: [{ name: 'LEVEL', value: 'info' }],
  };
  const canary = {
    canaryService: `${name}-canary`,
    stableService: `${name}-stable`,
    trafficRouting: { istio: { virtualService: { name, routes: ['primary'] } } },
    steps: [{ setWeight: 10 + (i % 7) }, { pause: { duration: '5m' } }, { setWeight: 50 }, { pause: {} }],
  };
  const service = (version) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(`-${version}`),
    spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
  return [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: metadata(),
      spec: {
        replicas: 3 + (i % 5),
        selector: { matchLabels: selector },
        strategy: { canary },
        template: { metadata: { labels: selector }, spec: { containers: [container] } },
      },
    },
    service('stable'),
    service('canary'),
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: metadata(),
      spec: { hosts: [name], http: [{ name: 'primary', route }] },
    },
  ];
}

const scratch = mkdtempSync(join(tmpdir(), 'bench-adopt-'));
try {
  const file = join(scratch, 'apps.yaml');
  // JSON is YAML.
  const objects = Array.from({ length: SIZE }, (_, i) => app(i)).flat();
  writeFileSync(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  const run = measure([process.execPath, PROGRAM, 'adopt', file, '-o', join(scratch, 'specs')], { accepted: [0] });
  const [cpu, clock] = [run.cpu, run.ms].map((ms) => (ms / 1000).toFixed(1));
  publish(
    'adopt',
    `${SIZE} Rollouts (${objects.length} objects): ${cpu} s of CPU, ${clock} s by the clock, ${Math.round(run.rss)} MB.\n\n${machine()}.`,
  );
} finally {
  rmSync(scratch, { recursive: true });
}
