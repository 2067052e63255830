import { Duration } from 'cdk8s';
import { providerProblems } from '../../formats/argo-rollouts/provider-problems';
import { positiveDurationProblem, seconds, wholeSecondsProblem } from '../../formats/duration';
import { ProviderAuthentication } from './authentication';
import { at, type Found } from '../../formats/option-problem';

/**
 * How a web metric is asked for.
 */
export enum WebMethod {
  /** Reads: no body. */
  GET = 'GET',
  /** Sends a body. */
  POST = 'POST',
  /** Sends a body. */
  PUT = 'PUT',
}

/**
 * A measurement by a web request that answers with JSON.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/web/
 */
export interface WebMetric {
  /**
   * The address: an absolute URL. It may use the template's arguments.
   */
  readonly url: string;

  /**
   * How it is asked for.
   * @default WebMethod.GET
   */
  readonly method?: WebMethod;

  /**
   * Headers of the request. They may use the template's arguments, such as a token from a Secret.
   * @default - none
   */
  readonly headers?: { [name: string]: string };

  /**
   * The request body as text. Only for POST and PUT. It cannot be combined with `jsonBody`.
   * @default - none
   */
  readonly body?: string;

  /**
   * The request body as JSON. Only for POST and PUT. It cannot be combined with `body`.
   * @default - none
   */
  readonly jsonBody?: { [key: string]: unknown };

  /**
   * What of the answer is the `result` of the conditions: a JSONPath such as `{$.data.ok}`.
   * @default - the whole answer
   */
  readonly jsonPath?: string;

  /**
   * How long the request may take, in whole seconds.
   * Becomes `timeoutSeconds`.
   * @default - 10 seconds (the default of Argo Rollouts)
   */
  readonly timeout?: Duration;

  /**
   * Whether the server's certificate is taken unseen.
   * @default false
   */
  readonly insecure?: boolean;

  /**
   * How the controller shows who it is.
   * @default - none
   */
  readonly authentication?: ProviderAuthentication;
}

export function renderWeb(metric: WebMetric): object {
  const shown = metric.authentication?._rendered;
  const stated = Object.entries(metric.headers ?? {}).map(([key, value]) => ({ key, value }));
  const headers = [...stated, ...(shown?.headers ?? [])];
  return {
    url: metric.url,
    method: metric.method,
    headers: headers.length > 0 ? headers : undefined,
    body: metric.body,
    jsonBody: metric.jsonBody,
    jsonPath: metric.jsonPath,
    timeoutSeconds: metric.timeout && seconds(metric.timeout),
    insecure: metric.insecure || undefined,
    authentication: shown?.authentication,
  };
}

export function webProblems(metric: WebMetric): Found[] {
  const problems = [
    at('timeout', positiveDurationProblem('timeout', metric.timeout)),
    at('timeout', wholeSecondsProblem('timeout', metric.timeout)),
    ...(metric.authentication?._problems ?? []),
    ...providerProblems('web', renderWeb(metric)).map(({ message }) => message),
  ];
  return problems;
}
