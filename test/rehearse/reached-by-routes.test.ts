import { stringify } from 'yaml';
import { folderWith, runCli } from '../cli/run-cli';
import { graphOf, type Graph } from '../../src/graph';
import { plannedRollouts } from '../../src/controller';
import { conditionsOf, simulateUpdates } from '../../src/rehearse';
import { simulate } from '../../src/simulate';
import { TrafficDescription, wholeProfile, type TrafficProfile } from '../../src/traffic-model';
import { rehearsed as rehearse, simulated as simulateTruth, type Truth } from '../figures/cross-check';
import { BINARY, describeReal, rehearsed } from './real';
import { sample } from '../sample';

const TESTERS = { name: 'testers', match: [{ headerName: 'x-tester', headerValue: { exact: 'yes' } }] };
const MIRROR = { name: 'mirror', percentage: 50, match: [{ path: { prefix: '/' } }] };
const EXPERIMENT = {
  duration: '6m',
  templates: [
    { name: 'baseline', specRef: 'stable', weight: 10, replicas: 1 },
    { name: 'trial', specRef: 'canary', weight: 10, replicas: 1 },
  ],
};
const HASH = 'rollouts_pod_template_hash="{{args.hash}}"';
/** By whom the requests are counted. */
const COUNTED = {
  'the app': `http_requests_total{${HASH},code=~"5.."}`,
  "the canary's proxy": `istio_requests_total{reporter="destination",${HASH},response_code=~"5.*"}`,
  'the gateway': `istio_requests_total{reporter="source",destination_service_name="shop-canary",response_code=~"5.*"}`,
};
type By = keyof typeof COUNTED;

const ANALYSIS = {
  analysis: {
    templates: [{ templateName: 'check' }],
    args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
  },
};
const SIX_MINUTES = { pause: { duration: '6m' } };

/** Requests that reach the canary without a weight of its own: the steps, and the share of all requests. */
const WAYS = {
  header: {
    steps: [{ setCanaryScale: { replicas: 2 } }, { setHeaderRoute: TESTERS }, SIX_MINUTES, ANALYSIS],
    share: { headerShare: 0.1 },
    none: { headerShare: 0 },
    unseen: [] as By[],
  },
  mirror: {
    steps: [{ setCanaryScale: { replicas: 2 } }, { setMirrorRoute: MIRROR }, SIX_MINUTES, ANALYSIS],
    share: { mirrorShare: 0.2 },
    none: { mirrorShare: 0 },
    // The gateway counts the request of the user, not its copy.
    unseen: ['the gateway'] as By[],
  },
  experiment: {
    steps: [{ setCanaryScale: { replicas: 2 } }, { experiment: EXPERIMENT }, ANALYSIS],
    share: {},
    none: undefined,
    // The gateway sends these requests to a Service of the experiment.
    unseen: ['the gateway'] as By[],
  },
} satisfies Record<string, { steps: object[]; share: object; none: object | undefined; unseen: By[] }>;
type Way = keyof typeof WAYS;

function objectsOf(steps: readonly object[], by: By): object[] {
  const metadata = { name: 'shop', namespace: 'demo' };
  const labels = { app: 'shop' };
  return [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata,
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              { name: 'shop', image: 'registry.example.com/shop:2', ports: [{ name: 'http', containerPort: 8080 }] },
            ],
          },
        },
        strategy: {
          canary: {
            canaryService: 'shop-canary',
            stableService: 'shop-stable',
            trafficRouting: {
              managedRoutes: [{ name: 'testers' }, { name: 'mirror' }],
              istio: { virtualService: { name: 'shop' } },
            },
            steps,
          },
        },
      },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'check', namespace: 'demo' },
      spec: {
        args: [{ name: 'hash' }],
        metrics: [
          {
            name: 'check',
            successCondition: 'result[0] <= 30',
            provider: {
              prometheus: {
                address: 'http://prometheus:9090',
                query: `sum(increase(${COUNTED[by]}[5m])) or vector(0)`,
              },
            },
          },
        ],
      },
    },
    ...['canary', 'stable'].map((role) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `shop-${role}`, namespace: 'demo' },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    })),
  ];
}

const manifests = (steps: readonly object[], by: By): Graph =>
  graphOf(objectsOf(steps, by).map((manifest) => ({ origin: 'shop', manifest })));

/** A tenth of 20 requests/s for five minutes are 600: 12 failures are within the limit of 30, 60 are beyond it. */
const PROFILE: Partial<TrafficProfile> = { rps: 20, baselineErrorRate: 0, countersFromZero: true };
const WITHIN = 0.02;
const BEYOND = 0.1;

function truthsOf(way: Way, by: By): Truth[] {
  const { share, none, unseen } = WAYS[way];
  const seen = !unseen.includes(by);
  return [
    { profile: { ...PROFILE, ...share, errorRate: WITHIN }, outcome: 'promoted' },
    { profile: { ...PROFILE, ...share, errorRate: BEYOND }, outcome: seen ? 'aborted' : 'promoted' },
    // The bad version itself, which nobody reaches.
    ...(none ? [{ profile: { ...PROFILE, ...none, errorRate: BEYOND }, outcome: 'promoted' as const }] : []),
  ];
}

const CASES = (Object.keys(WAYS) as Way[]).flatMap((way) =>
  (Object.keys(COUNTED) as By[]).flatMap((by) => truthsOf(way, by).map((truth) => ({ way, by, truth }))),
);

describeReal('requests by a header, a mirror or an experiment', () => {
  const graphs = new Map<string, Graph>();
  const graphFor = (way: Way, by: By): Graph => {
    const key = `${way} ${by}`;
    const graph = graphs.get(key) ?? manifests(WAYS[way].steps, by);
    graphs.set(key, graph);
    return graph;
  };

  test.each(
    CASES.map((one) => [`${one.way}, counted by ${one.by}, ${JSON.stringify(one.truth.profile)}`, one] as const),
  )('a simulation has the right outcome: %s', (_, { way, by, truth }) => {
    expect(simulateTruth(graphFor(way, by), truth, 7)).toBe('right');
    // The built-in simulation of scenarios follows the same model, with the controllers themselves.
    const graph = graphFor(way, by);
    const [{ model, rollout }] = plannedRollouts(graph);
    const conditions = conditionsOf(wholeProfile(truth.profile));
    const description = new TrafficDescription({
      model: model!,
      around: { graph, rollout },
      profile: conditions.profile,
    });
    const options = { runs: 20, seed: 1, stated: {}, horizon: 86_400, description };
    const { updates } = simulateUpdates(model!, conditions, options);
    expect([...new Set(updates.map(({ outcome }) => outcome))]).toEqual([truth.outcome]);
  });

  test.each(
    sample(
      CASES.map((one) => [`${one.way}, counted by ${one.by}, ${JSON.stringify(one.truth.profile)}`, one] as const),
      2,
    ),
  )('a rehearsal has the right outcome: %s', async (_, { way, by, truth }) => {
    expect(await rehearse(graphFor(way, by), truth, 7, BINARY!)).toBe('right');
  });

  test.each([
    ['header', / 0 % {2}4 {2}analysis check/, /the canary had 6\d\d requests, \d+ failed; /],
    [
      'mirror',
      / 0 % {2}4 {2}analysis check/,
      /had 0 requests, 0 failed, and beside users 6\d\d requests, \d+ failed; /,
    ],
    ['experiment', / 10 % {2}2 {2}experiment/, /the canary had 6\d\d requests, \d+ failed; /],
  ] as const)('the report says what reached the canary: %s', async (way, line, behind) => {
    const { steps, share } = WAYS[way];
    const cwd = folderWith({
      'app.yaml': objectsOf(steps, 'the app')
        .map((one) => stringify(one))
        .join('---\n'),
      'traffic.yaml': stringify({ ...PROFILE, ...share, errorRate: BEYOND }),
    });
    const { out } = await runCli(['rehearse', 'app.yaml', '--profile', 'traffic.yaml', '--prometheus', BINARY!], {
      cwd,
    });
    expect(out).toMatch(line);
    expect(out).toMatch(behind);
  });

  test.each(Object.keys(WAYS) as Way[])('both engines see as many requests, and assume the same: %s', async (way) => {
    const graph = graphFor(way, 'the app');
    const [planned] = plannedRollouts(graph);
    const profile = { ...PROFILE, ...WAYS[way].share, errorRate: BEYOND };
    const { decidedBy, assumptions } = simulate(planned.model!, {
      profile,
      around: { graph, rollout: planned.rollout },
      runs: 300,
      curve: [],
    });
    const { updates, assumptions: assumed } = await rehearsed('', { profile }, { graph, planned });
    const [value] = updates[0].measurements[0].answer!.series[0].values;
    // Sixty failures, give or take five standard deviations of a Poisson variable that is extrapolated.
    expect(Math.abs(value - 60)).toBeLessThan(45);
    expect(Math.abs(decidedBy[0].value!.p50 - 60)).toBeLessThan(5);
    expect([...assumed].sort()).toEqual([...assumptions].sort());
    expect(assumptions.join('\n')).toMatch(
      {
        header: /10 % of all requests match the header route 'testers'/,
        mirror: /20 % of all requests match the mirror route 'mirror' .* 50 %/,
        experiment: /the experiment's pods of the new version get 10 % of all requests/,
      }[way],
    );
  });
});
