import { readGoUrl } from '../../formats/go-url';
import { type Field, metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Report, Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { fillIn, metricLabel, usesOf } from '../shared/metric-settings';

const good = analysisTemplate(prometheusMetric({}));

export const prometheusClient: Rule = {
  code: 'ANA030',
  severity: 'error',
  title: 'The Prometheus client of a metric cannot be created',
  why: 'The controller cannot create a client from an address without a scheme, from incomplete OAuth 2 settings or from a negative timeout. Every measurement then ends in an error; after five in a row, about 40 seconds, the rollout is aborted.',
  fix: 'Write `address` as a URL with a scheme, for example `http://prometheus.monitoring:9090`. Set `clientId` and `clientSecret` together with `tokenUrl`.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.measurement,
  bad: good.replace('http://', ''),
  good,
  peers: { argo: 'controller only, when it measures: prometheus address is not is url format' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const { prometheus } = metric;
      if (!prometheus.exists) continue;
      const label = metricLabel(metric);
      const address = prometheus.get('address');
      for (const use of usesOf(metric)) {
        const text = address.string === undefined ? undefined : fillIn(address.string, metric, use);
        // If it is empty, the controller's environment may set it.
        if (!text || isUrl(text)) continue;
        report(address, `${label} asks Prometheus at '${text}', which is not a URL`, {
          hint: 'write http://host:port',
        });
      }
      const timeout = prometheus.get('timeout');
      if ((timeout.number ?? 0) < 0) report(timeout, `${label} has a timeout of ${timeout.number}`);
      checkOauth(prometheus.get('authentication', 'oauth2'), label, report);
    }
  },
};

/** As Go's url.Parse sees it, with a scheme and a host. */
const isUrl = (text: string): boolean => (readGoUrl(text)?.authority ?? '') !== '';

function checkOauth(oauth: Field, label: string, report: Report): void {
  if (!oauth.get('tokenUrl').string) return;
  for (const key of ['clientId', 'clientSecret']) {
    if (oauth.get(key).string) continue;
    report(oauth.get(key), `${label} authenticates by OAuth 2 and has no ${key}`);
  }
}
