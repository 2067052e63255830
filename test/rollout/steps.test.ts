import { Duration } from 'cdk8s';
import {
  AnalysisArg,
  AnalysisTemplate,
  CanaryScale,
  CanaryStep,
  ExperimentSpecRef,
  HeaderMatch,
  StringMatch,
} from '../../src';
import { canaryOf } from './strategies';

const rendered = (...steps: CanaryStep[]) => canaryOf({ steps: [CanaryStep.setWeight(5), ...steps] }).steps.slice(1);

test('the canary gets pods of its own number, or its share again', () => {
  expect(
    rendered(
      CanaryStep.canaryScale(CanaryScale.replicas(3)),
      CanaryStep.canaryScale(CanaryScale.weight(50)),
      CanaryStep.canaryScale(CanaryScale.matchTrafficWeight()),
    ),
  ).toEqual([
    { setCanaryScale: { replicas: 3 } },
    { setCanaryScale: { weight: 50 } },
    { setCanaryScale: { matchTrafficWeight: true } },
  ]);
});

test('requests with certain headers go to the canary', () => {
  const matches = [
    HeaderMatch.exact('x-canary', 'always'),
    HeaderMatch.prefix('user-agent', 'Probe/'),
    HeaderMatch.regex('cookie', '(.*; )?canary=yes(;.*)?'),
  ];
  expect(rendered(CanaryStep.setHeaderRoute('testers', matches), CanaryStep.removeHeaderRoute('testers'))).toEqual([
    {
      setHeaderRoute: {
        name: 'testers',
        match: [
          { headerName: 'x-canary', headerValue: { exact: 'always' } },
          { headerName: 'user-agent', headerValue: { prefix: 'Probe/' } },
          { headerName: 'cookie', headerValue: { regex: '(.*; )?canary=yes(;.*)?' } },
        ],
      },
    },
    { setHeaderRoute: { name: 'testers' } },
  ]);
});

test('a part of the requests is mirrored', () => {
  const matches = [
    {
      method: StringMatch.exact('GET'),
      path: StringMatch.prefix('/api'),
      headers: [HeaderMatch.regex('x-kind', 'a|b')],
    },
  ];
  expect(
    rendered(CanaryStep.setMirrorRoute('shadow', { matches, percentage: 35 }), CanaryStep.removeMirrorRoute('shadow')),
  ).toEqual([
    {
      setMirrorRoute: {
        name: 'shadow',
        percentage: 35,
        match: [{ method: { exact: 'GET' }, path: { prefix: '/api' }, headers: { 'x-kind': { regex: 'a|b' } } }],
      },
    },
    { setMirrorRoute: { name: 'shadow' } },
  ]);
});

test('a baseline as young as the canary is compared with it', () => {
  expect(
    rendered(
      CanaryStep.experiment({
        duration: Duration.minutes(20),
        templates: [
          { name: 'baseline', specRef: ExperimentSpecRef.STABLE, weight: 5, serviceName: 'checkout-baseline' },
          {
            name: 'canary',
            specRef: ExperimentSpecRef.CANARY,
            replicas: 2,
            labels: { role: 'trial' },
            selector: { role: 'trial' },
          },
        ],
        analyses: [
          {
            name: 'compare',
            template: AnalysisTemplate.fromClusterName('compare'),
            args: [AnalysisArg.value('baseline', '{{templates.baseline.podTemplateHash}}')],
            requiredForCompletion: true,
          },
        ],
        dryRun: ['latency'],
        runLabels: { team: 'shop' },
        scaleDownDelay: Duration.minutes(1),
      }),
    ),
  ).toMatchSnapshot();
});

test('a plugin does a step, with what it takes', () => {
  expect(
    rendered(CanaryStep.plugin('argoproj-labs/step-exec', { command: 'echo' }), CanaryStep.plugin('acme/gate')),
  ).toEqual([
    { plugin: { name: 'argoproj-labs/step-exec', config: { command: 'echo' } } },
    { plugin: { name: 'acme/gate' } },
  ]);
});
