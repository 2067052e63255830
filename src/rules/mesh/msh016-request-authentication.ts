import type { Field, Resource } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { checkTargets } from './policy-targets';

const manifest = (rule: string): string =>
  exampleOf(
    'security.istio.io/v1',
    'RequestAuthentication',
    'checkout',
    `selector: { matchLabels: { app: checkout } }\njwtRules:\n  - ${rule}`,
  );

export const requestAuthentication: Rule = {
  code: 'MSH016',
  severity: 'error',
  title: 'Istio refuses a RequestAuthentication',
  why: 'The webhook of Istio refuses the object, so the sync fails. Without the webhook, istiod drops it: tokens are not verified, so a policy that asks for a principal refuses every request, and that of the canary too.',
  fix: 'Give each rule an `issuer` or a `jwksUri`, and keys in `jwks` as a JSON Web Key Set. Attach it to a Service, a ServiceEntry, a Gateway or a GatewayClass.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy: "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation.",
  bad: manifest("audiences: ['checkout']"),
  good: manifest("{ issuer: 'https://login.example.com', audiences: ['checkout'] }"),
  peers: { istioctl: 'IST0106' },
  checkPart(graph, report, part) {
    for (const one of part(graph.ofKind('RequestAuthentication', 'security.istio.io'))) {
      checkTargets(one, report);
      for (const rule of one.field('spec', 'jwtRules').items()) checkJwtRule(rule, one, report);
    }
  },
};

function checkJwtRule(rule: Field, owner: Resource, report: Report): void {
  if (typeof rule.value !== 'object') return;
  // An empty one breaks the schema.
  if (!rule.get('issuer').exists && !rule.get('jwksUri').exists && !rule.get('jwks_uri').exists) {
    report(rule, `${rule} of ${owner} has neither an issuer nor a jwksUri`, { hint: 'give the issuer' });
  }
  const jwks = rule.get('jwks');
  if (!jwks.string) return;
  const keys = keysIn(jwks.string);
  if (typeof keys === 'string') {
    report(jwks, `${jwks} of ${owner} ${keys}`, { hint: 'such as \'{ "keys": […] }\'' });
  } else if (keys.some(isPrivate)) {
    report(jwks, `${jwks} of ${owner} has a private key, which verifies nothing and should be secret`, {
      severity: 'warning',
      hint: 'give the public keys',
    });
  }
}

type Key = Readonly<Record<string, unknown>>;

const KEY_TYPES: readonly unknown[] = ['RSA', 'EC', 'OKP', 'oct'];

const isPrivate = ({ kty, d }: Key): boolean => kty === 'oct' || d !== undefined;

/** The keys of a JSON Web Key Set, or of a key alone (RFC 7517), or why there are none, as the end of a sentence. */
function keysIn(text: string): readonly Key[] | string {
  const value = firstObjectIn(text);
  if (value === undefined) return 'is no JSON Web Key Set';
  const { keys = [value] } = value;
  if (keys !== null && !Array.isArray(keys)) return 'has keys that are no list';
  const list = (keys ?? []) as readonly (Key | null)[];
  const bad = list.find((key) => !KEY_TYPES.includes(key?.kty));
  if (bad === undefined) return list as readonly Key[];
  return bad?.kty === undefined ? 'has a key without a kty' : `has a key of the type ${JSON.stringify(bad.kty)}`;
}

/** The JSON object with which a text begins. Istio reads no further. */
function firstObjectIn(text: string): Key | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}', end + 1)) {
    try {
      return JSON.parse(text.slice(0, end + 1)) as Key;
    } catch {
      // A brace inside the object.
    }
  }
  return undefined;
}
