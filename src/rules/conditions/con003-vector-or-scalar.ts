import { type EngineRelease, parseCondition, walk } from '../../expr';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { errorAlways, isScalarQuery, metricConditions } from '../shared/metric-conditions';
import { withConditions } from '../shared/example';

export const vectorOrScalar: Rule = {
  code: 'CON003',
  severity: 'error',
  title: 'A condition compares a vector as a number, or a scalar as a vector',
  why: 'The Prometheus provider passes a list of numbers for almost every query, even for a single series, and a number only for `scalar(…)`. The other form is an error in every measurement. After five errors in a row, about 40 seconds, the rollout is aborted.',
  fix: 'Use `result[0]` for a query that returns series, and `result` for a scalar.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.measurement,
  bad: withConditions('result <= 5'),
  good: withConditions('len(result) > 0 && result[0] <= 5'),
  checkPart(graph, report, part) {
    for (const { metric, all, query, engine } of metricConditions(graph, part)) {
      const scalar = isScalarQuery(query);
      for (const { key, field, text, verbatim } of all) {
        const error = errorAlways(text, scalar, engine);
        // A condition that is right for the other type of result was written for that type.
        if (!error || error.stage === 'parse' || errorAlways(text, !scalar, engine)) continue;
        const bare = verbatim && !scalar ? bareResult(text, engine) : undefined;
        const given = scalar ? 'a number' : 'a list';
        report(
          field,
          `${key} of ${metricLabel(metric)} reads result as ${scalar ? 'a list' : 'a number'}, but the query gives ${given}: ${error.message}`,
          {
            within: verbatim ? (bare ?? { from: error.from, to: error.to }) : undefined,
            hint: scalar ? 'write result' : 'write result[0]',
            fix: bare && { title: 'write result[0]', edits: [{ at: field, set: 'result[0]', within: bare }] },
          },
        );
      }
    }
  },
};

/** The only place where `result` has no index and is not an argument. Undefined if there are several. */
function bareResult(text: string, engine: EngineRelease): { from: number; to: number } | undefined {
  const { ast } = parseCondition(text, engine);
  const places: { from: number; to: number }[] = [];
  if (ast) {
    walk(ast, (node) => {
      if (node.kind !== 'binary') return;
      for (const side of [node.left, node.right]) {
        if (side.kind === 'identifier' && side.name === 'result') places.push({ from: side.from, to: side.to });
      }
    });
  }
  return places.length === 1 ? places[0] : undefined;
}
