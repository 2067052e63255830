import {
  ManifestSet,
  APP,
  meta,
  container,
  template,
  rollout,
  service,
  services,
  virtualService,
  steps,
  istio,
  byIstio,
  routed,
  base,
  object,
  subsets,
} from './build';

/** Sets behind Istio. */
export const ISTIO: readonly ManifestSet[] = [
  // Istio, by Services.
  { name: 'Istio, two Services and a gateway elsewhere', objects: base() },
  { name: 'Istio, a Service of all pods beside the two', objects: [...base(), service(APP)] },
  {
    name: 'Istio, routes not named',
    objects: [
      rollout(routed({ istio: { virtualService: { name: APP } } })),
      ...services(),
      virtualService({ name: undefined }),
    ],
  },
  {
    name: 'Istio, retries and a timeout',
    objects: [
      rollout(byIstio()),
      ...services(),
      virtualService({ timeout: '3s', retries: { attempts: 2, perTryTimeout: '1s', retryOn: '5xx' } }),
    ],
  },
  {
    name: 'Istio, a header match before the split',
    objects: [
      rollout(byIstio()),
      ...services(),
      virtualService(
        {},
        {
          http: [
            {
              name: 'beta',
              match: [{ headers: { 'x-beta': { exact: 'yes' } } }],
              route: [{ destination: { host: `${APP}-canary` } }],
            },
            {
              name: 'primary',
              route: [
                { destination: { host: `${APP}-stable` }, weight: 100 },
                { destination: { host: `${APP}-canary` }, weight: 0 },
              ],
            },
          ],
        },
      ),
    ],
  },
  {
    name: 'Istio, with its gateway',
    objects: [
      rollout(byIstio()),
      ...services(),
      virtualService({}, { gateways: [`${APP}-gw`] }),
      object('networking.istio.io/v1', 'Gateway', `${APP}-gw`, {
        selector: { istio: 'ingressgateway' },
        servers: [
          {
            port: { number: 443, name: 'https', protocol: 'HTTPS' },
            hosts: ['ledger.example.com'],
            tls: { mode: 'SIMPLE', credentialName: 'ledger-cert' },
          },
        ],
      }),
    ],
  },
  {
    name: 'Istio, v1beta1 of its API',
    objects: [rollout(byIstio()), ...services(), { ...virtualService(), apiVersion: 'networking.istio.io/v1beta1' }],
  },
  {
    name: 'Istio, Services of other names',
    objects: [
      rollout({ canary: { canaryService: 'ledger-next', stableService: 'ledger-now', trafficRouting: istio, steps } }),
      service('ledger-now'),
      service('ledger-next'),
      virtualService({
        route: [
          { destination: { host: 'ledger-now' }, weight: 100 },
          { destination: { host: 'ledger-next' }, weight: 0 },
        ],
      }),
    ],
  },
  {
    name: 'Istio, Services with annotations and a node port',
    objects: [
      rollout(byIstio()),
      {
        ...service(`${APP}-stable`, { type: 'NodePort' }),
        metadata: meta(`${APP}-stable`, { annotations: { team: 'money' } }),
      },
      service(`${APP}-canary`),
      virtualService(),
    ],
  },
  {
    name: 'Istio, subsets',
    objects: [
      rollout({
        canary: {
          trafficRouting: {
            istio: {
              virtualService: { name: APP, routes: ['primary'] },
              destinationRule: { name: `${APP}-versions`, stableSubsetName: 'stable', canarySubsetName: 'canary' },
            },
          },
          steps,
        },
      }),
      service(APP),
      virtualService({
        route: [
          { destination: { host: APP, subset: 'stable' }, weight: 100 },
          { destination: { host: APP, subset: 'canary' }, weight: 0 },
        ],
      }),
      subsets(),
    ],
  },
  {
    name: 'Istio, a TCP port',
    objects: [
      rollout(
        routed({ istio: { virtualService: { name: APP, tcpRoutes: [{ port: 3000 }] } } }),
        {},
        template({ containers: [container({ ports: [{ name: 'tcp', containerPort: 3000 }] })] }),
      ),
      ...[`${APP}-stable`, `${APP}-canary`].map((name) =>
        service(name, { ports: [{ name: 'tcp', port: 3000, targetPort: 'tcp' }] }),
      ),
      {
        ...virtualService(),
        spec: {
          hosts: ['ledger.example.com'],
          gateways: ['istio-system/public'],
          tcp: [
            {
              match: [{ port: 3000 }],
              route: [
                { destination: { host: `${APP}-stable`, port: { number: 3000 } }, weight: 100 },
                { destination: { host: `${APP}-canary`, port: { number: 3000 } }, weight: 0 },
              ],
            },
          ],
        },
      },
    ],
  },
];
