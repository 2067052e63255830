import { requestAuthentication } from '../../src/rules/mesh/msh016-request-authentication';
import { describeRule } from './describe-rule';

const tokens = (spec: string): string => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: tokens, namespace: shop }
spec: { ${spec} }
`;
const keys = (text: string): string => tokens(`jwtRules: [{ issuer: a, jwks: '${text}' }]`);
const PUBLIC = '{ "keys": [{ "kty": "RSA", "n": "sXch", "e": "AQAB" }] }';

describeRule(requestAuthentication, [
  {
    name: 'tokens of nobody',
    manifest: tokens('jwtRules: [{ issuer: a }, { audiences: [shop] }]'),
    finds: [
      {
        path: 'spec.jwtRules[1]',
        message: 'spec.jwtRules[1] of RequestAuthentication shop/tokens has neither an issuer nor a jwksUri',
      },
    ],
  },
  { name: 'keys by address alone', manifest: tokens("jwtRules: [{ jwksUri: 'https://login.example.com/keys' }]") },
  {
    name: 'keys that are no JSON',
    manifest: keys('https://login.example.com/keys'),
    finds: [{ path: 'spec.jwtRules[0].jwks', severity: 'error' }],
  },
  {
    name: 'a key of a type in lower case',
    manifest: keys(PUBLIC.replace('RSA', 'rsa')),
    finds: [{ severity: 'error' }],
  },
  {
    name: 'a private key',
    manifest: keys(PUBLIC.replace('"e"', '"d": "AAAA", "e"')),
    finds: [{ severity: 'warning', hint: 'give the public keys' }],
  },
  { name: 'public keys', manifest: keys(PUBLIC) },
  {
    name: 'a public key by itself, and a text that Istio does not read',
    manifest: keys('{ "kty": "EC", "x": "}" } …'),
  },
  { name: 'no keys yet', manifest: keys('{ "keys": null }') },
  {
    name: 'a Gateway of no group, and a Deployment',
    manifest: tokens('targetRefs: [{ kind: Gateway, name: edge }, { kind: Deployment, group: apps, name: web }]'),
    finds: [{ hint: "write group: 'gateway.networking.k8s.io'" }, { path: 'spec.targetRefs[1].kind' }],
  },
  {
    name: 'a Gateway and a Service',
    manifest: tokens(
      "targetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: edge }, { kind: Service, group: '', name: web }]",
    ),
  },
]);
