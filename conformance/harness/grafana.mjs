// Every dashboard that the library makes is one that Grafana's own types accept, and is the same in them.
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { renderedSets } from './acceptance.mjs';
import { Oracle } from './oracles.mjs';

const require = createRequire(import.meta.url);

/** Options of dashboards, over the whole API. */
function options({ CanaryIsolation, Duration, RequestMetrics }) {
  const isolations = [
    CanaryIsolation.podTemplateHash(),
    CanaryIsolation.service('checkout-canary', 'service', 'checkout-stable'),
  ];
  const requests = fc.oneof(
    fc
      .record({ isolation: fc.constantFrom(...isolations), nativeHistogram: fc.boolean() })
      .map((given) => RequestMetrics.application(given)),
    fc.constant(RequestMetrics.istio({ canaryService: 'checkout-canary', stableService: 'checkout-stable' })),
  );
  const latency = fc.record({
    quantile: fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999),
    atMost: fc.integer({ min: 1, max: 60_000 }).map((ms) => Duration.millis(ms)),
  });
  const limits = fc.record(
    { failureRatio: fc.double({ min: 0, max: 1, noNaN: true }), latencies: fc.array(latency, { maxLength: 3 }) },
    { requiredKeys: [] },
  );
  return fc.record(
    {
      requests,
      limits,
      title: fc.string(),
      uid: fc.stringMatching(/^[\w-]{1,40}$/),
      folder: fc.string(),
      window: fc.integer({ min: 1, max: 60 }).map((minutes) => Duration.minutes(minutes)),
    },
    { requiredKeys: [] },
  );
}

function* randomDashboards(count, seed) {
  const { Chart, Duration, Testing } = require('cdk8s');
  const library = require('../../lib/src');
  for (const [i, given] of fc.sample(options({ ...library, Duration }), { numRuns: count, seed }).entries()) {
    const chart = new Chart(Testing.app(), 'test', { namespace: i % 3 === 0 ? undefined : 'shop' });
    new library.RolloutDashboard(chart, 'dashboard', { rollout: 'checkout', ...given });
    yield* dashboardsOf(`random ${i}`, Testing.synth(chart));
  }
}

function* dashboardsOf(name, manifests) {
  for (const { kind, metadata, data } of manifests) {
    if (kind !== 'ConfigMap' || metadata.labels?.grafana_dashboard === undefined) continue;
    for (const [file, text] of Object.entries(data)) yield { name: `${name}: ${metadata.name}/${file}`, text };
  }
}

export async function grafana({ count, seed }) {
  const oracle = new Oracle('grafana');
  const disagreements = [];
  let [dashboards, panels] = [0, 0];
  try {
    const rendered = renderedSets().flatMap(({ id, manifests }) => [...dashboardsOf(id, manifests)]);
    if (rendered.length === 0) throw new Error('dist/ has no dashboard');
    for (const { name, text } of [...rendered, ...randomDashboards(count, seed)]) {
      dashboards++;
      panels += JSON.parse(text).panels.length;
      const { problem } = await oracle.ask({ kind: 'dashboard', dashboard: text });
      if (problem !== '') disagreements.push({ name, problem, dashboard: JSON.parse(text) });
    }
  } finally {
    oracle.close();
  }
  return { figures: { dashboards, panels, agree: dashboards - disagreements.length }, disagreements };
}
