// Every rule by which Argo Rollouts refuses a Rollout, what it refers to, or a metric: refused here, with the construct's
// path and what would be right, or beyond what the constructs can write, and why. The numbers are those of the guide.
import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  AnalysisArg,
  AnalysisMetric,
  AnalysisTemplate,
  AnalysisTemplateArg,
  AnalysisTemplateOptions,
  AntiAffinity,
  CanaryApp,
  CanaryScale,
  CanaryStep,
  CanaryStrategyOptions,
  Condition,
  Destination,
  ExperimentSpecRef,
  HeaderMatch,
  HttpMatch,
  HttpRoute,
  IstioTrafficSplit,
  IstioTrafficSplitProps,
  ITrafficSplit,
  MetricProvider,
  Rollout,
  RolloutOptions,
  RolloutStrategy,
  SplitBy,
  StringMatch,
  TcpRoute,
  Threshold,
  TlsRoute,
} from '../../src';
import { refusal } from '../synthesized';

type Build = (chart: Chart) => unknown;
type Verdict = { readonly refused: Build; readonly says: string } | { readonly cannot: string };

const SECOND = Duration.seconds(1);
const MINUTE = Duration.minutes(1);
const STEPS = [CanaryStep.setWeight(20), CanaryStep.pause()];
const CONTAINERS = [{ image: 'checkout:1', portNumber: 8080 }];
const PODS = CanaryStep.canaryScale(CanaryScale.replicas(1));
const HEADERS = [HeaderMatch.exact('x-canary', 'always')];

const split = (chart: Chart, props: Partial<IstioTrafficSplitProps> = {}) =>
  new IstioTrafficSplit(chart, 'traffic', {
    name: 'checkout',
    hosts: ['checkout.example.com'],
    stable: Destination.host('checkout-stable'),
    canary: Destination.host('checkout-canary'),
    ...props,
  });
const router = (routing: Record<string, unknown>): ITrafficSplit => ({
  toTrafficRouting: () => ({ stableService: 'checkout-stable', canaryService: 'checkout-canary', routing }),
});
const rollout = (chart: Chart, strategy: RolloutStrategy, options: RolloutOptions = {}) =>
  new Rollout(chart, 'checkout', { containers: CONTAINERS, ...options, strategy });
const refused = (says: string, build: Build): Verdict => ({ refused: build, says });
const options = (says: string, more: RolloutOptions): Verdict =>
  refused(says, (chart) => rollout(chart, RolloutStrategy.canary({ steps: STEPS, traffic: split(chart) }), more));
const istio = (says: string, more: Partial<CanaryStrategyOptions>): Verdict =>
  refused(says, (chart) => rollout(chart, RolloutStrategy.canary({ steps: STEPS, traffic: split(chart), ...more })));
const alone = (says: string, more: Partial<CanaryStrategyOptions>): Verdict =>
  refused(says, (chart) => rollout(chart, RolloutStrategy.canary({ steps: STEPS, ...more })));
const traffic = (says: string, more: Partial<IstioTrafficSplitProps>): Verdict =>
  refused(says, (chart) => split(chart, more));
const step = (says: string, ...steps: CanaryStep[]): Verdict => istio(says, { steps });
const trial = (weight: number) =>
  CanaryStep.experiment({
    duration: MINUTE,
    templates: [{ name: 'trial', specRef: ExperimentSpecRef.CANARY, weight }],
  });

const METRIC: AnalysisMetric = {
  name: 'up',
  provider: MetricProvider.prometheus({ address: 'http://prometheus:9090', query: 'sum(up)' }),
  condition: Condition.threshold(Threshold.atLeast(1)),
};
const template = (says: string, props: AnalysisTemplateOptions & { readonly metrics?: AnalysisMetric[] }): Verdict =>
  refused(says, (chart) => new AnalysisTemplate(chart, 'up', { metrics: [METRIC], ...props }));
const metric = (says: string, more: Partial<AnalysisMetric>): Verdict =>
  template(says, { metrics: [{ ...METRIC, ...more }] });
/** Two templates that run together in a step. */
const together = (says: string, first: object, second: object, args?: AnalysisArg[]): Verdict =>
  refused(says, (chart) => {
    const templates = [first, second].map(
      (props, i) => new AnalysisTemplate(chart, `t${i}`, { metrics: [{ ...METRIC, name: `m${i}` }], ...props }),
    );
    const steps = [CanaryStep.setWeight(5), CanaryStep.analysis({ templates, args })];
    rollout(chart, RolloutStrategy.canary({ steps, traffic: split(chart) }));
  });
const region = (value: string) => ({ args: [AnalysisTemplateArg.withDefault('region', value)] });

const BY_CONSTRUCTION = 'the constructs write one of them, never both or neither: ';
const OTHER_ROUTER = 'about a router that comes as an ITrafficSplit of one’s own, in its own words';
const IN_THE_CLUSTER = 'known to the cluster alone: ';

const STRUCTURE: Record<string, Verdict> = {
  V1: options('replicas is -1', { replicas: -1 }),
  V2: options('it selects no pods', { select: false }),
  V3: options("the pods' label 'team' is 'a b'", { podMetadata: { labels: { team: 'a b' } } }),
  V4: options('it selects no pods', { select: false, containers: CONTAINERS }),
  V5: { cannot: `${BY_CONSTRUCTION}with a workloadRef there is no template` },
  V6: options('restartPolicy is Never, and pods of a Rollout are always restarted', {
    restartPolicy: kplus.RestartPolicy.NEVER,
  }),
  V7: options('revisionHistoryLimit is -1', { revisionHistoryLimit: -1 }),
  V8: options('progressDeadline (1 s) must be longer than minReady (60 s)', {
    progressDeadline: SECOND,
    minReady: MINUTE,
  }),
  V9: { cannot: `${BY_CONSTRUCTION}a RolloutStrategy is of one kind` },
  V10: { cannot: `${BY_CONSTRUCTION}a RolloutStrategy is of one kind` },
  V11: alone('maxSurge and maxUnavailable are both zero', {
    maxSurge: kplus.PercentOrAbsolute.absolute(0),
    maxUnavailable: kplus.PercentOrAbsolute.absolute(0),
  }),
  V12: traffic("are both 'checkout-stable'", { canary: Destination.host('checkout-stable') }),
  V13: istio('pingPong is not supported by smi', { pingPong: true, traffic: router({ smi: {} }) }),
  V14: { cannot: 'the two Services of ping-pong are those of the traffic split, which has both' },
  V15: refused('the ping and the pong Service are both', (chart) =>
    rollout(
      chart,
      RolloutStrategy.canary({
        steps: STEPS,
        pingPong: true,
        traffic: split(chart, { canary: Destination.host('checkout-stable') }),
      }),
    ),
  ),
  V16: { cannot: OTHER_ROUTER },
  V17: { cannot: 'a traffic split has both Services' },
  V18: alone('scaleDownDelay needs traffic routing', { scaleDownDelay: SECOND }),
  V19: alone('dynamicStableScale needs traffic routing', { dynamicStableScale: true }),
  V20: istio('dynamicStableScale and scaleDownDelay are both given', {
    dynamicStableScale: true,
    scaleDownDelay: SECOND,
  }),
  V21: istio('maxTrafficWeight is not supported by istio', { maxTrafficWeight: 1000 }),
  V22: { cannot: `${BY_CONSTRUCTION}a CanaryStep is of one kind` },
  V23: { cannot: `${BY_CONSTRUCTION}a CanaryStep is of one kind` },
  V24: step('steps[0]: setWeight is 101; use a whole number from 0 to 100', CanaryStep.setWeight(101)),
  V25: step('steps[1]: pause is a duration of zero', STEPS[0], CanaryStep.pause(Duration.seconds(0))),
  V26: alone('steps[0]: canaryScale needs traffic routing', { steps: [PODS] }),
  V27: alone('steps[1]: setHeaderRoute needs traffic routing', {
    steps: [STEPS[0], CanaryStep.setHeaderRoute('testers', HEADERS)],
  }),
  V28: step(
    "steps[1]: the header 'x' is matched by no string",
    PODS,
    CanaryStep.setHeaderRoute('a', [HeaderMatch.exact('x', '')]),
  ),
  V29: { cannot: `${BY_CONSTRUCTION}a HeaderMatch is of one kind` },
  V30: { cannot: OTHER_ROUTER },
  V31: istio('setMirrorRoute is not supported by alb', {
    traffic: router({ alb: {} }),
    steps: [PODS, CanaryStep.setMirrorRoute('a', { matches: [{ path: StringMatch.prefix('/') }] })],
  }),
  V32: step(
    'steps[1]: the method is matched by no string',
    PODS,
    CanaryStep.setMirrorRoute('a', { matches: [{ method: StringMatch.exact('') }] }),
  ),
  V33: { cannot: 'managedRoutes are derived from the steps' },
  V34: { cannot: 'managedRoutes are derived from the steps' },
  V35: alone('a weight of an experiment needs traffic routing', { steps: [trial(5)] }),
  V36: istio('a weight of an experiment is not supported by nginx', {
    traffic: router({ nginx: {} }),
    steps: [trial(5)],
  }),
  V37: step(
    "the argument 'when' is the field 'metadata.creationTimestamp', which Argo Rollouts cannot read",
    STEPS[0],
    CanaryStep.analysis({
      templates: [AnalysisTemplate.fromName('errors')],
      args: [AnalysisArg.fieldRef('when', 'metadata.creationTimestamp')],
    }),
  ),
  V38: { cannot: `${BY_CONSTRUCTION}an AntiAffinity is of one kind` },
  V39: istio('the weight of antiAffinity is 101', { antiAffinity: AntiAffinity.preferred(101) }),
  V40: refused('the active and the preview Service are both', (chart) =>
    rollout(chart, RolloutStrategy.blueGreen({ activeService: 'a', previewService: 'a' })),
  ),
};

const OTHER = Destination.host('other');

const REFERENCES: Record<string, Verdict> = {
  R1: { cannot: 'Services select by the labels by which the Rollout selects' },
  R2: { cannot: `${IN_THE_CLUSTER}which Rollout a Service was given to` },
  R3: {
    cannot: 'CanaryServices makes the Services that the traffic split names; what else is there, the cluster knows',
  },
  R4: { cannot: `${IN_THE_CLUSTER}whether a template is there that is referred to by name` },
  R5a: together("two of the analyses have a metric called 'up'", { metrics: [METRIC] }, { metrics: [METRIC] }),
  R5b: together("the argument 'region' with different defaults", region('eu'), region('us')),
  R5c: together(
    "the argument 'region' is required and not given",
    { args: [AnalysisTemplateArg.required('region')] },
    {},
  ),
  R5d: template("dryRun has 'up' twice", { dryRun: ['up', 'up'] }),
  R6: { cannot: `${BY_CONSTRUCTION}an AnalysisTemplateArg has one source` },
  R7: metric('a metric uses {{args.app}}, which args does not declare', {
    provider: MetricProvider.prometheus({ address: 'http://p', query: 'sum(up{app="{{args.app}}"})' }),
  }),
  R8: together("its metric 'up' has an interval and no count", { metrics: [{ ...METRIC, interval: MINUTE }] }, {}),
  R9: refused("the argument 'region' is required and not given", (chart) => {
    const one = new AnalysisTemplate(chart, 'errors', {
      metrics: [METRIC],
      args: [AnalysisTemplateArg.required('region')],
    });
    const background = { templates: [one] };
    rollout(chart, RolloutStrategy.canary({ steps: STEPS, traffic: split(chart), background }));
  }),
  R10: metric('which args does not declare', {
    interval: MINUTE,
    provider: MetricProvider.prometheus({ address: 'http://p', query: 'sum(up{app="{{args.app}}"})' }),
  }),
  R11: together("the argument 'region' is given, but no template declares it", {}, {}, [
    AnalysisArg.value('region', 'eu'),
  ]),
  R12: { cannot: OTHER_ROUTER },
  R13: traffic('existingVirtualServices is empty', { existingVirtualServices: [] }),
  R14: { cannot: 'the VirtualService is made with the split; whether an existing one is there, the cluster knows' },
  R15: traffic('no route is split', { routes: [] }),
  R16: { cannot: 'routes are typed' },
  R17: traffic("two routes are called 'a'", {
    routes: [HttpRoute.split('a', { matches: [HttpMatch.exact('/')] }), HttpRoute.split('a')],
  }),
  R18: { cannot: 'a Rollout has the VirtualServices of its split, and no others' },
  R19: traffic("the host of the subsets is 'checkout-canary'", {
    splitBy: SplitBy.subsets({ host: 'checkout-canary' }),
  }),
  R20: traffic("destination's port is 70000", { stable: Destination.host('checkout-stable', { port: 70_000 }) }),
  R21: { cannot: OTHER_ROUTER },
  I1: { cannot: 'the routes that a Rollout names are those of the split' },
  I2: { cannot: 'the TLS routes that a Rollout names are those of the split' },
  I3: { cannot: 'the TCP routes that a Rollout names are those of the split' },
  I4: traffic('no TLS route is split, which Argo Rollouts refuses', {
    hosts: ['*.example.com'],
    routes: [HttpRoute.split('a')],
    tlsRoutes: [TlsRoute.to(OTHER, { sniHosts: ['a.example.com'] })],
  }),
  I5: traffic('no TCP route is split, which Argo Rollouts refuses', {
    routes: [HttpRoute.split('a')],
    tcpRoutes: [TcpRoute.to(OTHER)],
  }),
  I6: traffic('the stable and the canary subset are both called', {
    splitBy: SplitBy.subsets({ stableName: 'a', canaryName: 'a' }),
  }),
  I7: { cannot: 'split routes lead to both subsets' },
  I8: { cannot: 'a Rollout names each route that is split' },
};

const METRICS: Record<string, Verdict> = {
  M1: template('metrics is empty', { metrics: [] }),
  M2: template("metrics has two called 'up'", { metrics: [METRIC, METRIC] }),
  M3: metric('consecutiveSuccessLimit is -1', { consecutiveSuccessLimit: -1 }),
  M4: metric('failureLimit is -2', { failureLimit: -2 }),
  M5: metric('failureLimit is -1 and consecutiveSuccessLimit 0', { failureLimit: -1 }),
  M6: metric('inconclusiveLimit is -1', { inconclusiveLimit: -1 }),
  M7: metric('consecutiveErrorLimit is -1', { consecutiveErrorLimit: -1 }),
  M8: metric('count is 3, less than failureLimit + consecutiveSuccessLimit (2 + 2)', {
    count: 3,
    interval: MINUTE,
    failureLimit: 2,
    consecutiveSuccessLimit: 2,
  }),
  M9: metric('count is 2, less than consecutiveSuccessLimit (3)', {
    count: 2,
    interval: MINUTE,
    failureLimit: -1,
    consecutiveSuccessLimit: 3,
  }),
  M10: metric('count is 2, less than inconclusiveLimit (3)', { count: 2, interval: MINUTE, inconclusiveLimit: 3 }),
  M11: metric('count is 2 without an interval', { count: 2 }),
  M12: metric('interval is a duration of zero', { interval: Duration.seconds(0), count: 2 }),
  M13: { cannot: 'a Duration is written as Go reads it' },
  M14: { cannot: `${BY_CONSTRUCTION}a MetricProvider is of one kind` },
  M15: { cannot: `${BY_CONSTRUCTION}a MetricProvider is of one kind` },
  M16: template("dryRun has 'latency', which matches none of the metrics ('up')", { dryRun: ['latency'] }),
  M17: template("measurementRetention has 'latency', which matches none of the metrics ('up')", {
    measurementRetention: [{ metrics: 'latency', limit: 5 }],
  }),
  M18: metric('a metric uses {{args.app}}, which args does not declare', {
    provider: MetricProvider.web({ url: 'http://gate/{{args.app}}' }),
  }),
  M19: { cannot: `${IN_THE_CLUSTER}whether a Secret has a key` },
};

const numbers = (letter: string, last: number) => Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);

describe.each<[string, Record<string, Verdict>, string[]]>([
  ['structure', STRUCTURE, numbers('V', 40)],
  [
    'references',
    REFERENCES,
    [...numbers('R', 4), 'R5a', 'R5b', 'R5c', 'R5d', ...numbers('R', 21).slice(5), ...numbers('I', 8)],
  ],
  ['metrics', METRICS, numbers('M', 19)],
])('rules of %s:', (_, verdicts, all) => {
  test('each has its verdict', () => {
    expect(Object.keys(verdicts).sort()).toEqual(all.sort());
  });

  const cases = Object.entries(verdicts).flatMap(([rule, verdict]) =>
    'refused' in verdict ? [[rule, verdict] as const] : [],
  );

  test.each(cases)('%s is refused, where it is and with what would be right', (_rule, verdict) => {
    const found = refusal((scope) => verdict.refused(scope as Chart)).filter((line) => line.includes(verdict.says));
    expect(found).not.toEqual([]);
    for (const line of found) expect(line).toMatch(/^\[shop\/[^\]]+\] .+[;,:] .+/);
  });

  test('those that cannot be written say why', () => {
    for (const verdict of Object.values(verdicts)) {
      if ('cannot' in verdict) expect(verdict.cannot.length).toBeGreaterThan(15);
    }
  });
});

test('all at once: every problem of an app is reported', () => {
  const found = refusal(
    (scope) =>
      new CanaryApp(scope, 'Checkout', {
        image: '',
        port: 99_999,
        hosts: ['not a host'],
        prometheus: 'prometheus',
        portName: 'HTTP_1',
        steps: [CanaryStep.setWeight(0.5), CanaryStep.pause(Duration.seconds(0)), CanaryStep.analysis()],
        failures: { atMost: -1, within: Duration.seconds(0), query: undefined, counter: 'a b' },
        traffic: { routes: [HttpRoute.split('', { timeout: Duration.seconds(0) })] },
      }),
  ).join('\n');
  for (const said of [
    'the name of the Rollout',
    'has an empty image',
    '99999',
    "'not a host'",
    "the address of Prometheus is 'prometheus'",
    "'HTTP_1'",
    'setWeight is 0.5',
    'pause is a duration of zero',
    'atMost is -1',
    'within is a duration of zero',
    "counter is 'a b'",
    'a route has an empty name',
    'timeout is a duration of zero',
  ]) {
    expect(found).toContain(said);
  }
});
