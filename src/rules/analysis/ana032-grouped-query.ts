import { metrics } from '../../graph';
import { analysisTemplate } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const template = (query: string): string =>
  analysisTemplate(`
- name: cpu
  successCondition: default(result, 0) <= 0.8
  provider:
    datadog:
      interval: 5m
      query: ${query}`);

export const groupedQuery: Rule = {
  code: 'ANA032',
  severity: 'warning',
  title: 'A Datadog query is grouped by a tag and returns several series',
  why: 'The controller reads one value of a Datadog answer. With `by {tag}` there is one series for each value of the tag: the first API version reads the first series only, and the second one ends in an error up to Argo Rollouts 1.9. A bad pod that is not in the first series is not seen.',
  fix: 'Remove `by {…}`, so that the query aggregates over all series.',
  whenNotToUse: 'Ignore it when the filter in the first braces leaves a single value of the tag.',
  confirmedBy:
    'Argo Rollouts 1.8.5, 1.9.1 and 1.10.2, read in the source of the Datadog provider. No system reports it beforehand.',
  bad: template("'avg:container.cpu.usage{service:checkout} by {pod_name}'"),
  good: template("'avg:container.cpu.usage{service:checkout}'"),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const datadog = metric.field.get('provider', 'datadog');
      for (const field of [
        datadog.get('query'),
        ...datadog
          .get('queries')
          .entries()
          .map(([, one]) => one),
      ]) {
        const grouped = /\bby\s*\{([^{}]*)\}/.exec(field.string ?? '');
        if (!grouped || grouped[1].trim() === '') continue;
        report(
          field,
          `the Datadog query of ${metricLabel(metric)} is grouped by ${grouped[1].trim()} and returns several series, of which one is read at most`,
          { within: { from: grouped.index, to: grouped.index + grouped[0].length }, hint: 'remove the grouping' },
        );
      }
    }
  },
};
