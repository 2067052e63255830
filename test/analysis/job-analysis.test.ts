import { Testing } from 'cdk8s';
import { JobAnalysis } from '../../src';
import { only } from '../synthesized';

test('a smoke test is one call, and gets what its command uses', () => {
  const chart = Testing.chart();
  const smoke = new JobAnalysis(chart, 'smoke', {
    image: 'registry.example.com/smoke:1',
    args: ['--host', 'checkout-canary.{{args.namespace}}', '--level', '{{args.level}}'],
    values: { level: 'full' },
    advisory: true,
  });
  expect(smoke.rolloutArgs.map((arg) => arg._toKube())).toEqual([
    { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'level', value: 'full' },
  ]);
  const { args, dryRun, metrics } = only(Testing.synth(chart), 'AnalysisTemplate').spec;
  expect(args).toEqual([{ name: 'namespace' }, { name: 'level' }]);
  expect(dryRun).toEqual([{ metricName: '^smoke$' }]);
  expect(metrics[0].provider.job.spec.template.spec.containers[0].args[1]).toBe('checkout-canary.{{args.namespace}}');
});
