import { analyses, type AnalysisUse, type Field } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleAnalysis, exampleMetric, exampleTemplate } from '../shared/references-example';
import { whose } from './ref010-argument-not-given';

const manifests = (name: string): string =>
  exampleAnalysis(
    `templates: [{ templateName: checkout-errors }]\ndryRun: [{ metricName: ${name} }]`,
    exampleTemplate(`dryRun: [{ metricName: errors }]${exampleMetric()}`),
  );

const LISTS = ['dryRun', 'measurementRetention'];

export const ruleForMetricTwice: Rule = {
  code: 'REF014',
  severity: 'error',
  title: 'An analysis has two dry-run or retention rules for the same metric',
  why: 'Those of the templates and those of the Rollout are put together, and each metric name may be in them once. The controller refuses the Rollout: InvalidSpec, Degraded.',
  fix: 'Keep the rule in the template, or in the Rollout.',
  bad: manifests('errors'),
  good: manifests('latency'),
  peers: { argo: "controller only: two Dry-Run metric rules have the same name 'x'" },
  check(graph, report) {
    for (const use of analyses(graph)) for (const list of LISTS) checkList(use, list, report);
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
        related: { field: first, message: 'the first one' },
      });
    }
  }
}
