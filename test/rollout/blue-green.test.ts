import { Duration } from 'cdk8s';
import { PercentOrAbsolute } from 'cdk8s-plus-27';
import { AnalysisTemplate, AntiAffinity, BlueGreenStrategyOptions, RolloutOptions, RolloutStrategy } from '../../src';
import { only, synthesize } from '../synthesized';
import { messages, rollout } from './strategies';

const SERVICES = { activeService: 'checkout-active', previewService: 'checkout-preview' };
const blueGreen = (options: Partial<BlueGreenStrategyOptions>) =>
  RolloutStrategy.blueGreen({ ...SERVICES, ...options });
const refused = (options: Partial<BlueGreenStrategyOptions>, more: RolloutOptions = {}) =>
  messages((scope) => rollout(scope, blueGreen(options), more));

test('every field of a blue-green strategy is written as Argo Rollouts spells it', () => {
  const strategy = blueGreen({
    analyses: [AnalysisTemplate.fromName('smoke')],
    prePromotionAnalysis: {},
    postPromotionAnalysis: { templates: [AnalysisTemplate.fromClusterName('errors')] },
    autoPromotion: false,
    autoPromotionAfter: Duration.hours(2),
    previewReplicaCount: 1,
    scaleDownDelay: Duration.minutes(10),
    scaleDownDelayRevisionLimit: 1,
    abortScaleDownDelay: Duration.seconds(0),
    maxUnavailable: PercentOrAbsolute.absolute(1),
    antiAffinity: AntiAffinity.required(),
    activeMetadata: { labels: { role: 'active' } },
    previewMetadata: { labels: { role: 'preview' } },
  });
  expect(
    only(
      synthesize((chart) => rollout(chart, strategy)),
      'Rollout',
    ).spec.strategy,
  ).toMatchSnapshot();
});

test('V40: one Service cannot be both, and delays reach no further than the history', () => {
  expect(refused({ previewService: 'checkout-active' })).toEqual([
    "the active and the preview Service are both 'checkout-active'; Argo Rollouts needs two different Services",
  ]);
  expect(refused({ scaleDownDelayRevisionLimit: 3 }, { revisionHistoryLimit: 2 })).toEqual([
    'scaleDownDelayRevisionLimit is 3, more than revisionHistoryLimit (2); lower it, or keep more',
  ]);
  expect(refused({ scaleDownDelayRevisionLimit: 10 })).toEqual([]);
});

test('V39: a preference weighs from 1 to 100', () => {
  expect(refused({ antiAffinity: AntiAffinity.preferred(0) })).toEqual([expect.stringContaining('antiAffinity is 0')]);
});

test('an analysis without templates is refused, with its place', () => {
  expect(refused({ prePromotionAnalysis: {} })).toEqual([
    'prePromotionAnalysis names no template, and there is none to mean; give templates: […]',
  ]);
});
