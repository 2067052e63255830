import { contains, type EntryCase } from './entry-case';
import { rollout, plugin, header, application, virtualService } from '../manifests';

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

const deploying = (annotations: string, options: string, more = ''): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd, annotations: { ${annotations} } }
spec:
  destination: { namespace: shop }
  syncPolicy: { syncOptions: [${options}] }
${more}`;
const WEIGHTS = "argocd.argoproj.io/ignore-differences: '{jsonPointers: [/spec/http/0/route/0/weight]}'";
const OF_APPLICATION =
  '  ignoreDifferences: [{ group: networking.istio.io, kind: VirtualService, jsonPointers: [/spec/http/0/route/0/weight] }]\n';
const annotated = (ignores: string): string =>
  rollout(`{ ${SERVICES} trafficRouting: { istio: { virtualService: { name: v } } }, steps: ${STEPS} }`) +
  virtualService('v', 'shop').replace('namespace: shop }', `namespace: shop, annotations: { ${WEIGHTS} } }`) +
  deploying('', 'ApplyOutOfSyncOnly=true', ignores);
const late = (kind: string): string => `---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: ${kind}
metadata: { name: r, namespace: shop }
spec: { rules: [{ backendRefs: [{ name: s, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: s, namespace: shop, annotations: { argocd.argoproj.io/sync-wave: '1' } }
spec: { selector: { app: x }, ports: [{ port: 80 }] }
`;
const bySubsets =
  rollout(
    `{ trafficRouting: { istio: { virtualService: { name: v }, destinationRule: { name: d, canarySubsetName: c, stableSubsetName: s } } }, steps: ${STEPS} }`,
  ) +
  `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: d, namespace: shop }
spec: { host: s, subsets: [{ name: c, labels: { app: x } }, { name: s, labels: { app: x } }] }
`;
const pingPong = 'pingPong: { pingService: s, pongService: c },';
const maximum = (weight: number): string =>
  rollout(plugin(STEPS, SERVICES).replace('trafficRouting: {', `trafficRouting: { maxTrafficWeight: ${weight},`));
const experiment = (weight: string): string =>
  rollout(
    plugin(
      `[{ setWeight: 10 }, { experiment: { duration: 10m, templates: [{ name: a, specRef: stable${weight} }] } }]`,
      SERVICES,
    ),
  );

export const OTHERS: readonly EntryCase[] = [
  {
    entry: 'ignore-differences-annotation',
    system: 'argoCd',
    from: '3.5',
    to: '3.6',
    concerned: annotated(''),
    change: { kind: 'finding', id: 'GIT001', effect: 'better' },
    nearMiss: annotated(OF_APPLICATION),
  },
  {
    entry: 'tls-route-health',
    system: 'argoCd',
    from: '3.5',
    to: '3.6',
    concerned: late('TLSRoute'),
    change: { kind: 'finding', id: 'GIT006', effect: 'worse' },
    nearMiss: late('TCPRoute'),
  },
  {
    entry: 'server-side-apply-comparison',
    system: 'argoCd',
    from: '3.5',
    to: '3.6',
    concerned:
      bySubsets + deploying("argocd.argoproj.io/compare-options: 'ServerSideDiff=false'", 'ServerSideApply=true'),
    change: { kind: 'finding', id: 'GIT002', effect: 'better' },
    nearMiss:
      bySubsets + deploying("argocd.argoproj.io/compare-options: 'ServerSideDiff=false'", 'ApplyOutOfSyncOnly=true'),
  },
  {
    entry: 'stable-alone',
    system: 'gatewayApiPlugin',
    from: '0.15',
    to: '0.17',
    concerned: rollout(plugin(STEPS, SERVICES)) + route('{ backendRefs: [{ name: s, port: 80 }] }'),
    change: { kind: 'finding', effect: 'better', id: 'TRF033' },
    nearMiss: rollout(plugin(STEPS, SERVICES)) + route(splitRule('other')),
  },
  {
    entry: 'stable-alone',
    system: 'gatewayApiPlugin',
    from: '0.15',
    to: '0.17',
    concerned:
      rollout(plugin(STEPS, SERVICES)) +
      route('{ backendRefs: [{ name: s, port: 80 }] }').replace(
        '{ name: s, port: 80, weight: 100 }, { name: c, port: 80, weight: 0 }]',
        '{ name: c, port: 80 }, { name: docs, port: 80 }]',
      ),
    change: { kind: 'finding', effect: 'worse', id: 'TRF002', after: contains('has both Services') },
    nearMiss: rollout(plugin(STEPS, SERVICES)) + route(splitRule('other')),
  },
  {
    entry: 'canary-alone',
    system: 'gatewayApiPlugin',
    from: '0.15',
    to: '0.17',
    concerned: rollout(plugin(STEPS, SERVICES)) + route('{ backendRefs: [{ name: c, port: 80 }] }'),
    change: { kind: 'finding', effect: 'better', id: 'TRF033' },
    nearMiss: rollout(plugin(STEPS, SERVICES)) + route('{ backendRefs: [{ name: docs, port: 80 }] }'),
  },
  {
    entry: 'managed-rule-names',
    system: 'gatewayApiPlugin',
    from: '0.15',
    to: '0.17',
    concerned: rollout(plugin(STEPS, SERVICES).replace(', useHeaderRoutes: true', '')) + route(splitRule('a')),
    change: { kind: 'finding', effect: 'better', id: 'TRF012' },
    nearMiss: rollout(plugin(STEPS, SERVICES)) + route(splitRule('c')),
  },
  {
    entry: 'ping-pong',
    system: 'gatewayApiPlugin',
    from: '0.15',
    to: '0.17',
    concerned: rollout(plugin(STEPS, pingPong)),
    change: { kind: 'finding', effect: 'better', id: 'ROL009' },
    nearMiss: rollout(plugin(STEPS, SERVICES)),
  },
  {
    entry: 'max-traffic-weight',
    system: 'gatewayApiPlugin',
    from: '0.15',
    to: '0.17',
    concerned: maximum(1000),
    change: { kind: 'behaviour', effect: 'different', id: 'max-traffic-weight' },
    nearMiss: maximum(100),
  },
  {
    entry: 'weighted-experiment',
    system: 'gatewayApiPlugin',
    from: '0.15',
    to: '0.17',
    concerned: experiment(', weight: 5'),
    change: { kind: 'behaviour', effect: 'better', id: 'weighted-experiment' },
    nearMiss: experiment(''),
  },
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
