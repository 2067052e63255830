import { flaggerCanaries } from '../../graph';
import { readGoDuration, writeSeconds } from '../../formats/go-duration';
import { flaggerApp, flaggerCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const metrics = (interval: string): string =>
  `maxWeight: 50\nstepWeight: 10\nmetrics:\n  - { name: request-success-rate, thresholdRange: { min: 99 }, interval: ${interval} }`;

/** Flagger's default interval, and the shortest that it accepts. */
const DEFAULT_SECONDS = 60;
const LEAST_SECONDS = 10;

export const thresholdAndWindows: Rule = {
  code: 'FLG005',
  severity: 'advice',
  title: 'The windows of a Flagger metric do not match interval and threshold',
  why: 'Flagger evaluates each metric once every `interval`, over the window that the metric names (1m by default), and rolls back after `threshold` failed checks in all. With a window much longer than `interval`, one burst of errors fails several checks in a row, so a single second can reach the threshold. With a window shorter than `interval`, nobody looks at the requests in between.',
  fix: "Make the metric's `interval` about as long as that of the analysis, and `threshold` larger than the number of checks that see the same window.",
  whenNotToUse: 'When a single burst is meant to roll back; `threshold: 1` says so, and is not reported.',
  confirmedBy:
    'Flagger 1.44, read in its scheduler (`pkg/controller/scheduler.go`): failed checks add up and are never taken back.',
  bad: flaggerApp(flaggerCanary({ interval: '10s', threshold: 5, analysis: metrics('1m') })),
  good: flaggerApp(flaggerCanary({ interval: '30s', threshold: 5, analysis: metrics('1m') })),
  checkPart(graph, report, part) {
    for (const { resource, analysis } of part(flaggerCanaries(graph))) {
      const stated = analysis.get('interval');
      const interval = Math.max(LEAST_SECONDS, readGoDuration(stated.string ?? '') ?? DEFAULT_SECONDS);
      const threshold = analysis.get('threshold').integer ?? 1;
      for (const metric of analysis.get('metrics').items()) {
        const window = readGoDuration(metric.get('interval').string ?? '1m');
        if (window === undefined || window <= 0) continue;
        const checks = Math.ceil(window / interval);
        const at = metric.get('interval').exists ? metric.get('interval') : metric;
        const related = { field: stated, message: 'the interval of the analysis' };
        const name = metric.get('name').string ?? '';
        if (threshold > 1 && checks >= threshold && checks > 1) {
          report(
            at,
            `one burst of errors stays in ${checks} checks of metric '${name}' of ${resource}, which is all of its threshold of ${threshold}`,
            { hint: `a threshold above ${checks}, or a shorter window`, related },
          );
        } else if (window < interval && metric.get('interval').exists) {
          report(
            at,
            `metric '${name}' of ${resource} looks at ${writeSeconds(window)} of every ${writeSeconds(interval)}; no check sees the rest`,
            { hint: writeSeconds(interval), related },
          );
        }
      }
    }
  },
};
