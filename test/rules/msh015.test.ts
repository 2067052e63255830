import { policySelectsNothing } from '../../src/rules/mesh/msh015-policy-selects-nothing';
import { documents, exampleOf, exampleRollout } from '../../src/rules/shared/example';
import { describeRule } from './describe-rule';

const policy = (apiVersion: string, kind: string, spec: string, name = 'scrape'): string =>
  documents(exampleRollout('{}'), exampleOf(apiVersion, kind, name, spec));
const allowing = (app: string): string =>
  policy(
    'security.istio.io/v1',
    'AuthorizationPolicy',
    `selector: { matchLabels: { app: ${app} } }\nrules: [{ from: [{ source: { namespaces: [monitoring] } }] }]`,
  );

describeRule(policySelectsNothing, [
  {
    name: 'an AuthorizationPolicy for pods with a letter too many',
    manifest: allowing('checkouts'),
    finds: [
      {
        path: 'spec.selector.matchLabels.app',
        message: 'AuthorizationPolicy scrape selects app: checkouts, and no pods here have that',
        hint: "did you mean 'checkout'?",
      },
    ],
  },
  {
    name: 'a Sidecar and a NetworkPolicy, which have their labels elsewhere',
    manifest: documents(
      policy(
        'networking.istio.io/v1',
        'Sidecar',
        "workloadSelector: { labels: { app: chekout } }\negress: [{ hosts: ['./*'] }]",
      ),
      exampleOf('networking.k8s.io/v1', 'NetworkPolicy', 'scrape', 'podSelector: { matchLabels: { app: chekout } }'),
    ),
    finds: [{ path: 'spec.workloadSelector.labels.app' }, { path: 'spec.podSelector.matchLabels.app' }],
  },
  { name: 'the label of the pods', manifest: allowing('checkout') },
  { name: 'another app, whose pods are not here', manifest: allowing('payments') },
  { name: 'another app, whose name is similar', manifest: allowing('checkins') },
  { name: 'another version of the app', manifest: allowing('checkout-v2') },
  {
    name: 'pods of another namespace',
    manifest: documents(
      exampleRollout('{}').replace('metadata:', 'metadata:\n  namespace: shop'),
      exampleOf('security.istio.io/v1', 'PeerAuthentication', 'p', 'selector: { matchLabels: { app: chekout } }', {
        namespace: 'other',
      }),
    ),
  },
]);
