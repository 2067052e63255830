import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as canary from '../../src';

/** The fields of Flagger's Canary, as its definition has them. */
const FIELDS = `
provider metricsServer targetRef autoscalerRef primaryScalerQueries primaryScalerReplicas ingressRef routeRef upstreamRef
service analysis canaryAnalysis progressDeadlineSeconds skipAnalysis revertOnDeletion suspend
name port portName targetPort appProtocol trafficDistribution portDiscovery headless timeout backendTimeout gateways
gatewayRefs hosts delegation trafficPolicy match rewrite retries headers mirror corsPolicy meshName backends apex primary
canary unmanagedMetadata interval iterations mirrorWeight maxWeight stepWeight stepWeights stepWeightPromotion threshold
primaryReadyThreshold canaryReadyThreshold alerts metrics webhooks sessionAffinity cookieName domain httpOnly maxAge
partitioned path sameSite secure primaryCookieName thresholdRange query templateRef templateVariables
rollout pre-rollout post-rollout confirm-rollout confirm-promotion confirm-traffic-increase rollback event
url metadata muteAlert disableTLS
`
  .trim()
  .split(/\s+/);

const page = readFileSync(join(__dirname, '../../docs/coming-from-flagger.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('coming from Flagger', () => {
  test('no row is blank', () => {
    expect(rows.length).toBeGreaterThan(60);
    for (const row of rows) expect(row).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
  });

  test.each(FIELDS)('%s has its row', (field) => {
    const named = rows.filter(([left]) => new RegExp(`(?<![A-Za-z-])${field}(?![A-Za-z-])`).test(left));
    expect(named).not.toEqual([]);
  });

  test('what it points to is there: every name of the right column is one of this package', () => {
    const assembly = readFileSync(join(__dirname, '../../.jsii'), 'utf8');
    const ours = new Set(assembly.match(/[A-Za-z][A-Za-z0-9_]*/g));
    const said = rows.flatMap(([, right]) => [...right.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
    const words = said.flatMap((code) => code.match(/[A-Za-z][A-Za-z0-9_]*/g) ?? []);
    expect(words.length).toBeGreaterThan(150);
    expect([...new Set(words)].filter((word) => !ours.has(word) && !ELSEWHERE.has(word))).toEqual([]);
  });

  test('every member that it names is there', () => {
    const members = [...page.matchAll(/\b([A-Z][A-Za-z]+)\.([a-z][A-Za-z0-9]*|[A-Z_]+)\b/g)].filter(
      ([, type]) => type in canary,
    );
    expect(members.length).toBeGreaterThan(25);
    const exported = canary as unknown as Record<string, Record<string, unknown>>;
    const lost = members.filter(([, type, member]) => !(member in exported[type]));
    expect(lost.map(([whole]) => whole).filter((whole) => !OPTIONS.has(whole))).toEqual([]);
  });
});

/** Words of Argo Rollouts, Kubernetes, cdk8s and the shell. */
const ELSEWHERE = new Set([
  // A command of the kubectl plugin.
  'promote',
  ...['nginx', 'apisix', 'appMesh', 'kubectl', 'JsonPatch', 'addLabel', 'addAnnotation'],
  ...['trafficDistribution', 'PreferClose'],
]);

/** Options rather than members. */
const OPTIONS = new Set(['CanaryApp.traffic']);
