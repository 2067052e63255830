import { canaryRollout, documents, indented } from './samples';

/** A Rollout whose pods serve metrics at a port named http, with the two Services of a canary. */
export const APP = documents(
  canaryRollout({
    spec: `
selector:
  matchLabels:
    app: checkout
template:
  metadata:
    labels:
      app: checkout
  spec:
    containers:
      - name: checkout
        image: checkout:1
        ports:
          - name: http
            containerPort: 8080`,
    canary: 'canaryService: checkout-canary\nstableService: checkout-stable',
    steps: '- setWeight: 50\n- pause: {}',
  }),
  service('checkout-canary'),
  service('checkout-stable'),
);

/** A Service of the app, labelled by its own name and as a part of it. */
export function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  labels:
    app: ${name}
    part-of: checkout
spec:
  selector:
    app: checkout
  ports:
    - name: http
      port: 80
      targetPort: http`;
}

/** A ServiceMonitor. `endpoint` are the lines of its one endpoint, `spec` further lines of its spec. */
export function serviceMonitor(
  endpoint: string,
  matchLabels = 'app: checkout-stable',
  spec = '',
  name = 'checkout',
): string {
  const [first, ...rest] = indented(endpoint, 6).split('\n');
  return [
    'apiVersion: monitoring.coreos.com/v1',
    'kind: ServiceMonitor',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    ...(spec === '' ? [] : [indented(spec, 2)]),
    '  selector:',
    '    matchLabels:',
    `      ${matchLabels}`,
    '  endpoints:',
    `    - ${first.trim()}`,
    ...rest,
  ].join('\n');
}
