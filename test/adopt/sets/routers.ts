import {
  ManifestSet,
  NS,
  APP,
  rollout,
  service,
  services,
  virtualService,
  steps,
  both,
  istio,
  routed,
  object,
  ingress,
} from './build';

/** Sets behind other routers, or none. */
export const ROUTERS: readonly ManifestSet[] = [
  // No router.
  {
    name: 'no router, a Service of all pods',
    objects: [rollout({ canary: { steps, maxSurge: '25%', maxUnavailable: 0 } }), service(APP)],
  },
  { name: 'no router, no Service', objects: [rollout({ canary: { steps } })] },
  { name: 'no router, Services of the versions', objects: [rollout({ canary: { ...both, steps } }), ...services()] },
  {
    name: 'no router, surge in pods',
    objects: [rollout({ canary: { steps, maxSurge: 1, maxUnavailable: '20%' } }), service(APP)],
  },
  {
    name: 'no router, an Ingress before it',
    objects: [rollout({ canary: { steps } }), service(`${APP}-stable`), ingress()],
  },
  // Other routers.
  { name: 'nginx', objects: [rollout(routed({ nginx: { stableIngress: APP } })), ...services(), ingress()] },
  {
    name: 'nginx, annotations and a header',
    objects: [
      rollout(
        routed({ nginx: { stableIngress: APP, additionalIngressAnnotations: { 'canary-by-header': 'X-Canary' } } }),
      ),
      ...services(),
      ingress(),
    ],
  },
  {
    name: 'ALB',
    objects: [
      rollout(routed({ alb: { ingress: APP, servicePort: 80, rootService: `${APP}-root` } })),
      ...services(),
      service(`${APP}-root`),
      ingress(),
    ],
  },
  {
    name: 'ALB, ping-pong',
    objects: [
      rollout({
        canary: {
          pingPong: { pingService: `${APP}-ping`, pongService: `${APP}-pong` },
          trafficRouting: { alb: { ingress: APP, servicePort: 80 } },
          steps,
        },
      }),
      service(`${APP}-ping`),
      service(`${APP}-pong`),
      ingress(),
    ],
  },
  {
    name: 'Traefik',
    objects: [
      rollout(routed({ traefik: { weightedTraefikServiceName: APP } })),
      ...services(),
      object('traefik.io/v1alpha1', 'TraefikService', APP, {
        weighted: {
          services: [
            { name: `${APP}-stable`, port: 80 },
            { name: `${APP}-canary`, port: 80 },
          ],
        },
      }),
    ],
  },
  {
    name: 'SMI',
    objects: [rollout(routed({ smi: { rootService: APP, trafficSplitName: APP } })), ...services(), service(APP)],
  },
  {
    name: 'App Mesh',
    objects: [
      rollout(
        routed({
          appMesh: {
            virtualService: { name: APP, routes: ['r'] },
            virtualNodeGroup: { canaryVirtualNodeRef: { name: 'c' }, stableVirtualNodeRef: { name: 's' } },
          },
        }),
      ),
      ...services(),
    ],
  },
  {
    name: 'Ambassador',
    objects: [
      rollout(routed({ ambassador: { mappings: [APP] } })),
      ...services(),
      object('getambassador.io/v2', 'Mapping', APP, { prefix: '/', service: `${APP}-stable:80` }),
    ],
  },
  { name: 'APISIX', objects: [rollout(routed({ apisix: { route: { name: APP, rules: ['r'] } } })), ...services()] },
  {
    name: 'a plugin',
    objects: [rollout(routed({ plugins: { 'example/contour': { namespace: NS, routeName: APP } } })), ...services()],
  },
  {
    name: 'two routers',
    objects: [rollout(routed({ ...istio, nginx: { stableIngress: APP } })), ...services(), virtualService(), ingress()],
  },
  {
    name: 'Gateway API',
    objects: [
      rollout(routed({ plugins: { 'argoproj-labs/gatewayAPI': { namespace: NS, httpRoute: APP } } })),
      ...services(),
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', APP, {
        parentRefs: [{ name: 'public', namespace: 'gateways' }],
        hostnames: ['ledger.example.com'],
        rules: [
          {
            backendRefs: [
              { name: `${APP}-stable`, port: 80 },
              { name: `${APP}-canary`, port: 80 },
            ],
          },
        ],
      }),
    ],
  },
];
