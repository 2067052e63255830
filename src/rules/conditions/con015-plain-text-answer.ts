import { parseCondition, walk } from '../../expr';
import { metrics } from '../../graph';
import { analysisTemplate } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const template = (condition: string, more = ''): string =>
  analysisTemplate(`
- name: gate
  successCondition: ${JSON.stringify(condition)}
  provider:
    web:
      url: https://ci.example.com/gate/checkout${more}`);

export const plainTextAnswer: Rule = {
  code: 'CON015',
  severity: 'warning',
  title: 'A web metric compares a plain-text answer, which always succeeds',
  why: 'The web provider reads an answer as JSON. If the answer is plain text, such as `ok`, Argo Rollouts counts the measurement as successful without looking at the conditions. A gate that answers `failed` with status 200 lets every version pass.',
  fix: 'Let the service answer with JSON and read a field of it by `jsonPath`, or answer with another status than 2xx for a failure.',
  whenNotToUse: 'Ignore it when the service answers with a JSON string (`"ok"`, in quotes).',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10.1, measured with the web provider and a real server; the source of 1.7.2, 1.8.5 and 1.10.2 does the same.',
  bad: template('result == "ok"'),
  good: template('result == "ok"', "\n      jsonPath: '{$.status}'"),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const web = metric.field.get('provider', 'web');
      if (!web.exists || web.get('jsonPath').string) continue;
      for (const key of ['successCondition', 'failureCondition']) {
        const field = metric.field.get(key);
        if (!field.string || !comparesText(field.string)) continue;
        report(
          field,
          `${key} of ${metricLabel(metric)} compares the whole answer with a text; a plain-text answer is successful whatever it says`,
          { hint: 'answer with JSON and set jsonPath', related: { field: web.get('url'), message: 'what is asked' } },
        );
      }
    }
  },
};

/** Whether a condition compares `result` with a text. */
function comparesText(text: string): boolean {
  const { ast } = parseCondition(text);
  let found = false;
  if (ast) {
    walk(ast, (node) => {
      if (node.kind !== 'binary') return;
      const kinds = [node.left, node.right].map((side) =>
        side.kind === 'identifier' && side.name === 'result' ? 'result' : side.kind,
      );
      found ||= kinds.includes('result') && kinds.includes('string');
    });
  }
  return found;
}
