import { prepareCondition } from '../../expr';
import { type Graph, metrics } from '../../graph';
import { engineOf } from '../shared/engine';
import { filledConditions, metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Part, Report, Rule } from '../shared/rule';
import { errorAlways, isScalarQuery, judged, metricConditions } from '../shared/metric-conditions';
import { withConditions } from '../shared/example';

export const alwaysAnError: Rule = {
  code: 'CON004',
  severity: 'error',
  title: 'A condition is an error for every result',
  why: 'The condition uses a name that does not exist, compares incompatible types, or does not evaluate to true or false. Every measurement ends in an error. After five errors in a row, about 40 seconds, the rollout is aborted.',
  fix: 'Correct the condition at the marked position. It must evaluate to true or false.',
  whenNotToUse: 'Ignore it when your Argo Rollouts release has functions that the linter does not know.',
  confirmedBy: CONFIRMED_BY.measurement,
  bad: withConditions('results[0] <= 5'),
  good: withConditions('len(result) > 0 && result[0] <= 5'),
  checkPart(graph, report, part) {
    for (const { metric, all, query, engine } of metricConditions(graph, part)) {
      const scalar = isScalarQuery(query);
      for (const { key, field, text, verbatim } of all) {
        const error = errorAlways(text, scalar, engine);
        if (!error || error.stage === 'parse' || !errorAlways(text, !scalar, engine)) continue;
        const { from, to } = error;
        report(field, `${key} of ${metricLabel(metric)} is an error for every result: ${error.message}`, {
          within: verbatim && to > from ? { from, to } : undefined,
        });
      }
    }
    unknownNames(graph, report, part);
  },
};

/**
 * Unknown names in conditions of other providers. The response of a web service is not known, but an unknown name is an
 * error for every response.
 */
function unknownNames(graph: Graph, report: Report, part: Part): void {
  const others = part(metrics(graph)).filter(({ prometheus }) => !prometheus.exists);
  for (const { metric, key, field, text, verbatim } of filledConditions(others)) {
    const evaluate = prepareCondition(text, 'json', engineOf(graph));
    // Which error comes first depends on the type of the response.
    const unknown = [null, {}, 1, 'a']
      .map((answer) => judged(() => evaluate(answer)))
      .flatMap((outcome) => (outcome && 'error' in outcome ? outcome.error : []))
      .find(({ message }) => message.startsWith('unknown name '));
    if (unknown === undefined) continue;
    const { from, to, message } = unknown;
    report(field, `${key} of ${metricLabel(metric)} is an error for every result: ${message}`, {
      within: verbatim && to > from ? { from, to } : undefined,
    });
  }
}
