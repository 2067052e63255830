import { monitors } from '../../graph';
import { readPromqlDuration } from '../../promql';
import type { Rule } from '../shared/rule';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';

export const timeoutExceedsInterval: Rule = {
  code: 'MON006',
  severity: 'error',
  title: 'scrapeTimeout is longer than the interval',
  why: 'The Prometheus Operator refuses the monitor, and nothing that it selects is scraped. It reports this only in its log and as an event.',
  fix: 'Set `scrapeTimeout` to at most `interval`.',
  whenNotToUse: 'Never: the operator refuses the monitor.',
  confirmedBy: 'Prometheus Operator 0.93: the conformance run asks its code.',
  bad: documents(SCRAPED_APP, serviceMonitor('port: http\ninterval: 10s\nscrapeTimeout: 30s')),
  good: documents(SCRAPED_APP, serviceMonitor('port: http\ninterval: 30s\nscrapeTimeout: 10s')),
  checkPart(graph, report, part) {
    for (const { resource, endpoints } of part(monitors(graph))) {
      for (const { field, interval } of endpoints) {
        const timeout = field.get('scrapeTimeout');
        const [most, least] = [timeout.string, interval].map((text) =>
          text === undefined ? NaN : (readPromqlDuration(text) ?? NaN),
        );
        if (!(most > least)) continue;
        report(timeout, `scrapeTimeout of ${resource} is ${timeout.string}, longer than its interval of ${interval}`, {
          related: { field: field.get('interval'), message: 'the interval' },
        });
      }
    }
  },
};
