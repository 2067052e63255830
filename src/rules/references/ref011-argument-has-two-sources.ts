import { analyses, type AnalysisUse, type Field, type Graph, memoizeOnGraph, type Resource } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { templatesWithMetrics } from '../shared/templates';

const template = (argument: string): string =>
  analysisTemplate(prometheusMetric(), `args:\n  - name: token\n${argument}`);

const SECRET = '    valueFrom: { secretKeyRef: { name: prometheus, key: token } }\n';

export const argumentHasTwoSources: Rule = {
  code: 'REF011',
  severity: 'error',
  title: 'An argument has both value and valueFrom',
  why: 'The controller refuses the Rollout whose step runs the template (InvalidSpec). For a background analysis it is not documented which of the two applies.',
  fix: 'Keep `value` or `valueFrom`.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: template(`    value: none\n${SECRET}`),
  good: template(SECRET),
  peers: { argo: "controller only: arg 'x' has both Value and ValueFrom fields" },
  checkPart(graph, report, part) {
    const declared = part(templatesWithMetrics(graph)).flatMap((template) => template.field('spec', 'args').items());
    const given = part(analyses(graph)).flatMap(({ field }) => field.get('args').items());
    for (const { field } of part(analyses(graph))) checkTwice(field.get('args').items(), report);
    for (const argument of [...declared, ...given]) {
      const [value, from] = [argument.get('value'), argument.get('valueFrom')];
      if (!value.exists || !from.exists) continue;
      const name = argument.get('name').string ?? '';
      report(from, `the argument '${name}' of ${argument.resource} has both a value and a valueFrom`, {
        on: 'key',
        related: { field: value, message: 'the value' },
        severity: isOnlyBackground(graph, argument.resource) ? 'warning' : undefined,
      });
    }
  },
};

/** The controller goes through the arguments in order, so the last one stays. */
function checkTwice(args: readonly Field[], report: Report): void {
  const seen = new Map<string, Field>();
  for (const argument of args) {
    const name = argument.get('name');
    if (!name.string) continue;
    const first = seen.get(name.string);
    if (first) {
      report(name, `the argument '${name.string}' of ${name.resource} is given twice, and the last value counts`, {
        severity: 'warning',
        related: { field: first, message: 'the first one' },
      });
    }
    seen.set(name.string, name);
  }
}

const usesByTemplate = memoizeOnGraph((graph) => {
  const found = new Map<Resource, AnalysisUse[]>();
  for (const use of analyses(graph)) {
    for (const template of use.resolved) found.set(template, [...(found.get(template) ?? []), use]);
  }
  return found;
});

/** Whether a template is run, and only where the controller does not validate it beforehand. */
function isOnlyBackground(graph: Graph, template: Resource): boolean {
  const uses = usesByTemplate(graph).get(template) ?? [];
  return uses.length > 0 && uses.every(({ place }) => place === 'background');
}
