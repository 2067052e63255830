import { type EngineRelease, prepareAssessment, UnsupportedExpression } from '../../expr';
import { memoize } from '../../formats/memoize';
import { metrics } from '../../graph';
import { isNeverEmpty } from '../../promql';
import { withConditions } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { engineOf } from '../shared/engine';
import { queryOf } from '../shared/metric-query';
import type { Rule } from '../shared/rule';

const QUERY = 'sum(increase(http_requests_total{code=~"5.."}[5m]))';

export const noDataIsAnError: Rule = {
  code: 'CON001',
  severity: 'warning',
  title: 'A condition ends in an error when the query returns no data',
  why: 'Prometheus returns an empty vector when no series matches: a version that never failed has no series of failures, and a version without traffic has no series at all. `result[0]` of an empty vector is an error. After five errors in a row, about 40 seconds, the rollout is aborted although nothing is known against the version.',
  fix: 'Say what no data means. To fail: `len(result) > 0 && result[0] <= 5`. To pass: `len(result) == 0 || result[0] <= 5`. To pause for a manual decision: `successCondition: len(result) > 0 && result[0] <= 5` together with `failureCondition: len(result) > 0 && result[0] > 5`.',
  whenNotToUse:
    'Ignore it when missing data must abort the rollout. The rule does not report queries that always return a value, such as `… or vector(0)`.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('result[0] <= 5', '', QUERY),
  good: withConditions('len(result) > 0 && result[0] <= 5', '', QUERY),
  checkPart(graph, report, part) {
    const engine = engineOf(graph);
    for (const metric of part(metrics(graph))) {
      const { field, prometheus, name } = metric;
      if (!prometheus.exists) continue;
      const query = queryOf(graph, metric);
      if (query && isNeverEmpty(query.root)) continue;
      for (const which of ['successCondition', 'failureCondition'] as const) {
        const condition = field.get(which);
        const { string } = condition;
        if (!string) continue;
        const message = errorOnEmpty[engine][which](string);
        if (!message) continue;
        report(condition, `${which} of metric '${name}' is an error when the query returns nothing: ${message}`, {
          hint: 'guard it with len(result) > 0',
        });
      }
    }
  },
};

type Which = 'successCondition' | 'failureCondition';

/** The controller's message for an empty vector only. An error with every result is another rule's finding. */
function messageOnEmpty(which: Which, condition: string, engine: EngineRelease): string | undefined {
  try {
    const assess = prepareAssessment({ [which]: condition }, 'prometheus', engine);
    const [empty, nan] = [assess([]), assess([NaN])];
    return empty.phase === 'Error' && nan.phase !== 'Error' ? empty.message : undefined;
  } catch (error) {
    if (error instanceof UnsupportedExpression) return undefined;
    throw error;
  }
}

const memoized = (which: Which, engine: EngineRelease) =>
  memoize((condition) => messageOnEmpty(which, condition, engine));

const errorOnEmpty: { readonly [engine in EngineRelease]: { readonly [which in Which]: ReturnType<typeof memoized> } } =
  {
    '1.15.5': {
      successCondition: memoized('successCondition', '1.15.5'),
      failureCondition: memoized('failureCondition', '1.15.5'),
    },
    '1.17.7': {
      successCondition: memoized('successCondition', '1.17.7'),
      failureCondition: memoized('failureCondition', '1.17.7'),
    },
  };
