import { type DestinationRule, destinationRules, type Resource, rollouts } from '../../graph';
import type { Rule } from '../shared/rule';
import { documents, meshApp } from '../shared/example';
import { weightOf } from '../shared/step-timeline';

const rule = (percent: number): string => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: checkout-canary
spec:
  host: checkout-canary
  trafficPolicy:
    outlierDetection:
      consecutive5xxErrors: 5
      maxEjectionPercent: ${percent}`;

export const outlierEjectsCanary: Rule = {
  code: 'MSH006',
  severity: 'warning',
  title: 'Outlier detection may eject the whole canary',
  why: 'Outlier detection ejects a canary that fails, and its share of the requests fails at the callers with 503. The pods no longer get requests, so what is measured at the canary looks healthy again or is empty.',
  fix: 'Keep `maxEjectionPercent` low enough that one canary pod stays (early steps often have a single one), or measure at the callers (`reporter="source"`).',
  whenNotToUse: 'When the analysis measures at the callers.',
  confirmedBy: 'Istio 1.30, read in its documentation.',
  bad: documents(meshApp(), rule(100)),
  good: documents(meshApp(), rule(0)),
  check(graph, report) {
    const detecting = new Map<Resource, DestinationRule[]>();
    for (const one of destinationRules(graph)) {
      const target = one.service?.target;
      if (!target || !one.resource.field('spec', 'trafficPolicy', 'outlierDetection').exists) continue;
      detecting.set(target, [...(detecting.get(target) ?? []), one]);
    }
    for (const { resource, services, canary, steps } of rollouts(graph)) {
      const name = services.canary?.target;
      if (!name) continue;
      const replicas = resource.field('spec', 'replicas').integer ?? 1;
      const weight = steps.map(weightOf).find((one) => (one ?? 0) > 0);
      if (weight === undefined || canary.get('pingPong').exists) continue;
      const pods = Math.max(1, Math.ceil((weight * replicas) / 100));
      for (const rule of detecting.get(name) ?? []) {
        const detection = rule.resource.field('spec', 'trafficPolicy', 'outlierDetection');
        const percent = detection.get('maxEjectionPercent').integer ?? 10;
        if (Math.floor((pods * percent) / 100) < pods) continue;
        report(
          detection,
          `${rule.resource} may eject ${percent} % of the canary, which has ${pods === 1 ? 'a single pod' : `${pods} pods`} at ${weight} %`,
          {
            on: 'key',
            related: { field: services.canary!.from, message: 'the canary Service' },
          },
        );
      }
    }
  },
};
