import { analyses, nestedTemplates, type Resource, type TemplateUse } from '../../graph';
import { templatesIn } from '../shared/templates';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, exampleAnalysis, prometheusMetric } from '../shared/example';

const nesting = (inner: string): string => `templates: [{ templateName: ${inner} }]\n`;

const manifests = (inner: string): string =>
  documents(
    exampleAnalysis('templates: [{ templateName: all }]'),
    analysisTemplate(prometheusMetric({ name: 'up', query: 'sum(up)' }), nesting('errors'), 'all'),
    analysisTemplate(prometheusMetric(), inner, 'errors'),
  );

export const templateContainsItself: Rule = {
  code: 'REF019',
  severity: 'error',
  title: 'A template contains itself',
  why: 'The controller follows templates inside templates without remembering which it has visited. It never finishes, runs out of memory, and stops all other rollouts of the cluster as well.',
  fix: 'Remove one of the references of the cycle.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: manifests(nesting('all')),
  good: manifests(''),
  check(graph, report) {
    const reported = new Set<string>();
    const met = new Set<Resource>();
    const look = ({ reference, nested, circular }: TemplateUse): void => {
      const { from, target } = reference;
      if (target) met.add(target);
      const key = circular && `${from.resource.origin.file} ${from.resource} ${from}`;
      if (key && !reported.has(key)) {
        reported.add(key);
        const how = from.resource === target ? 'contains itself' : `contains ${target}, which contains it`;
        report(from, `${from.resource} ${how}`, {
          related: target && { field: target.field('spec', 'templates'), message: 'the way back' },
        });
      }
      nested.forEach(look);
    };
    for (const { templates } of analyses(graph)) templates.forEach(look);
    for (const template of templatesIn(graph)) {
      if (!met.has(template)) nestedTemplates(graph, template).forEach(look);
    }
  },
};
