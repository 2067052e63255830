import { type Field, ISTIO_NETWORKING, type Resource } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { checkClientTls, checkConnectionPool, checkDurations, checkLoadBalancer, checkTunnel } from './policy-parts';

const manifest = (policy: string): string =>
  exampleOf('networking.istio.io/v1', 'DestinationRule', 'checkout', `host: checkout\ntrafficPolicy: ${policy}`);

export const trafficPolicy: Rule = {
  code: 'TRF031',
  severity: 'error',
  title: 'A traffic policy is empty, out of range or contradicts itself',
  why: 'The webhook of Istio refuses the DestinationRule, and with it the subsets that the Rollout needs. Without the webhook, istiod drops it.',
  fix: 'Add a field to the policy or remove the policy. Percentages go from 0 to 100.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers. `http2KeepAlive` and `zoneAwareLbSetting`, of 1.31 and 1.32: read in that validation.",
  bad: manifest('{}'),
  good: manifest('{ tls: { mode: ISTIO_MUTUAL } }'),
  peers: { istioctl: 'IST0106: traffic policy must have at least one field' },
  checkPart(graph, report, part) {
    for (const rule of part(graph.ofKind('DestinationRule', ISTIO_NETWORKING))) {
      const policies = [rule.field('spec'), ...rule.field('spec', 'subsets').items()];
      for (const one of policies) checkPolicy(one.get('trafficPolicy'), rule, report);
    }
  },
};

const PARTS = [
  ...['outlierDetection', 'connectionPool', 'loadBalancer', 'tls', 'portLevelSettings', 'tunnel', 'proxyProtocol'],
  'retryBudget',
];

function checkPolicy(policy: Field, owner: Resource, report: Report): void {
  // SCH004 reports another type than an object.
  if (!policy.exists || typeof policy.value !== 'object' || Array.isArray(policy.value)) return;
  const ports = policy.get('portLevelSettings').items();
  if (!PARTS.some((part) => policy.get(part).exists && (part !== 'portLevelSettings' || ports.length > 0))) {
    report(policy, `a trafficPolicy of ${owner} is empty`, { on: 'key' });
  }
  for (const port of ports) {
    if (!port.get('port').exists) report(port, `a port's policy of ${owner} names no port`);
    if (!PARTS.slice(0, 4).some((part) => port.get(part).exists)) report(port, `a port's policy of ${owner} is empty`);
  }
  checkPorts(ports, owner, report);
  for (const one of [policy, ...ports]) {
    const outlier = one.get('outlierDetection');
    checkOutliers(outlier, owner, report);
    checkDurations(one, owner, report);
    checkConnectionPool(one.get('connectionPool'), owner, report);
    checkLoadBalancer(one.get('loadBalancer'), outlier, owner, report);
    checkClientTls(one.get('tls'), owner, report);
  }
  checkTunnel(policy, owner, report);
  const budget = policy.get('retryBudget', 'percent', 'value');
  if (budget.number !== undefined && (budget.number < 0 || budget.number > 100)) {
    report(budget, `${budget} of ${owner} is ${budget.number}`, { hint: 'it must be from 0 to 100' });
  }
}

/** Istio accepts ports that are no ports or are there twice, and uses the last, or none. */
function checkPorts(ports: readonly Field[], owner: Resource, report: Report): void {
  const seen = new Map<number, Field>();
  for (const one of ports) {
    const field = one.get('port', 'number');
    const { number } = field;
    if (number === undefined) continue;
    const first = seen.get(number);
    if (number < 1 || number > 65535) {
      report(field, `${field} of ${owner} is ${number}, which is not a port`, { severity: 'warning' });
    } else if (first) {
      const related = { field: first, message: 'the first one' };
      report(field, `${owner} has two policies for port ${number}`, { related, severity: 'warning' });
    } else seen.set(number, field);
  }
}

function checkOutliers(outlier: Field, owner: Resource, report: Report): void {
  for (const key of ['maxEjectionPercent', 'minHealthPercent']) {
    const percent = outlier.get(key);
    if (percent.number === undefined || (percent.number >= 0 && percent.number <= 100)) continue;
    report(percent, `${key} of ${owner} is ${percent.number}`, { hint: 'it must be from 0 to 100' });
  }
  const local = outlier.get('consecutiveLocalOriginFailures');
  if ((local.number ?? 0) > 0 && outlier.get('splitExternalLocalOriginErrors').boolean !== true) {
    report(local, `${owner} counts local failures without splitExternalLocalOriginErrors`, {
      hint: 'set splitExternalLocalOriginErrors',
    });
  }
}
