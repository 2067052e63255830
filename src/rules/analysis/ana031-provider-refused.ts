import { CHECKED_PROVIDERS, providerProblems } from '../../formats/argo-rollouts/provider-problems';
import { metrics } from '../../graph';
import { analysisTemplate } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const datadog = (fields: string): string =>
  analysisTemplate(`
- name: errors
  successCondition: default(result, 0) <= 0.05
  provider:
    datadog:
      apiVersion: v2
      interval: 5m
      queries: { errors: 'sum:checkout.errors{*}', requests: 'sum:checkout.requests{*}' }
${fields}`);

export const providerRefused: Rule = {
  code: 'ANA031',
  severity: 'error',
  title: 'A metric provider refuses its configuration',
  why: 'Argo Rollouts validates the fields of a provider when it measures, not when the template is applied: Datadog queries without a formula, a web request with two bodies, a CloudWatch query without an expression. Every measurement ends in an error. After five in a row, about 40 seconds, the rollout is aborted. The constructs of this library refuse the same combinations.',
  fix: 'Change the field that the message names.',
  whenNotToUse: 'There is no setup in which the provider accepts this.',
  confirmedBy:
    'Argo Rollouts 1.9.1, read from the source of each provider. What Datadog, CloudWatch and Kayenta answer is taken from their documentation.',
  bad: datadog(''),
  good: datadog('      formula: errors / requests'),
  peers: { argo: 'controller only, when it measures' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const name of CHECKED_PROVIDERS) {
        const provider = metric.field.get('provider', name);
        if (!provider.exists || provider.value === null) continue;
        for (const { path, message } of providerProblems(name, provider.value)) {
          // A missing query or address of Prometheus is reported by other rules.
          const field = path.reduce((at, key) => at.get(key), provider);
          report(field.exists ? field : provider, `${metricLabel(metric)}: ${message}`, {
            on: field.exists ? 'value' : 'key',
          });
        }
      }
    }
  },
};
