import { analyses, type Field } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { analysisLabel } from '../shared/metric-settings';
import { templatesWithMetrics } from '../shared/templates';

export const duplicateMetric: Rule = {
  code: 'ANA002',
  severity: 'error',
  title: 'Two metrics of one analysis have the same name',
  why: 'The controller merges the metrics of all templates of an analysis into one AnalysisRun, where each name must be unique. If the duplicate comes from two templates, the Rollout is refused with InvalidSpec; if it comes from one template, the run ends with `Error` and aborts the rollout.',
  fix: 'Give each metric a unique name.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: analysisTemplate(prometheusMetric({}) + '\n' + prometheusMetric({})),
  good: analysisTemplate(prometheusMetric({}) + '\n' + prometheusMetric({ name: 'latency' })),
  peers: { argo: "controller only: two metrics have the same name 'x'" },
  checkPart(graph, report, part) {
    const look = (fields: readonly Field[], where: string, about?: readonly Field[]): void => {
      const first = new Map<string, Field>();
      for (const field of fields) {
        const name = field.get('name').string;
        if (name === undefined) continue;
        const other = first.get(name);
        if (other === undefined) first.set(name, field);
        else {
          const from = other.resource === field.resource ? '' : ` of ${other.resource}`;
          report(field.get('name'), `metric '${name}' has the name of another metric${from}${where}`, {
            about,
            related: { field: other.get('name'), message: 'the other one' },
          });
        }
      }
    };
    for (const resource of part(templatesWithMetrics(graph))) {
      look(resource.field('spec', 'metrics').items(), '');
    }
    for (const use of part(analyses(graph))) {
      const all = use.resolved.map((template) => template.field('spec', 'metrics').items());
      for (let i = 1; i < all.length; i++) {
        for (const earlier of all.slice(0, i))
          look(
            [
              ...new Map(
                [...earlier, ...all[i]].map((one) => [`${one.resource.fullName} ${one.get('name').string}`, one]),
              ).values(),
            ],
            `, in ${analysisLabel(use)}`,
            [use.owner.field()],
          );
      }
    }
  },
};
