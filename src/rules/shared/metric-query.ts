import {
  type AnalysisUse,
  type ArgumentUse,
  argumentsIn,
  type Graph,
  type Metric,
  metrics,
  memoizeOnGraph,
  type Rollout,
} from '../../graph';
import { memoize, memoizeByObject } from '../../formats/memoize';
import {
  type ParsedPromql,
  isOneRecorded,
  parsePromql,
  promqlProblems,
  type PromqlError,
  promqlAst,
  type PromqlNode,
  readPromqlDuration,
  type Selector,
  type Subquery,
  walkPromql,
  withoutArguments,
} from '../../promql';
import { fillIn } from './metric-settings';
import type { Part } from './rule';

/** A selector, and the expressions around it, the innermost first. */
export interface SelectorUse {
  readonly selector: Selector;
  readonly around: readonly PromqlNode[];
}

/** The query of a Prometheus metric, as a tree. */
export interface MetricQuery {
  readonly metric: Metric;
  /** As it is written, arguments included. */
  readonly text: string;
  readonly root: PromqlNode;
  readonly selectors: readonly SelectorUse[];
}

/** A repo has few different queries: each is parsed once. */
const parsed = memoizeOnGraph(() => memoize(readPromql, Infinity));

/** A query whose arguments are replaced by valid values. */
export interface ReadPromql {
  /** As it is written, arguments included. */
  readonly text: string;
  readonly syntax: ParsedPromql;
  /** What Prometheus refuses although the syntax is valid. */
  readonly problems: readonly PromqlError[];
}

/** The same, parsed once for all that is asked about a graph. */
export const readPromqlIn = (graph: Graph, text: string): ReadPromql => parsed(graph)(text);

/** Parses a query whose arguments are replaced by valid values. */
export function readPromql(text: string): ReadPromql {
  const syntax = parsePromql(withoutArguments(text));
  return { text, syntax, problems: promqlProblems(syntax, text) };
}

/** The expression of a query, arguments in their places; undefined where Prometheus refuses it. */
export const rootOf = memoizeByObject(({ text, syntax, problems }: ReadPromql): PromqlNode | undefined =>
  problems.length > 0 ? undefined : promqlAst(syntax, text),
);

/** Every selector of a query, with the expressions around it, the innermost first. */
export const selectorsOf = memoizeByObject((read: ReadPromql): readonly SelectorUse[] => {
  const found: SelectorUse[] = [];
  const root = rootOf(read);
  if (root) {
    walkPromql(root, (node, around) => {
      if (node.kind === 'selector') found.push({ selector: node, around });
    });
  }
  return found;
});

/** The selectors whose series have a name that is known. */
const namedSelectors = memoizeByObject((read: ReadPromql) =>
  selectorsOf(read).filter(({ selector }) => !selector.metric?.includes('{{')),
);

/** The query of a metric as Prometheus sees it; undefined where it has none. */
export function parsedQuery(graph: Graph, { query }: Metric): ReadPromql | undefined {
  return query.string === undefined ? undefined : readPromqlIn(graph, query.string);
}

/** The queries that Prometheus accepts, of part of the metrics. */
export function metricQueries(graph: Graph, part: Part): readonly MetricQuery[] {
  const query = ofMetric(graph);
  return part(metrics(graph)).flatMap((metric) => query(metric) ?? []);
}

const ofMetric = memoizeOnGraph((graph) => memoizeByObject((metric: Metric) => readQuery(graph, metric)));

/** The query of a Prometheus metric, if it parses. */
export const queryOf = (graph: Graph, metric: Metric): MetricQuery | undefined => ofMetric(graph)(metric);

function readQuery(graph: Graph, metric: Metric): MetricQuery | undefined {
  const read = parsedQuery(graph, metric);
  const root = read && rootOf(read);
  return root && { metric, text: read.text, root, selectors: namedSelectors(read) };
}

/** A window of a query with the arguments of one analysis, in seconds. Undefined if it is not known. */
export function windowSeconds(text: string, metric: Metric, use: AnalysisUse | undefined): number | undefined {
  const filled = fillIn(text, metric, use);
  return filled === undefined ? undefined : readPromqlDuration(filled);
}

/** The longest window of a query, in seconds and as written. Undefined if it has none. */
export function longestWindow(
  { root, metric }: MetricQuery,
  use: AnalysisUse | undefined,
): { readonly seconds: number; readonly text: string; readonly from: number; readonly to: number } | undefined {
  let longest: ReturnType<typeof longestWindow>;
  walkPromql(root, (node, [parent]) => {
    if (node.kind !== 'selector' && node.kind !== 'subquery') return;
    if (node.kind === 'subquery' && (isOfTimes(node) || isSumOfSlots(node, parent))) return;
    const { window } = node;
    const seconds = window && windowSeconds(window.text, metric, use);
    if (seconds !== undefined && seconds > (longest?.seconds ?? 0)) longest = { ...window!, seconds };
  });
  return longest;
}

/** A sum over the times at which something is true does not mean that it was always true. */
const isOfTimes = ({ node }: Subquery): boolean => node.kind === 'binary' && node.operator === 'and';

/** A sum over slots that each count once adds up what there is, however long the canary has been there. */
function isSumOfSlots({ node, step }: Subquery, parent: PromqlNode | undefined): boolean {
  if (parent?.kind !== 'call' || parent.name !== 'sum_over_time' || step === undefined) return false;
  const windows: (string | undefined)[] = [];
  walkPromql(node, (one) => {
    if (one.kind === 'selector') windows.push(one.window?.text);
  });
  return windows.length > 0 && windows.every((window) => window === step.text);
}

/** How a selector isolates the canary's series. */
export type Isolation =
  /** By the pod-template hash. */
  | 'hash'
  /** By the Service through which the pods were scraped. */
  | 'scraped service'
  /** By another label that names the canary: the Service that was called, a version, a role. */
  | 'other'
  /** By an argument that is not known. */
  | 'unknown'
  /** The other way round: everything but the canary, by the pod-template hash. */
  | 'stable'
  | 'none';

const VERSION_LABEL = /version|revision|subset|track|role|release|image|variant|canary/i;
/** Labels whose value is the namespace of pods, of a workload or of a Service. */
export const NAMESPACE_LABEL = /^(kubernetes_|k8s_|exported_|destination_(workload|service)_)?namespace$/;
/**
 * Labels that a ServiceMonitor adds. Their value is the Service through which a pod was scraped, not the one that was
 * called.
 */
const SCRAPE_LABEL = /^(service|kubernetes_service|service_name|job|kubernetes_service_name)$/;

/** How a selector isolates the canary of a Rollout, by the best of its matchers. */
export function isolationOf(selector: Selector, metric: Metric, use: AnalysisUse, rollout: Rollout): Isolation {
  const found = new Set(selector.matchers.map((matcher) => isolationBy(matcher, metric, use, rollout)));
  if (selector.metric && /canary/i.test(selector.metric)) found.add('other');
  return (['stable', 'hash', 'other', 'unknown', 'scraped service'] as const).find((one) => found.has(one)) ?? 'none';
}

function isolationBy(
  { label, operator, value }: Selector['matchers'][0],
  metric: Metric,
  use: AnalysisUse,
  { canary, services, resource }: Rollout,
): Isolation {
  const mentioned = argumentsIn(value).map(({ name }) => use.args.find((argument) => argument.name === name));
  const hashes = mentioned.flatMap((argument) => (argument?.source === 'podTemplateHash' ? argument : []));
  if (hashes.length > 0) {
    const ofStable = hashes.every(isStableHash);
    return operator.startsWith('!') === ofStable ? 'hash' : 'stable';
  }
  if (/pod_template_hash/.test(label)) return 'hash';
  const metadata = Object.keys(canary.get('canaryMetadata', 'labels').strings);
  if (metadata.some((name) => name.replace(/[^a-zA-Z0-9_]/g, '_') === label)) return 'other';
  // Both versions run in the same namespace, whatever its name.
  if (NAMESPACE_LABEL.test(label)) return 'none';
  if (VERSION_LABEL.test(label)) return 'other';
  const filled = fillIn(value, metric, use);
  if (filled === undefined) return 'unknown';
  if (operator === '!=' || operator === '!~') return 'none';
  const service = services.canary?.to.name ?? services.preview?.to.name;
  const named = filled.replaceAll('\\.', '.').replace(/^\^|\$$|\.\*$/g, '');
  const ofCanary = service !== undefined && isOfService(label, named, service, resource.name);
  if (!ofCanary && (!/canary/i.test(filled) || filled === resource.name || filled === resource.namespace)) {
    // Envoy Gateway numbers the backends of a rule.
    return /^[a-z]+route\/[^/]+\/[^/]+\/rule\/\d+\/backend\/\d+$/.test(named) ? 'unknown' : 'none';
  }
  return SCRAPE_LABEL.test(label) ? 'scraped service' : 'other';
}

/** Whether an argument has the hash of the stable version. */
const isStableHash = ({ given, declared }: ArgumentUse): boolean =>
  (given ?? declared[0])?.get('valueFrom', 'podTemplateHashValue').string === 'Stable';

/** Labels whose value is a Service or what a proxy makes of one, such as the name of a cluster. */
const OF_SERVICES = /service|cluster|backend|proxy|upstream|virtual_node|^job$|^dst_/i;

/**
 * Whether the value of a matcher means a Service: by its name or its host, or by the name that a proxy has for it, in
 * which that of the Service stands between others: `shop.web-next.80` (Kong), `shop_web-next_80` (Contour, APISIX),
 * `shop-web-next-80@kubernetes` (Traefik).
 */
function isOfService(label: string, value: string, service: string, workload: string): boolean {
  // A value that equals the name of the workload may select all of its pods.
  if (service === workload && !OF_SERVICES.test(label)) return false;
  if (value === service || value.startsWith(`${service}.`)) return true;
  if (!OF_SERVICES.test(label)) return false;
  const traefik = /^(.*)-[a-z0-9]+@kubernetes[a-z]*$/.exec(value)?.[1];
  return traefik?.endsWith(`-${service}`) ?? value.split(/[^a-z0-9-]+/).includes(service);
}

/** The suffixes that distinguish counters from gauges. */
export const isCounter = (name: string | undefined): boolean => /_(total|count|sum|bucket)$/.test(name ?? '');

/** Whether an expression always returns at most one series. */
export function isSingle(node: PromqlNode): boolean {
  switch (node.kind) {
    case 'number':
    case 'string':
      return true;
    case 'selector':
      return isOneRecorded(node);
    case 'unary':
    case 'subquery':
      return isSingle(node.node);
    case 'aggregate':
      if (['topk', 'bottomk', 'limitk'].includes(node.name))
        return node.args[0]?.kind === 'number' && node.args[0].text === '1';
      if (['limit_ratio', 'count_values'].includes(node.name)) return false;
      return (
        (node.grouping !== 'without' && node.labels.length === 0) ||
        node.args.some((one) => one.kind !== 'number' && isSingle(one))
      );
    case 'call':
      return isSingleCall(node.name, node.args);
    case 'binary': {
      const { operator, left, right } = node;
      if (operator === 'or') return isSingle(left) && isSingle(right);
      if (operator === 'and' || operator === 'unless') return isSingle(left);
      return isNumberLike(left)
        ? isSingle(right)
        : isNumberLike(right)
          ? isSingle(left)
          : isSingle(left) || isSingle(right);
    }
  }
}

function isSingleCall(name: string, args: readonly PromqlNode[]): boolean {
  if (['scalar', 'vector', 'time', 'pi', 'absent', 'absent_over_time'].includes(name)) return true;
  const [first] = args.slice(name === 'histogram_quantile' || name === 'quantile_over_time' ? 1 : 0);
  if (first === undefined) return true;
  const inner = first;
  // The quantile consumes `le`.
  if (name === 'histogram_quantile' && inner.kind === 'aggregate' && inner.grouping === 'by') {
    return inner.labels.every((label) => label === 'le');
  }
  return isSingle(inner);
}

const isNumberLike = (node: PromqlNode): boolean =>
  node.kind === 'number' ||
  (node.kind === 'call' && ['scalar', 'time', 'pi'].includes(node.name)) ||
  (node.kind === 'unary' && isNumberLike(node.node));

/** A variable of a dashboard in a text: `$namespace`, `${namespace:regex}`, `[[namespace]]`. */
export const GRAFANA_VARIABLE = /\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*(:\w+)?\}|\[\[[A-Za-z_]\w*\]\]/;
