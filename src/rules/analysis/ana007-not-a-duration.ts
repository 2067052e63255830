import { readGoDuration } from '../../formats/go-duration';
import { type Field, metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { fillIn, metricLabel, usesOf } from '../shared/metric-settings';

export const notADuration: Rule = {
  code: 'ANA007',
  severity: 'error',
  title: 'interval or initialDelay is not a Go duration',
  why: "The controller reads `interval` and `initialDelay` with Go's `time.ParseDuration`, which accepts no days, no bare numbers and no spaces. It does so when the AnalysisRun starts: the run ends with `Error` and aborts the rollout.",
  fix: 'Write numbers with the units `ms`, `s`, `m` and `h`: `90s`, `1h30m`.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: analysisTemplate(prometheusMetric({ fields: 'count: 5\ninterval: "300"' })),
  good: analysisTemplate(prometheusMetric({ fields: 'count: 5\ninterval: 300s' })),
  peers: { argo: 'controller only, when the run starts: invalid interval string' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const key of ['interval', 'initialDelay']) {
        const field = metric.field.get(key);
        if (!field.string) continue;
        for (const use of usesOf(metric)) {
          const text = fillIn(field.string, metric, use);
          if (text === undefined || readGoDuration(text) !== undefined) continue;
          const meant = likelyDuration(text);
          report(field, `${key} of ${metricLabel(metric)} is '${text}', which is not a duration`, {
            hint: meant ? `write ${meant}` : 'write a number and a unit: 30s, 5m, 1h30m',
            fix: meant && text === field.string ? rewrite(field, meant) : undefined,
          });
        }
      }
    }
  },
};

const rewrite = (field: Field, to: string): { title: string; edits: { at: Field; set: string }[] } => ({
  title: `write ${to}`,
  edits: [{ at: field, set: to }],
});

const UNITS: [pattern: RegExp, seconds: number][] = [
  [/^(s|secs?|seconds?)?$/i, 1],
  [/^(m|mins?|minutes?)$/i, 60],
  [/^(h|hrs?|hours?)$/i, 3600],
  [/^(d|days?)$/i, 86_400],
  [/^(w|weeks?)$/i, 604_800],
];

/** The duration that `300`, `5 min` or `1d` probably mean. */
function likelyDuration(text: string): string | undefined {
  const [, amount, unit] = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = UNITS.find(([pattern]) => unit !== undefined && pattern.test(unit))?.[1];
  if (factor === undefined) return undefined;
  const seconds = Number(amount) * factor;
  if (factor === 1) return `${seconds}s`;
  return factor === 60 ? `${seconds / 60}m` : `${seconds / 3600}h`;
}
