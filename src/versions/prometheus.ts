import type { Entry, System } from './entry';

/** Whether a release has something: not, behind a feature flag, or always. */
export type Availability = 'absent' | 'flag' | 'always';

const has = (words: string): { absent: string; flag: string; always: string } => ({
  absent: `does not know ${words}`,
  flag: `knows ${words} behind a feature flag`,
  always: `knows ${words}`,
});

/** An entry about a feature. `changes` are pairs of a release and the state of the feature from then on. */
function availability(
  id: string,
  what: string,
  words: string,
  changes: readonly (readonly [string, Availability])[],
  evidence: Entry['evidence'],
  source: string,
): Entry<Availability> {
  const text = has(words);
  const all = changes[0][0] === OLDEST ? changes : [[OLDEST, 'absent'] as const, ...changes];
  return { id, what, source, evidence, changes: all.map(([from, value]) => ({ from, value, words: text[value] })) };
}

/** An entry about functions that a release added. */
function functions(names: string, from: string, since: Availability): Entry<Availability> {
  const all = names.split(' ').map((name) => `\`${name}\``);
  const words = all.length === 1 ? all[0] : `${all.slice(0, -1).join(', ')} and ${all[all.length - 1]}`;
  return availability(names.split(' ')[0].replace(/_/g, '-'), words, words, [[from, since]], 'read', LOG);
}

const OLDEST = '2.37';
const RUN = 'promtool and Prometheus 2.42.0 and 3.16.0';
const LOG = 'CHANGELOG.md of Prometheus';

/** What Prometheus does, by release. */
export const PROMETHEUS = {
  capsExtrapolation: {
    id: 'increase-of-new-counter',
    what: '`increase` and `rate` of a counter that is born inside the window',
    changes: [
      { from: OLDEST, value: false, words: 'extrapolates to the left before it looks where the counter was zero' },
      {
        from: '2.51',
        value: true,
        words: 'extrapolates to the left no further than where the counter was zero: values are up to 5 % smaller',
      },
    ],
    source: RUN,
    evidence: 'measured',
  } as Entry<boolean>,
  numericDurations: availability(
    'numeric-duration',
    'Numbers as durations, and `1_000`',
    'numbers as durations, and underscores in numbers',
    [['2.54', 'always']],
    'measured',
    RUN,
  ),
  leftOpenRanges: {
    id: 'left-open-ranges',
    what: 'Ranges, look-back and subqueries',
    changes: [
      { from: OLDEST, value: false, words: 'includes a sample that lies exactly at the start of a range' },
      { from: '3.0', value: true, words: 'leaves out a sample that lies exactly at the start of a range' },
    ],
    source: RUN,
    evidence: 'measured',
  } as Entry<boolean>,
  spreadsExponentially: {
    id: 'native-interpolation',
    what: '`histogram_quantile` of native histograms',
    changes: [
      { from: OLDEST, value: false, words: 'takes durations to be spread evenly in a bucket of a native histogram' },
      {
        from: '3.0',
        value: true,
        words:
          'takes durations to be spread exponentially in a bucket of a native histogram: quantiles are a few percent smaller',
      },
    ],
    source: RUN,
    evidence: 'measured',
  } as Entry<boolean>,
  normalisesBuckets: {
    id: 'bucket-labels',
    what: 'Labels `le` and `quantile` of scraped histograms and summaries',
    changes: [
      { from: OLDEST, value: false, words: 'stores `le` and `quantile` as they are exposed: `le="1"`' },
      {
        from: '3.0',
        value: true,
        words: 'stores `le` and `quantile` of series that come with a TYPE line as numbers: `le="1.0"`',
      },
    ],
    source: RUN,
    evidence: 'measured',
  } as Entry<boolean>,
  needsContentType: {
    id: 'content-type',
    what: 'Target that answers without a Content-Type',
    changes: [
      { from: OLDEST, value: false, words: 'reads the answer as text' },
      { from: '3.0', value: true, words: 'takes the target for down, unless a fallback protocol is set' },
    ],
    source: RUN,
    evidence: 'measured',
  } as Entry<boolean>,
  addsScrapePort: {
    id: 'default-scrape-port',
    what: 'Target whose address has no port after relabeling',
    changes: [
      { from: OLDEST, value: true, words: 'adds `:80`, or `:443` for https, to the address, and so to `instance`' },
      { from: '3.0', value: false, words: 'leaves the address, and so `instance`, as it is' },
    ],
    source: 'scrape/target.go of Prometheus 2.42.0 and 3.16.0, and the migration guide of 3.0',
    evidence: 'read',
  } as Entry<boolean>,
  histogramLabels: {
    id: 'histogram-labels',
    what: 'Labels by which relabelings see and change how histograms are scraped',
    changes: [
      { from: OLDEST, value: false, words: 'gives relabelings nothing about histograms' },
      {
        from: '3.13',
        value: true,
        words:
          'gives relabelings `__scrape_native_histograms__`, `__always_scrape_classic_histograms__` and `__convert_classic_histograms_to_nhcb__`, and obeys what they set',
      },
    ],
    source: 'scrape/target.go of Prometheus 3.12.0 and 3.13.1',
    evidence: 'read',
  } as Entry<boolean>,
  utf8Names: availability(
    'utf8-names',
    'UTF-8 names',
    'UTF-8 names of metrics and labels',
    [['3.0', 'always']],
    'measured',
    RUN,
  ),
  dotMatchesNewline: {
    id: 'regex-dot',
    what: '`.` in a regular expression',
    changes: [
      { from: OLDEST, value: false, words: 'does not match a line break with `.`' },
      { from: '3.0', value: true, words: 'matches a line break with `.`' },
    ],
    source: RUN,
    evidence: 'measured',
  } as Entry<boolean>,
  holtWinters: availability(
    'holt-winters',
    '`holt_winters`',
    '`holt_winters`',
    [
      [OLDEST, 'always'],
      ['3.0', 'absent'],
    ],
    'measured',
    RUN,
  ),
  doubleExponentialSmoothing: availability(
    'double-exponential-smoothing',
    '`double_exponential_smoothing`',
    '`double_exponential_smoothing`',
    [['3.0', 'flag']],
    'measured',
    RUN,
  ),
  fractionOfBuckets: {
    id: 'histogram-fraction',
    what: '`histogram_fraction` on classic buckets',
    changes: [
      { from: OLDEST, value: false, words: 'gives nothing' },
      { from: '3.4', value: true, words: 'computes the fraction' },
    ],
    source: RUN,
    evidence: 'measured',
  } as Entry<boolean>,
  durationExpressions: availability(
    'duration-expressions',
    'Arithmetic in durations',
    'arithmetic in durations',
    [
      ['3.4', 'flag'],
      ['3.14', 'always'],
    ],
    'measured',
    RUN,
  ),
  anchoredRanges: availability(
    'anchored-ranges',
    '`anchored` and `smoothed` ranges',
    '`anchored` and `smoothed` ranges',
    [
      ['3.7', 'flag'],
      ['3.16', 'always'],
    ],
    'measured',
    RUN,
  ),
  firstOverTime: availability(
    'first-over-time',
    '`first_over_time`',
    '`first_over_time`',
    [
      ['3.7', 'flag'],
      ['3.14', 'always'],
    ],
    'measured',
    RUN,
  ),
  nativeHistograms: availability(
    'native-histograms',
    'Scraping native histograms',
    'native histograms by configuration',
    [
      ['2.40', 'flag'],
      ['3.8', 'always'],
    ],
    'measured',
    RUN,
  ),
  fillModifiers: availability(
    'fill',
    '`fill` modifiers',
    '`fill`, `fill_left` and `fill_right`',
    [['3.10', 'flag']],
    'measured',
    RUN,
  ),
  startTimestamps: availability(
    'start-timestamps',
    'Start timestamps in `rate` and `increase`',
    'start timestamps in `rate` and `increase`',
    [['3.12', 'flag']],
    'read',
    LOG,
  ),
  minOf: availability('min-of', '`min_of` and `max_of`', '`min_of` and `max_of`', [['3.13', 'flag']], 'read', LOG),
  integral: availability('integral', '`integral`', '`integral`', [['3.16', 'flag']], 'read', LOG),
  histogramDeviation: functions('histogram_stddev histogram_stdvar', '2.47', 'always'),
  histogramAverage: functions('histogram_avg', '2.51', 'always'),
  medianDeviation: functions('mad_over_time', '2.49', 'flag'),
  sortByLabel: functions('sort_by_label sort_by_label_desc', '2.49', 'flag'),
  limitAggregations: functions('limitk limit_ratio', '2.54', 'flag'),
  info: functions('info', '3.0', 'flag'),
  timestampsOf: functions('ts_of_max_over_time ts_of_min_over_time ts_of_last_over_time', '3.5', 'flag'),
  timestampOfFirst: functions('ts_of_first_over_time', '3.7', 'flag'),
  severalQuantiles: functions('histogram_quantiles', '3.11', 'flag'),
  evaluationTimes: functions('start end range step', '3.12', 'flag'),
  startTimestamp: functions('start_timestamp', '3.14', 'flag'),
  atBeforeRange: availability(
    'at-before-range',
    '`@ start()` and `@ end()` before a range',
    '`@ start()` and `@ end()` before a range, as in `x @ end() [5m]`',
    [
      [OLDEST, 'always'],
      ['3.15', 'absent'],
    ],
    'measured',
    'promtool 2.42.0 and 3.16.0, the parser of 3.13.1, and the changelog',
  ),
  trimming: availability(
    'trim-operators',
    'Operators that trim histograms',
    'the operators `</` and `>/`',
    [['3.11', 'always']],
    'read',
    LOG,
  ),
};

/** Functions and aggregations that not every release has, by name. */
export const PROMETHEUS_FUNCTIONS: ReadonlyMap<string, Entry<Availability>> = new Map(
  Object.entries({
    holt_winters: PROMETHEUS.holtWinters,
    double_exponential_smoothing: PROMETHEUS.doubleExponentialSmoothing,
    first_over_time: PROMETHEUS.firstOverTime,
    'min_of max_of': PROMETHEUS.minOf,
    integral: PROMETHEUS.integral,
    'histogram_stddev histogram_stdvar': PROMETHEUS.histogramDeviation,
    histogram_avg: PROMETHEUS.histogramAverage,
    mad_over_time: PROMETHEUS.medianDeviation,
    'sort_by_label sort_by_label_desc': PROMETHEUS.sortByLabel,
    'limitk limit_ratio': PROMETHEUS.limitAggregations,
    info: PROMETHEUS.info,
    'ts_of_max_over_time ts_of_min_over_time ts_of_last_over_time': PROMETHEUS.timestampsOf,
    ts_of_first_over_time: PROMETHEUS.timestampOfFirst,
    histogram_quantiles: PROMETHEUS.severalQuantiles,
    'start end range step': PROMETHEUS.evaluationTimes,
    start_timestamp: PROMETHEUS.startTimestamp,
  }).flatMap(([names, entry]) => names.split(' ').map((name) => [name, entry] as const)),
);

const series = (major: number, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${major}.${from + i}`);

export const PROMETHEUS_SYSTEM: System = {
  name: 'prometheus',
  title: 'Prometheus',
  releases: [...series(2, 37, 55), ...series(3, 0, 16)],
  entries: Object.values(PROMETHEUS),
};
