/** A text with all its lines moved to the right. */
export function indented(text: string, by: number): string {
  const lines = text.replace(/^\n+|\s+$/g, '').split('\n');
  return lines.map((line) => (line === '' ? line : ' '.repeat(by) + line)).join('\n');
}

/** What an example's Rollout has besides its canary. */
export interface ExampleOptions {
  readonly name?: string;
  readonly namespace?: string;
  /** Fields of `spec`. */
  readonly spec?: string;
  /** Instead of `app: checkout`. */
  readonly labels?: string;
}

/** A Rollout for the page of a rule, by the fields of its canary: no more than a reader needs. */
export function exampleRollout(canary: string, options: ExampleOptions = {}): string {
  return exampleStrategy(`canary:\n${indented(canary, 2)}`, options);
}

/** A Rollout for the page of a rule, by its strategy. */
export function exampleStrategy(
  strategy: string,
  { name = 'checkout', namespace, spec, labels = 'app: checkout' }: ExampleOptions = {},
): string {
  return `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${name}
${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:
${spec === undefined ? '' : `${indented(spec, 2)}\n`}  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { ${labels} } } }
  strategy:
${indented(strategy, 4)}
`;
}

/** The canary of an example that is routed by Istio, with more fields after it. */
export function routedCanary(more = '', istio = 'virtualService: { name: checkout }'): string {
  return `
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  istio:
${indented(istio, 4)}
${more.replace(/^\n+/, '')}`;
}

/** Several manifests in one text. */
export const documents = (...texts: readonly string[]): string => texts.map((text) => text.trim()).join('\n---\n');

/** A manifest for the page of a rule, by its apiVersion, kind, name and the fields of `spec`. */
export function exampleOf(apiVersion: string, kind: string, name: string, spec: string): string {
  return `
apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
spec:
${indented(spec, 2)}
`;
}

/** A VirtualService for the page of a rule, by the fields of `spec` after its hosts. */
export function exampleVirtualService(spec: string, name = 'checkout'): string {
  return exampleOf('networking.istio.io/v1', 'VirtualService', name, spec);
}

/** The http route with both destinations that Git should have. */
export const EXAMPLE_ROUTE = `
- name: primary
  route:
    - { destination: { host: checkout-stable }, weight: 100 }
    - { destination: { host: checkout-canary }, weight: 0 }
`;

/** A Service for the page of a rule. */
export function exampleService(
  name: string,
  spec = 'selector: { app: checkout }\nports: [{ name: http, port: 80 }]',
): string {
  return exampleOf('v1', 'Service', name, spec);
}
