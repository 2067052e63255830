import { durationMillis } from '../canaryfile/quantities';
import type { Field, Resource } from '../graph';
import { named, objectsIn } from './manifests';
import { defined, type Options } from './values';

/** The checks of a Flagger Canary as options of an app. */
export interface FlaggerChecks {
  /** Checks that hold each weight until they succeed, and background checks that count the failures at all weights. */
  readonly options: Options;
  /** Whether there is any check. */
  readonly judges: boolean;
}

/**
 * Turns the checks of a Flagger Canary into checks of an app. Flagger measures once per interval: a failed check, or one
 * without data, holds the weight, and `threshold` of them roll back. Therefore each weight has an analysis that ends with
 * the first success, and the same checks in the background count the failures at all weights.
 *
 * @param holds Whether each weight has an analysis. Otherwise there are only background checks.
 */
export function flaggerChecks(
  canary: Resource,
  analysis: Field,
  objects: readonly Resource[],
  hasPrometheus: boolean,
  holds: boolean,
  notes: string[],
  said: string[],
): FlaggerChecks {
  const none = { options: {}, judges: false };
  const metrics = objectsIn(analysis.get('metrics'));
  const names = metrics.map((metric) => metric.get('name').string ?? '');
  if (metrics.length === 0) return none;
  if (!hasPrometheus) {
    notes.push(`analysis.metrics (${names.join(', ')}): no step judges without --prometheus`);
    return none;
  }
  const all = metrics.flatMap((metric) => checksOf(metric, canary, objects, notes));
  if (all.length === 0) return none;
  const interval = analysis.get('interval').string ?? '60s';
  const threshold = Math.max(1, Number(analysis.get('threshold').value ?? 1));
  const shortest = Math.min(...metrics.map((metric) => durationMillis(windowOf(metric)) ?? Infinity));
  const scrapes = Math.floor(shortest / 4000);
  const scrapeInterval = shortest < LEAST_WINDOW && scrapes > 0 ? `${scrapes}s` : undefined;
  if (scrapeInterval !== undefined) {
    said.push(
      `a window of ${shortest / 1000}s needs Prometheus to scrape every ${scrapeInterval} or more often, as it did with Flagger`,
    );
  }
  const provider = canary.field('spec', 'provider').string;
  const isIstio = provider === undefined || provider === 'istio';
  const builtIn = names.filter((name) => BUILT_IN.includes(name));
  if (!isIstio && builtIn.length > 0) {
    notes.push(
      `analysis.metrics (${builtIn.join(', ')}): Flagger asks ${provider}; here the app's own http_requests_total and its histogram are asked, which tell versions apart: see \`measuring.requests\``,
    );
  }
  const measuring = defined({
    // Flagger's counter. The series of the pods tell versions apart.
    requests: isIstio ? { istio: { reporter: 'destination' } } : undefined,
    interval,
    failureLimit: threshold > 1 ? threshold - 1 : undefined,
    scrapeInterval,
    noData: 'fail',
  });
  const held = threshold > 1 ? { count: threshold, consecutiveSuccessLimit: 1 } : {};
  const step = all.map((check) => withOptions(check, { initialDelay: interval, ...held }));
  const background = all.map((check) => withOptions(check, { initialDelay: interval }));
  const checks = holds ? { checks: step } : {};
  // If one failure rolls back, counting it in each step is the same as counting in the background.
  const counted = holds && threshold === 1 ? {} : { backgroundChecks: background };
  // The app's own metrics are scraped by its own monitor.
  const monitoring = isIstio || scrapeInterval === undefined ? {} : { monitoring: { interval: scrapeInterval } };
  return { options: { ...checks, ...counted, measuring, ...monitoring }, judges: true };
}

const BUILT_IN = ['request-success-rate', 'request-duration'];
/** Four default scrape intervals. */
const LEAST_WINDOW = 120_000;

function withOptions(check: Check, options: Options): Check {
  const [[kind, own]] = Object.entries(check);
  return { [kind]: { ...own, ...options } };
}

/** The options of a check under its kind. */
interface Check {
  readonly [kind: string]: Options;
}

const windowOf = (metric: Field): string => metric.get('interval').string ?? '1m';

function checksOf(metric: Field, canary: Resource, objects: readonly Resource[], notes: string[]): Check[] {
  const name = metric.get('name').string ?? '';
  const range = metric.get('thresholdRange');
  const threshold = metric.get('threshold').number;
  const [min, max] = range.exists ? [range.get('min').number, range.get('max').number] : [undefined, threshold];
  const window = windowOf(metric);
  // Flagger evaluates a check for any number of requests.
  const judged = { window, minimumRequests: 1 };
  if (name === 'request-success-rate') {
    return [{ successRate: { atLeast: round((min ?? threshold ?? 99) / 100), ...judged } }];
  }
  if (name === 'request-duration') {
    return [{ latency: { quantile: 0.99, atMost: `${Math.round(max ?? 500)}ms`, ...judged } }];
  }
  const query = queryOf(metric, canary, objects, notes);
  if (query === undefined) return [];
  notes.push(
    `analysis.metrics '${name}': Flagger's query names the canary's Deployment; here both versions have one name: let it ask for rollouts_pod_template_hash="{{args.canary-hash}}"`,
  );
  const bounds = [
    ...(max === undefined ? [] : [['', { atMost: max }] as const]),
    ...(min === undefined ? [] : [[max === undefined ? '' : '-least', { atLeast: min }] as const]),
  ];
  return bounds.map(([suffix, bound]) => ({ query: { name: `${name}${suffix}`, query, threshold: bound, window } }));
}

/** The query of a metric or of its template, with the values of known variables. */
function queryOf(metric: Field, canary: Resource, objects: readonly Resource[], notes: string[]): string | undefined {
  const name = metric.get('templateRef', 'name').string;
  const template = named(objects, 'MetricTemplate', name);
  const provider = template?.field('spec', 'provider', 'type').string ?? 'prometheus';
  const inTemplate = provider === 'prometheus' ? template?.field('spec', 'query').string : undefined;
  const text = metric.get('query').string ?? inTemplate;
  if (text === undefined) {
    const reason = template ? `it asks ${provider}` : `MetricTemplate ${name} is not among the files`;
    notes.push(
      `analysis.metrics '${metric.get('name').string}' is not carried over: ${reason}; see \`CanaryStep.analysis\``,
    );
    return undefined;
  }
  const app = canary.name;
  const variables = metric.get('templateVariables').entries();
  const known: { readonly [name: string]: string } = {
    name: app,
    namespace: canary.namespace ?? 'default',
    target: canary.field('spec', 'targetRef', 'name').string ?? app,
    service: canary.field('spec', 'service', 'name').string ?? app,
    interval: windowOf(metric),
    ...Object.fromEntries(variables.map(([key, { value }]) => [`variables.${key}`, String(value)])),
  };
  return text.trim().replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, key: string) => known[key] ?? whole);
}

const round = (share: number): number => Number(share.toFixed(6));
