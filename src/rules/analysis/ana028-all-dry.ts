import { analyses } from '../../graph';
import type { Rule } from '../shared/rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../shared/samples';
import { analysisLabel } from '../shared/settings';

const sample = (pattern: string): string =>
  documents(
    canaryRollout({
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
  why: 'Dry runs are measured and shown, but never fail, pause or err. An analysis of nothing else is always successful.',
  fix: 'Take those metrics out of `dryRun` that shall decide; a whole analysis on trial should not be left in the Rollout for long.',
  bad: sample('.*'),
  good: sample('latency'),
  check(graph, report) {
    for (const use of analyses(graph)) {
      const { field, resolved, templates } = use;
      if (resolved.length === 0 || templates.some((one) => one.reference.target === undefined)) continue;
      const names = resolved
        .flatMap((one) => one.field('spec', 'metrics').items())
        .map((one) => one.get('name').string ?? '');
      const dry = [field, ...resolved.map((one) => one.field('spec'))].flatMap((one) => one.get('dryRun').items());
      const patterns = dry.flatMap((one) => pattern(one.get('metricName').string) ?? []);
      if (names.length === 0 || !names.every((name) => patterns.some((one) => one.test(name)))) continue;
      report(
        dry[0].get('metricName'),
        `dryRun covers ${names.length === 1 ? `'${names[0]}', the only metric` : `all ${names.length} metrics`} of ${analysisLabel(use)}, so that it cannot fail`,
      );
    }
  },
};

function pattern(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text);
  } catch {
    return undefined;
  }
}
