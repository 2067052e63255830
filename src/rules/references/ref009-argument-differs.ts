import { analyses, type Field, type Resource } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, exampleAnalysis, prometheusMetric } from '../shared/example';

const template = (name: string, value: string): string =>
  analysisTemplate(
    prometheusMetric({ name, query: 'sum(rate(http_requests_total{code="500"}[{{args.window}}]))' }),
    `args: [{ name: window, value: ${value} }]`,
    name,
  );

const manifests = (second: string): string =>
  exampleAnalysis(
    'templates: [{ templateName: errors }, { templateName: latency }]',
    template('errors', '5m'),
    template('latency', second),
  );

export const argumentDiffers: Rule = {
  code: 'REF009',
  severity: 'error',
  title: 'Two templates of one analysis give an argument different defaults',
  why: 'The arguments of all templates are merged into one AnalysisRun, where each argument has one value. The controller refuses the Rollout with InvalidSpec, even if the Rollout passes a value.',
  fix: 'Use the same default in both templates, keep the default in only one of them, or rename one argument.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: manifests('10m'),
  good: manifests('5m'),
  peers: { argo: 'controller only: Argument `x` specified multiple times with different values' },
  check(graph, report) {
    // Analyses of many Rollouts can run the same two templates: that is one mistake, and all of them are refused.
    const found = new Map<
      string,
      { readonly first: Field; readonly other: Field; readonly name: string; readonly owners: Resource[] }
    >();
    for (const { owner, args } of analyses(graph)) {
      for (const { name, declared } of args) {
        const values = declared.map((argument) => argument.get('value')).filter((value) => value.exists);
        const other = values.find((value) => String(value.value) !== String(values[0].value));
        if (!other) continue;
        const key = `${other.resource} ${values[0].resource} ${name}`;
        const known = found.get(key);
        if (known) known.owners.push(owner);
        else found.set(key, { first: values[0], other, name, owners: [owner] });
      }
    }
    for (const { first, other, name, owners } of found.values()) {
      report(
        other,
        `the argument '${name}' of an analysis of ${owners[0]} is '${String(first.value)}' in ${first.resource} and '${String(other.value)}' in ${other.resource}`,
        { about: owners.map((owner) => owner.field()), related: { field: first, message: 'the other value' } },
      );
    }
  },
};
