import { readGoDuration } from '../formats/go-duration';
import { RESTART_REASONS, type TrafficProfile, WEEKDAYS } from './profile';

/** A type of value: its JSON schema, its description, and how it is read. */
interface Kind {
  readonly schema: object;
  /** What to give, as the end of a message. */
  readonly give: string;
  /** Undefined if the value is not of this type. */
  readonly read: (value: unknown) => unknown;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const where = (holds: (value: number) => boolean) => {
  return (value: unknown): number | undefined => (isNumber(value) && holds(value) ? value : undefined);
};

const POSITIVE: Kind = {
  schema: { type: 'number', exclusiveMinimum: 0 },
  give: 'a number above 0',
  read: where((n) => n > 0),
};
const RATE: Kind = {
  schema: { type: 'number', minimum: 0 },
  give: 'requests per second, 0 or more',
  read: where((n) => n >= 0),
};
const FREQUENCY: Kind = {
  schema: { type: 'number', minimum: 0 },
  give: 'times per hour, 0 or more',
  read: where((n) => n >= 0),
};
const COUNT: Kind = {
  schema: { type: 'integer', minimum: 1 },
  give: 'a whole number of 1 or more',
  read: where((n) => Number.isInteger(n) && n >= 1),
};
const FLAG: Kind = {
  schema: { type: 'boolean' },
  give: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};
const PERCENT = /^\d+(\.\d+)?\s*%$/;

function readShare(value: unknown): number | undefined {
  const share = typeof value === 'string' && PERCENT.test(value) ? parseFloat(value) / 100 : value;
  return isNumber(share) && share >= 0 && share <= 1 ? share : undefined;
}

const SHARE: Kind = {
  schema: {
    oneOf: [
      { type: 'number', minimum: 0, maximum: 1 },
      { type: 'string', pattern: PERCENT.source },
    ],
  },
  give: 'a share such as 0.02 or 2%',
  read: readShare,
};
/** Neither nothing nor everything. */
const PROMISE: Kind = {
  schema: SHARE.schema,
  give: 'a share below 1, such as 0.999 or 99.9%',
  read: (value) => {
    const share = readShare(value);
    return share !== undefined && share > 0 && share < 1 ? share : undefined;
  },
};

/** A share that may lie above the whole. */
const LEVEL: Kind = {
  schema: {
    oneOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: PERCENT.source },
    ],
  },
  give: 'a share of the limit such as 0.9 or 90%',
  read: (value) => {
    const share = typeof value === 'string' && PERCENT.test(value) ? parseFloat(value) / 100 : value;
    return isNumber(share) && share >= 0 ? share : undefined;
  },
};

function readSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? readGoDuration(value) : value;
  return isNumber(seconds) && seconds >= 0 ? seconds : undefined;
}

const DURATION_SCHEMA = {
  oneOf: [
    { type: 'number', minimum: 0 },
    { type: 'string', pattern: '^(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h))+$' },
  ],
};
const DURATION: Kind = { schema: DURATION_SCHEMA, give: 'seconds, or a duration such as 30s or 5m', read: readSeconds };
const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const TIME_OF_DAY: Kind = {
  schema: {
    oneOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: CLOCK.source },
    ],
  },
  give: 'a time of the day such as "13:30", or seconds after midnight',
  read: (value) => {
    const match = typeof value === 'string' ? CLOCK.exec(value) : null;
    if (match) return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0);
    return isNumber(value) && value >= 0 ? value : undefined;
  },
};
const RESTART_REASON: Kind = {
  schema: { enum: [...RESTART_REASONS] },
  give: RESTART_REASONS.join(' or '),
  read: (value) => RESTART_REASONS.find((reason) => reason === value),
};
const DAY_OF_WEEK: Kind = {
  schema: { enum: WEEKDAYS },
  give: `a day of the week, such as ${WEEKDAYS[0]}`,
  read: (value) => WEEKDAYS.find((day) => day === value),
};
/** One for each minute of a day. */
const MOST_RATES = 1440;
const RATES: Kind = {
  schema: {
    oneOf: [
      { type: 'number', minimum: 0 },
      { type: 'array', minItems: 1, maxItems: MOST_RATES, items: { type: 'number', minimum: 0 } },
    ],
  },
  give: `requests per second, 0 or more, or a list of at most ${MOST_RATES} of them over the day or the week`,
  read: (value) => {
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    return list.length > 0 && list.length <= MOST_RATES && list.every((n) => isNumber(n) && n >= 0) ? value : undefined;
  },
};
const MOST_BOUNDS = 500;
const BOUNDS: Kind = {
  schema: { type: 'array', minItems: 1, maxItems: MOST_BOUNDS, items: { type: 'number', exclusiveMinimum: 0 } },
  give: `at most ${MOST_BOUNDS} ascending seconds above 0, such as [0.1, 0.5, 1]`,
  read: (value) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > MOST_BOUNDS) return undefined;
    const bounds = value as unknown[];
    const ascending = bounds.every((n, i) => isNumber(n) && n > (i === 0 ? 0 : (bounds[i - 1] as number)));
    return ascending ? bounds : undefined;
  },
};
const GROWTH: Kind = {
  schema: { type: 'number', exclusiveMinimum: 1, maximum: 16 },
  give: 'a factor above 1 and up to 16, such as 1.1',
  read: where((n) => n > 1 && n <= 16),
};
const LATENCY: Kind = {
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['p50', 'p99'],
    properties: { p50: DURATION_SCHEMA, p90: DURATION_SCHEMA, p99: DURATION_SCHEMA },
  },
  give: 'p50 and p99, and p90 between them if it is known, in seconds or as durations, none below the one before',
  read: (value) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const { p50, p90, p99, ...others } = value as Record<string, unknown>;
    const [low, middle, high] = [p50, p90 ?? p99, p99].map(readSeconds);
    if (Object.keys(others).length > 0 || low === undefined || middle === undefined || high === undefined)
      return undefined;
    if (!(low > 0 && middle >= low && high >= middle)) return undefined;
    return p90 === undefined ? { p50: low, p99: high } : { p50: low, p90: middle, p99: high };
  },
};

/** The fields of a traffic profile, each with its type and meaning. */
export const PROFILE_FIELDS: { readonly [name in keyof Required<TrafficProfile>]: Kind & { readonly says: string } } = {
  rps: {
    ...RATES,
    says: 'Requests per second to both versions together. 168 numbers are the hours of the week from Monday on; another list runs over the day in equal parts: 24 numbers are its hours.',
  },
  startsAt: {
    ...TIME_OF_DAY,
    says: 'When rollouts begin. Default: a random moment of the day where rps is a list.',
  },
  startsOn: {
    ...DAY_OF_WEEK,
    says: 'The day on which rollouts begin. Default: a random day where rps is the hours of the week.',
  },
  users: {
    ...COUNT,
    says: 'How many users make these requests while a rollout lasts. Default: as many as requestsPerUser gives.',
  },
  requestsPerUser: { ...POSITIVE, says: 'Requests that one user makes while a rollout lasts.' },
  baselineErrorRate: { ...SHARE, says: 'Share of requests that the stable version fails.' },
  errorRate: { ...SHARE, says: 'Share of requests that the new version fails.' },
  baselineLatency: { ...LATENCY, says: 'Latency of the stable version, log-normal through these points.' },
  latency: { ...LATENCY, says: 'Latency of the new version, log-normal through these points.' },
  restarts: {
    ...FREQUENCY,
    says: 'Restarts of a container of each pod of the new version per hour, at random moments.',
  },
  restartReason: {
    ...RESTART_REASON,
    says: 'Why these containers end: Error (they exit by themselves), or OOMKilled (they use more memory than their limit).',
  },
  baselineSaturation: {
    ...LEVEL,
    says: 'Share of its limits of memory and CPU that each container of the stable version uses.',
  },
  saturation: { ...LEVEL, says: 'Share of its limits of memory and CPU that each container of the new version uses.' },
  latencyBuckets: { ...BOUNDS, says: "Upper bounds of the histogram's buckets in seconds." },
  nativeBucketFactor: {
    ...GROWTH,
    says: 'The greatest factor from one upper bound of a native histogram to the next, as client libraries are told it.',
  },
  podStart: { ...DURATION, says: "From a pod's creation until it can serve." },
  podStartSpread: { ...DURATION, says: 'Pods take up to this much longer, evenly spread.' },
  pods: { ...COUNT, says: 'Pods of the service, where an autoscaler sets their number. Default: spec.replicas.' },
  approvalAfter: { ...DURATION, says: 'Time until a manual pause is approved.' },
  headerShare: { ...SHARE, says: 'Share of all requests that match a header route of the rollout.' },
  mirrorShare: {
    ...SHARE,
    says: 'Share of all requests that match a mirror route of the rollout, before its percentage.',
  },
  previewRps: {
    ...RATE,
    says: 'Requests per second that reach the preview Service of a blue-green rollout: testers, or a load generator.',
  },
  scrapeInterval: {
    ...DURATION,
    says: 'Between two scrapes; 0 is an ideal Prometheus that sees every request at once.',
  },
  scrapeJitter: { ...DURATION, says: 'Scrapes come up to this much late, evenly spread; less than the interval.' },
  countersFromZero: {
    ...FLAG,
    says: 'Counters of failures exist with 0 from the start, instead of appearing with the first failure.',
  },
  slo: { ...PROMISE, says: 'The promise to users, such as 99.9%.' },
  sloDays: { ...POSITIVE, says: 'The days over which it is kept.' },
};

/** Old names of fields, which are still read. */
export const FORMER_NAMES: { readonly [name: string]: keyof TrafficProfile } = { personAfter: 'approvalAfter' };

/** The JSON Schema (draft 7) of a traffic profile, for editors. */
export function profileSchema(defaults: Partial<TrafficProfile>): object {
  const properties = Object.entries(PROFILE_FIELDS).map(([name, { schema, says }]) => [
    name,
    { description: says, ...schema, ...(name in defaults ? { default: defaults[name as keyof TrafficProfile] } : {}) },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Traffic profile of cdk8s-canary simulate',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...(Object.fromEntries(properties) as object),
      ...Object.fromEntries(
        Object.entries(FORMER_NAMES).map(([former, name]) => {
          const { schema } = PROFILE_FIELDS[name];
          return [former, { description: `Deprecated: the former name of ${name}.`, deprecated: true, ...schema }];
        }),
      ),
    },
  };
}
