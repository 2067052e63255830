import type { CountedOutcome } from './sample';

/** The events that a counter of an app counts, by its name, or `unclear`: why that is not known. */
export type Counted =
  | { readonly outcome: Exclude<CountedOutcome, 'any'> | 'labelled'; readonly assumption?: string }
  | { readonly unclear: string };

/** Each request adds one: the outcome is a label, or the metric does not tell. */
const REQUESTS = new Set(
  'request requests req reqs response responses rq http grpc rpc rpcs handled started call calls'.split(' '),
);
const FAILURES = new Set(
  'error errors err errs failed failure failures fail fails exception exceptions 5xx'.split(' '),
);
const SUCCESSES = new Set('success successes succeeded successful'.split(' '));
/** Units of which a request adds any number. */
const QUANTITIES = new Set(
  'bytes byte kilobytes megabytes bits seconds milliseconds microseconds nanoseconds joules watts size length rows items ratio percent'.split(
    ' ',
  ),
);
/** Events of an unknown part of the requests, or without any request. */
const EVENTS = new Set(
  'hit hits miss misses retry retries retried timeout timeouts rejected rejections dropped drops throttled evicted evictions expired cancelled canceled skipped restarts gc collections reconnects opened closed lag log logs logged logback log4j'.split(
    ' ',
  ),
);
/** Requests that the app sends, not those that it answers. */
const SENT = new Set('client outgoing outbound egress'.split(' '));

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_:]+/)
    .filter((word) => word !== '' && word !== 'total');

const ofSent = (name: string, word: string): string =>
  `${name} is about requests that the app itself sends, by the word '${word}' in its name`;

/** The events that a counter counts: requests, those with one outcome, or others, which no traffic profile describes. */
export function countedBy(name: string): Counted {
  // Each observation of a histogram adds one to its count, whatever it observes.
  const observations = name.endsWith('_count');
  const words = wordsOf(name.replace(/_count$/, ''));
  const has = (of: ReadonlySet<string>): string | undefined => words.find((word) => of.has(word));
  const sent = has(SENT);
  if (sent !== undefined) return { unclear: ofSent(name, sent) };
  const unknown = has(EVENTS) ?? (observations ? undefined : has(QUANTITIES));
  if (unknown !== undefined) {
    return { unclear: `${name} counts something else than requests, by the word '${unknown}' in its name` };
  }
  const [failure, success] = [has(FAILURES), has(SUCCESSES)];
  if (failure !== undefined && success === undefined) {
    return { outcome: 'failed', assumption: `${name} counts the failed requests, and no others` };
  }
  if (success !== undefined && failure === undefined) {
    return { outcome: 'succeeded', assumption: `${name} counts the requests that succeed, and no others` };
  }
  if (has(REQUESTS) !== undefined) return { outcome: 'labelled' };
  return { outcome: 'labelled', assumption: `each request adds 1 to ${name}` };
}

/** The unit of a histogram: what a second is in it, or `unclear`: why it holds no durations. */
export type DurationUnit = { readonly factor: number; readonly assumption?: string } | { readonly unclear: string };

const UNITS: Readonly<Record<string, number>> = {
  seconds: 1,
  sec: 1,
  s: 1,
  milliseconds: 1e3,
  millis: 1e3,
  ms: 1e3,
  microseconds: 1e6,
  micros: 1e6,
  us: 1e6,
  nanoseconds: 1e9,
  nanos: 1e9,
  ns: 1e9,
};
const DURATIONS = new Set('duration durations latency latencies time times elapsed'.split(' '));
const NO_DURATIONS = new Set(
  'bytes byte kilobytes megabytes size sizes length rows items messages depth count ratio percent joules celsius score'.split(
    ' ',
  ),
);

/** The unit of a histogram, by its name. */
export function unitOf(name: string): DurationUnit {
  const words = wordsOf(name);
  const sent = words.find((word) => SENT.has(word));
  if (sent !== undefined) return { unclear: ofSent(name, sent) };
  // The unit is the last word; a short one may be a part of a name elsewhere.
  const unit = words.findLast((word, i) => Object.hasOwn(UNITS, word) && (word.length > 3 || i === words.length - 1));
  if (unit !== undefined) return { factor: UNITS[unit] };
  const other = words.find((word) => NO_DURATIONS.has(word));
  const isDuration = words.some((word) => DURATIONS.has(word));
  if (other !== undefined && !isDuration) {
    return { unclear: `${name} holds no durations, by the word '${other}' in its name` };
  }
  return { factor: 1, assumption: `${name} holds the durations of requests, in seconds` };
}
