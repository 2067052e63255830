import { goMatches } from '../../formats/go-regexp';
import { analyses } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../shared/example';
import { analysisLabel } from '../shared/metric-settings';

const sample = (pattern: string): string =>
  documents(
    steppedRollout({
      steps: `
- setWeight: 50
- analysis:
    templates:
      - templateName: checkout-errors
    dryRun:
      - metricName: ${pattern}`,
    }),
    analysisTemplate(prometheusMetric({}) + '\n' + prometheusMetric({ name: 'latency' })),
  );

export const allDry: Rule = {
  code: 'ANA028',
  severity: 'warning',
  title: 'Every metric of an analysis is a dry run',
  why: 'Metrics in `dryRun` are measured and shown, but never fail or pause a rollout. An analysis with nothing else always succeeds, and looks as if it guarded the rollout.',
  fix: 'Remove the metrics that should decide from `dryRun`.',
  whenNotToUse: 'Ignore it while you try out a new analysis.',
  confirmedBy: CONFIRMED_BY.source,
  bad: sample('.*'),
  good: sample('latency'),
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
      const { field, resolved, templates } = use;
      if (resolved.length === 0 || templates.some((one) => one.reference.target === undefined)) continue;
      const names = resolved
        .flatMap((one) => one.field('spec', 'metrics').items())
        .map((one) => one.get('name').string ?? '');
      const dry = [field, ...resolved.map((one) => one.field('spec'))].flatMap((one) => one.get('dryRun').items());
      const patterns = dry.flatMap((one) => one.get('metricName').string ?? []);
      if (names.length === 0 || !names.every((name) => patterns.some((one) => goMatches(one, name)))) continue;
      report(
        dry[0].get('metricName'),
        `dryRun covers ${names.length === 1 ? `'${names[0]}', the only metric` : `all ${names.length} metrics`} of ${analysisLabel(use)}, so that it cannot fail`,
      );
    }
  },
};
