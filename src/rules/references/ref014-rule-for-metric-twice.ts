import { analyses, type AnalysisUse, type Field } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, exampleAnalysis, prometheusMetric } from '../shared/example';
import { whose } from './ref010-argument-not-given';

const manifests = (name: string): string =>
  exampleAnalysis(
    `templates: [{ templateName: checkout-errors }]\ndryRun: [{ metricName: ${name} }]`,
    analysisTemplate(prometheusMetric(), 'dryRun: [{ metricName: errors }]'),
  );

const LISTS = ['dryRun', 'measurementRetention'];

export const ruleForMetricTwice: Rule = {
  code: 'REF014',
  severity: 'error',
  title: 'An analysis has two dryRun or measurementRetention entries for one metric',
  why: 'The controller merges the entries of the templates and of the Rollout and accepts each metric name once. It refuses the Rollout with InvalidSpec.',
  fix: 'Keep the entry in the template or in the Rollout.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: manifests('errors'),
  good: manifests('latency'),
  peers: { argo: "controller only: two Dry-Run metric rules have the same name 'x'" },
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) for (const list of LISTS) checkList(use, list, report);
  },
};

function checkList(
  use: AnalysisUse,
  list: string,
  report: (field: Field, message: string, details: object) => void,
): void {
  const seen = new Map<string, Field>();
  const ofTemplates = use.resolved.flatMap((template) => template.field('spec', list).items());
  for (const rule of [...ofTemplates, ...use.field.get(list).items()]) {
    const name = rule.get('metricName');
    if (name.string === undefined) continue;
    const first = seen.get(name.string);
    if (first === undefined) seen.set(name.string, name);
    else {
      report(name, `${whose(use)} has two ${list} rules for '${name.string}'`, {
        about: [use.owner.field()],
        related: { field: first, message: 'the first one' },
      });
    }
  }
}
