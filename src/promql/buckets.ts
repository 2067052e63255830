import { openMetricsFloat } from '../formats/open-metrics-float';
import type { Matcher, Selector } from './ast';

/** A matcher on `le` or `quantile` that means different series before Prometheus 3 and from it on. */
export interface BucketMatcher {
  readonly matcher: Matcher;
  /** Values of the matcher that Prometheus 3 stores in another form. Empty: only Prometheus 3 stores them as written. */
  readonly rewritten: readonly { readonly written: string; readonly stored: string }[];
  /** A matcher that finds the series in both. */
  readonly both: string;
}

const PLAIN = /^[+-]?[\w.]+$/;

/**
 * The matchers on `le` and `quantile` whose values Prometheus 3 stores in another form than targets commonly expose:
 * `le="1"`, which is `1.0` there, or `le="1.0"`, which most targets expose as `1`. A pattern counts if it is a list of
 * values; of any other nothing is known.
 */
export function bucketMatchers({ matchers }: Selector): readonly BucketMatcher[] {
  return matchers.flatMap((matcher): BucketMatcher[] => {
    const { label, operator, value } = matcher;
    if (label !== 'le' && label !== 'quantile') return [];
    const pattern = operator === '=~' || operator === '!~';
    const values = pattern
      ? value
          .replace(/^\((?:\?:)?([^()]*)\)$/, '$1')
          .split('|')
          .map((one) => one.replace(/\\+\./g, '.').replace(/\\\\?\+/g, '+'))
      : [value];
    if (!values.every((one) => PLAIN.test(one) && openMetricsFloat(one) !== undefined)) return [];
    const all = new Set(values);
    const forms = values.map((written) => ({ written, stored: openMetricsFloat(written)! }));
    const rewritten = forms.filter(({ written, stored }) => stored !== written && !all.has(stored));
    // A value that is listed in both forms is right in all releases.
    const exposed = forms.filter(({ written }) => /^[+-]?\d+\.0$/.test(written) && !all.has(written.slice(0, -2)));
    if (rewritten.length === 0 && exposed.length === 0) return [];
    const listed = forms.flatMap(({ written, stored }) => [...new Set([written.replace(/\.0$/, ''), stored])]);
    const negative = operator.startsWith('!');
    const escaped = [...new Set(listed)].map((one) => one.replace(/[.+]/g, '\\\\$&'));
    return [{ matcher, rewritten, both: `${label}${negative ? '!~' : '=~'}"${escaped.join('|')}"` }];
  });
}
