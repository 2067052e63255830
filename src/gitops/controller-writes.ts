/** A rendered Kubernetes object, as far as it matters here. */
export interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  /**
   * The Chart of the object. If several objects have one name, those in the Chart of a Rollout belong to it.
   */
  readonly chart?: string;
  // The objects come from any construct, so nothing is known of their fields.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec?: any;
}

/** An entry of an Application's `ignoreDifferences`. */
export interface IgnoredDifference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly jqPathExpressions?: string[];
  readonly jsonPointers?: string[];
}

const HASH = 'rollouts-pod-template-hash';
const GATEWAY_PLUGIN = 'argoproj-labs/gatewayAPI';

/**
 * The differences that Argo Rollouts and its Gateway API plugin cause in these objects, and nothing more.
 *
 * The default comparison of Argo CD sees changed values (weights) and additional list elements (managed routes). It does
 * not see map fields that Git does not have (hash labels of subsets, the hash in the selectors of Services, annotations,
 * the replicas of a Rollout that states none). Hash labels and the plugin's label are listed all the same, because a
 * server-side diff sees them.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#integrating-with-gitops
 */
export function controllerWrites(manifests: readonly Manifest[]): IgnoredDifference[] {
  const written = new Map<Manifest, Paths>();
  const write = (object: Manifest, paths: Partial<Paths>) => {
    const before = written.get(object) ?? { jq: [], pointers: [] };
    const both = (old: string[], more: string[] = []) => [...new Set([...old, ...more])];
    written.set(object, { jq: both(before.jq, paths.jq), pointers: both(before.pointers, paths.pointers) });
  };
  for (const rollout of manifests.filter((one) => isA(one, 'argoproj.io', 'Rollout'))) {
    const find: Find = (group, kind, name, namespace = rollout.metadata?.namespace) => {
      const namesakes = manifests.filter(
        (one) => isA(one, group, kind) && one.metadata?.name === name && one.metadata?.namespace === namespace,
      );
      const beside = namesakes.filter((one) => one.chart === rollout.chart);
      return beside.length > 0 ? beside : namesakes;
    };
    istioWrites(rollout, find, write);
    gatewayApiWrites(rollout, find, write);
    if (rollout.spec?.replicas !== undefined && manifests.some((one) => scales(one, rollout))) {
      write(rollout, { pointers: ['/spec/replicas'] });
    }
    const ref = rollout.spec?.workloadRef;
    if (ref && ref.scaleDown !== undefined && ref.scaleDown !== 'never') {
      for (const workload of find('apps', 'Deployment', ref.name)) {
        if (workload.spec?.replicas !== undefined) write(workload, { pointers: ['/spec/replicas'] });
      }
    }
  }
  return merged(manifests, written);
}

/** Whether an entry reaches into a list, for which `RespectIgnoreDifferences` applies the whole list of the cluster. */
export function reachesIntoList(difference: IgnoredDifference): boolean {
  return (difference.jqPathExpressions ?? []).some((path) => path.includes('['));
}

interface Paths {
  readonly jq: string[];
  readonly pointers: string[];
}
type Find = (group: string, kind: string, name: string, namespace?: string) => Manifest[];
type Write = (object: Manifest, paths: Partial<Paths>) => void;

function istioWrites(rollout: Manifest, find: Find, write: Write): void {
  const canary = rollout.spec?.strategy?.canary;
  const istio = canary?.trafficRouting?.istio;
  if (!istio) return;
  const subsets = istio.destinationRule;
  const experiments = weighsExperiments(canary);
  const known: string[] = subsets
    ? [subsets.stableSubsetName, subsets.canarySubsetName, ...(subsets.additionalSubsetNames ?? [])]
    : weightedServices(canary);
  for (const one of istio.virtualServices ?? (istio.virtualService ? [istio.virtualService] : [])) {
    const [name, ...namespace] = String(one.name).split('.');
    for (const service of find('networking.istio.io', 'VirtualService', name, namespace.join('.') || undefined)) {
      const routes = splitRoutes(service, one);
      write(service, {
        jq: [
          ...routes.map((route) => `${route} | .route[]?.weight`),
          ...(experiments ? routes.map((route) => `${route} | .route[]? | ${unknown(known, Boolean(subsets))}`) : []),
          ...managedRoutes(canary).map((route) => `.spec.http[]? | select(.name == ${text(route)})`),
        ],
      });
    }
  }
  if (subsets) {
    const versions = [subsets.stableSubsetName, subsets.canarySubsetName];
    for (const rule of find('networking.istio.io', 'DestinationRule', subsets.name)) {
      write(rule, {
        jq: [
          ...versions.map((name) => `.spec.subsets[]? | select(.name == ${text(name)}) | .labels[${text(HASH)}]`),
          ...(experiments
            ? [`.spec.subsets[]? | select(${versions.map((name) => `.name != ${text(name)}`).join(' and ')})`]
            : []),
        ],
      });
    }
  }
}

/** The split routes of a VirtualService, as jq finds them: HTTP by name, TLS and TCP, which have none, by position. */
function splitRoutes(
  service: Manifest,
  reference: { routes?: string[]; tlsRoutes?: object[]; tcpRoutes?: object[] },
): string[] {
  const http = reference.routes?.map((name) => `.spec.http[]? | select(.name == ${text(name)})`);
  const at = (kind: 'tls' | 'tcp', listed: object[] | undefined) =>
    ((service.spec?.[kind] ?? []) as { route?: unknown[] }[]).flatMap((route, i) =>
      // A route of one destination is not split, unless it is the only one that there is.
      listed === undefined || (route.route?.length ?? 0) > 1 ? [`.spec.${kind}[${i}]`] : [],
    );
  const unlisted = (service.spec?.http ?? []).length > 0 ? ['.spec.http[]?'] : [];
  return [...(http ?? unlisted), ...at('tls', reference.tlsRoutes), ...at('tcp', reference.tcpRoutes)];
}

/** Destinations that an experiment adds while it runs. */
function unknown(known: string[], bySubset: boolean): string {
  const field = bySubset ? '.destination.subset' : '.destination.host | split(".")[0]';
  return `select((${field}) as $it | [${known.map(text).join(', ')}] | any(. == $it) | not)`;
}

function gatewayApiWrites(rollout: Manifest, find: Find, write: Write): void {
  const canary = rollout.spec?.strategy?.canary;
  const config = canary?.trafficRouting?.plugins?.[GATEWAY_PLUGIN];
  if (!config) return;
  const label = inProgressLabel(config);
  const kinds = [
    ['HTTPRoute', config.httpRoute, config.httpRoutes],
    ['GRPCRoute', config.grpcRoute, config.grpcRoutes],
    ['TCPRoute', config.tcpRoute, config.tcpRoutes],
    ['TLSRoute', config.tlsRoute, config.tlsRoutes],
  ] as const;
  for (const [kind, one, several] of kinds) {
    // The short form always uses header routes.
    const routes: { name: string; useHeaderRoutes?: boolean }[] = [
      ...(one ? [{ name: one, useHeaderRoutes: true }] : []),
      ...(several ?? []),
    ];
    for (const { name, useHeaderRoutes } of routes) {
      const versions = weightedServices(canary)
        .map((service) => `.name == ${text(service)}`)
        .join(' or ');
      for (const object of find('gateway.networking.k8s.io', kind, name, config.namespace)) {
        write(object, {
          jq: [
            `.spec.rules[]?.backendRefs[]? | select(${versions}) | .weight`,
            ...(useHeaderRoutes && (kind === 'HTTPRoute' || kind === 'GRPCRoute')
              ? managedRoutes(canary).map(
                  // The plugin numbers the rules from the second one on.
                  (route) => `.spec.rules[]? | select((.name // "") | test(${text(`^${route}(-[0-9]+)?$`)}))`,
                )
              : []),
          ],
          pointers: label === undefined ? [] : [`/metadata/labels/${label}`],
        });
      }
    }
  }
}

/** The Services among which requests are shared: those of the versions, or of `pingPong`. */
function weightedServices(canary: {
  stableService?: string;
  canaryService?: string;
  pingPong?: { pingService?: string; pongService?: string };
}): string[] {
  const { stableService, canaryService, pingPong } = canary;
  return [stableService, canaryService, pingPong?.pingService, pingPong?.pongService].filter(
    (one) => one !== undefined,
  );
}

/** The label that the plugin sets while a rollout is under way, as a part of a JSON pointer. */
function inProgressLabel(config: {
  disableInProgressLabel?: boolean;
  inProgressLabelKey?: string;
}): string | undefined {
  if (config.disableInProgressLabel) return undefined;
  const key = config.inProgressLabelKey ?? 'rollouts.argoproj.io/gatewayapi-canary';
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function managedRoutes(canary: { trafficRouting?: { managedRoutes?: { name: string }[] } }): string[] {
  return (canary.trafficRouting?.managedRoutes ?? []).map(({ name }) => name);
}

function weighsExperiments(canary: { steps?: { experiment?: { templates?: { weight?: number }[] } }[] }): boolean {
  const templates = (canary.steps ?? []).flatMap((step) => step.experiment?.templates ?? []);
  return templates.some((template) => template.weight !== undefined);
}

/** Whether an object changes the replicas of a Rollout: an autoscaler of Kubernetes, or one of KEDA. */
function scales(object: Manifest, rollout: Manifest): boolean {
  const target = object.spec?.scaleTargetRef;
  return (
    ['HorizontalPodAutoscaler', 'ScaledObject'].includes(object.kind ?? '') &&
    target?.kind === 'Rollout' &&
    target.name === rollout.metadata?.name &&
    object.metadata?.namespace === rollout.metadata?.namespace
  );
}

/**
 * One entry for all objects of a kind and name into which the same is written. It has no namespace if there are no other
 * objects of that name, so it is the same in every environment.
 */
function merged(manifests: readonly Manifest[], written: ReadonlyMap<Manifest, Paths>): IgnoredDifference[] {
  const entries = new Map<string, IgnoredDifference>();
  for (const [object, paths] of written) {
    const { apiVersion = '', kind = '', metadata: { name = '', namespace } = {} } = object;
    const group = groupOf(apiVersion);
    const same = (one: Manifest) => JSON.stringify(written.get(one)) === JSON.stringify(paths);
    const namesakes = manifests.filter((one) => isA(one, group, kind) && one.metadata?.name === name);
    const entry: IgnoredDifference = {
      group,
      kind,
      name,
      ...(namesakes.every(same) || namespace === undefined ? {} : { namespace }),
      ...(paths.jq.length > 0 ? { jqPathExpressions: paths.jq } : {}),
      ...(paths.pointers.length > 0 ? { jsonPointers: paths.pointers } : {}),
    };
    if (paths.jq.length + paths.pointers.length > 0) entries.set(JSON.stringify(entry), entry);
  }
  return [...entries.values()];
}

function isA(object: Manifest, group: string, kind: string): boolean {
  return object.kind === kind && groupOf(object.apiVersion ?? '') === group;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}

function text(value: string): string {
  return JSON.stringify(value);
}
