import { goMatches } from '../../formats/go-regexp';
import { analyses, type Field, type Resource, type TemplateUse } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../shared/example';
import { closest } from '../shared/suggest';
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
    analysisTemplate(prometheusMetric({})),
  );

export const patternMatchesNothing: Rule = {
  code: 'ANA009',
  severity: 'error',
  title: 'dryRun or measurementRetention names no metric',
  why: "`metricName` is a Go regular expression that must match at least one metric of the analysis. The controller refuses the AnalysisRun when it starts (`Rule didn't match any metric name(s)`): the run ends with `Error` and aborts the rollout. A lone `*` is not a valid expression, so it matches nothing.",
  fix: 'Name a metric of the analysis, or use a regular expression that matches one. `.*` matches all metrics.',
  whenNotToUse: 'Ignore it when a template that is not among the linted manifests provides the metric.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: sample('latency'),
  good: sample('err.*'),
  peers: { argo: "controller only, when the run starts: Rule didn't match any metric name(s)" },
  checkPart(graph, report, part) {
    for (const run of part(graph.ofKind('AnalysisRun', 'argoproj.io'))) checkPatterns([run], [], `${run}`, report);
    for (const use of part(analyses(graph))) {
      const { resolved, templates, field } = use;
      // The metrics of a template outside the given set are not known.
      if (resolved.length === 0 || templates.some((one) => !isThere(one))) continue;
      checkPatterns(resolved, [field], analysisLabel(use), report);
    }
  },
};

/** The patterns in templates, or in a run, and in the analysis that names them. */
function checkPatterns(resources: readonly Resource[], uses: readonly Field[], label: string, report: Report): void {
  const names = resources.flatMap((one) =>
    one
      .field('spec', 'metrics')
      .items()
      .flatMap((metric) => metric.get('name').string ?? []),
  );
  const patterns = ['dryRun', 'measurementRetention'].flatMap((key) =>
    [...uses, ...resources.map((one) => one.field('spec'))].flatMap((at) =>
      at
        .get(key)
        .items()
        .map((one): [string, Field] => [key, one.get('metricName')]),
    ),
  );
  for (const [key, at] of patterns) {
    const pattern = at.string;
    if (pattern === undefined || pattern.includes('{{') || names.some((name) => goMatches(pattern, name))) continue;
    const meant = pattern === '*' ? '.*' : closest(pattern, names);
    report(
      at,
      `${key} names '${pattern}', which matches no metric of ${label}: ${names.map((name) => `'${name}'`).join(', ') || 'it has none'}`,
      {
        didYouMean: meant === undefined ? undefined : { name: meant },
        fix: pattern === '*' ? { title: 'write .*', edits: [{ at, set: '.*' }] } : undefined,
      },
    );
  }
}

const isThere = ({ reference, nested }: TemplateUse): boolean =>
  reference.target !== undefined && nested.every(isThere);
