// The objects of routers other than Istio that a Rollout refers to: Ingresses, Mappings, routes of APISIX, App Mesh.

/** @param namespace Of the Rollout. */
export function routerObjects({ trafficRouting = {}, stableService, canaryService }, namespace) {
  const { nginx, alb, ambassador, apisix, appMesh, traefik } = trafficRouting;
  const object = (apiVersion, kind, name, spec) => ({ apiVersion, kind, metadata: { name, namespace }, spec });
  const ingress = (name, service) => object('networking.k8s.io/v1', 'Ingress', name, ingressTo(service));
  const made = [];
  for (const name of [nginx?.stableIngress, ...(nginx?.stableIngresses ?? [])].filter(Boolean)) {
    made.push(ingress(name, stableService));
  }
  for (const name of [alb?.ingress, ...(alb?.ingresses ?? [])].filter(Boolean)) {
    made.push(ingress(name, alb.rootService ?? stableService));
  }
  for (const name of ambassador?.mappings ?? []) {
    made.push(object('getambassador.io/v2', 'Mapping', name, { prefix: '/', service: stableService }));
  }
  if (apisix) {
    const backends = [stableService, canaryService].map((serviceName) => ({
      serviceName,
      servicePort: 80,
      weight: 50,
    }));
    const http = (apisix.route.rules ?? ['primary']).map((name) => ({ name, match: { paths: ['/*'] }, backends }));
    made.push(object('apisix.apache.org/v2', 'ApisixRoute', apisix.route.name, { http }));
  }
  if (traefik) {
    const services = [stableService, canaryService].map((name) => ({ name, port: 80 }));
    made.push(
      object('traefik.io/v1alpha1', 'TraefikService', traefik.weightedTraefikServiceName, { weighted: { services } }),
    );
  }
  if (appMesh) made.push(...meshObjects(appMesh, object));
  return made;
}

const ingressTo = (service) => ({
  rules: [
    {
      host: 'shop.example.com',
      http: {
        paths: [
          { path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { name: 'use-annotation' } } } },
        ],
      },
    },
  ],
});

/** A virtual service with its router, whose routes split between two nodes. */
function meshObjects({ virtualService: { name, routes = ['primary'] }, virtualNodeGroup }, object) {
  const nodes = [virtualNodeGroup.canaryVirtualNodeRef.name, virtualNodeGroup.stableVirtualNodeRef.name];
  const weightedTargets = nodes.map((node, i) => ({ virtualNodeRef: { name: node }, weight: i * 100 }));
  const make = (kind, one, spec) => object('appmesh.k8s.aws/v1beta2', kind, one, spec);
  return [
    make('VirtualService', name, { provider: { virtualRouter: { virtualRouterRef: { name: `${name}-router` } } } }),
    make('VirtualRouter', `${name}-router`, {
      routes: routes.map((route) => ({ name: route, httpRoute: { action: { weightedTargets } } })),
    }),
    ...nodes.map((node) => make('VirtualNode', node, { podSelector: { matchLabels: { app: node } } })),
  ];
}
