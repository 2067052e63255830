import { RESTART_REASONS, WEEKDAYS } from '../../traffic-model';

/** A part of a JSON Schema. Every `description` ends a sentence that begins with what was found instead. */
interface Schema {
  readonly [keyword: string]: unknown;
}

const duration = (what: string): Schema => ({
  type: ['string', 'number'],
  pattern: '^(0|(\\d+(\\.\\d+)?(ms|s|m|h))+)$',
  minimum: 0,
  description: `${what}: a duration such as 30s, 5m or 1h30m, or seconds`,
});

const portion = (what: string): Schema => ({
  type: ['string', 'number'],
  pattern: '^\\d+(\\.\\d+)? ?%$',
  minimum: 0,
  maximum: 1,
  description: `${what}: a share such as 2% or 0.02`,
});

const number = (what: string): Schema => ({ type: 'number', minimum: 0, description: `${what}: a number, 0 or more` });

const text = (what: string): Schema => ({ type: 'string', minLength: 1, description: what });

const object = (what: string, properties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  description: what,
  ...more,
});

/** Keywords or an object. The type of the value selects one, so that messages are about that one. */
const wordOr = (words: readonly string[], what: string, whole: Schema): Schema => ({
  type: ['string', 'object'],
  if: { type: 'object' },
  then: whole,
  else: { enum: words },
  description: what,
});

const latency = object(
  'the latency of requests',
  {
    p50: duration('the latency that half of the requests do not exceed'),
    p90: duration('the latency that 90 % of the requests do not exceed'),
    p99: duration('the latency that 99 % of the requests do not exceed'),
  },
  { required: ['p50', 'p99'] },
);

const traffic = wordOr(
  ['none'],
  "requests: 'none', or an object",
  object('requests and pods, as in a traffic profile', {
    profile: text('a file with a traffic profile, relative to this one'),
    rps: {
      type: ['number', 'array'],
      minimum: 0,
      items: { type: 'number', minimum: 0 },
      description:
        'requests per second to both versions together: a number, a list that runs over the day, or 168 numbers for the hours of the week from Monday on',
    },
    'stops-after': duration('how long after the update begins nobody makes requests any more'),
    startsAt: duration('the time of day at which the update begins, after midnight'),
    startsOn: { enum: WEEKDAYS, description: 'the day of the week on which the update begins' },
    baselineErrorRate: portion('what the stable version fails'),
    baselineLatency: latency,
    baselineSaturation: portion('what the stable version uses of its limits of memory and CPU'),
    latencyBuckets: {
      type: 'array',
      items: { type: 'number', exclusiveMinimum: 0 },
      description: "upper bounds of the app's histogram in seconds, ascending",
    },
    nativeBucketFactor: number('the greatest factor from one bound of a native histogram to the next'),
    podStart: duration('how long a pod takes until it can serve'),
    podStartSpread: duration('by how much a pod may take longer'),
    scrapeInterval: duration('between two scrapes, where the monitors leave it open'),
    scrapeJitter: duration('by how much a scrape may come late'),
    pods: number('pods of the service, where an autoscaler sets their number'),
    users: number('users who make these requests'),
    countersFromZero: {
      type: 'boolean',
      description: 'whether counters of failures exist from the start, instead of appearing with the first failure',
    },
    headerShare: portion('what of all requests matches a header route'),
    mirrorShare: portion('what of all requests matches a mirror route, before its percentage'),
    previewRps: number('requests per second to the preview Service of a blue-green rollout'),
    requestsPerUser: number('requests of one user while a rollout lasts'),
    slo: portion('the promise to users'),
    sloDays: number('the days over which it is kept'),
  }),
);

const version = wordOr(
  ['healthy', 'fails', 'slow', 'crashes'],
  "how the new version behaves: 'healthy', 'fails' (every request), 'slow' (a second, at times five), 'crashes' (before it serves), or an object",
  object('how the new version behaves', {
    fails: portion('what it fails'),
    latency,
    'latency-p99': duration('the latency that 99 % of the requests do not exceed, while the median stays'),
    'latency-factor': {
      type: 'number',
      exclusiveMinimum: 0,
      description: 'how many times as long every request takes: a number above 0, such as 1.5',
    },
    restarts: number('restarts of a container of each pod per hour, at random moments'),
    'restart-reason': {
      enum: [...RESTART_REASONS],
      description: 'why its containers end when they restart: Error (by themselves) or OOMKilled (for their memory)',
    },
    saturation: portion('what it uses of its limits of memory and CPU'),
    'crashes-after': duration('how long a process of it serves before it crashes, each time anew'),
  }),
);

const prometheus = wordOr(
  ['reachable', 'unreachable'],
  "'reachable', 'unreachable', or an object",
  object(
    'when Prometheus cannot be reached',
    {
      'unreachable-from': duration('how long after the update begins Prometheus cannot be reached any more'),
      for: duration('how long it then stays away'),
    },
    { required: ['unreachable-from'] },
  ),
);

const person: Schema = {
  type: ['string', 'number'],
  pattern: '^(never|0|(\\d+(\\.\\d+)?(ms|s|m|h))+)$',
  minimum: 0,
  description: "time until a manual pause is approved: a duration such as 5m, or 'never'",
};

const expectations: Schema = {
  expect: { enum: ['promoted', 'aborted', 'paused'], description: 'how the update must end' },
  within: duration('how long it may take, from its beginning'),
  'failed-requests': {
    type: 'string',
    pattern: '^\\s*(<=|<|>=|>)\\s*\\d+\\s*$',
    description: "how many requests the new version may have failed: a comparison such as '< 500'",
  },
  'spoiled-requests': {
    type: 'string',
    pattern: '^\\s*(<=|<|>=|>)\\s*\\d+\\s*$',
    description: "how many requests the new version may have failed: a comparison such as '< 500'",
  },
};

const world: Schema = { version, traffic, prometheus, person };

const assume: Schema = {
  type: 'object',
  additionalProperties: { enum: ['success', 'failure', 'inconclusive', 'error', 'no data'] },
  description:
    'how metrics end that something else than Prometheus measures: success, failure, inconclusive, error, or no data, of which the conditions decide (Datadog)',
};

const metrics: Schema = {
  type: 'object',
  additionalProperties: object('what the app exposes under this name', {
    labels: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'labels that all of its series have',
    },
    status: object(
      'the label of the outcome',
      {
        label: text("the label's name"),
        succeeded: text('its value for a success'),
        failed: text('its value for a failure'),
      },
      { required: ['label', 'succeeded', 'failed'] },
    ),
  }),
  description: 'metrics of the app, where the queries alone do not tell what their labels are',
};

const scenario = object(
  'one scenario',
  {
    name: text('what it shows'),
    ...world,
    retry: object(
      'a retry of the update after its abort',
      {
        after: duration('how long after the abort'),
        ...world,
        ...expectations,
      },
      { required: ['expect'] },
    ),
    replay: object(
      'real metrics in place of synthetic ones',
      {
        file: text('an OpenMetrics dump with timestamps, or the export of a range query; relative to this file'),
        'canary-hash': text('the pod-template hash of the version that is rehearsed'),
        'stable-hash': text('the pod-template hash of the version before it'),
        from: text('when that update began: 2026-01-31T12:00:00Z, or seconds since 1970'),
      },
      { required: ['file'] },
    ),
    assume,
    seed: { type: 'integer', description: 'a whole number: the same one gives the same requests' },
    repeat: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      description: 'how often it is rehearsed, each time with other requests: a whole number; all must go as expected',
    },
    ...expectations,
  },
  { required: ['name', 'expect'] },
);

/** The JSON Schema of a file of scenarios, for editors and for reading. */
export const SCENARIO_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Scenarios of a canary rollout',
  ...object(
    'a file of scenarios',
    {
      manifests: {
        type: ['string', 'array'],
        items: { type: 'string' },
        description: 'files, folders or globs of manifests, relative to this file',
      },
      rollout: text('the Rollout: name or namespace/name; needed where the manifests have several'),
      namespace: text('the namespace, where the manifests state none'),
      traffic,
      person,
      metrics,
      assume,
      scenarios: { type: 'array', minItems: 1, items: scenario, description: 'a list of scenarios' },
    },
    { required: ['manifests', 'scenarios'] },
  ),
};
