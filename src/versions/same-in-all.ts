import type { SystemKey } from './stated';

/** A behaviour that surprises, and that all releases of the tables share. */
export interface Constant {
  readonly system: SystemKey;
  /** What the releases do, as a sentence. */
  readonly words: string;
  /** The source: a file, or a measurement with its release. */
  readonly source: string;
}

const CONTROLLERS = 'controllers of 1.8.5, 1.9.1 and 1.10.2 on fake clients';
const API_SERVER = 'controllers of 1.9.1 and 1.10.2 with a kube-apiserver of 1.34.1';
const PLUGIN = 'plugin 0.15.0';

/** What an upgrade does not change. */
export const SAME_IN_ALL: readonly Constant[] = [
  {
    system: 'argoRollouts',
    words:
      'A measurement that errors is repeated after 10 seconds, whatever the `interval` is. With the default `consecutiveErrorLimit` of 4, Prometheus may be away for 40 seconds before a run ends in an error and aborts the rollout; only time-outs take longer.',
    source: CONTROLLERS,
  },
  {
    system: 'argoRollouts',
    words:
      'A metric with `interval` and without `count` in an analysis of a step is refused (InvalidSpec), also with `consecutiveSuccessLimit`.',
    source: CONTROLLERS,
  },
  {
    system: 'argoRollouts',
    words:
      'A route of `setHeaderRoute` or `setMirrorRoute` that `managedRoutes` does not list is refused (InvalidSpec), where there is `trafficRouting`.',
    source: 'pkg/apis/rollouts/validation/validation.go of 1.8.5, 1.9.1 and 1.10.2',
  },
  {
    system: 'argoRollouts',
    words:
      '`abortScaleDownDelaySeconds: 0` of a canary with traffic routing scales the canary to zero at once. With a `setCanaryScale` in force it does not: the pods stay for ever.',
    source: CONTROLLERS,
  },
  {
    system: 'argoRollouts',
    words:
      'After an abort under Istio the controller flips the selector of the canary Service between the versions until the canary is scaled down. It does not with `dynamicStableScale`, `pingPong` or subsets without Services.',
    source: CONTROLLERS,
  },
  {
    system: 'argoRollouts',
    words:
      'A forced server-side apply removes the hash from the selectors of the Services, and the controller repairs it only at the next event.',
    source: API_SERVER,
  },
  {
    system: 'argoRollouts',
    words:
      'At each revision the controller writes quantities in their canonical form (`2048Mi` becomes `2Gi`, `1000m` becomes `1`) and leaves `hostNetwork: false` out, which GitOps shows as a difference.',
    source: API_SERVER,
  },
  {
    system: 'argoRollouts',
    words: 'With `--instance-id`, AnalysisTemplates need the label of the instance too.',
    source: CONTROLLERS,
  },
  {
    system: 'argoRollouts',
    words: 'A web metric whose answer is plain text is Successful, whatever its condition is.',
    source: 'metricproviders/webmetric/webmetric.go; 1.10.2 with a server',
  },
  { system: 'gatewayApiPlugin', words: 'Mirror steps do nothing.', source: PLUGIN },
  {
    system: 'gatewayApiPlugin',
    words:
      'The short form `httpRoute: name` uses header routes. With `httpRoutes` and no `useHeaderRoutes`, and with `httpRouteSelector`, a header step does nothing.',
    source: PLUGIN,
  },
  {
    system: 'gatewayApiPlugin',
    words: 'A backend without a weight counts as 1, so two backends without weights share half and half.',
    source: PLUGIN,
  },
];
