import { argumentsIn, type Field, type Metric, metrics } from '../../graph';
import type { Rule } from '../rule';
import { analysisTemplate, prometheusMetric } from '../samples';
import { closest } from '../suggest';
import { metricLabel } from './settings';

const query = 'sum(increase(http_requests_total{service="{{args.service}}"}[5m]))';

export const undeclaredArgument: Rule = {
  code: 'ANA010',
  severity: 'error',
  title: 'A metric uses an argument that the template does not declare',
  why: 'The controller cannot put a value in its place. In a step it refuses the whole Rollout (InvalidSpec); in the background the run errs and the rollout is aborted.',
  fix: "Declare it in the template's `args`, with a value or without; then the Rollout gives one.",
  bad: analysisTemplate(prometheusMetric({ query }), 'args:\n  - name: namespace\n    value: shop'),
  good: analysisTemplate(prometheusMetric({ query }), 'args:\n  - name: service'),
  peers: {
    argo: 'controller only: failed to resolve {{args.x}}',
    other: 'kubevious argo-rollout-analysis-template-ref',
  },
  check(graph, report) {
    for (const metric of metrics(graph)) {
      // An AnalysisTemplate that is nested gets the arguments of those around it.
      const declared = new Set(declaredFor(metric));
      for (const field of texts(metric.field)) {
        for (const { name, from, to } of argumentsIn(field.string!)) {
          if (declared.has(name)) continue;
          const meant = closest(name, declared);
          report(
            field,
            `${metricLabel(metric)} uses the argument '${name}', which ${metric.resource} does not declare`,
            {
              within: { from, to },
              didYouMean: meant === undefined ? undefined : { name: meant },
              fix: meant && {
                title: `write {{args.${meant}}}`,
                edits: [{ at: field, set: `{{args.${meant}}}`, within: { from, to } }],
              },
            } as Parameters<typeof report>[2],
          );
        }
      }
    }
  },
};

function declaredFor({ resource, uses }: Metric): string[] {
  const templates = new Set([resource, ...uses.flatMap(({ resolved }) => (resolved.length > 1 ? resolved : []))]);
  return [...templates].flatMap((one) =>
    one
      .field('spec', 'args')
      .items()
      .flatMap((argument) => argument.get('name').string ?? []),
  );
}

/** Every string below a field. */
export function texts(field: Field): Field[] {
  if (field.string !== undefined) return [field];
  return [...field.items(), ...field.entries().map(([, one]) => one)].flatMap(texts);
}
