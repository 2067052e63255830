import { type Field, metrics } from '../../graph';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const good = analysisTemplate(prometheusMetric({}));

export const addressHasPath: Rule = {
  code: 'ANA037',
  severity: 'error',
  title: 'The address of Prometheus includes the path of its API or of a page',
  why: 'The client adds `/api/v1/query` to the address. With `/graph` or `/api/v1` in the address it asks for a path that does not exist, so each measurement is an error; after five in a row, about 40 seconds, the rollout is aborted. Flagger and KEDA add the path in the same way.',
  fix: 'End the address before the path: `http://prometheus.monitoring:9090`. A prefix under which Prometheus is served, such as `/prometheus`, stays.',
  whenNotToUse: 'Ignore it when Prometheus is served under a prefix that ends so.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10.2, read in the client of Prometheus (client_golang 1.23). Flagger (`metrics/providers`) and KEDA 2.21, read in the source.',
  bad: good.replace(':9090', ':9090/graph'),
  good,
  checkPart(graph, report, part) {
    const look = (address: Field, of: string): void => {
      const [, path] =
        /^[^?#]*?(\/(?:graph|query|api\/v1(?:\/query(?:_range)?)?)\/?)$/.exec(address.string ?? '') ?? [];
      // The host of `http://query` is no path.
      if (path === undefined || /^\w+:\/\/[^/]*$/.test(address.string!)) return;
      report(address, `${of} asks Prometheus below '${path}', where it has no API`, {
        hint: `end the address before ${path}`,
      });
    };
    for (const metric of part(metrics(graph))) look(metric.prometheus.get('address'), metricLabel(metric));
    for (const template of part(graph.ofKind('MetricTemplate', 'flagger.app'))) {
      const provider = template.field('spec', 'provider');
      if (provider.get('type').string === 'prometheus') look(provider.get('address'), `${template}`);
    }
    for (const scaled of part(graph.ofKind('ScaledObject', 'keda.sh'))) {
      for (const trigger of scaled.field('spec', 'triggers').items()) {
        if (trigger.get('type').string === 'prometheus')
          look(trigger.get('metadata', 'serverAddress'), `a trigger of ${scaled}`);
      }
    }
  },
};
