import type { MetricResult } from './runs';

/** Why a measurement made an error, and what to do. */
export interface Cause {
  readonly cause: string;
  readonly remedy: string;
}

/**
 * Messages of Argo Rollouts, its expression library, Go's network and TLS packages and Prometheus, from the sources of
 * Argo Rollouts 1.8 to 1.10 and Prometheus 2.42 to 3.x.
 */
const CAUSES: readonly (readonly [pattern: RegExp, cause: string, remedy: string])[] = [
  [
    /index out of range|slice index/i,
    'the query returned nothing, and the condition reads result[0]',
    'run the query in Prometheus for the time of the measurement; guard the condition with len(result) > 0 (lint: CON001)',
  ],
  [
    /connection refused/i,
    'nothing listens at the address of the provider',
    'check the Service and port that the address names, and NetworkPolicies between the controller and it',
  ],
  [
    /no such host|server misbehaving/i,
    'the host name of the provider does not resolve in the cluster',
    'correct the address; it needs the form http://SERVICE.NAMESPACE:PORT',
  ],
  [
    /unsupported protocol scheme|first path segment in url cannot contain colon|missing protocol scheme/i,
    'the address of the provider does not begin with http:// or https://',
    'correct the address; it needs the form http://SERVICE.NAMESPACE:PORT',
  ],
  [
    /i\/o timeout|deadline exceeded|timed? ?out/i,
    'the provider did not answer in time',
    'check that the controller can reach it (NetworkPolicy, mesh), or make the query cheaper, or raise the timeout of the metric',
  ],
  [
    /x509|tls:|certificate/i,
    'the certificate of the provider was not accepted',
    'use the host name that is in the certificate, give the controller the CA, or set insecure where that is acceptable',
  ],
  [
    /\b40[13]\b|unauthori[sz]ed|forbidden/i,
    'the provider refused the credentials of the controller',
    'check the authentication of the metric or the Secret of the provider',
  ],
  [
    /many-to-many|multiple matches|duplicate series/i,
    'the query matches several series on both sides of an operator',
    'aggregate both sides to the same labels, or add group_left or group_right',
  ],
  [
    /parse error|bad_data/i,
    'Prometheus does not accept the query',
    'correct the query; lint checks it as promtool does',
  ],
  [
    /invalid character '<'|client_error|\b404\b/i,
    'something else than the metrics API answered',
    'check the address: it must be the root of the API, without /graph and behind no login page',
  ],
  [/\b5\d\d\b|server_error|service unavailable/i, 'the provider failed', 'look at the provider’s own logs'],
  [
    /mismatched types|invalid operation|cannot use|unknown name|unexpected token/i,
    'the condition does not fit the result of the query',
    'correct the condition; lint checks it for the release of the controller',
  ],
  [
    /Back-?off|job .*failed|pods? .*failed/i,
    'the Job of the metric failed',
    'read the logs of its pod: kubectl logs -l job-name=NAME',
  ],
];

/** The likely cause of an error; undefined for a message that is none of the known ones. */
export function causeOf(message: string | undefined): Cause | undefined {
  const found = message === undefined ? undefined : CAUSES.find(([pattern]) => pattern.test(message));
  return found && { cause: found[1], remedy: found[2] };
}

const isNothing = (value: string | undefined): boolean =>
  value === undefined || /^\[?\s*(NaN)?\s*\]?$/i.test(value.trim());

/** One sentence on why a metric ended as it did: the value against the condition, and the limit that was passed. */
export function verdictOf(metric: MetricResult): string {
  const { counts, phase } = metric;
  const condition = [
    metric.successCondition && `successCondition is ${metric.successCondition}`,
    metric.failureCondition && `failureCondition is ${metric.failureCondition}`,
  ]
    .filter(Boolean)
    .join(', ');
  const values = metric.measurements.filter((one) => one.phase === phase);
  const last = values[values.length - 1];
  switch (phase) {
    case 'Failed':
      return `${valueText(last?.value)}; ${condition || 'it has no condition'}; ${counts.failed} failed, failureLimit ${metric.failureLimit}`;
    case 'Inconclusive':
      return `${valueText(last?.value)} meets neither condition; ${condition}; ${counts.inconclusive} inconclusive, inconclusiveLimit ${metric.inconclusiveLimit}`;
    case 'Error': {
      const message = last?.message ?? metric.message;
      return `${counts.error} ${counts.error === 1 ? 'measurement' : 'measurements'} could not be made, consecutiveErrorLimit ${metric.consecutiveErrorLimit}${message ? `: ${message}` : ''}`;
    }
    default:
      return `${valueText(last?.value)}${condition === '' ? '' : `; ${condition}`}`;
  }
}

function valueText(value: string | undefined): string {
  if (value !== undefined && /NaN/.test(value)) return `measured ${value}: 0/0, so there was no traffic to judge`;
  return isNothing(value) ? 'the query returned nothing' : `measured ${value}`;
}
