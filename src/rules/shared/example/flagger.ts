import { documents, exampleOf, exampleService, indented, lines } from './manifest';

/** The workload of a Flagger Canary; `spec` holds more lines of its spec. */
export const flaggerDeployment = (spec = ''): string =>
  exampleOf(
    'apps/v1',
    'Deployment',
    'checkout',
    lines(
      spec,
      'selector: { matchLabels: { app: checkout } }',
      'template:',
      '  metadata: { labels: { app: checkout } }',
      "  spec: { containers: [{ name: checkout, image: 'registry.example.com/checkout:1.4.2' }] }",
    ),
    { namespace: 'shop' },
  );

/** A Service of the app in the namespace of the Canary. */
export const flaggerService = (name: string): string =>
  exampleService(name, 'selector: { app: checkout }\nports: [{ name: http, port: 80 }]', { namespace: 'shop' });

/** A Flagger Canary. `analysis` holds lines of its analysis besides the interval and the threshold. */
export const flaggerCanary = ({
  interval = '1m',
  threshold = 5,
  analysis = 'maxWeight: 50\nstepWeight: 10',
  more = '',
}: {
  readonly interval?: string;
  readonly threshold?: number;
  readonly analysis?: string;
  readonly more?: string;
} = {}): string =>
  exampleOf(
    'flagger.app/v1beta1',
    'Canary',
    'checkout',
    lines(
      'provider: istio',
      'targetRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }',
      more,
      'service: { port: 80 }',
      'analysis:',
      `  interval: ${interval}`,
      `  threshold: ${threshold}`,
      indented(analysis, 2),
    ),
    { namespace: 'shop' },
  );

/** A Canary with its Deployment, and more manifests. */
export const flaggerApp = (canary: string, ...more: readonly string[]): string =>
  documents(canary, flaggerDeployment(), ...more);
