import { readGoDuration } from '../go-duration';
import { quoted } from '../names';

/** An error in the provider of a metric: the field, what was found, and what to do. */
export interface ProviderProblem {
  /** Below the provider, such as `['queries']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A provider as a manifest has it. Nothing is known of its types. */
interface Manifest {
  readonly [field: string]: unknown;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const listOf = (value: unknown): readonly Manifest[] =>
  Array.isArray(value) ? value.filter((one): one is Manifest => typeof one === 'object' && one !== null) : [];
const fieldsOf = (value: unknown): Manifest =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Manifest) : {};
const hasArgument = (text: string): boolean => text.includes('{{');

type Check = (provider: Manifest) => (ProviderProblem | undefined)[];

const problem = (message: string, ...path: (string | number)[]): ProviderProblem => ({ path, message });

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.9.1/metricproviders/datadog/datadog.go */
const datadog: Check = ({ query, queries, formula, aggregator, apiVersion, secretRef, interval }) => {
  const several = Object.keys(fieldsOf(queries)).length;
  const v1 = !isGiven(apiVersion) || apiVersion === 'v1';
  const secret = fieldsOf(secretRef);
  const texts = [textOf(query), ...Object.values(fieldsOf(queries)).map(textOf)].filter((text) => text !== undefined);
  return [
    durationProblem('interval', interval),
    !isGiven(query) && several === 0 && !isGiven(formula)
      ? problem('neither query nor queries is given; give one of them')
      : undefined,
    isGiven(query) && several > 0
      ? problem('query and queries are both given; give one of them', 'queries')
      : undefined,
    v1 && several > 0
      ? problem('queries needs the second version of the API; set apiVersion: v2', 'queries')
      : undefined,
    v1 && isGiven(aggregator)
      ? problem('aggregator needs the second version of the API; set apiVersion: v2', 'aggregator')
      : undefined,
    isGiven(formula) && several === 0
      ? problem(
          'formula is given without queries; put the query into queries under the name that the formula uses',
          'formula',
        )
      : undefined,
    !isGiven(formula) && several > 1
      ? problem(
          `${several} queries are given without a formula, so that it is open which counts; give a formula`,
          'queries',
        )
      : undefined,
    !v1 && texts.some(hasArithmetic)
      ? problem(
          'a query of the second version of the API holds arithmetic, which Datadog answers with 400; name each query in queries and write the arithmetic as formula',
          isGiven(query) ? 'query' : 'queries',
        )
      : undefined,
    secret.namespaced === true && !isGiven(secret.name)
      ? problem('secretRef is namespaced and has no name; name the Secret', 'secretRef')
      : undefined,
  ];
};

/** Whether a Datadog query combines several queries. What is in braces or quotes is ignored, as are arguments. */
function hasArithmetic(query: string): boolean {
  const bare = query
    .replace(/\{\{[^{}]*\}\}/g, 'argument')
    .replace(/\{[^{}]*\}/g, '()')
    .replace(/'[^']*'|"[^"]*"/g, '');
  // With braces that do not match, it is open what is a filter.
  return !/[{}]/.test(bare) && /[*/+]|\)\s*-|\s-\s/.test(bare);
}

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.9.1/metricproviders/webmetric/webmetric.go */
const web: Check = ({ url, method, body, jsonBody, authentication, jsonPath }) => {
  const reads = !isGiven(method) || method === 'GET';
  const both = isGiven(body) && isGiven(jsonBody);
  return [
    tokenUrlProblem(authentication),
    jsonPathProblem(jsonPath),
    urlProblem('url', url, "give an absolute one, such as 'https://ci.example.com/gate'"),
    both
      ? problem('body and jsonBody are both given, which Argo Rollouts refuses; give one of them', 'jsonBody')
      : undefined,
    reads && (isGiven(body) || isGiven(jsonBody))
      ? problem(
          'a body is given with GET, which Argo Rollouts refuses; use POST or PUT',
          isGiven(body) ? 'body' : 'jsonBody',
        )
      : undefined,
  ];
};

/**
 * Text outside braces is a part of the result as it stands, so a path without braces is the same text for every answer.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
function jsonPathProblem(jsonPath: unknown): ProviderProblem | undefined {
  const path = textOf(jsonPath) ?? '';
  if (path === '' || hasArgument(path)) return undefined;
  const bare = path.replace(/'(\\.|[^'\\])*'|"(\\.|[^"\\])*"/g, '');
  if (!/[{}]/.test(bare))
    return problem(
      `jsonPath is ${quoted(path)}, which has no braces, so that the text itself is the result; write '{${path}}'`,
      'jsonPath',
    );
  if (/^[^{}]*(\{[^{}]*\}[^{}]*)+$/.test(bare)) return undefined;
  return problem(`jsonPath is ${quoted(path)}, whose braces do not match; write a path such as '{$.ok}'`, 'jsonPath');
}

const job: Check = ({ spec }) => {
  const { backoffLimit, template } = fieldsOf(spec);
  const containers = listOf(fieldsOf(fieldsOf(template).spec).containers);
  const policy = fieldsOf(fieldsOf(template).spec).restartPolicy;
  const at = ['spec', 'template', 'spec'] as const;
  return [
    ...containers.map(({ image }, i) => {
      const text = textOf(image) ?? '';
      if (text.trim() === '')
        return problem('the image of the job is empty; name one', ...at, 'containers', i, 'image');
      if (!/\s/.test(text.trim())) return undefined;
      return problem(
        `the image of the job is ${quoted(text)}, which has a space in it`,
        ...at,
        'containers',
        i,
        'image',
      );
    }),
    typeof backoffLimit === 'number' && (!Number.isInteger(backoffLimit) || backoffLimit < 0)
      ? problem(`backoffLimit is ${backoffLimit}; use a whole number of 0 or more`, 'spec', 'backoffLimit')
      : undefined,
    isGiven(spec) && containers.length > 0 && policy !== 'Never' && policy !== 'OnFailure'
      ? problem('the restartPolicy of a job must be Never or OnFailure; set one of them', ...at, 'restartPolicy')
      : undefined,
  ];
};

const cloudWatch: Check = ({ metricDataQueries, interval }) => {
  const queries = listOf(metricDataQueries);
  return [
    durationProblem('interval', interval),
    queries.length === 0
      ? problem('metricDataQueries is empty; CloudWatch needs at least one query', 'metricDataQueries')
      : undefined,
    ...queries.flatMap((query, i) => {
      const id = textOf(query.id) ?? '';
      const what = `the query ${quoted(id)}`;
      const [expression, statistic] = [isGiven(query.expression), isGiven(query.metricStat)];
      const at = ['metricDataQueries', i] as const;
      return [
        /^[a-z][A-Za-z0-9_]*$/.test(id) || hasArgument(id)
          ? undefined
          : problem(
              `${what} has an id that CloudWatch refuses; begin with a small letter, then letters, digits and '_'`,
              ...at,
              'id',
            ),
        expression === statistic
          ? problem(`${what} has ${expression ? 'both' : 'neither'} expression and metricStat; give one of them`, ...at)
          : undefined,
        ...[query.period, fieldsOf(query.metricStat).period].map((period) => periodProblem(what, period, at)),
        isGiven(query.period) && statistic
          ? problem(`${what} has a period beside that of its metricStat; leave the former out`, ...at, 'period')
          : undefined,
      ];
    }),
  ];
};

/** CloudWatch keeps data points of 1, 5, 10 and 30 seconds, and of whole minutes. */
function periodProblem(what: string, period: unknown, at: readonly (string | number)[]): ProviderProblem | undefined {
  if (typeof period !== 'number' || [1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0))
    return undefined;
  return problem(
    `${what} has a period of ${period} s, which CloudWatch refuses; use 1, 5, 10, 20, 30 or a multiple of 60`,
    ...at,
  );
}

/** The controller's configuration names plugins by whose they are and what: it takes no other names. */
const plugin: Check = (plugins) =>
  Object.keys(plugins).map((name) =>
    isPluginName(name)
      ? undefined
      : problem(`the plugin is called '${name}'; plugins have names such as 'argoproj-labs/sample-prometheus'`, name),
  );

/** Whether a plugin of Argo Rollouts can be called so: whose it is, a slash, and what it is. */
export const isPluginName = (name: string): boolean => /^[^/\s]+\/[^/\s]+$/.test(name);

const kayenta: Check = ({ threshold, scopes }) => {
  const { pass, marginal } = fieldsOf(threshold);
  const isScore = (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100;
  return [
    isScore(pass)
      ? undefined
      : problem(`pass is ${String(pass)}; use a whole number from 0 to 100`, 'threshold', 'pass'),
    isScore(marginal) && !(isScore(pass) && (marginal as number) > (pass as number))
      ? undefined
      : problem(
          `marginal is ${String(marginal)}; use a whole number from 0 to pass (${String(pass)})`,
          'threshold',
          'marginal',
        ),
    listOf(scopes).length === 0
      ? problem('scopes is empty; Kayenta needs at least one pair to compare', 'scopes')
      : undefined,
  ];
};

const queryOnly: Check = ({ query }) => [
  isGiven(textOf(query)?.trim()) ? undefined : problem('query is empty; give one', 'query'),
];

const queryAt: Check = (provider) => [
  ...queryOnly(provider),
  urlProblem('address', provider.address, 'give an absolute one'),
];

const prometheus: Check = ({ address, rangeQuery, authentication }) => {
  const sigv4 = fieldsOf(fieldsOf(authentication).sigv4);
  const signs = Object.values(sigv4).some(isGiven);
  const range = fieldsOf(rangeQuery);
  const text = textOf(address) ?? '';
  return [
    isGiven(fieldsOf(authentication).sigv4) && !signs
      ? problem(
          'sigv4 has neither region, profile nor roleArn, and Argo Rollouts then signs nothing; give one',
          'authentication',
          'sigv4',
        )
      : undefined,
    signs && !text.includes('aps-workspaces') && !hasArgument(text)
      ? problem(
          `sigv4 is given, but the address ${quoted(text)} is none of Amazon's (…aps-workspaces…), and Argo Rollouts would sign nothing; use another authentication`,
          'authentication',
          'sigv4',
        )
      : undefined,
    durationProblem('the step of the range', range.step, 'rangeQuery', 'step'),
    tokenUrlProblem(authentication),
    isGiven(rangeQuery) && !isGiven(textOf(range.start)?.trim())
      ? problem(
          'the start of the range is empty; give an expression such as \'now() - duration("1h")\'',
          'rangeQuery',
          'start',
        )
      : undefined,
  ];
};

/** A text that Go's time.ParseDuration refuses, so that each measurement is an error. */
function durationProblem(what: string, value: unknown, ...path: string[]): ProviderProblem | undefined {
  const text = textOf(value) ?? '';
  if (text === '' || hasArgument(text) || readGoDuration(text) !== undefined) return undefined;
  return problem(
    `${what} is ${quoted(text)}, which is no duration; write one such as '1m'`,
    ...(path.length > 0 ? path : [what]),
  );
}

function tokenUrlProblem(authentication: unknown): ProviderProblem | undefined {
  const { tokenUrl } = fieldsOf(fieldsOf(authentication).oauth2);
  const found = isGiven(tokenUrl) ? urlProblem('tokenUrl', tokenUrl, 'give an absolute one') : undefined;
  return found && { ...found, path: ['authentication', 'oauth2', 'tokenUrl'] };
}

function urlProblem(key: string, value: unknown, hint: string): ProviderProblem | undefined {
  const text = textOf(value);
  if (text === undefined || hasArgument(text) || URL.canParse(text)) return undefined;
  return problem(`${key} is ${quoted(text)}, which is no URL; ${hint}`, key);
}

const CHECKS: { readonly [provider: string]: Check } = {
  cloudWatch,
  datadog,
  graphite: queryAt,
  influxdb: queryOnly,
  job,
  kayenta,
  newRelic: queryOnly,
  plugin,
  prometheus,
  skywalking: (provider) => [...queryAt(provider), durationProblem('interval', provider.interval)],
  wavefront: queryOnly,
  web,
};

/** The providers that are checked. */
export const CHECKED_PROVIDERS: readonly string[] = Object.keys(CHECKS);

/**
 * What Argo Rollouts, or the system behind a provider, refuses. The constructs and the linter share this.
 *
 * @param name the field of `provider`, such as `datadog`
 * @param provider what stands under it
 */
export function providerProblems(name: string, provider: unknown): ProviderProblem[] {
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  return check?.(fieldsOf(provider)).filter((one) => one !== undefined) ?? [];
}
