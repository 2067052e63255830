import {
  flaggerCanaries,
  type FlaggerCanary,
  describeWanted,
  type Field,
  type Graph,
  type Reference,
  referenceFrom,
} from '../../graph';
import { exampleOf, flaggerApp, flaggerCanary } from '../shared/example';
import { reportMissing } from '../shared/missing-reference';
import type { Rule } from '../shared/rule';

const template = exampleOf(
  'flagger.app/v1beta1',
  'MetricTemplate',
  'error-rate',
  'provider: { type: prometheus, address: http://prometheus.monitoring:9090 }\nquery: sum(rate(errors_total[{{ interval }}]))',
  { namespace: 'shop' },
);
const manifests = (name: string): string =>
  flaggerApp(
    flaggerCanary({
      analysis: `maxWeight: 50\nstepWeight: 10\nmetrics:\n  - name: errors\n    templateRef: { name: ${name} }\n    thresholdRange: { max: 1 }\n    interval: 1m`,
    }),
    template,
  );

export const missingFlaggerReference: Rule = {
  code: 'FLG006',
  severity: 'error',
  title: 'A Flagger Canary names something that does not exist',
  why: 'Without its target, ingress or autoscaler, Flagger never initializes the Canary, and no new version goes out. Without a MetricTemplate each check fails, and after `threshold` checks every release is rolled back. A template without `namespace` is looked for in the namespace of the Canary.',
  fix: 'Correct the name or the namespace, or deploy what is named.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: 'Flagger 1.44, read in its scheduler (`pkg/controller/scheduler.go`).',
  bad: manifests('error-rates'),
  good: manifests('error-rate'),
  checkPart(graph, report, part) {
    for (const canary of part(flaggerCanaries(graph))) {
      for (const reference of namedBy(graph, canary)) {
        if (reference.target) continue;
        reportMissing(
          graph,
          report,
          reference,
          `${canary.resource} names the ${describeWanted(reference)}, which nothing here defines`,
        );
      }
    }
  },
};

function* namedBy(graph: Graph, { resource, spec, analysis, target }: FlaggerCanary): Generator<Reference> {
  if (target) yield target;
  const { namespace } = resource;
  for (const [ref, usual] of [
    [spec.get('ingressRef'), 'Ingress'],
    [spec.get('autoscalerRef'), 'HorizontalPodAutoscaler'],
  ] as const) {
    const reference = referenceFrom(graph, ref.get('name'), ref.get('kind').string ?? usual, { namespace });
    if (reference) yield reference;
  }
  for (const metric of analysis.get('metrics').items()) {
    const reference = templateOf(graph, metric.get('templateRef'), namespace);
    if (reference) yield reference;
  }
}

function templateOf(graph: Graph, ref: Field, namespace: string | undefined): Reference | undefined {
  return referenceFrom(graph, ref.get('name'), 'MetricTemplate', {
    group: 'flagger.app',
    namespace: ref.get('namespace').string || namespace,
  });
}
