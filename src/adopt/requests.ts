import { defined } from './container';
import { Json } from './manifests';
import { LabelFact, QueryFacts, SelectorFact } from './query-facts';

/** What is known of where requests are counted: by one query, or by several together. */
export interface RequestFacts {
  readonly counter?: string;
  readonly histogram?: string;
  readonly nativeHistogram?: boolean;
  readonly failureMatchers?: readonly LabelFact[];
  /** What all series of the canary have. */
  readonly canary: readonly LabelFact[];
  /** What all series of the stable version have, where they are looked at. */
  readonly stable?: readonly LabelFact[];
}

/** What a Rollout says that queries do not. */
export interface RolloutFacts {
  readonly canaryService?: string;
  readonly stableService?: string;
  /** The label of the pods that is passed as the canary's revision. */
  readonly revisionLabel?: string;
}

export function rolloutFacts({ spec }: Json): RolloutFacts {
  const { canaryService, stableService, steps = [], analysis } = spec.strategy?.canary ?? {};
  const args = [...steps.map((step: Json) => step.analysis), analysis].flatMap((run: Json) => run?.args ?? []);
  const path = args.find(({ name }: Json) => name === 'canary-revision')?.valueFrom?.fieldRef?.fieldPath;
  return { canaryService, stableService, revisionLabel: path?.replace(/^spec\.template\.metadata\.labels\./, '') };
}

/** Where a query counts requests. Nothing where it counts none. */
export function requestFacts({ selectors, quantile }: QueryFacts): RequestFacts | undefined {
  const counted = selectors.filter(({ window }) => window !== undefined);
  if (counted.length === 0) return undefined;
  // Failures are requests with something more to them.
  const all = counted.filter((one) => !counted.some((other) => isSomeOf(one, other)));
  const [canary] = all;
  const stable = all.find((one) => !isSame(one.matchers, canary.matchers));
  const failures = counted.find((one) => isSomeOf(one, canary));
  const buckets = counted.find(({ metric }) => metric.endsWith('_bucket'));
  return {
    ...(quantile === undefined
      ? { counter: canary.metric }
      : { histogram: (buckets ?? canary).metric.replace(/_bucket$/, ''), nativeHistogram: buckets === undefined }),
    ...(failures ? { failureMatchers: failures.matchers.slice(canary.matchers.length) } : {}),
    canary: canary.matchers,
    ...(stable ? { stable: stable.matchers } : {}),
  };
}

function isSomeOf(one: SelectorFact, other: SelectorFact): boolean {
  const { length } = other.matchers;
  return (
    one.metric === other.metric && one.matchers.length > length && isSame(one.matchers.slice(0, length), other.matchers)
  );
}

const isSame = (one: readonly LabelFact[], other: readonly LabelFact[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** What several queries know together. */
export function mergedRequests(all: readonly RequestFacts[]): RequestFacts | undefined {
  return all.length === 0 ? undefined : (Object.assign({}, ...all) as RequestFacts);
}

const COUNTERS = { application: 'http_requests_total', grpcServer: 'grpc_server_handled_total' };
const HISTOGRAMS = { application: 'http_request_duration_seconds', grpcServer: 'grpc_server_handling_seconds' };
const ISTIO = { counter: 'istio_requests_total', histogram: 'istio_request_duration_milliseconds' };
const GRPC_FAILURES = 'Unknown|DeadlineExceeded|ResourceExhausted|Unimplemented|Internal|Unavailable|DataLoss';

/** `RequestMetrics`, as a spec states them. Nothing where they are the default, an application's own. */
export function requestsOption(facts: RequestFacts, rollout: RolloutFacts): Json {
  if (facts.counter === ISTIO.counter || facts.histogram === ISTIO.histogram) return istio(facts, rollout);
  const isGrpc = facts.counter === COUNTERS.grpcServer || facts.histogram === HISTOGRAMS.grpcServer;
  const kind = isGrpc ? 'grpcServer' : 'application';
  const options = applicationOptions(facts, rollout, kind);
  if (options === undefined) return isGrpc ? kind : undefined;
  return { [kind]: options };
}

/** What an application's own metrics are called, where it is not the usual. */
export function applicationOptions(
  facts: RequestFacts,
  rollout: RolloutFacts,
  kind: 'application' | 'grpcServer' = 'application',
): Json {
  const { isolation, left } = isolationOf(facts.canary, facts.stable, rollout);
  const usual = kind === 'grpcServer' ? ['grpc_code', '=~', GRPC_FAILURES] : ['code', '=~', '5..'];
  const failures = facts.failureMatchers;
  const isUsual = failures?.length === 1 && isSame(failures, [asFact(usual)]);
  return defined({
    counter: facts.counter === COUNTERS[kind] ? undefined : facts.counter,
    failureMatchers: isUsual ? undefined : failures?.map(matcherOption),
    histogram: facts.histogram === HISTOGRAMS[kind] ? undefined : facts.histogram,
    nativeHistogram: facts.nativeHistogram || undefined,
    matchers: left.length > 0 ? left.map(matcherOption) : undefined,
    isolation: isolation === HASH ? undefined : isolation,
  });
}

const asFact = ([label, operator, value]: string[]) => ({ label, operator, value }) as LabelFact;

function istio({ canary, stable, nativeHistogram }: RequestFacts, rollout: RolloutFacts): Json {
  const at = canary.findIndex(({ label }) => label === 'reporter');
  const reporter = canary[at]?.value;
  const matchers = canary.slice(at + 1);
  const { isolation } = isolationOf(canary.slice(0, at), stable?.slice(0, at), rollout);
  const byService = isolation?.destinationService;
  const options = defined({
    reporter: reporter === 'source' ? undefined : reporter,
    ...(byService && reporter !== 'destination'
      ? byService
      : { isolation: isolation === HASH && reporter === 'destination' ? undefined : isolation }),
    matchers: matchers.length > 0 ? matchers.map(matcherOption) : undefined,
    nativeHistogram: nativeHistogram || undefined,
  });
  return options === undefined ? 'istio' : { istio: options };
}

const HASH = 'podTemplateHash';

/** How the versions are told apart, and the matchers that are left over. */
function isolationOf(
  canary: readonly LabelFact[],
  stable: readonly LabelFact[] | undefined,
  { canaryService, stableService, revisionLabel }: RolloutFacts,
): { readonly isolation: Json; readonly left: readonly LabelFact[] } {
  const [first, second, third] = canary;
  if (second?.operator === '=' && isArgument(first, 'namespace', 'namespace')) {
    const left = canary.slice(2);
    const { label, value } = second;
    if (value === '{{args.canary-hash}}') {
      return { isolation: label === 'rollouts_pod_template_hash' ? HASH : { podTemplateHash: { label } }, left };
    }
    const options = { service: value, ...defined({ label: label === 'service' ? undefined : label }) };
    return { isolation: { service: { ...options, ...defined({ stableService: stable?.[1]?.value }) } }, left };
  }
  if (isArgument(first, 'destination_service_namespace', 'namespace') && second?.label === 'destination_service_name') {
    const known = second.value === canaryService ? stableService : undefined;
    const other = stable?.[1]?.value ?? known ?? `${second.value.replace(/-canary$/, '')}-stable`;
    const isolation = { destinationService: { canaryService: second.value, stableService: other } };
    return { isolation, left: canary.slice(2) };
  }
  if (isArgument(third, 'destination_canonical_revision', 'canary-revision')) {
    const isUsual = revisionLabel === undefined || revisionLabel === 'version';
    const isolation = isUsual ? 'workloadRevision' : { workloadRevision: { podLabel: revisionLabel } };
    return { isolation, left: canary.slice(3) };
  }
  const own = canary.map(matcherOption);
  if (stable === undefined) return { isolation: { labels: own }, left: [] };
  return { isolation: { labelsOfBoth: { canary: own, stable: stable.map(matcherOption) } }, left: [] };
}

function isArgument(one: LabelFact | undefined, label: string, argument: string): boolean {
  return one?.label === label && one.operator === '=' && one.value === `{{args.${argument}}}`;
}

const MATCHERS = { '=': 'equalTo', '!=': 'notEqualTo', '=~': 'matching', '!~': 'notMatching' } as const;

/** A label matcher, as a spec states it. */
function matcherOption({ label, operator, value }: LabelFact): Json {
  const what = operator === '=' || operator === '!=' ? { label, value } : { label, regex: value };
  return { [MATCHERS[operator]]: what };
}
