import * as kplus from 'cdk8s-plus-27';
import { AnalysisTemplate } from '../analysis/analysis-template';
import { wholeSecondsProblem } from '../formats/duration';
import { quoted } from '../formats/names';
import { firstStepWithCanary, managedRoutes } from './canary-rendering';
import { TrafficRouting } from '../traffic/traffic-split';
import { CanaryStep } from './canary-step';
import { CanaryStrategyOptions } from './canary-strategy';
import { analysisProblems, renderAnalysis } from './rollout-analysis';
import { at, dependent, titled, type Found } from '../formats/option-problem';

/** The capabilities of traffic routers, by their names in `trafficRouting`. */
const ROUTERS_WITH = {
  setHeaderRoute: ['istio', 'alb', 'apisix', 'plugins'],
  setMirrorRoute: ['istio', 'plugins'],
  'a weight of an experiment': ['istio', 'alb', 'smi', 'plugins'],
  canaryScale: undefined,
} as const;

/** The plugin for the Gateway API, which accepts mirror steps and ignores them. */
const GATEWAY_API = 'argoproj-labs/gatewayAPI';

/** Problems of a step, which has no name but its place. */
function ofStep(index: number, ...found: readonly Found[]): Found[] {
  return titled(`steps[${index}]`, `steps[${index}]: `, ...found);
}

/** The problems of a canary strategy: what Argo Rollouts refuses, and what it accepts but ignores. */
export function canaryProblems(options: CanaryStrategyOptions): Found[] {
  const { steps, analyses = [], traffic, maxTrafficWeight } = options;
  const routing = traffic?.toTrafficRouting();
  const problems: Found[] = steps.map((step, i) => ofStep(i, step._problems(analyses, maxTrafficWeight)));
  if (steps.length === 0) {
    problems.push(
      at('steps', 'steps is empty, so all traffic would go to the new version at once; give at least one step'),
    );
  }
  if (routing && routing.stableService === routing.canaryService) {
    const which = options.pingPong ? 'the ping and the pong Service' : 'the stable and the canary Service';
    problems.push(`${which} are both ${quoted(routing.stableService)}; Argo Rollouts needs two different Services`);
  }
  return [
    ...problems,
    ...routerProblems(steps, routing?.routing),
    ...routeProblems(steps, routing),
    ...backgroundProblems(options),
    ...fieldProblems(options, routing?.routing),
  ].filter((problem) => problem !== undefined);
}

function routerProblems(steps: readonly CanaryStep[], routing: { [key: string]: unknown } | undefined): Found[] {
  return steps.flatMap((step, i) => {
    const need = step._traits.needs;
    if (need === undefined) return [];
    if (routing === undefined) return ofStep(i, `${need} needs traffic routing; give the strategy its traffic`);
    const able = ROUTERS_WITH[need];
    if (need === 'setMirrorRoute' && GATEWAY_API in ((routing.plugins ?? {}) as object)) {
      return ofStep(i, `${need} does nothing with the plugin ${GATEWAY_API}; it needs Istio`);
    }
    if (able === undefined || able.some((router) => router in routing)) return [];
    const found = Object.keys(routing).join(', ');
    return ofStep(i, `${need} is not supported by ${found}; it needs one of ${able.join(', ')}`);
  });
}

/** Problems of the routes that steps add and remove: with each other, and with the routes of the VirtualService. */
function routeProblems(steps: readonly CanaryStep[], traffic: TrafficRouting | undefined): Found[] {
  const problems: Found[] = [];
  const istio = traffic?.routing.istio as { virtualService?: { routes?: string[] } } | undefined;
  const existing = new Set([...(istio?.virtualService?.routes ?? []), ...(traffic?.routeNames ?? [])]);
  for (const name of managedRoutes(steps).filter((route) => existing.has(route))) {
    const index = steps.findIndex(({ _traits: { route } }) => route?.name === name);
    problems.push(
      at(
        `steps[${index}]`,
        `a step manages the route ${quoted(name)}, which is a route of the VirtualService too, and would take that away in the end; give it another name`,
      ),
    );
  }
  const open = new Set<string>();
  steps.forEach(({ _traits: { route } }, i) => {
    if (route === undefined) return;
    if (route.removed && !open.has(route.name)) {
      problems.push(ofStep(i, `takes away the route ${quoted(route.name)}, which no step before it has set`));
    }
    if (route.removed) open.delete(route.name);
    else open.add(route.name);
  });
  const first = firstStepWithCanary(steps);
  const early = steps.findIndex(({ _traits: { route } }) => route !== undefined && !route.removed);
  if (early !== -1 && (first === undefined || early < first)) {
    problems.push(
      ofStep(
        early,
        `sends requests to the canary before it has pods; put a canaryScale step before it, such as one of 1 replica`,
      ),
    );
  }
  return problems;
}

function backgroundProblems(options: CanaryStrategyOptions): Found[] {
  const { background, steps, analyses = [] } = options;
  if (background === undefined) return [];
  const problems: Found[] = [];
  const { startingStep } = background;
  const first = firstStepWithCanary(steps);
  const ofAnalysis = at('background', analysisProblems('background', background, analyses, false));
  if (startingStep !== undefined && startingStep >= steps.length) {
    const message = `startingStep of background is ${startingStep}, but there are ${steps.length} steps, so it would never start; use at most ${steps.length - 1}`;
    return [ofAnalysis, dependent('background.startingStep', ['steps'], message)];
  }
  if (startingStep !== undefined && (!Number.isInteger(startingStep) || startingStep < 0)) {
    problems.push(`startingStep of background is ${startingStep}; use the index of a step, 0 or more`);
  } else if (first === undefined || (startingStep === undefined && !stepFollows(options, first))) {
    problems.push(
      'background would never find canary pods in a step: none follows the first weight above 0; add one, such as a pause of 5 minutes',
    );
  } else if (startingStep !== undefined && startingStep < first && !startsLater(options)) {
    problems.push(
      `startingStep of background is ${startingStep}, before the canary has pods, so that the first measurement would find nothing; use ${first}, or give its metrics an initialDelay`,
    );
  }
  return [ofAnalysis, at('background.startingStep', problems)];
}

const WEIGHTS = 'status.canary.weights';

/** The controller records weights in the status only with traffic routing. */
function weightProblems({ steps, analyses = [], background }: CanaryStrategyOptions): Found[] {
  const all: [string, object][] = steps.map((step, i) => [`steps[${i}]`, step._toKube(analyses)]);
  if (background) all.push(['background', renderAnalysis(background, analyses)]);
  return all
    .filter(([, rendered]) => asksForWeight(rendered))
    .map(([what]) => titled(what, `${what}: `, weightMissing));
}

/** The message about an analysis that uses the weight of a canary without traffic routing. */
export const weightMissing = `an argument is taken from ${WEIGHTS}, which is there only where a canary has traffic routing; give the strategy its traffic, or state the weight`;

/** Whether rendered fields refer to the weights in the status. */
export const asksForWeight = (rendered: object): boolean => JSON.stringify(rendered).includes(WEIGHTS);

/** Whether a step follows the first one with canary pods. A weight with a pause renders as two steps. */
function stepFollows({ steps, analyses = [] }: CanaryStrategyOptions, first: number): boolean {
  return first < steps.length || steps[first - 1]._toKube(analyses).length > 1;
}

function startsLater({ background, analyses = [] }: CanaryStrategyOptions): boolean {
  const templates = background?.templates ?? analyses;
  return templates.every(
    (one) =>
      one instanceof AnalysisTemplate &&
      one._metrics.every((metric) => (metric.initialDelay?.toMilliseconds() ?? 0) > 0),
  );
}

function fieldProblems(options: CanaryStrategyOptions, routing: { [key: string]: unknown } | undefined) {
  const { maxSurge, maxUnavailable, maxTrafficWeight } = options;
  const problems: Found[] = [
    at('antiAffinity', options.antiAffinity?._problem),
    at('scaleDownDelay', wholeSecondsProblem('scaleDownDelay', options.scaleDownDelay)),
    at('abortScaleDownDelay', wholeSecondsProblem('abortScaleDownDelay', options.abortScaleDownDelay)),
    at('replicaProgressThreshold', options.replicaProgressThreshold?._problem),
    at(
      'scaleDownDelayRevisionLimit',
      wholeProblem('scaleDownDelayRevisionLimit', options.scaleDownDelayRevisionLimit, 0),
    ),
    at('minPodsPerReplicaSet', wholeProblem('minPodsPerReplicaSet', options.minPodsPerReplicaSet, 1)),
    at('maxSurge', surgeProblem(maxSurge, maxUnavailable)),
  ];
  if (routing === undefined) {
    problems.push(...weightProblems(options));
    const needing = [
      'scaleDownDelay',
      'scaleDownDelayRevisionLimit',
      'abortScaleDownDelay',
      'dynamicStableScale',
      'minPodsPerReplicaSet',
      'pingPong',
      'maxTrafficWeight',
    ] as const;
    for (const name of needing.filter((field) => options[field] !== undefined && options[field] !== false)) {
      problems.push(at(name, `${name} needs traffic routing; give the strategy its traffic, or leave ${name} out`));
    }
    return problems;
  }
  if (options.dynamicStableScale && options.scaleDownDelay) {
    problems.push(
      at(
        'dynamicStableScale',
        'dynamicStableScale and scaleDownDelay are both given, which Argo Rollouts refuses: the old pods are gone by then; leave one out',
      ),
    );
  }
  if (maxTrafficWeight !== undefined) {
    problems.push(at('maxTrafficWeight', wholeProblem('maxTrafficWeight', maxTrafficWeight, 1)));
    if (!('plugins' in routing) && !('nginx' in routing)) {
      problems.push(
        at(
          'maxTrafficWeight',
          `maxTrafficWeight is not supported by ${Object.keys(routing).join(', ')}; leave it out: weights are percent`,
        ),
      );
    }
  }
  if (options.pingPong && !['istio', 'alb', 'plugins'].some((router) => router in routing)) {
    problems.push(at('pingPong', `pingPong is not supported by ${Object.keys(routing).join(', ')}; leave it out`));
  }
  return problems;
}

/** Argo Rollouts refuses two zeros. The default of each is 25 %. */
function surgeProblem(
  surge: kplus.PercentOrAbsolute | undefined,
  unavailable: kplus.PercentOrAbsolute | undefined,
): string | undefined {
  if (!surge?.isZero() || !unavailable?.isZero()) return undefined;
  return 'maxSurge and maxUnavailable are both zero, so that no pod could ever be replaced; raise one of them';
}

export function wholeProblem(name: string, value: number | undefined, least: number): string | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return undefined;
  return `${name} is ${value}; use a whole number of at least ${least}`;
}
