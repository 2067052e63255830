import { flaggerCanaries } from '../../graph';
import { flaggerApp, flaggerCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const BUILT_IN = ['request-success-rate', 'request-duration'];

const manifests = (name: string): string =>
  flaggerApp(
    flaggerCanary({
      analysis: `maxWeight: 50\nstepWeight: 10\nmetrics:\n  - { name: ${name}, thresholdRange: { min: 99 }, interval: 1m }`,
    }),
  );

export const metricWithoutQuery: Rule = {
  code: 'FLG007',
  severity: 'error',
  title: 'A metric of a Flagger Canary is never evaluated',
  why: 'Flagger knows two metrics by name, `request-success-rate` and `request-duration`. Any other needs a `templateRef`. Without one, Flagger skips the metric without a message: the check passes whatever happens.',
  fix: 'Add a `templateRef` to a MetricTemplate, or correct the name.',
  whenNotToUse: 'There is no setup in which Flagger evaluates such a metric.',
  confirmedBy: 'Flagger 1.44, read in its metric checks (`pkg/controller/scheduler_metrics.go`).',
  bad: manifests('request-succes-rate'),
  good: manifests('request-success-rate'),
  checkPart(graph, report, part) {
    for (const { resource, analysis } of part(flaggerCanaries(graph))) {
      for (const metric of analysis.get('metrics').items()) {
        const name = metric.get('name');
        if (name.string === undefined || BUILT_IN.includes(name.string)) continue;
        if (metric.get('templateRef', 'name').string || metric.get('query').string) continue;
        const meant = closest(name.string, BUILT_IN);
        report(name, `metric '${name.string}' of ${resource} is none that Flagger knows, and has no templateRef`, {
          ...(meant
            ? {
                didYouMean: { name: meant },
                fix: { title: `rename '${name.string}' to '${meant}'`, edits: [{ at: name, set: meant }] },
              }
            : {}),
        });
      }
    }
  },
};
