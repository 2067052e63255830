// The guide tells the truth: its programs run, and the YAML that it shows comes out of them.
import * as cdk8s from 'cdk8s';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as kplus from 'cdk8s-plus-27';
import { parse } from 'yaml';
import * as canary from '../../src';
import { Manifest } from '../synthesized';

interface Block {
  readonly language: string;
  readonly text: string;
}

/** The blocks of a page, in their order. */
function blocksOf(page: string): Block[] {
  const text = readFileSync(join(__dirname, '../../docs/guide', `${page}.md`), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```/gm)].map(([, language, block]) => ({ language, text: block }));
}

/** What the pages' programs take for granted. */
function surroundings(chart: cdk8s.Chart) {
  const secret = kplus.Secret.fromSecretName(chart, 'secret', 'thanos-token');
  const named = (name: string) => canary.AnalysisTemplate.fromName(name);
  return {
    ...cdk8s,
    ...canary,
    chart,
    argo: chart,
    shop: chart,
    secret,
    image: 'registry.example.com/checkout:1.4.2',
    prometheus: 'http://prometheus.monitoring:9090',
    hosts: ['checkout.example.com'],
    host: 'checkout.apps.example.com',
    query: 'sum(up)',
    smoke: named('smoke'),
    errors: named('errors'),
  };
}

const APP = { image: 'registry.example.com/checkout:1.4.2', port: 8080, hosts: ['checkout.example.com'] };

/** A program as it stands, or options of an app, or one value. */
function run(block: string, chart: cdk8s.Chart, more: object = {}): unknown {
  const program = block.replace('…,', 'image, port: 8080, hosts,').replace(/!\./g, '.').trim();
  const isOptions = /^\w+:/.test(program);
  const code = isOptions ? `return ({ ${program} })` : program.replace(/^RolloutStrategy/m, 'return RolloutStrategy');
  const known = { ...surroundings(chart), ...more };
  const made = new Function(...Object.keys(known), code) as (...values: unknown[]) => unknown;
  const result = made(...Object.values(known));
  if (!isOptions) return result;
  const options = { ...APP, prometheus: 'http://prometheus.monitoring:9090', ...(result as object) };
  return new canary.CanaryApp(chart, 'checkout', options as canary.CanaryAppProps);
}

const fresh = () => new cdk8s.Chart(cdk8s.Testing.app(), 'test', { namespace: 'shop' });

/** The manifests of a page's program, and of what stands beside it. */
function manifestsOf(block: string, beside: (chart: cdk8s.Chart) => object | void = () => undefined): Manifest[] {
  const chart = fresh();
  const more = beside(chart) ?? {};
  run(block, chart, more);
  return cdk8s.Testing.synth(chart) as Manifest[];
}

/** Whether all that is shown is there, in its order; `...` is anything. */
function holds(actual: unknown, shown: unknown): boolean {
  if (shown === '...') return true;
  if (Array.isArray(shown)) {
    if (!Array.isArray(actual)) return false;
    if (shown.length === 1 && shown[0] === '...') return true;
    let from = 0;
    return shown.every((one) => {
      const at = actual.findIndex((other, i) => i >= from && holds(other, one));
      from = at + 1;
      return at !== -1;
    });
  }
  if (typeof shown === 'object' && shown !== null) {
    if (typeof actual !== 'object' || actual === null) return false;
    return Object.entries(shown).every(([key, one]) => key in actual && holds((actual as Manifest)[key], one));
  }
  return typeof shown === 'string' && typeof actual === 'string' ? shown.trim() === actual.trim() : actual === shown;
}

/** Whether it is there anywhere. */
function holdsSomewhere(actual: unknown, shown: unknown): boolean {
  if (holds(actual, shown)) return true;
  return (
    typeof actual === 'object' && actual !== null && Object.values(actual).some((one) => holdsSomewhere(one, shown))
  );
}

const APP_WITH_PROMETHEUS = { ...APP, prometheus: 'http://prometheus.monitoring:9090' };
/** An app in a Chart of its own. */
const elsewhere = (chart: cdk8s.Chart, options: Partial<canary.CanaryAppProps> = {}) => {
  const shop = new cdk8s.Chart(chart.node.root, 'shop', { namespace: 'shop' });
  return { shop, app: withApp(shop, options) };
};
const withApp = (chart: cdk8s.Chart, options: Partial<canary.CanaryAppProps>) =>
  new canary.CanaryApp(chart, 'checkout', { ...APP_WITH_PROMETHEUS, ...options });

/**
 * What each block of YAML comes out of: a program of the page, by its number, or what the text around it says. The number
 * of entries is that of the page's blocks of YAML.
 */
const SHOWN: Record<string, (programs: string[]) => (() => Manifest[])[]> = {
  analysis: ([app, access, job]) => [() => manifestsOf(app), () => manifestsOf(access), () => manifestsOf(job)],
  gitops: ([application]) => [() => manifestsOf(application, elsewhere)],
  monitoring: () => [
    () => made((chart) => withApp(chart, {})),
    () => made((chart) => withApp(chart, { monitoring: { kind: canary.MonitorKind.POD } })),
    () => made((chart) => withApp(chart, { monitoring: { rules: {} } })),
  ],
  openshift: ([mesh, route, querier, guarded]) => [
    () => manifestsOf(mesh),
    () => manifestsOf(route, (chart) => elsewhere(chart, behindTls('checkout.apps.example.com'))),
    () =>
      manifestsOf(
        querier.replace(
          /MetricProvider\.prometheus\(([^]*)\);/,
          "new AnalysisTemplate(chart, 'errors', { metrics: [{ name: 'a', provider: MetricProvider.prometheus($1) }] });",
        ),
      ),
    () => manifestsOf(guarded),
  ],
  rollout: ([plans, blueGreen]) => [
    () => manifestsOf(plans),
    () =>
      made((chart) =>
        withApp(chart, {
          steps: [
            canary.CanaryStep.canaryScale(canary.CanaryScale.weight(25)),
            canary.CanaryStep.setHeaderRoute('testers', [canary.HeaderMatch.exact('x-canary', 'always')]),
            canary.CanaryStep.pause(),
          ],
        }),
      ),
    () => {
      const strategy = run(blueGreen, fresh()) as canary.RolloutStrategy;
      return made((chart) => new canary.Rollout(chart, 'invoices', { containers: [{ image: APP.image }], strategy }));
    },
    () =>
      made((chart) => {
        const workloadRef = canary.WorkloadRef.deploymentNamed('legacy', { 'app.kubernetes.io/name': 'legacy' });
        const steps = [canary.CanaryStep.setWeight(10)];
        new canary.Rollout(chart, 'legacy', { workloadRef, strategy: canary.RolloutStrategy.canary({ steps }) });
      }),
  ],
  traffic: ([first, routes, subsets, sticky, gateways, tls, gatewayApi]) => [
    () => manifestsOf(first),
    () => manifestsOf(routes),
    () => made((chart) => withApp(chart, { splitInMesh: true })),
    () => manifestsOf(subsets),
    () => manifestsOf(sticky),
    () => manifestsOf(gateways),
    () => manifestsOf(tls),
    () => manifestsOf(gatewayApi),
  ],
};

/** Not what comes out of a program: a setting of Argo CD's own. */
const NOT_OURS = /^# argocd-cm/;

const made = (build: (chart: cdk8s.Chart) => unknown): Manifest[] => {
  const chart = fresh();
  build(chart);
  return cdk8s.Testing.synth(chart) as Manifest[];
};
const behindTls = (host: string) => ({
  hosts: [host],
  traffic: { servers: [canary.GatewayServer.https('checkout-cert', { hosts: [host] })] },
});

/** What the programs of a page need beside them. */
const BESIDE: Record<string, (chart: cdk8s.Chart) => object | void> = {
  gitops: elsewhere,
  openshift: (chart) => elsewhere(chart, behindTls('checkout.apps.example.com')),
};

describe.each(Object.keys(SHOWN))('the page on %s', (page) => {
  const blocks = blocksOf(page);
  const programs = blocks.filter(({ language }) => language === 'ts').map(({ text }) => text);
  const shown = blocks.filter(({ language, text }) => language === 'yaml' && !NOT_OURS.test(text));

  test('shows programs that run', () => {
    for (const program of programs) expect(() => manifestsOf(program, BESIDE[page])).not.toThrow();
  });

  test('shows YAML that comes out of them', () => {
    const outputs = SHOWN[page](programs);
    expect(outputs).toHaveLength(shown.length);
    const untrue = shown.filter(({ text }, i) => !holdsSomewhere(outputs[i](), parse(text))).map(({ text }) => text);
    expect(untrue).toEqual([]);
  });
});
