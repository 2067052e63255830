import type { Entry, System } from './entry';

/** What the Prometheus Operator does, by release. */
const PROMETHEUS_OPERATOR = {
  fallbackProtocol: {
    id: 'fallback-protocol',
    what: 'Configuration for Prometheus 3',
    changes: [
      {
        from: '0.93',
        value: true,
        words:
          'writes `fallback_scrape_protocol` and `metric_name_validation_scheme` where Prometheus is 3.0 or newer, and not otherwise',
      },
    ],
    source: 'pkg/prometheus/promcfg.go of 0.93.0 and 0.94.1; of 0.95.2 only the definitions were read',
    evidence: 'read',
  } as Entry<boolean>,
};

export const PROMETHEUS_OPERATOR_SYSTEM: System = {
  name: 'prometheus-operator',
  title: 'Prometheus Operator',
  releases: ['0.93', '0.94', '0.95'],
  entries: Object.values(PROMETHEUS_OPERATOR),
};
