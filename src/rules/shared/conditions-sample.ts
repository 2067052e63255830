import { analysisTemplate, prometheusMetric } from './samples';

/** A template with one metric: its conditions, and what it asks. */
export const sample = (success: string, failure = '', query?: string): string =>
  analysisTemplate(prometheusMetric({ success, failure, query }));

/** A share of failed requests. */
export const RATIO = 'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))';
