import { isNetwork } from '../../formats/istio-values';
import { quoted } from '../../formats/names';
import { type Field, type Resource } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { checkCondition } from './policy-condition';
import { checkTargets } from './policy-targets';
import { pathTemplateFault, serviceAccountFault, trustDomainFault } from './policy-values';

const manifest = (blocks: string): string =>
  exampleOf(
    'security.istio.io/v1',
    'AuthorizationPolicy',
    'scrapers',
    `action: ALLOW\nrules:\n  - from: [{ source: { ipBlocks: ${blocks} } }]`,
  );

export const authorizationPolicy: Rule = {
  code: 'MSH013',
  severity: 'error',
  title: 'Istio refuses an AuthorizationPolicy',
  why: 'The webhook of Istio refuses the object, so the sync fails. Without the webhook, istiod drops the policy: with `ALLOW` nobody is let in any more or everybody is, and nothing says so.',
  fix: 'Give one of selector and targetRefs, a rule that says something, ports as numbers, addresses as blocks such as `10.0.0.0/8`, and `{*}` and `{**}` as whole segments of a path. With `CUSTOM`, name callers by address only.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: manifest('[prometheus]'),
  good: manifest("['10.0.0.0/8']"),
  peers: { istioctl: 'IST0106' },
  checkPart(graph, report, part) {
    for (const policy of part(graph.ofKind('AuthorizationPolicy', 'security.istio.io'))) checkPolicy(policy, report);
  },
};

function checkPolicy(policy: Resource, report: Report): void {
  const spec = policy.field('spec');
  const [selector, rules, provider] = ['selector', 'rules', 'provider'].map((key) => spec.get(key));
  const targets = spec.get('targetRefs').items().length > 0 ? spec.get('targetRefs') : spec.get('targetRef');
  if (selector.exists && targets.exists) {
    report(targets, `${policy} has both a selector and ${targets.path.at(-1)}`, { on: 'key', hint: 'use one' });
  }
  checkTargets(policy, report);
  for (const [key, value] of selector.get('matchLabels').entries()) {
    if (key.includes('*') || value.string?.includes('*')) {
      report(value, `the selector of ${policy} has a wildcard, which Istio does not know`);
    }
  }
  const action = spec.get('action').string ?? 'ALLOW';
  if (provider.exists && action !== 'CUSTOM') {
    report(provider, `${policy} names a provider, which the action ${action} does not use`, { on: 'key' });
  }
  if (action === 'CUSTOM' && !provider.get('name').value) {
    report(spec.get('action'), `${policy} has the action CUSTOM and names no provider`, {
      hint: 'give provider.name, one of the extensionProviders of the mesh',
    });
  }
  // To istiod an empty list is none.
  const hasNone = !rules.exists || (Array.isArray(rules.value) && rules.items().length === 0);
  if (hasNone && (action === 'DENY' || action === 'CUSTOM')) {
    report(spec.get('action'), `${policy} has the action ${action} and no rules, so it never holds`, {
      hint: 'for every request write rules: [{}]',
    });
  }
  for (const rule of rules.items()) {
    checkRule(rule, policy, report);
    for (const condition of rule.get('when').items()) checkCondition(condition, action, policy, report);
    if (action === 'CUSTOM') checkIdentities(rule, policy, report);
  }
}

const IDENTITIES = ['namespaces', 'serviceAccounts', 'trustDomains', 'principals', 'requestPrincipals'].flatMap(
  (key) => [key, `not${key[0].toUpperCase()}${key.slice(1)}`],
);

/** An external authorizer decides before the proxy knows who calls. */
function checkIdentities(rule: Field, policy: Resource, report: Report): void {
  for (const from of rule.get('from').items()) {
    for (const list of IDENTITIES.map((key) => from.get('source', key))) {
      if (list.items().length === 0) continue;
      report(list, `${policy} has the action CUSTOM, for which Istio knows no ${list.path.at(-1)}`, {
        on: 'key',
        hint: 'name callers by ipBlocks, or say what is called',
      });
    }
  }
}

/** The values of a source or an operation that Istio refuses, by the lists in which they stand. */
const FAULTS: readonly (readonly [readonly string[], (text: string) => string | undefined])[] = [
  [['paths', 'notPaths'], pathTemplateFault],
  [['serviceAccounts', 'notServiceAccounts'], serviceAccountFault],
  [['trustDomains', 'notTrustDomains'], trustDomainFault],
];

const ADDRESSES = ['ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks'];
const PORTS = ['ports', 'notPorts'];

function checkRule(rule: Field, policy: Resource, report: Report): void {
  for (const [side, inner] of [
    ['from', 'source'],
    ['to', 'operation'],
  ] as const) {
    const list = rule.get(side);
    if (Array.isArray(list.value) && list.items().length === 0) {
      report(list, `${list} of ${policy} is empty, which Istio takes for none: the rule holds for all`, {
        severity: 'warning',
      });
    }
    for (const one of list.items()) {
      const field = one.get(inner);
      const given = field.entries().filter(([, value]) => value.items().length > 0);
      if (given.length === 0 && !field.entries().some(([, value]) => value.exists && !Array.isArray(value.value))) {
        report(field.exists ? field : one, `${one} of ${policy} has an empty ${inner}`, {
          hint: 'say whom it is about',
        });
      }
      for (const [, values] of given) checkEmpty(values, policy, report);
      for (const address of ADDRESSES.flatMap((key) => field.get(key).items())) {
        if (!address.string || isNetwork(address.string)) continue;
        report(address, `${address} of ${policy} is '${address.string}', which is no address`, {
          hint: "such as '10.0.0.0/8'",
        });
      }
      for (const port of PORTS.flatMap((key) => field.get(key).items())) {
        const number = Number(port.string);
        if (!port.string || (/^\d+$/.test(port.string) && number >= 1 && number <= 65535)) continue;
        // Istio takes 0 for a port, which nobody calls.
        report(port, `${port} of ${policy} is '${port.string}', which is no port`, {
          hint: /^0+$/.test(port.string) ? 'give a number from 1 to 65535' : 'ports are numbers here',
          severity: /^0+$/.test(port.string) ? 'warning' : undefined,
        });
      }
      for (const [keys, faultOf] of FAULTS) {
        for (const value of keys.flatMap((key) => field.get(key).items())) {
          const fault = value.string ? faultOf(value.string) : undefined;
          if (fault === undefined) continue;
          const [what, hint] = fault.split('; ');
          report(value, `${value} of ${policy} is ${quoted(value.string!)}, which ${what}`, { hint });
        }
      }
    }
  }
}

function checkEmpty(values: Field, policy: Resource, report: Report): void {
  for (const value of values.items()) {
    if (value.value === '') report(value, `${value} of ${policy} is empty`);
  }
}
