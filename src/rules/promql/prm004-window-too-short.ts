import { lengthOfTime } from '../../formats/go-duration';
import { type AnalysisUse, type Field, type Graph, scrapesOf } from '../../graph';
import { readPromqlDuration } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { documents, queryInRollout } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries, windowSeconds } from '../shared/metric-query';
import { isInfrastructure } from '../shared/series-source';

/** Seconds. No common scrape interval fills a shorter window; the shortest common one is 15 s. */
const SHORTEST = 30;

const monitored = (window: string): string =>
  documents(
    queryInRollout(`sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[${window}]))`).replace(
      '  strategy:',
      '  selector:\n    matchLabels:\n      app: checkout\n  template:\n    metadata:\n      labels:\n        app: checkout\n    spec:\n      containers:\n        - name: checkout\n          image: checkout\n          ports:\n            - name: http\n              containerPort: 8080\n  strategy:',
    ),
    `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: checkout
spec:
  selector:
    matchLabels:
      app: checkout
  podMetricsEndpoints:
    - port: http
      interval: 30s`,
  );

export const windowTooShort: Rule = {
  code: 'PRM004',
  severity: 'warning',
  upTo: 'error',
  title: 'A window holds too few scrapes',
  why: '`rate()` needs two samples. A window shorter than two scrape intervals usually returns nothing, and one shorter than four is empty as soon as one scrape is missed. Missing data then aborts a healthy rollout, or passes a bad one.',
  fix: 'Use a window of at least four scrape intervals, or scrape more often.',
  whenNotToUse: 'Ignore it when another monitor, which is not among the linted manifests, scrapes the pods more often.',
  confirmedBy: CONFIRMED_BY.series,
  bad: monitored('1m'),
  good: monitored('2m'),
  peers: { pint: 'promql/rate, with a live Prometheus' },
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const use of metric.uses) {
        const scrape = slowestScrape(graph, use);
        // One finding for each window, however often the query has it.
        const said = new Set<string>();
        for (const { selector, around } of selectors) {
          const { window } = selector;
          const over = around[0];
          if (!window || isInfrastructure(selector, metric)) continue;
          if (over?.kind !== 'call' || !['rate', 'increase', 'irate', 'delta', 'idelta', 'deriv'].includes(over.name))
            continue;
          const seconds = windowSeconds(window.text, metric, use);
          if (said.has(window.text)) continue;
          said.add(window.text);
          if (scrape === undefined) {
            if (seconds === undefined || seconds >= SHORTEST) continue;
            report(
              metric.query,
              `the window of ${metricLabel(metric)} is ${lengthOfTime(seconds)}, which needs a scrape at least every ${lengthOfTime(seconds / 2)}; no monitor here states one`,
              { within: { from: window.from, to: window.to }, hint: 'use at least four scrape intervals' },
            );
            continue;
          }
          if (seconds === undefined || seconds >= 4 * scrape.seconds) continue;
          report(
            metric.query,
            `the window of ${metricLabel(metric)} is ${lengthOfTime(seconds)}, and ${scrape.field.resource} scrapes every ${lengthOfTime(scrape.seconds)}: ${scrapes(seconds / scrape.seconds)}`,
            {
              within: { from: window.from, to: window.to },
              hint: `use at least ${lengthOfTime(4 * scrape.seconds)}`,
              severity: seconds < 2 * scrape.seconds ? 'error' : undefined,
              related: { field: scrape.field, message: 'the scrape interval' },
            },
          );
        }
      }
    }
  },
};

const scrapes = (times: number): string =>
  times < 2 ? 'mostly nothing comes back' : `a missed scrape leaves too little`;

/** The scrape of the Rollout's pods with the longest interval. Undefined if none is stated. */
function slowestScrape(graph: Graph, { rollout }: AnalysisUse): { seconds: number; field: Field } | undefined {
  let slowest: { seconds: number; field: Field } | undefined;
  for (const { endpoint } of rollout ? scrapesOf(graph, rollout.resource) : []) {
    const seconds = endpoint.interval === undefined ? undefined : readPromqlDuration(endpoint.interval);
    if (seconds !== undefined && seconds > (slowest?.seconds ?? 0))
      slowest = { seconds, field: endpoint.field.get('interval') };
  }
  return slowest;
}
