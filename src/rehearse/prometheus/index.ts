export { PrometheusApi, PrometheusRefused } from './api';
export type { Answer, AnsweredSeries, QueriedRange } from './api';
export { findPrometheus, NoPrometheus } from './binary';
export { Prometheus, PrometheusFailed } from './process';
export type { PrometheusOptions } from './process';
export type { Sample, Series, SeriesLabels } from './remote-write';
