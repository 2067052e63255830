import { durationMillis } from '../canaryfile/quantities';
import { defined } from './container';
import { Json, named } from './manifests';

/** The checks of a Flagger Canary as options of an app. */
export interface FlaggerJudgement {
  /** Checks that hold each weight until they succeed, and checks in the background that count failures of all weights. */
  readonly options: Json;
  /** Whether there is any check. */
  readonly judges: boolean;
}

/**
 * Turns the checks of a Flagger Canary into checks of an app. Flagger measures once per interval: a failed check, or one
 * without data, holds the weight, and `threshold` of them roll back. Therefore each weight has an analysis that ends with
 * the first success, and the same checks in the background count the failures of all weights.
 *
 * @param holds Whether weights are held; otherwise there are only the checks in the background.
 */
export function flaggerChecks(
  canary: Json,
  analysis: Json,
  objects: readonly Json[],
  hasPrometheus: boolean,
  holds: boolean,
  notes: string[],
  said: string[],
): FlaggerJudgement {
  const none = { options: {}, judges: false };
  const metrics: Json[] = analysis.metrics ?? [];
  if (metrics.length === 0) return none;
  if (!hasPrometheus) {
    notes.push(`analysis.metrics (${metrics.map(({ name }) => name).join(', ')}): no step judges without --prometheus`);
    return none;
  }
  const all = metrics.flatMap((metric) => checksOf(metric, canary, objects, notes));
  if (all.length === 0) return none;
  const interval = analysis.interval ?? '60s';
  const threshold = Math.max(1, Number(analysis.threshold ?? 1));
  const shortest = Math.min(...metrics.map(({ interval: window }) => durationMillis(window ?? '1m') ?? Infinity));
  const scrapes = Math.floor(shortest / 4000);
  const scrapeInterval = shortest < LEAST_WINDOW && scrapes > 0 ? `${scrapes}s` : undefined;
  if (scrapeInterval !== undefined) {
    said.push(
      `a window of ${shortest / 1000}s needs Prometheus to scrape every ${scrapeInterval} or more often, as it did with Flagger`,
    );
  }
  const { provider } = canary.spec;
  const isIstio = provider === undefined || provider === 'istio';
  const builtIn = metrics.map(({ name }) => name).filter((name) => BUILT_IN.includes(name));
  if (!isIstio && builtIn.length > 0) {
    notes.push(
      `analysis.metrics (${builtIn.join(', ')}): Flagger asks ${provider}; here the app's own http_requests_total and its histogram are asked, which tell versions apart: see \`measuring.requests\``,
    );
  }
  const measuring = defined({
    // Whose count Flagger takes. The pods' own tell versions apart.
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
  // With a single failure allowed, each step counts as the whole does.
  const counted = holds && threshold === 1 ? {} : { backgroundChecks: background };
  // The app's own metrics come by the app's own monitor.
  const monitoring = isIstio || scrapeInterval === undefined ? {} : { monitoring: { interval: scrapeInterval } };
  return { options: { ...checks, ...counted, measuring, ...monitoring }, judges: true };
}

const BUILT_IN = ['request-success-rate', 'request-duration'];
/** Four of the usual scrapes. */
const LEAST_WINDOW = 120_000;

function withOptions(check: Json, options: Json): Json {
  const [[kind, own]] = Object.entries(check as { [kind: string]: Json });
  return { [kind]: { ...own, ...options } };
}

function checksOf(metric: Json, canary: Json, objects: readonly Json[], notes: string[]): Json[] {
  const { name, thresholdRange = defined({ max: metric.threshold }) ?? {} } = metric;
  const { min, max } = thresholdRange;
  const window = metric.interval ?? '1m';
  // Flagger evaluates a check for any number of requests.
  const judged = { window, minimumRequests: 1 };
  if (name === 'request-success-rate') {
    return [{ successRate: { atLeast: round((min ?? metric.threshold ?? 99) / 100), ...judged } }];
  }
  if (name === 'request-duration') {
    return [{ latency: { quantile: 0.99, atMost: `${Math.round(max ?? 500)}ms`, ...judged } }];
  }
  const query = queryOf(metric, canary, objects, window, notes);
  if (query === undefined) return [];
  notes.push(
    `analysis.metrics '${name}': Flagger's query names the canary's Deployment; here both versions have one name: let it ask for rollouts_pod_template_hash="{{args.canary-hash}}"`,
  );
  const bounds = [
    ...(max === undefined ? [] : [['', { atMost: max }] as const]),
    ...(min === undefined ? [] : [[max === undefined ? '' : '-least', { atLeast: min }] as const]),
  ];
  return bounds.map(([suffix, threshold]) => ({ query: { name: `${name}${suffix}`, query, threshold, window } }));
}

/** The query of a metric or of its template, with what is known put in. */
function queryOf(
  { name, query, templateRef, templateVariables = {} }: Json,
  canary: Json,
  objects: readonly Json[],
  window: string,
  notes: string[],
): string | undefined {
  const template = named(objects, 'MetricTemplate', templateRef?.name);
  const provider = template?.spec?.provider?.type ?? 'prometheus';
  const text: unknown = query ?? (provider === 'prometheus' ? template?.spec?.query : undefined);
  if (typeof text !== 'string') {
    const reason = template ? `it asks ${provider}` : `MetricTemplate ${templateRef?.name} is not among the files`;
    notes.push(`analysis.metrics '${name}' is not carried over: ${reason}; see \`CanaryStep.analysis\``);
    return undefined;
  }
  const { name: app, namespace = 'default' } = canary.metadata;
  const known: { [name: string]: string } = {
    name: app,
    namespace,
    target: canary.spec.targetRef?.name ?? app,
    service: canary.spec.service?.name ?? app,
    interval: window,
    ...Object.fromEntries(Object.entries(templateVariables).map(([key, value]) => [`variables.${key}`, String(value)])),
  };
  return text.trim().replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, key: string) => known[key] ?? whole);
}

const round = (share: number): number => Number(share.toFixed(6));
