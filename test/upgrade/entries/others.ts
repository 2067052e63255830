import { contains, type EntryCase } from './entry-case';
import { rollout, plugin, header, application } from '../manifests';

const destinationRule = (aggression: number): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: checkout, namespace: shop }
spec:
  host: checkout
  subsets:
    - name: canary
      labels: { version: next }
      trafficPolicy:
        portLevelSettings:
          - { port: { number: 80 }, loadBalancer: { warmup: { duration: 60s, aggression: ${aggression} } } }
`;
const SERVICES = 'canaryService: c, stableService: s,';
const STEPS = '[{ setWeight: 20 }, { pause: {} }]';
const route = (rule: string): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r, namespace: shop }
spec:
  parentRefs: [{ name: g }]
  rules:
    - backendRefs: [{ name: s, port: 80, weight: 100 }, { name: c, port: 80, weight: 0 }]
    - ${rule}
`;
const splitRule = (name: string): string =>
  `{ name: ${name}, backendRefs: [{ name: s, port: 80, weight: 100 }, { name: c, port: 80, weight: 0 }] }`;

export const OTHERS: readonly EntryCase[] = [
  {
    entry: 'respect-ignore-differences',
    system: 'argoCd',
    from: '3.4.4',
    to: '3.5',
    concerned: application('.spec.subsets[].labels'),
    change: {
      kind: 'finding',
      id: 'GIT003',
      effect: 'different',
      after: contains('removes what the controller wrote'),
    },
    nearMiss: application('.spec.host'),
  },
  {
    entry: 'header-rules',
    system: 'gatewayApiPlugin',
    from: '0.12',
    to: '0.13',
    concerned: rollout(plugin(`[${header('a')}, { pause: {} }]`, 'canaryService: c, stableService: s,')),
    change: { kind: 'behaviour', effect: 'different', id: 'header-rules' },
    nearMiss: rollout(plugin('[{ setWeight: 20 }, { pause: {} }]', 'canaryService: c, stableService: s,')),
  },
  {
    entry: 'several-header-rules',
    system: 'gatewayApiPlugin',
    from: '0.14',
    to: '0.15',
    concerned: rollout(
      plugin(`[${header('a')}, ${header('b')}, { pause: {} }]`, 'canaryService: c, stableService: s,'),
    ),
    change: { kind: 'behaviour', effect: 'better', id: 'several-header-rules' },
    nearMiss: rollout(plugin(`[${header('a')}, { pause: {} }]`, 'canaryService: c, stableService: s,')),
  },
  {
    entry: 'warmup-aggression',
    system: 'istio',
    from: '1.30',
    to: '1.31',
    concerned: destinationRule(0.5),
    change: { kind: 'behaviour', effect: 'better', id: 'warmup-aggression' },
    nearMiss: destinationRule(1),
  },
  {
    entry: 'default-namespace',
    system: 'gatewayApiPlugin',
    from: '0.10',
    to: '0.11',
    concerned: rollout(plugin(STEPS, SERVICES).replace(', namespace: shop', '')),
    change: { kind: 'finding', effect: 'better', id: 'TRF034' },
    nearMiss: rollout(plugin(STEPS, SERVICES)),
  },
  {
    entry: 'canary-alone',
    system: 'gatewayApiPlugin',
    from: '0.12',
    to: '0.13',
    concerned:
      rollout(plugin(STEPS, SERVICES).replace(', useHeaderRoutes: true', '')) +
      route('{ backendRefs: [{ name: c, port: 80 }] }'),
    change: { kind: 'finding', effect: 'better', id: 'TRF033' },
    nearMiss: rollout(plugin(STEPS, SERVICES)) + route('{ backendRefs: [{ name: docs, port: 80 }] }'),
  },
  {
    entry: 'managed-rule-names',
    system: 'gatewayApiPlugin',
    from: '0.14',
    to: '0.15',
    concerned: rollout(plugin(STEPS, SERVICES)) + route(splitRule('a-1')),
    change: { kind: 'finding', effect: 'worse', id: 'TRF012' },
    nearMiss: rollout(plugin(STEPS, SERVICES)) + route(splitRule('c-1')),
  },
];
