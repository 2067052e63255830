import { MonitorKind } from '../monitoring/canary-monitoring';
import type { CanaryStep } from '../rollout/canary-step';
import type { CanaryAppProps } from './canary-app-props';
import { valueAt } from './contradictions';
import { dependent, type Found } from '../formats/option-problem';

/** Options of a scrape, which only a monitor has. */
const SCRAPE = [
  'path',
  'scheme',
  'scrapeTimeout',
  'params',
  'bearerToken',
  'relabelings',
  'metricRelabelings',
  'sampleLimit',
  'scrapeNativeHistograms',
  'podTargetLabels',
  'labels',
  'nameLabel',
];

/** Options of a ScaledObject, which a HorizontalPodAutoscaler lacks. */
const KEDA_ONLY = [
  'pollingInterval',
  'cooldownPeriod',
  'initialCooldownPeriod',
  'idleReplicas',
  'fallback',
  'advanced',
];

/**
 * Options that another option leaves without effect: an error, because the app would not do what they say.
 *
 * @param runs Whether the Rollout names the AnalysisTemplate of these.
 *
 * Settings of analyses (`prometheus`, `prometheusAccess`) are not among them: defaults of many apps may state them although
 * one of these has no analysis.
 */
export function unusedOptions(
  props: CanaryAppProps,
  steps: readonly CanaryStep[],
  runs: (template: 'checks' | 'failures') => boolean,
): Found[] {
  return [
    ...unusedAnalyses(props, steps, runs),
    ...unusedBecause(props, props.monitoring?.kind === MonitorKind.NONE, 'monitoring', SCRAPE, {
      other: 'monitoring.kind',
      why: 'is none, so that there is no monitor',
    }),
    ...unusedBecause(
      props,
      props.autoscaling !== undefined && props.autoscaling.triggers === undefined,
      'autoscaling',
      KEDA_ONLY,
      { other: 'autoscaling.triggers', why: 'is not given, and a HorizontalPodAutoscaler has no such field' },
    ),
    ...unusedBecause(props, props.services?.withRoot === false, 'services', ['root'], {
      other: 'services.withRoot',
      why: 'is false, so that there is no such Service',
    }),
    ...unusedBecause(props, (props.gatewayApi?.grpcRoutes ?? []).length === 0, 'gatewayApi', ['grpcRouteName'], {
      other: 'gatewayApi.grpcRoutes',
      why: 'is not given, so that there is no GRPCRoute',
    }),
    ...unusedBecause(
      props,
      (props.gatewayApi?.grpcRoutes ?? []).length > 0 && (props.gatewayApi?.routes ?? []).length === 0,
      'gatewayApi',
      ['httpRouteName'],
      { other: 'gatewayApi.routes', why: 'is not given beside grpcRoutes, so that there is no HTTPRoute' },
    ),
  ];
}

/** Checks that no part of the rollout runs, and settings for checks that do not exist. */
function unusedAnalyses(
  props: CanaryAppProps,
  steps: readonly CanaryStep[],
  runs: (template: 'checks' | 'failures') => boolean,
): Found[] {
  if (props.prometheus === undefined) return [];
  const { blueGreen } = props;
  const parts = blueGreen ? [blueGreen.prePromotionAnalysis, blueGreen.postPromotionAnalysis] : [];
  const isRun = blueGreen
    ? parts.some((analysis) => analysis !== undefined && analysis.templates === undefined)
    : steps.some((step) => step._usesOwnAnalyses);
  const [place, missing] = whatRunsNothing(props);
  const unused = (field: string, instead: string) =>
    dependent(field, [place], `${field} is given, but ${missing}${blueGreen ? '' : `, or ${instead}`}`);
  const found: Found[] = [];
  if (!isRun && props.checks !== undefined && !runs('checks')) {
    found.push(unused('checks', 'move them to backgroundChecks'));
  }
  if (!isRun && props.failures !== undefined && !runs('failures')) {
    found.push(unused('failures', 'leave failures out'));
  }
  if (!isRun && blueGreen?.analyses !== undefined) found.push(unused('blueGreen.analyses', ''));
  if (isRun && props.measuring !== undefined && props.checks === undefined && props.backgroundChecks === undefined) {
    found.push(
      dependent(
        'measuring',
        ['checks', 'backgroundChecks'],
        'measuring is given, but there are neither checks nor backgroundChecks that it would measure: failed requests are counted as failures says; give checks, or leave measuring out',
      ),
    );
  }
  return found;
}

/** The option that decides which analyses run, and what it lacks if it runs none of the app's own. */
function whatRunsNothing({ blueGreen, plan }: CanaryAppProps): [place: string, missing: string] {
  if (blueGreen) {
    return [
      'blueGreen',
      'no analysis of blueGreen runs before or after the promotion; give blueGreen.prePromotionAnalysis: {}',
    ];
  }
  if (plan) return ['plan', 'plan runs no analysis; give it analyzeEachStep: true'];
  return ['steps', 'no step of steps runs an analysis; add the step analysis'];
}

function unusedBecause(
  props: CanaryAppProps,
  isUnused: boolean,
  within: string,
  options: readonly string[],
  { other, why }: { readonly other: string; readonly why: string },
): Found[] {
  if (!isUnused) return [];
  return options
    .map((option) => `${within}.${option}`)
    .filter((option) => valueAt(props, option) !== undefined)
    .map((option) => dependent(option, [other], `${option} has no effect: ${other} ${why}; leave it out`));
}
