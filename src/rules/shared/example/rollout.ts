import { documents, exampleOf, indented, lines } from './manifest';
import { exampleVirtualService } from './istio';

/** The fields of an example's Rollout besides its strategy. */
export interface ExampleRolloutOptions {
  readonly name?: string;
  readonly namespace?: string;
  /** Fields of `spec`. */
  readonly spec?: string;
  /** Labels of the pods, in flow style. */
  readonly labels?: string;
  /** Whether to leave out the selector and the pod template, because `spec` has them or the rule does not read them. */
  readonly withoutPods?: boolean;
}

/** A Rollout by the fields of its canary strategy. */
export function exampleRollout(canary: string, options: ExampleRolloutOptions = {}): string {
  return exampleStrategy(`canary:\n${indented(canary, 2)}`, options);
}

/** A Rollout by its strategy. */
export function exampleStrategy(
  strategy: string,
  {
    name = 'checkout',
    namespace,
    spec = '',
    labels = 'app: checkout',
    withoutPods = false,
  }: ExampleRolloutOptions = {},
): string {
  const pods = `selector: { matchLabels: { app: checkout } }\ntemplate: { metadata: { labels: { ${labels} } } }`;
  return exampleOf(
    'argoproj.io/v1alpha1',
    'Rollout',
    name,
    lines(spec.replace(/^\n+|\s+$/g, ''), withoutPods ? '' : pods, `strategy:\n${indented(strategy, 2)}`),
    { namespace },
  );
}

/** A Rollout by the steps of its canary, without pods. `canary` holds more fields of the canary. */
export function steppedRollout({
  steps,
  canary = '',
  spec,
  namespace,
}: {
  readonly steps: string;
  readonly canary?: string;
  readonly spec?: string;
  readonly namespace?: string;
}): string {
  return exampleRollout(lines(canary.replace(/^\n+|\s+$/g, ''), `steps:\n${indented(steps, 2)}`), {
    spec,
    namespace,
    withoutPods: true,
  });
}

/** The fields of a canary that Istio routes, with more fields after them. */
export function routedCanary(more = '', istio = 'virtualService: { name: checkout }'): string {
  return `
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  istio:
${indented(istio, 4)}
${more.replace(/^\n+/, '')}`;
}

/** A Rollout that Istio routes, and its VirtualService by its http routes. */
export function exampleRouted(http: string, istio?: string, more = ''): string {
  return documents(
    exampleRollout(routedCanary(more, istio)),
    exampleVirtualService(`hosts: [checkout]\nhttp:\n${indented(http, 2)}`),
  );
}

/** The fields of `trafficRouting.istio` for routing by subsets. */
export const SUBSETS = `
virtualService: { name: checkout }
destinationRule: { name: checkout, canarySubsetName: canary, stableSubsetName: stable }
`.trim();

/** The http route for routing by subsets. */
export const SUBSET_ROUTE = `
- name: primary
  route:
    - { destination: { host: checkout, subset: stable }, weight: 100 }
    - { destination: { host: checkout, subset: canary }, weight: 0 }
`;

/** A Rollout that is routed by subsets, its VirtualService and its DestinationRule. */
export function exampleSubsets(subsets: string, { host = 'checkout', http = SUBSET_ROUTE } = {}): string {
  return documents(
    exampleRouted(http, SUBSETS),
    exampleOf(
      'networking.istio.io/v1',
      'DestinationRule',
      'checkout',
      `host: ${host}\nsubsets:\n${indented(subsets, 2)}`,
    ),
  );
}
