import type { Resource } from '../graph';
import { LabelFact, QueryFacts, SelectorFact } from './query-facts';
import { defined, type Options } from './values';

/** What one query, or several together, tell about where requests are counted. */
export interface RequestFacts {
  readonly counter?: string;
  readonly histogram?: string;
  readonly nativeHistogram?: boolean;
  readonly failureMatchers?: readonly LabelFact[];
  /** The matchers of all series of the canary. */
  readonly canary: readonly LabelFact[];
  /** The matchers of all series of the stable version. Undefined if it is not queried. */
  readonly stable?: readonly LabelFact[];
}

/** What a Rollout states about its versions. */
export interface RolloutFacts {
  readonly canaryService?: string;
  readonly stableService?: string;
  /** The pod label whose value is passed as the argument `canary-revision`. */
  readonly revisionLabel?: string;
}

export function rolloutFacts(workload: Resource): RolloutFacts {
  const canary = workload.field('spec', 'strategy', 'canary');
  const inSteps = canary
    .get('steps')
    .items()
    .map((step) => step.get('analysis'));
  const args = [...inSteps, canary.get('analysis')].flatMap((run) => run.get('args').items());
  const revision = args.find((arg) => arg.get('name').string === 'canary-revision');
  const path = revision?.get('valueFrom', 'fieldRef', 'fieldPath').string;
  return {
    canaryService: canary.get('canaryService').string,
    stableService: canary.get('stableService').string,
    revisionLabel: path?.replace(/^spec\.template\.metadata\.labels\./, ''),
  };
}

/** Where a query counts requests. Undefined if it counts none. */
export function requestFacts({ selectors, quantile }: QueryFacts): RequestFacts | undefined {
  const counted = selectors.filter(({ window }) => window !== undefined);
  if (counted.length === 0) return undefined;
  // Failures are the requests that additional matchers select.
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

/** What several queries together tell. */
export function mergedRequests(all: readonly RequestFacts[]): RequestFacts | undefined {
  return all.length === 0 ? undefined : (Object.assign({}, ...all) as RequestFacts);
}

const COUNTERS = { application: 'http_requests_total', grpcServer: 'grpc_server_handled_total' };

/** The assumption about the requests that the analysis of an adopted Deployment counts: its manifests do not state it. */
export function countedRequests(portName: unknown): string {
  const others = /^grpc(-|$)/.test(String(portName)) ? `, as in ${COUNTERS.grpcServer} of gRPC servers,` : '';
  return `the analyses count the failed requests (code=~"5..") in ${COUNTERS.application}, which the pods must serve; if they count otherwise${others} state \`failures\` or \`checks\``;
}

const HISTOGRAMS = { application: 'http_request_duration_seconds', grpcServer: 'grpc_server_handling_seconds' };
const ISTIO = { counter: 'istio_requests_total', histogram: 'istio_request_duration_milliseconds' };
const GRPC_FAILURES = 'Unknown|DeadlineExceeded|ResourceExhausted|Unimplemented|Internal|Unavailable|DataLoss';

/** `RequestMetrics`, as a spec states them. Undefined for the default, which are the application's own metrics. */
export function requestsOption(facts: RequestFacts, rollout: RolloutFacts): Options | string | undefined {
  if (facts.counter === ISTIO.counter || facts.histogram === ISTIO.histogram) return istio(facts, rollout);
  const isGrpc = facts.counter === COUNTERS.grpcServer || facts.histogram === HISTOGRAMS.grpcServer;
  const kind = isGrpc ? 'grpcServer' : 'application';
  const options = applicationOptions(facts, rollout, kind);
  if (options === undefined) return isGrpc ? kind : undefined;
  return { [kind]: options };
}

/** The names of an application's own metrics, where they are not the default. */
export function applicationOptions(
  facts: RequestFacts,
  rollout: RolloutFacts,
  kind: 'application' | 'grpcServer' = 'application',
): Options | undefined {
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

function istio({ canary, stable, nativeHistogram }: RequestFacts, rollout: RolloutFacts): Options | string {
  const at = canary.findIndex(({ label }) => label === 'reporter');
  const reporter = canary[at]?.value;
  const matchers = canary.slice(at + 1);
  const { isolation } = isolationOf(canary.slice(0, at), stable?.slice(0, at), rollout);
  const byService = typeof isolation === 'string' ? undefined : isolation.destinationService;
  const options = defined({
    reporter: reporter === 'source' ? undefined : reporter,
    ...(byService && reporter !== 'destination'
      ? (byService as Options)
      : { isolation: isolation === HASH && reporter === 'destination' ? undefined : isolation }),
    matchers: matchers.length > 0 ? matchers.map(matcherOption) : undefined,
    nativeHistogram: nativeHistogram || undefined,
  });
  return options === undefined ? 'istio' : { istio: options };
}

const HASH = 'podTemplateHash';

/** How the queries isolate the versions, and the remaining matchers. */
function isolationOf(
  canary: readonly LabelFact[],
  stable: readonly LabelFact[] | undefined,
  { canaryService, stableService, revisionLabel }: RolloutFacts,
): { readonly isolation: Options | string; readonly left: readonly LabelFact[] } {
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
function matcherOption({ label, operator, value }: LabelFact): Options {
  const what = operator === '=' || operator === '!=' ? { label, value } : { label, regex: value };
  return { [MATCHERS[operator]]: what };
}
