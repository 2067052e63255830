import { rollouts } from '../../graph';
import { exampleStrategy } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifest = (scaleDown: string): string =>
  exampleStrategy(
    'blueGreen:\n  activeService: checkout\n  postPromotionAnalysis: { templates: [{ templateName: smoke }] }',
    { spec: `workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout, scaleDown: ${scaleDown} }` },
  ).replace(/ {2}template:.*\n/, '');

export const scaleDownNeverHappens: Rule = {
  code: 'ROL046',
  severity: 'warning',
  title: 'The referenced Deployment is never scaled down',
  why: 'With `scaleDown: onsuccess` the controller scales the Deployment down when the first revision is promoted to stable and Healthy. With a `postPromotionAnalysis`, the first revision has no such analysis to wait for and is never promoted in that sense, and later revisions are not looked at. The Rollout is Healthy, and the pods of the Deployment run beside those of the Rollout for ever.',
  fix: 'Use `scaleDown: progressively`, scale the Deployment down by hand, or add `postPromotionAnalysis` after the migration.',
  whenNotToUse: 'When you scale the Deployment down yourself after the migration.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller (argo-rollouts#4681, open).',
  bad: manifest('onsuccess'),
  good: manifest('progressively'),
  checkPart(graph, report, part) {
    for (const { resource, blueGreen } of part(rollouts(graph))) {
      const scaleDown = resource.field('spec', 'workloadRef', 'scaleDown');
      const analysis = blueGreen.get('postPromotionAnalysis');
      if (scaleDown.string?.toLowerCase() !== 'onsuccess' || !analysis.exists) continue;
      report(
        scaleDown,
        `${resource} never scales down its ${resource.field('spec', 'workloadRef', 'kind').string ?? 'workload'}: scaleDown is onsuccess, and a postPromotionAnalysis keeps the first revision from being promoted`,
        { hint: 'use scaleDown: progressively', related: { field: analysis, message: 'the analysis' } },
      );
    }
  },
};
