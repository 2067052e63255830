import { durationMillis } from '../canaryfile/quantities';
import { defined } from './container';
import { Json, named } from './manifests';

/** Four scrapes: a shorter window can be without a sample. */
const LEAST_WINDOW = '2m';

/**
 * What a Flagger Canary judges by, as checks in the background: measured each interval, failed where there is no data,
 * and given up at the threshold.
 */
export function flaggerChecks(
  canary: Json,
  analysis: Json,
  objects: readonly Json[],
  hasPrometheus: boolean,
  notes: string[],
): Json {
  const metrics: Json[] = analysis.metrics ?? [];
  if (metrics.length === 0) return {};
  if (!hasPrometheus) {
    notes.push(`analysis.metrics (${metrics.map(({ name }) => name).join(', ')}): no step judges without --prometheus`);
    return {};
  }
  const backgroundChecks = metrics.flatMap((metric) => checksOf(metric, canary, objects, notes));
  if (backgroundChecks.length === 0) return {};
  const failureLimit = analysis.threshold === undefined ? undefined : Math.max(0, analysis.threshold - 1);
  return {
    backgroundChecks,
    measuring: defined({
      // Whose count Flagger takes. The pods' own tell versions apart.
      requests: { istio: { reporter: 'destination' } },
      interval: analysis.interval ?? '60s',
      failureLimit,
      noData: 'fail',
    }),
  };
}

function checksOf(metric: Json, canary: Json, objects: readonly Json[], notes: string[]): Json[] {
  const { name, thresholdRange = defined({ max: metric.threshold }) ?? {} } = metric;
  const { min, max } = thresholdRange;
  const window = windowOf(metric, notes);
  // Flagger judges by however few there are.
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

function windowOf({ name, interval = '1m' }: Json, notes: string[]): string {
  if ((durationMillis(interval) ?? 0) >= durationMillis(LEAST_WINDOW)!) return interval;
  notes.push(
    `analysis.metrics '${name}': a window of ${interval} is shorter than four scrapes, and becomes ${LEAST_WINDOW}`,
  );
  return LEAST_WINDOW;
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
