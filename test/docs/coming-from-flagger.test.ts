import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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
});
