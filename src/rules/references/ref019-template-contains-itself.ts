import { analyses, nestedTemplates, type Resource, type TemplateUse } from '../../graph';
import { templatesIn } from '../shared/templates';
import type { Rule } from '../shared/rule';
import { documents } from '../shared/example';
import { exampleAnalysis, exampleMetric, exampleTemplate } from '../shared/references-example';

const nesting = (inner: string): string => `templates: [{ templateName: ${inner} }]\n`;

const manifests = (inner: string): string =>
  documents(
    exampleAnalysis('templates: [{ templateName: all }]'),
    exampleTemplate(nesting('errors') + exampleMetric('', 'sum(up)', 'up'), 'all'),
    exampleTemplate(inner + exampleMetric(), 'errors'),
  );

export const templateContainsItself: Rule = {
  code: 'REF019',
  severity: 'error',
  title: 'A template contains itself',
  why: 'The controller follows templates within templates without looking whether it was there before. It never comes to an end, runs out of memory, and takes all other rollouts of the cluster with it.',
  fix: 'Take out one of the references of the circle.',
  bad: manifests(nesting('all')),
  good: manifests(''),
  check(graph, report) {
    const reported = new Set<string>();
    const met = new Set<Resource>();
    const look = ({ reference, nested, circular }: TemplateUse): void => {
      const { from, target } = reference;
      if (target) met.add(target);
      const key = `${from.resource.origin.file} ${from.resource} ${from}`;
      if (circular && !reported.has(key)) {
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
