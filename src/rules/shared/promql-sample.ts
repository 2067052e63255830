import { analysisTemplate, canaryRollout, documents, prometheusMetric } from './samples';

/** A template with one query. */
export const sample = (query: string, success?: string): string =>
  analysisTemplate(prometheusMetric({ query, success }));

/** A query in a step of a canary that Istio routes. */
export const inRollout = (query: string, { args = '', spec = '', namespace = '' } = {}): string =>
  documents(
    canaryRollout({
      namespace: namespace || undefined,
      canary: `
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  istio:
    virtualService:
      name: checkout`,
      steps: `
- setWeight: 50
- analysis:
    templates:
      - templateName: checkout-errors
${args === '' ? '' : `    args:\n${args}`}`,
    }),
    analysisTemplate(prometheusMetric({ query }), spec),
  );
