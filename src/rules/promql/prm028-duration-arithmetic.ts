import { memoize } from '../../formats/memoize';
import { withQuery } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import { metrics } from '../../graph';
import type { Rule } from '../shared/rule';

const TIME = String.raw`\d{1,20}(?:ms|[smhdwy])`;
/** Longer queries are not searched: the time that the expressions take grows with the square of the length. */
const LONGEST = 10_000;

/** Durations that newer releases of Prometheus read differently. */
const MISLEADING: readonly { readonly pattern: RegExp; readonly what: string; readonly hint: string }[] = [
  {
    pattern: new RegExp(`\\[[^[\\]]*?(?<!\\d)(${TIME}\\s*\\*\\s*${TIME})`, 'd'),
    what: 'multiplies two durations, which are numbers of seconds, so the range is their product in seconds',
    hint: 'multiply a duration by a plain number',
  },
  {
    pattern: new RegExp(`offset\\s+${TIME}\\s*[-+*/]\\s*${TIME}`),
    what: 'takes the offset from the first duration alone and does the rest with the value',
    hint: 'put the arithmetic in parentheses',
  },
  {
    pattern: /\]\s*anchored\b/,
    what: 'is anchored: in a window of one or two scrapes it counts twice or gives nothing',
    hint: 'use a window of several scrapes, without anchored',
  },
  {
    pattern: /\]\s*smoothed\b/,
    what: 'is smoothed, which needs a later sample: an analysis asks for now and gets a value that is too low',
    hint: 'leave out smoothed',
  },
];

/** What is misleading in a query, and where. */
const misleadingIn = memoize((query) => {
  if (query.length > LONGEST) return [];
  // Texts and comments hold anything; the offsets stay.
  const bare = query.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#.*/g, (text) => '_'.repeat(text.length));
  return MISLEADING.flatMap(({ pattern, what, hint }) => {
    const match = pattern.exec(bare);
    if (match === null) return [];
    const [from, to] = match.indices?.[1] ?? [match.index, match.index + match[0].length];
    return [{ what, hint, within: { from, to } }];
  });
});

export const durationArithmetic: Rule = {
  code: 'PRM028',
  severity: 'warning',
  title: 'A duration expression or modifier of Prometheus 3 means something else',
  why: 'Prometheus 3 can calculate with durations, as numbers of seconds without a unit. `[5m * 1m]` is a range of five hours, and `x offset 5m - 2m` is x five minutes ago, less 120. The modifiers `anchored` and `smoothed` change what a window counts: `anchored` doubles a count where a window holds few scrapes, and `smoothed` needs a sample after the window.',
  fix: 'Write the duration itself, or put the arithmetic in parentheses: `x offset (5m - 2m)`.',
  whenNotToUse: 'When the value is meant as written. For `anchored`: when the window holds many scrapes.',
  confirmedBy: 'Prometheus 3.16.0, measured with its own engine.',
  bad: withQuery('sum(increase(checkout_errors_total[5m * 1m]))'),
  good: withQuery('sum(increase(checkout_errors_total[10m]))'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const query = metric.prometheus.exists ? metric.query.string : undefined;
      if (query === undefined) continue;
      for (const { what, ...more } of misleadingIn(query)) {
        report(metric.query, `the query of ${metricLabel(metric)} ${what}`, more);
      }
    }
  },
};
