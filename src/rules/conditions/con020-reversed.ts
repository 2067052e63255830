import { comparisons, prepareAssessment } from '../../expr';
import { memoizeBy } from '../../formats/memoize';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { isScalarQuery, judged, metricConditions, type MetricConditions } from '../shared/metric-conditions';
import { valueRangeOf } from '../shared/value-range';
import { FAILED_SHARE, withConditions } from '../shared/example';
import { qualityOf } from './better-value';

/** More failed requests or milliseconds than any threshold means. */
const VERY_MANY = 1e12;

export const reversedCondition: Rule = {
  code: 'CON020',
  severity: 'warning',
  title: 'A condition is the wrong way round',
  why: 'The query counts failed requests or measures latency, and the condition accepts the worst value and refuses the best one; for a share of successful requests likewise. Every good version is aborted, and a bad one is promoted.',
  fix: 'Reverse the comparison, or move the condition from `successCondition` to `failureCondition`.',
  whenNotToUse: 'Ignore it in a drill that must see failures, for example one that injects faults.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('len(result) > 0 && result[0] >= 0.05', '', FAILED_SHARE),
  good: withConditions('len(result) > 0 && result[0] <= 0.05', '', FAILED_SHARE),
  checkPart(graph, report, part) {
    for (const one of metricConditions(graph, part)) {
      const { metric, all, query, engine } = one;
      const quality = query && qualityOf(query.root);
      if (quality === undefined || all.length === 0) continue;
      const { least, most } = valueRangeOf(query!.root);
      const [low, high] = [Math.max(least, 0), Number.isFinite(most) ? most : VERY_MANY];
      const [best, worst] = quality.better === 'lower' ? [low, high] : [high, low];
      const [ofBest, ofWorst] = phasesOf(one, [best, worst]);
      if (ofBest !== 'Failed' || ofWorst !== 'Successful') continue;
      const { key, field, text, verbatim } = all[0];
      const compared = comparisons(text, engine).find(({ subject }) => !subject.startsWith('len'));
      const which = all.map((condition) => condition.key).join(' and ');
      const [good, bad] = Number.isFinite(most)
        ? [best, worst]
        : quality.better === 'lower'
          ? ['few', 'many']
          : ['many', 'few'];
      const ends = Number.isFinite(most) ? `${good} fails and ${bad} passes` : `${good} fail and ${bad} pass`;
      const [refuse, accept] = all.length > 1 ? ['refuse', 'accept'] : ['refuses', 'accepts'];
      report(
        field,
        quality.what === 'latency'
          ? `${which} of ${metricLabel(metric)} ${refuse} low latency and ${accept} high latency`
          : `the query of ${metricLabel(metric)} measures ${quality.what}, and by its ${which} ${ends}`,
        {
          within: verbatim && compared ? { from: compared.from, to: compared.to } : undefined,
          hint: key === 'successCondition' ? 'reverse the comparison' : undefined,
        },
      );
    }
  },
};

/** The phases that a single series with each of two values gives. Undefined where one cannot be told with certainty. */
function phasesOf(
  { texts, engine, query }: MetricConditions,
  values: readonly [number, number],
): readonly (string | undefined)[] {
  return phasesBy(texts, engine, isScalarQuery(query), values);
}

/** Many metrics have the same conditions, and to prepare them takes longer than all other rules do for a metric. */
const phasesBy = memoizeBy(
  (...given) => JSON.stringify(given),
  (
    texts: MetricConditions['texts'],
    engine: MetricConditions['engine'],
    scalar: boolean,
    values: readonly [number, number],
  ) => {
    const judge = judged(() => prepareAssessment(texts, 'prometheus', engine));
    return values.map((value) => judge && judged(() => judge(scalar ? value : [value]).phase));
  },
);
