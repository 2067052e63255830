import { analysisTemplate, FAILED_SHARE, prometheusMetric } from '../../../src/rules/shared/example';
import { badOf, analysed, metric, object, provider, query, template } from './frames';
import type { Refusals } from './refusal';

const prom = (fields: string): string => analysisTemplate(prometheusMetric({ prometheus: fields }));
const condition = (success: string, text?: string): string =>
  query(text ?? 'sum(increase(http_requests_total[5m]))', success);

/** The refusals of analyses. */
export const ANALYSIS_REFUSALS: Refusals = {
  'analysis/analysis-template.ts': [
    ['clusterScope is false, but', 'exclusive'],
    ['the name of the …', 'SCH006', template('', 'A B')],
    [
      'metrics is empty',
      'ANA001',
      analysed(
        'templates: [{ templateName: a }]',
        object('argoproj.io/v1alpha1', 'AnalysisTemplate', 'a', 'metrics: []'),
      ),
    ],
    ["metrics has two called '…'", 'ANA002', analysisTemplate(`${prometheusMetric()}\n${prometheusMetric()}`)],
    ["nests the AnalysisTemplate '…' of one namespace", 'valid'],
    [
      'which args does not declare',
      'REF012',
      analysed('templates: [{ templateName: checkout-errors }]', query('sum(x{a="{{args.b}}"})')),
    ],
  ],
  'analysis/catalogue/burn-rate.ts': [
    ['label_replace(', 'text'],
    ['min( …', 'text'],
    ['objective is', 'CON012', condition('len(result) > 0 && result[0] <= 5', FAILED_SHARE)],
    ['shortWindow is …, not shorter', 'computed'],
  ],
  'analysis/catalogue/check.ts': [
    ['minimumRequests is', 'computed'],
    ['use a share from 0 to 1', 'CON012', condition('len(result) > 0 && result[0] <= 5', FAILED_SHARE)],
    ['use a number above 0', 'CON008', condition('len(result) > 0 && result[0] < 0')],
    ['shorter than four scrapes', 'PRM004', badOf('PRM004')],
  ],
  'analysis/catalogue/failures.ts': [
    ['… and (… >= …)', 'text'],
    ['atMost is …; use a number of failures', 'CON008', condition('len(result) > 0 && result[0] <= -1')],
    ['clamp_min(', 'text'],
    ['floor is …; use a share above 0', 'CON007', condition('len(result) > 0 && result[0] >= 0', FAILED_SHARE)],
  ],
  'analysis/catalogue/latency.ts': [
    ['clamp_min(', 'text'],
    ['quantile is', 'PRM029', query('histogram_quantile(5, sum by (le) (rate(x_bucket[5m])))')],
  ],
  'analysis/catalogue/pods.ts': [
    ['or vector(0)) and', 'text'],
    ['sum by (pod, container) (…)', 'text'],
    ['sum by (pod, container) (…) /', 'text'],
    ['(rate(…[…])) /', 'text'],
    ['sum by (pod, container) (increase', 'text'],
    ['max( … / (… > 0) )', 'text'],
    ['atMost is', 'CON008', condition('len(result) > 0 && result[0] <= -1')],
  ],
  'analysis/catalogue/sequential-test.ts': [
    ['falseAlarmRate is', 'computed'],
    ['the histogram is native', 'computed'],
    ['(… + …) * scalar(', 'text'],
    ['# the odds of exceeding them', 'text'],
    ['ln(avg(exp(clamp_max(', 'text'],
    ['the window of … is not longer', 'computed'],
    ['# The logarithm of the evidence', 'text'],
    ['… / (… + … > 0)', 'text'],
    ['… * … - … * ln(1 + … * …)', 'text'],
    ['label_replace(sum_over_time((', 'text'],
    ['max( … ) * … - …', 'text'],
    ['# where both versions have had enough', 'text'],
    ['and … and …', 'text'],
    ['(sum_over_time((', 'text'],
  ],
  'analysis/catalogue/traffic-share.ts': [
    ['(… + (… or vector(0)))', 'text'],
    ['abs(', 'text'],
    ['tolerance is', 'computed'],
    ['weight is …; use a number from 0', 'computed'],
  ],
  'analysis/job-analysis.ts': [
    [
      'which neither image nor command nor args uses',
      'ANA016',
      analysed('templates: [{ templateName: checkout-errors }]', template("args: [{ name: unused, value: '1' }]")),
    ],
  ],
  'analysis/metric-rules.ts': [
    [
      '… has … twice; Argo Rollouts needs',
      'REF014',
      analysed(
        'templates: [{ templateName: checkout-errors }]\ndryRun: [{ metricName: errors }, { metricName: errors }]',
        template(),
      ),
    ],
    [
      'which is no regular expression',
      'ANA009',
      analysed("templates: [{ templateName: checkout-errors }]\ndryRun: [{ metricName: '*' }]", template()),
    ],
    [
      'which matches none of the metrics',
      'ANA009',
      analysed('templates: [{ templateName: checkout-errors }]\ndryRun: [{ metricName: other }]', template()),
    ],
  ],
  'analysis/metric.ts': [
    ['has an empty name', 'valid'],
    ['count is … without an interval', 'ANA006', metric('count: 3')],
    ['failureLimit is -1 and consecutiveSuccessLimit 0', 'ANA004', metric('count: 3\ninterval: 1m\nfailureLimit: -1')],
    [
      'less than consecutiveSuccessLimit',
      'ANA005',
      metric('count: 3\ninterval: 1m\nfailureLimit: -1\nconsecutiveSuccessLimit: 4'),
    ],
    [
      'less than failureLimit + consecutiveSuccessLimit',
      'ANA005',
      metric('count: 3\ninterval: 1m\nfailureLimit: 2\nconsecutiveSuccessLimit: 2'),
    ],
    ['so it can never fail', 'ANA022', metric('count: 3\ninterval: 1m\nfailureLimit: 3')],
    ['less than inconclusiveLimit', 'ANA005', metric('count: 3\ninterval: 1m\ninconclusiveLimit: 4')],
    ['use a whole number of at least', 'ANA003', metric('failureLimit: -2')],
  ],
  'analysis/prometheus-analysis.ts': [
    ['compares the canary with the stable version', 'computed'],
    ['this check counts no requests', 'computed'],
  ],
  'analysis/prometheus-failure-analysis.ts': [
    ['atMost is', 'CON008', condition('len(result) > 0 && result[0] <= -1')],
    ['shorter than four scrapes', 'PRM004', badOf('PRM004')],
    ['a custom query uses none of them', 'exclusive'],
    ['minimumRequests is', 'computed'],
  ],
  'analysis/providers/authentication.ts': [
    [
      'clientId is empty',
      'ANA030',
      prom(
        "authentication: { oauth2: { tokenUrl: 'https://id.example.com/token', clientId: '', clientSecret: '{{args.secret}}' } }",
      ),
    ],
  ],
  'analysis/providers/cloud-watch.ts': [
    [
      'the period of the query',
      'ANA031',
      provider('cloudWatch: { metricDataQueries: [{ id: a, expression: x, period: 0 }] }'),
    ],
  ],
  'analysis/providers/hosted.ts': [
    [
      'namespacedSecret is true without secretName',
      'ANA031',
      provider('datadog: { query: "avg:a{*}", secretRef: { namespaced: true } }'),
    ],
  ],
  'analysis/providers/prometheus.ts': [
    [
      'the step of the range',
      'ANA031',
      prom("rangeQuery: { start: 'now() - duration(\"1h\")', end: 'now()', step: soon }"),
    ],
    [
      'the address of Prometheus is',
      'ANA030',
      query('up').replace('http://prometheus.monitoring:9090', 'prometheus:9090'),
    ],
    ['which is no URL', 'title'],
    ['which is neither http nor https', 'title'],
    ['the query is no PromQL', 'PRM001', query('sum(')],
  ],
  'analysis/values/arg.ts': [
    ['use one that the downward API knows', 'title'],
    ['use names and indices', 'title'],
    [
      'which Argo Rollouts cannot read',
      'ROL020',
      analysed(
        'templates: [{ templateName: checkout-errors }]\nargs: [{ name: a, valueFrom: { fieldRef: { fieldPath: metadata.owner } } }]',
        template('args: [{ name: a }]'),
      ),
    ],
  ],
  'analysis/values/condition.ts': [
    ['a threshold is …; give a finite', 'CON004', condition('result[0] <= Inf')],
    ['a threshold is between', 'CON008', condition('len(result) > 0 && result[0] >= 5 && result[0] <= 1')],
    ['len(result) > 0 && !isNaN', 'text'],
    ['len(result) == 0 ||', 'text'],
    ['len(result) > 0 && …', 'text'],
    ['neither success nor failure', 'CON006', query('sum(increase(http_requests_total[5m]))', '')],
  ],
  'analysis/values/isolation.ts': [
    [
      'the isolation has no matcher',
      'PRM006',
      analysed('templates: [{ templateName: checkout-errors }]', query('sum(increase(http_requests_total[5m]))')),
    ],
  ],
  'analysis/values/request-metrics.ts': [
    [
      'tell versions apart by the Service that was called',
      'PRM006',
      analysed(
        'templates: [{ templateName: checkout-errors }]',
        query('sum(increase(istio_requests_total{reporter="source"}[5m]))'),
      ),
    ],
    ['(… / (… >= …))', 'text'],
    ['(histogram_quantile(…, …) and (histogram_count', 'text'],
    ['sum by (le) (', 'text'],
    ['(histogram_quantile(…, …) and (…', 'text'],
    ['sum by (…) (rate', 'text'],
    ['(… or … * 0)', 'text'],
    ['(…) / (… > 0)', 'text'],
    ['failureMatchers is empty', 'computed'],
  ],
};
