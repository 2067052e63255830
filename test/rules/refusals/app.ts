import { documents, exampleAutoscaler, exampleBudget, exampleService } from '../../../src/rules/shared/example';
import { portProtocol } from '../../../src/rules/mesh/msh003-port-protocol';
import { beside, rollout, rolloutOf } from './frames';
import type { Refusals } from './refusal';

const steps = 'steps: [{ setWeight: 50 }, { pause: {} }]';

/** The refusals of a whole app. */
export const APP_REFUSALS: Refusals = {
  'app/canary-app-problems.ts': [
    ['… is given without prometheus', 'needed'],
    ["a step analyses the app's failures", 'needed'],
    [
      'rollout.metadata puts the Rollout in namespace',
      'REF001',
      documents(
        rollout(`canaryService: checkout-canary\nstableService: checkout-stable\n${steps}`).replace(
          '  name: checkout\n',
          '  name: checkout\n  namespace: shop\n',
        ),
        exampleService('checkout-canary', undefined, { namespace: 'other' }),
        exampleService('checkout-stable', undefined, { namespace: 'other' }),
      ),
    ],
    ['measuring.metadata has the name', 'needed'],
    ['hosts is empty; leave it out', 'exclusive'],
    ['finds the pods by their names', 'computed'],
    [
      ', as hosts',
      'TRF028',
      `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: checkout, namespace: shop }
spec: { hosts: [shop.example.com, shop.example.com], http: [{ route: [{ destination: { host: checkout } }] }] }
`,
    ],
  ],
  'app/companions.ts': [
    ['gives neither ingress nor egress', 'valid'],
    ['autoscaling.minReplicas is', 'SCL008', beside(exampleAutoscaler(undefined, 'minReplicas: 0\nmaxReplicas: 4'))],
    ['autoscaling.maxReplicas is', 'SCL007', beside(exampleAutoscaler(undefined, 'minReplicas: 5\nmaxReplicas: 4'))],
  ],
  'app/config-files.ts': [
    ['has a Lazy value', 'computed'],
    ['contradict each other: both give', 'exclusive'],
    [
      'has the key',
      'SCH006',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: checkout, namespace: shop }\ndata: { a/b: c }\n',
    ],
    [
      'an environment variable is named',
      'SCH006',
      `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: checkout, image: checkout:1, env: [{ name: 'a=b', value: c }] }] }
`,
    ],
  ],
  'app/pod-metadata.ts': [['but the app gives its pods', 'exclusive']],
  'app/unused-options.ts': [
    ['is none, so that there is no monitor', 'exclusive'],
    ['and a HorizontalPodAutoscaler has no such field', 'inexpressible'],
    ['is false, so that there is no such Service', 'exclusive'],
    ['so that there is no GRPCRoute', 'exclusive'],
    ['so that there is no HTTPRoute', 'exclusive'],
    ['… is given, but …', 'title'],
    ['move them to backgroundChecks', 'computed'],
    ['neither checks nor backgroundChecks', 'computed'],
    ['runs before or after the promotion', 'computed'],
    ['plan runs no analysis', 'computed'],
    ['no step of steps runs an analysis', 'computed'],
    ['… has no effect: …', 'title'],
  ],
  'app/contradictions.ts': [
    ['both decide what splits the requests', 'exclusive'],
    ['existing VirtualServices state their own hosts', 'exclusive'],
    ['both decide the steps', 'exclusive'],
    [
      'a blue-green rollout has no steps',
      'ROL007',
      rolloutOf('canary: { steps: [{ pause: {} }] }\nblueGreen: { activeService: checkout }'),
    ],
    [
      'a blue-green rollout does not split requests',
      'ROL007',
      rolloutOf('canary: { canaryService: a, stableService: b }\nblueGreen: { activeService: checkout }'),
    ],
    ['the router that is named has no Istio objects of the app', 'exclusive'],
    ['both decide the background analysis', 'exclusive'],
    ['both decide the number of pods', 'exclusive'],
    [
      'the autoscaler decides the number of pods',
      'SCL003',
      documents(rollout(steps, 'replicas: 3'), exampleAutoscaler()),
    ],
    ['both decide the service account of the pods', 'exclusive'],
    ['a delegate has no hosts of its own', 'exclusive'],
    [
      'both decide the strategy',
      'ROL007',
      rolloutOf('canary: { steps: [{ pause: {} }] }\nblueGreen: { activeService: checkout }'),
    ],
    [
      'a blue-green rollout has no background analysis',
      'ROL007',
      rolloutOf('canary: { analysis: { templates: [] } }\nblueGreen: { activeService: checkout }'),
    ],
    ['both decide how Prometheus is reached', 'exclusive'],
    ['both decide the port of the container', 'exclusive'],
    ['both decide the name of the Rollout', 'exclusive'],
    ['both decide the readiness probe', 'exclusive'],
    ['both decide the liveness probe', 'exclusive'],
    ['both decide the startup probe', 'exclusive'],
    ['KEDA scales by its triggers', 'exclusive'],
    ['Kubernetes allows one of them', 'SCL014', beside(exampleBudget('minAvailable: 1\nmaxUnavailable: 1'))],
    ['… and … contradict each other', 'title'],
  ],
  'app/port-routes.ts': [
    ['ports[…].service is', 'needed'],
    ['ports[…].number is …, as', 'exclusive'],
    ['leave service out, and let callers', 'title'],
    ['nothing splits its requests between', 'valid'],
    ['traffic.existingVirtualServices do not split', 'valid'],
    ['Istio routes port', 'valid'],
    ['by which Istio takes the requests', 'MSH003', portProtocol.bad],
  ],
  'app/manifest-changes.ts': [
    ['is not an object', 'patch'],
    ['… …; give the whole object', 'patch'],
    [
      'which the app makes too; use patches',
      'REF022',
      documents(exampleService('checkout'), exampleService('checkout')),
    ],
    ['of merge, json and remove', 'patch'],
    ['which the app does not make; it makes', 'patch'],
    ['a patch must keep apiVersion', 'patch'],
    [
      'is the same object as extraManifests',
      'REF022',
      documents(exampleService('checkout'), exampleService('checkout')),
    ],
    ['by which other objects refer to it', 'patch'],
  ],
  'app/same-name.ts': [
    ['… …, so that one would replace', 'REF022', documents(exampleService('checkout'), exampleService('checkout'))],
    ['is also made by', 'REF022', documents(exampleService('checkout'), exampleService('checkout'))],
  ],
  'app/mesh-membership.ts': [['ambient is given together with', 'exclusive']],
  'app/own-manifests.ts': [['… …… (…: …)', 'title']],
};
