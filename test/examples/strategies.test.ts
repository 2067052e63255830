import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { only } from '../synthesized';
import { manifestsIn, renderExample } from './rendered';

const files = (name: string) => renderExample(name)[`${name}.k8s.yaml`];
const strategyOf = (name: string) => only(manifestsIn(files(name)), 'Rollout').spec.strategy;

test.each(['header-mirror', 'blue-green', 'adopt-deployment', 'grpc-istio'])('%s is what dist/ holds', (name) => {
  expect(readFileSync(join(__dirname, `../../dist/${name}.k8s.yaml`), 'utf8')).toBe(files(name));
});

test('the routes of testers and copies are the controller’s to bring, and none is left', () => {
  const { trafficRouting, steps } = strategyOf('header-mirror').canary;
  expect(trafficRouting.managedRoutes).toEqual([{ name: 'testers' }, { name: 'shadow' }]);
  expect(steps[steps.length - 1]).toEqual({ setHeaderRoute: { name: 'testers' } });
});

test('the invoices are smoked before, and watched after', () => {
  expect(strategyOf('blue-green').blueGreen).toMatchObject({
    activeService: 'invoices',
    previewService: 'invoices-preview',
    autoPromotionEnabled: false,
    prePromotionAnalysis: { templates: [{ templateName: 'invoices-smoke' }] },
    postPromotionAnalysis: { templates: [{ templateName: 'invoices-errors' }] },
  });
});

test('the Deployment keeps its pods and their template, since the Rollout starts with one', () => {
  const { spec } = only(manifestsIn(files('adopt-deployment')), 'Rollout');
  expect(spec.workloadRef).toMatchObject({ name: 'legacy', scaleDown: 'never' });
  expect(spec).not.toHaveProperty('template');
  expect(spec).not.toHaveProperty('replicas');
});

test('the ledger is judged by the status of gRPC', () => {
  const queries = manifestsIn(files('grpc-istio'))
    .filter(({ kind }) => kind === 'AnalysisTemplate')
    .flatMap(({ spec }) => spec.metrics)
    .map(({ provider }) => provider.prometheus.query);
  for (const query of queries) expect(query).toContain('destination_service_name="ledger-canary"');
  expect(queries[0]).toContain('grpc_response_status=~"2|4|8|12|13|14|15"');
});
