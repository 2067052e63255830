import { appService, documents, exampleOf, indented, lines } from './manifest';
import { steppedRollout } from './rollout';

/** A Service of the app, labelled by its own name and as a part of it. */
export const scrapedService = (name: string): string => appService(name, { labels: 'part-of: checkout' });

/** A Rollout whose pods serve metrics at a port named http, with the two Services of a canary. */
export const SCRAPED_APP = documents(
  steppedRollout({
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
  scrapedService('checkout-canary'),
  scrapedService('checkout-stable'),
);

/** A ServiceMonitor with one endpoint, by the fields of the endpoint. `spec` holds more fields of its spec. */
export function serviceMonitor(
  endpoint: string,
  matchLabels = 'app: checkout-stable',
  spec = '',
  name = 'checkout',
): string {
  const selector = `selector:\n  matchLabels:\n    ${matchLabels}`;
  const endpoints = `endpoints:\n  - ${indented(endpoint, 4).trimStart()}`;
  return exampleOf('monitoring.coreos.com/v1', 'ServiceMonitor', name, lines(spec, selector, endpoints));
}
