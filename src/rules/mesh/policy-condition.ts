import { isNetwork } from '../../formats/istio-values';
import { quoted } from '../../formats/names';
import type { Field, Resource } from '../../graph';
import type { Report } from '../shared/rule';
import { closest } from '../shared/suggest';
import { serviceAccountFault, wildcardFault } from './policy-values';

const addressFault = (text: string): string | undefined => (isNetwork(text) ? undefined : 'is no address');

const portFault = (text: string): string | undefined =>
  /^\d+$/.test(text) && Number(text) <= 65535 ? undefined : 'is no port';

const anything = (): undefined => undefined;

/** The attributes that conditions compare, and what Istio has against a value of each. */
const ATTRIBUTES: Readonly<Record<string, (text: string) => string | undefined>> = {
  'source.ip': addressFault,
  'remote.ip': addressFault,
  'source.namespace': anything,
  'source.serviceAccount': serviceAccountFault,
  'source.principal': anything,
  'source.trustDomain': wildcardFault,
  'request.auth.principal': anything,
  'request.auth.audiences': anything,
  'request.auth.presenter': anything,
  'destination.ip': addressFault,
  'destination.port': portFault,
  'connection.sni': anything,
};

/** Attributes that a key in brackets follows: a header, a claim, a filter. */
const MAPS = ['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'];

/** The identities of callers, about which an external authorizer cannot be asked. */
const IDENTITIES = ['source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal'];

/** The problems for which Istio refuses a condition (`when`) of an AuthorizationPolicy. */
export function checkCondition(condition: Field, action: string, policy: Resource, report: Report): void {
  const key = condition.get('key');
  if (key.value === '') report(key, `${key} of ${policy} is empty`, { hint: "such as 'source.namespace'" });
  if (!key.string) return;
  const named = `the condition '${key.string}' of ${policy}`;
  const isMap = MAPS.some((map) => key.string!.startsWith(map));
  const faultOf = Object.hasOwn(ATTRIBUTES, key.string) ? ATTRIBUTES[key.string] : undefined;
  if (!isMap && !faultOf) {
    const meant = closest(key.string, Object.keys(ATTRIBUTES));
    const known = [...Object.keys(ATTRIBUTES), 'request.headers[]', 'request.auth.claims[]', MAPS[2]];
    report(key, `${named} is about nothing that Istio knows`, {
      didYouMean: meant === undefined ? undefined : { name: meant },
      hint: meant === undefined ? `there are ${known.join(', ')}` : undefined,
    });
  }
  const values = [...condition.get('values').items(), ...condition.get('notValues').items()];
  if (values.length === 0) report(condition, `${named} has no values`, { hint: 'give values or notValues' });
  else if (isMap && !/^[^[]+\[.+\]$/s.test(key.string)) {
    report(key, `${named} names nothing in brackets`, { hint: "such as 'request.headers[x-user]'" });
  }
  if (action === 'CUSTOM' && (IDENTITIES.includes(key.string) || key.string.startsWith('request.auth.'))) {
    report(key, `${named} is about who calls, for which Istio does not ask with the action CUSTOM`);
  }
  for (const value of values) {
    if (value.value === '') report(value, `${value} of ${policy} is empty`);
    const fault = value.string ? faultOf?.(value.string) : undefined;
    if (fault === undefined) continue;
    const [what, hint] = fault.split('; ');
    report(value, `${value} of ${policy} is ${quoted(value.string!)}, which ${what}`, { hint });
  }
}
