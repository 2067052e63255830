import { exampleVirtualService } from './istio';
import { appService, documents } from './manifest';
import { steppedRollout } from './rollout';

/**
 * A canary in the mesh, with its VirtualService and its Services. `labels` holds lines of the pods' labels, `route` of the
 * http route.
 */
export function meshApp({
  labels = 'sidecar.istio.io/inject: "true"',
  route = '',
  gateway = '',
  host = 'shop.example.com',
  annotations = '',
  namespace = '',
} = {}): string {
  return documents(
    steppedRollout({
      namespace,
      spec: `
replicas: 2
selector:
  matchLabels:
    app: checkout
template:
  metadata:
${annotations === '' ? '' : `    annotations:\n      ${annotations}\n`}    labels:
      app: checkout
      ${labels}
  spec:
    containers:
      - name: checkout
        image: checkout:1
        ports:
          - name: http
            containerPort: 8080`,
      canary: `
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  istio:
    virtualService:
      name: checkout`,
      steps: '- setWeight: 20\n- pause: {}',
    }),
    exampleVirtualService(
      `hosts:
  - ${host}${gateway ? `\ngateways:\n  - ${gateway}` : ''}
http:
  - name: primary
    route:
      - destination:
          host: checkout-stable
        weight: 100
      - destination:
          host: checkout-canary
        weight: 0${route ? `\n${route.replace(/^ {2}/gm, '')}` : ''}`,
      'checkout',
      { namespace },
    ),
    appService('checkout-canary', { namespace }),
    appService('checkout-stable', { namespace }),
  );
}

/** A PeerAuthentication for the pods of the app. */
export const peerAuthentication = (mode: string, ports = ''): string => `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: checkout
spec:
  selector:
    matchLabels:
      app: checkout
  mtls:
    mode: ${mode}${ports}`;
