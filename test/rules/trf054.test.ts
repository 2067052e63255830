import { exampleBehindNginx } from '../../src/rules/shared/example';
import { twoCanaryIngresses } from '../../src/rules/traffic/trf054-two-canary-ingresses';
import { describeRule } from './describe-rule';

const web = (rollout: (text: string) => string = (text) => text): string =>
  rollout(exampleBehindNginx('checkout-stable', 'number: 80')).replace(
    '- http:',
    '- host: shop.example.com\n      http:',
  );
const other = (
  more = '',
  { name = 'beta', host = 'shop.example.com', path = '/', type = 'Prefix', mark = 'true' } = {},
): string => `
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  annotations: { nginx.ingress.kubernetes.io/canary: '${mark}', nginx.ingress.kubernetes.io/canary-by-header: beta }
spec:
  ${more}
  rules:
    - host: ${host}
      http: { paths: [{ path: ${path}, pathType: ${type}, backend: { service: { name: beta, port: { number: 80 } } } }] }
`;

describeRule(twoCanaryIngresses, [
  {
    name: 'another canary of the path',
    manifest: web() + other(),
    finds: [
      {
        path: 'metadata.annotations["nginx.ingress.kubernetes.io/canary"]',
        message:
          'Ingress beta is a canary of the path that Rollout checkout weights, and ingress-nginx uses only the older one of the two',
        hint: 'remove it',
      },
    ],
  },
  { name: 'a canary of another path', manifest: web() + other('', { path: '/beta' }) },
  { name: 'a canary of another host', manifest: web() + other('', { host: 'beta.example.com' }) },
  { name: 'a canary of the path alone', manifest: web() + other('', { type: 'Exact' }) },
  { name: 'no canary', manifest: web() + other('', { mark: 'false' }) },
  { name: 'a canary for another controller', manifest: web() + other('ingressClassName: internal') },
  { name: 'the one of the controller', manifest: web() + other('', { name: 'checkout-checkout-canary' }) },
  {
    name: 'annotations with another prefix',
    manifest:
      web((text) =>
        text.replace('stableIngress: checkout', 'stableIngress: checkout, annotationPrefix: a.example.com'),
      ) + other(),
  },
  {
    name: 'a path that leads elsewhere than to the stable Service',
    manifest: web((text) => text.replace('name: checkout-stable, port', 'name: checkout-old, port')) + other(),
  },
]);
