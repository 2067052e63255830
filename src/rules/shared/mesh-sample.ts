import { canaryRollout, documents } from './samples';

/** A canary that Istio routes. `labels` are lines of its pods' labels, `route` lines of its http route. */
export function meshApp({
  labels = 'sidecar.istio.io/inject: "true"',
  route = '',
  gateway = '',
  host = 'shop.example.com',
  annotations = '',
  namespace = '',
} = {}): string {
  return documents(
    canaryRollout({
      namespace: namespace || undefined,
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
    `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: checkout${namespace ? `\n  namespace: ${namespace}` : ''}
spec:
  hosts:
    - ${host}${gateway ? `\n  gateways:\n    - ${gateway}` : ''}
  http:
    - name: primary
      route:
        - destination:
            host: checkout-stable
          weight: 100
        - destination:
            host: checkout-canary
          weight: 0${route ? `\n${route}` : ''}`,
    meshService('checkout-canary', 'http', namespace),
    meshService('checkout-stable', 'http', namespace),
  );
}

/** A Service of the app. */
function meshService(name: string, port = 'http', namespace = ''): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}${namespace ? `\n  namespace: ${namespace}` : ''}
  labels:
    app: ${name}
spec:
  selector:
    app: checkout
  ports:
    - name: ${port}
      port: 80
      targetPort: http`;
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
