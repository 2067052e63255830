// Inputs that ask for far more than they say. Each case is a set of files and the commands that read it.

import { canaryFile, flagger, manyRollouts } from './inputs.mjs';

const ALL = ['lint', 'plan', 'simulate', 'rehearse', 'adopt'];

/** A canary with its Services, its routing, its monitor and its analysis. `edit` replaces what a case is about. */
function canary(i, edit = {}) {
  const name = edit.name ?? `app-${i}`;
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: ${edit.replicas ?? 3}
  selector: { matchLabels: { app: ${edit.app ?? name} } }
${edit.spec ?? ''}  template:
    metadata: { labels: { app: ${edit.app ?? name} } }
    spec:
      containers:
        - name: app
          image: ghcr.io/example/shop:1.0.0
          ports: [{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9090 }]
${edit.container ?? ''}  strategy:
    canary:
      canaryService: ${name}-canary
      stableService: ${name}-stable
${edit.strategy ?? ''}      trafficRouting:
${edit.routing ?? ''}        istio: { virtualService: { name: ${name}, routes: [primary] } }
      steps:
${edit.steps ?? `        - setWeight: 10\n        - pause: { duration: 5m }\n        - analysis: { templates: [{ templateName: ${name}-errors }] }\n`}---
${service(`${name}-canary`, edit.app ?? name)}---
${service(`${name}-stable`, edit.app ?? name)}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec:
  hosts: [${name}.example.com]
  http:
${edit.routes ?? ''}    - name: primary
      route:
        - { destination: { host: ${name}-stable }, weight: 100 }
        - { destination: { host: ${name}-canary }, weight: 0 }
---
${monitor(name, edit.app ?? name)}---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: ${name}-errors, namespace: shop }
spec:
  metrics:
    - name: errors
      interval: ${edit.interval ?? '1m'}
      count: ${edit.count ?? 5}
${edit.metric ?? ''}      successCondition: ${JSON.stringify(edit.condition ?? 'len(result) > 0 && result[0] <= 0.05')}
      provider:
        prometheus:
          address: http://prometheus.monitoring:9090
          query: ${JSON.stringify(edit.query ?? `sum(rate(http_requests_total{service="${name}-canary",code=~"5.."}[5m])) / sum(rate(http_requests_total{service="${name}-canary"}[5m]))`)}
`;
}

const service = (name, app) => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop, labels: { app: ${app} } }
spec:
  selector: { app: ${app} }
  ports: [{ name: http, port: 80, targetPort: http }, { name: metrics, port: 9090, targetPort: metrics }]
`;

const monitor = (name, app) => `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${app} } }
  endpoints: [{ port: metrics, interval: 15s }]
`;

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i)).join('');
const everythingSelected = (count) => ({
  'all.yaml': join(Array.from({ length: count }, (_, i) => canary(i, { app: 'shop' }))),
});
const one = (edit, name = 'canary.yaml') => ({ [name]: canary(0, edit) });
const join = (parts) => parts.join('---\n');

const manyRoutes = () =>
  one({
    routes: times(
      5000,
      (i) =>
        `    - name: r${i}\n      match: [{ uri: { prefix: /r${i} } }]\n      route: [{ destination: { host: app-0-stable } }]\n`,
    ),
  });

/** Every case: what it is, its files, the commands, and the most that each may take, in seconds of CPU and MB. */
export const CASES = [
  { name: 'measurements every nanosecond', files: () => one({ interval: '1ns' }), seconds: 5 },
  { name: 'a billion measurements', files: () => one({ count: 1_000_000_000, interval: '1s' }), seconds: 5 },
  {
    name: 'a billion measurements in the background',
    files: () =>
      one({
        count: 1_000_000_000,
        interval: '1ms',
        strategy: '      analysis: { templates: [{ templateName: app-0-errors }] }\n',
        steps: '        - setWeight: 10\n        - pause: { duration: 8760h }\n',
      }),
  },
  {
    name: 'a thousand pauses of a century',
    files: () =>
      one({ steps: times(1000, (i) => `        - setWeight: ${i % 100}\n        - pause: { duration: 876000h }\n`) }),
  },
  {
    name: 'a condition with nested ranges',
    files: () => one({ condition: 'all(1..10000, all(1..10000, # > 0)) && result[0] < 1' }),
  },
  {
    name: 'a condition with three nested ranges',
    files: () => one({ condition: 'count(1..900, count(1..900, count(1..900, len(result) > 0) > 0) > 0) > 0' }),
  },
  {
    name: 'a condition that repeats a text',
    files: () => one({ condition: 'len(repeat(repeat("a", 999999), 999999)) > 0 && result[0] < 1' }),
  },
  {
    name: 'a condition nested deeply in brackets',
    files: () => one({ condition: `${'('.repeat(50_000)}result[0] < 1${')'.repeat(50_000)}` }),
  },
  {
    name: 'a condition with many operators',
    files: () => one({ condition: `result[0] < 1${' && true'.repeat(50_000)}` }),
  },
  { name: 'a condition with many signs', files: () => one({ condition: `${'-'.repeat(50_000)}result[0] < 1` }) },
  { name: 'a condition with many indexes', files: () => one({ condition: `result${'[0]'.repeat(50_000)} < 1` }) },
  {
    name: 'a condition with many conditionals',
    files: () => one({ condition: `${'true ? '.repeat(20_000)}true${' : true'.repeat(20_000)}` }),
  },
  {
    name: 'a query nested deeply in brackets',
    files: () => one({ query: `${'('.repeat(50_000)}up${')'.repeat(50_000)}` }),
  },
  { name: 'a query with many operators', files: () => one({ query: `up${' + up'.repeat(20_000)}` }) },
  { name: 'a query with many signs', files: () => one({ query: `${'-'.repeat(50_000)}up` }) },
  {
    name: 'a query with many functions',
    files: () => one({ query: `${'sum('.repeat(20_000)}up${')'.repeat(20_000)}` }),
  },
  {
    name: 'a query with many matchers',
    files: () => one({ query: `sum(rate(http_requests_total{${times(20_000, (i) => `l${i}="x",`)}}[5m]))` }),
  },
  {
    name: 'a query with a subquery of a century',
    files: () => one({ query: 'max_over_time(rate(http_requests_total[5m])[876000h:1ms]) < 1' }),
  },
  { name: 'a billion replicas', files: () => one({ replicas: 1_000_000_000 }) },
  {
    name: 'a billion replicas and a surge of as many',
    files: () => one({ replicas: 1_000_000_000, strategy: '      maxSurge: 1000000000\n      maxUnavailable: 0\n' }),
  },
  {
    name: 'a billion pods by setCanaryScale',
    files: () =>
      one({
        steps: '        - setCanaryScale: { replicas: 1000000000 }\n        - setWeight: 10\n        - pause: {}\n',
      }),
  },
  { name: 'a million weights', files: () => one({ routing: '        maxTrafficWeight: 1000000000\n' }) },
  {
    name: 'ten thousand steps',
    files: () => one({ steps: times(10_000, (i) => `        - setWeight: ${i % 100}\n`) }),
  },
  {
    name: 'ten thousand steps with an analysis each',
    files: () =>
      one({
        steps: times(
          10_000,
          (i) =>
            `        - setWeight: ${i % 100}\n        - analysis: { templates: [{ templateName: app-0-errors }] }\n`,
        ),
      }),
  },
  {
    name: 'Flagger with maxWeight 150 and steps of 1',
    files: () => ({ 'canary.yaml': flagger('maxWeight: 150, stepWeight: 1') }),
  },
  {
    name: 'Flagger every 10 seconds, a billion failures allowed',
    files: () => ({
      'canary.yaml': flagger(
        'maxWeight: 50, stepWeight: 10, metrics: [{ name: request-success-rate, thresholdRange: { min: 101 }, interval: 1m }]',
        1_000_000_000,
      ),
    }),
  },
  {
    name: 'Flagger with steps of a billionth',
    files: () => ({ 'canary.yaml': flagger('maxWeight: 1000000000000, stepWeight: 1, stepWeightPromotion: 1') }),
  },
  { name: 'YAML nested deeply in brackets', files: () => ({ 'deep.yaml': `a: ${'['.repeat(200_000)}` }) },
  { name: 'YAML nested deeply in lines', files: () => ({ 'deep.yaml': times(3000, (i) => `${' '.repeat(i)}a:\n`) }) },
  { name: 'YAML nested deeply in dashes', files: () => ({ 'deep.yaml': '- '.repeat(100_000) }) },
  { name: 'JSON nested deeply', files: () => ({ 'deep.json': `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}` }) },
  {
    name: 'aliases that multiply',
    files: () => ({
      'bomb.yaml': `a0: &a0 [x, x]\n${times(30, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]\n`)}`,
    }),
  },
  {
    name: '500 Rollouts that everything selects',
    files: () => everythingSelected(500),
    seconds: 5,
    megabytes: 500,
    commands: ['lint', 'simulate', 'rehearse', 'as-deployments', 'explain'],
  },
  {
    // Each is planned, under two releases for the latter.
    name: '500 Rollouts that everything selects, each planned',
    files: () => everythingSelected(500),
    seconds: 15,
    megabytes: 500,
    commands: ['plan', 'upgrade'],
  },
  {
    // Each is rendered many times, in search of the spec that differs least.
    name: '40 Rollouts that everything selects',
    files: () => everythingSelected(40),
    commands: ['adopt'],
    seconds: 40,
  },
  {
    // As many as one pod may have ways to be scraped.
    name: '20 groups of 5 Rollouts that everything in the group selects',
    files: () => ({
      'all.yaml': join(Array.from({ length: 100 }, (_, i) => canary(i, { app: `shop-${i % 20}` }))),
    }),
    commands: ['lint', 'plan', 'simulate'],
    seconds: 60,
  },
  {
    name: '16,000 unknown fields',
    files: () => one({ container: times(16_000, (i) => `          unknown${i}: 1\n`) }),
    seconds: 1,
    commands: ['lint'],
  },
  {
    name: '16,000 misspelt fields',
    files: () => one({ container: times(16_000, (i) => `          imagePullPolic${i}: Always\n`) }),
    seconds: 2,
    commands: ['lint'],
  },
  {
    name: '5,000 routes',
    files: manyRoutes,
    seconds: 5,
    commands: ['lint', 'plan', 'simulate', 'rehearse'],
  },
  {
    // It renders the app about a hundred times in search of the spec that differs least.
    name: '5,000 routes, adopted',
    files: manyRoutes,
    seconds: 120,
    megabytes: 1000,
    commands: ['adopt'],
  },
  {
    name: '3,000 VirtualServices of one host',
    files: () => ({
      'all.yaml': join(
        Array.from(
          { length: 3000 },
          (_, i) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: v${i}, namespace: shop }
spec:
  hosts: [shop.example.com]
  http: [{ name: primary, match: [{ uri: { prefix: /${i} } }], route: [{ destination: { host: shop-${i} } }] }]
`,
        ),
      ),
    }),
    commands: ['lint'],
  },
  {
    name: '2,000 monitors of 2,000 Services',
    files: () => ({
      'all.yaml': join([
        canary(0, { app: 'shop' }),
        ...Array.from({ length: 2000 }, (_, i) => service(`s${i}`, 'shop')),
        ...Array.from({ length: 2000 }, (_, i) => monitor(`m${i}`, 'shop')),
      ]),
    }),
    commands: ['lint', 'plan', 'simulate'],
    seconds: 10,
  },
  {
    name: '20,000 documents between dots',
    files: () => ({ 'dots.yaml': times(20_000, (i) => `a: ${i}\n...\n`) }),
    commands: ['lint'],
    seconds: 3,
  },
  {
    name: '20,000 documents between dots and dashes',
    files: () => ({ 'dots.yaml': times(20_000, (i) => `---\na: ${i}\n...\n`) }),
    commands: ['lint'],
    seconds: 3,
  },
  {
    name: '100,000 broken documents',
    files: () => ({ 'broken.yaml': times(100_000, () => '---\na: [\n') }),
    commands: ['lint'],
  },
  {
    name: '100,000 suppressions',
    files: () => ({
      'comments.yaml': `${times(100_000, () => '# cdk8s-canary-ignore CAN001: because\n')}${canary(0)}`,
    }),
    commands: ['lint'],
  },
  {
    name: 'a line of 20 MB',
    files: () => one({ condition: `result[0] < 1 ${' '.repeat(20_000_000)}` }),
    commands: ['lint'],
  },
  {
    name: 'a line of 5 MB with findings',
    files: () => ({ 'long.json': JSON.stringify(manyRollouts(3000)) }),
    commands: ['lint'],
  },
  {
    name: '100,000 findings',
    files: () => ({
      'many.yaml': join(
        Array.from(
          { length: 5000 },
          (_, i) =>
            `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: a${i} }\nspec: { replicas: x, strategy: { canary: { steps: [{ setWeight: 200 }, { nothing: 1 }] } } }\n`,
        ),
      ),
    }),
    commands: ['lint'],
  },
  {
    name: 'an expensive regular expression',
    files: () =>
      one({ query: `sum(rate(http_requests_total{service=~"(${'a?'.repeat(500)}${'a'.repeat(500)})*"}[5m]))` }),
  },
  {
    name: 'a large repetition in a regular expression',
    files: () =>
      one({ query: 'sum(rate(http_requests_total{service=~"((((a{0,10}){0,10}){0,10}){0,10}){0,10}"}[5m]))' }),
  },
  {
    name: 'a canary file with a billion replicas',
    files: () => ({ 'shop/canary.yaml': canaryFile('  replicas: 1000000000\n') }),
    commands: ['lint', 'plan', 'synth'],
  },
  {
    name: 'a canary file with 20,000 labels',
    files: () => ({
      'shop/canary.yaml': canaryFile(`  podMetadata:\n    labels:\n${times(20_000, (i) => `      l${i}: x\n`)}`),
    }),
    commands: ['lint', 'synth'],
  },
  {
    name: 'a canary file with 20,000 unknown fields',
    files: () => ({ 'shop/canary.yaml': canaryFile(times(20_000, (i) => `  unknown${i}: 1\n`)) }),
    commands: ['lint', 'synth'],
  },
  {
    name: 'a canary file with 5,000 weights',
    files: () => ({
      'shop/canary.yaml': canaryFile(`  steps:\n${times(5000, (i) => `    - setWeight: ${1 + (i % 99)}\n`)}`),
    }),
    commands: ['lint', 'synth'],
  },
  {
    name: 'overlays based on each other',
    files: () =>
      Object.fromEntries(
        Array.from({ length: 200 }, (_, i) => [
          `shop/${i}/canary.yaml`,
          `apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nbase: ../${(i + 1) % 200}/canary.yaml\nmetadata: { name: shop }\nspec: {}\n`,
        ]),
      ),
    commands: ['lint', 'synth'],
  },
].map((one) => ({ commands: ALL, seconds: 10, megabytes: 700, ...one }));
