import { stringify } from 'yaml';
import { simulateUpdates } from '../../src/rehearse';
import { NotSimulated, Simulator, simulate } from '../../src/simulate';
import { TrafficDescription } from '../../src/traffic-model';
import { conditions, describeReal, manifests, rehearsed, type World } from './real';

const HASH = '{{templates.candidate.podTemplateHash}}';
const rate = (more: string): string =>
  `sum(rate(http_requests_total{rollouts_pod_template_hash="{{args.hash}}"${more}}[4m]))`;

const IN_BACKGROUND = {
  templates: [{ templateName: 'errors' }],
  args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
};

/** An update whose only check is in an experiment, or in the background, before any pod of the Rollout has the new version. */
const app = ({
  template = {},
  hash = HASH,
  query = `(${rate(',code="500"')} or vector(0)) / ${rate('')}`,
  background = false,
} = {}) =>
  [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'till', namespace: 'shop' },
      spec: {
        replicas: 4,
        selector: { matchLabels: { app: 'till' } },
        template: {
          metadata: { labels: { app: 'till' } },
          spec: { containers: [{ name: 'app', image: 'registry.example.com/till:1' }] },
        },
        strategy: {
          canary: {
            canaryService: 'till-canary',
            stableService: 'till-stable',
            trafficRouting: { istio: { virtualService: { name: 'till' } } },
            ...(background ? { analysis: IN_BACKGROUND } : {}),
            steps: [
              {
                experiment: {
                  templates: [{ name: 'candidate', specRef: 'canary', weight: 10, ...template }],
                  ...(background
                    ? { duration: '6m' }
                    : {
                        analyses: [
                          {
                            name: 'ratio',
                            templateName: 'errors',
                            requiredForCompletion: true,
                            args: [{ name: 'hash', value: hash }],
                          },
                        ],
                      }),
                },
              },
              { setWeight: 50 },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'errors', namespace: 'shop' },
      spec: {
        args: [{ name: 'hash' }],
        metrics: [
          {
            name: 'errors',
            initialDelay: '5m',
            successCondition: 'result[0] <= 0.02',
            provider: { prometheus: { address: 'http://prometheus:9090', query } },
          },
        ],
      },
    },
  ]
    .map((one) => stringify(one))
    .join('---\n');

const BAD: World = { profile: { rps: 40, errorRate: 0.1, baselineErrorRate: 0.001 } };
const GOOD: World = { profile: { rps: 40, errorRate: 0.001, baselineErrorRate: 0.001 } };

function drawn(text: string, world: World) {
  const { graph, planned } = manifests(text);
  const model = planned.model!;
  const around = { graph, rollout: planned.rollout };
  const given = conditions(world);
  return simulateUpdates(model, given, {
    runs: 200,
    seed: 1,
    stated: {},
    horizon: 86_400,
    description: new TrafficDescription({ model, around, profile: given.profile }),
  }).updates;
}

describeReal('the analysis of an experiment is measured like all others', () => {
  test('a bad version is aborted by it, and its failures are those of the pods of the experiment', async () => {
    const { updates, notes } = await rehearsed(app(), BAD);
    const [{ outcome, message, failedRequests, measurements }] = updates;
    expect([outcome, message]).toEqual([
      'aborted',
      'Experiment analysis phase is error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)',
    ]);
    expect(measurements.map(({ at, phase }) => [at, phase])).toEqual([[330, 'Failed']]);
    // 10 % of 40 requests per second for five minutes, of which a tenth fails.
    expect(failedRequests).toBeGreaterThan(80);
    expect(failedRequests).toBeLessThan(160);
    expect(notes.join()).not.toMatch(/experiment/);
  });

  test('a good one is promoted', async () => {
    const { updates } = await rehearsed(app(), GOOD);
    expect(updates[0].outcome).toBe('promoted');
    expect(updates[0].measurements.map(({ phase }) => phase)).toEqual(['Successful']);
  });

  test('without a weight no request reaches its pods, and the check has no data', async () => {
    const { updates, assumptions } = await rehearsed(app({ template: { weight: undefined } }), GOOD);
    expect(updates[0].outcome).toBe('aborted');
    expect(assumptions.join('\n')).toMatch(/step 1: no template of the experiment gives the new version a weight/);
  });

  test('a background analysis finds the pods of an experiment', async () => {
    const { updates } = await rehearsed(app({ background: true }), GOOD);
    expect(updates[0].outcome).toBe('promoted');
    expect(updates[0].measurements.map(({ at, phase }) => [at, phase])).toEqual([[300, 'Successful']]);
  });

  test.each([
    ['with metadata of its own', { template: { metadata: { labels: { track: 'trial' } } } }, /podTemplateHash/],
    ['by the name of its ReplicaSet', { hash: '{{templates.candidate.replicaset.name}}' }, /replicaset\.name/],
    [
      "by Istio's name of the workload",
      { query: 'sum(rate(istio_requests_total{destination_workload="till"}[5m]))' },
      /Istio names an experiment's pods after their ReplicaSet/,
    ],
  ])('a template %s is not guessed', async (_, given, why) => {
    await expect(rehearsed(app(given), GOOD)).rejects.toThrow(why);
    expect(() => drawn(app(given), GOOD)).toThrow(why);
    const { updates } = await rehearsed(app(given), GOOD, { assumed: { errors: 'Failed' } });
    expect(updates[0].outcome).toBe('aborted');
  });
});

describe('without a Prometheus', () => {
  test('the built-in simulation of a scenario measures it too', () => {
    expect(new Set(drawn(app(), BAD).map(({ outcome }) => outcome))).toEqual(new Set(['aborted']));
    const promoted = drawn(app(), GOOD).filter(({ outcome }) => outcome === 'promoted');
    expect(promoted.length).toBeGreaterThan(195);
  });

  test('simulate sees the pods of an experiment, and their requests, in the background', () => {
    const { model } = manifests(app({ background: true })).planned;
    const { profile } = BAD;
    const { probability, falseAlarm } = simulate(model!, { profile, runs: 200, curve: [] });
    expect(probability.aborted).toBe(1);
    expect(falseAlarm.value).toBeLessThan(0.05);
  });

  test('simulate gives no verdict on it, unless it is stated to succeed', () => {
    const { model } = manifests(app()).planned;
    expect(() => new Simulator(model!)).toThrow(NotSimulated);
    expect(() => new Simulator(model!, { errors: 'failure' })).toThrow(NotSimulated);
    const { probability, assumptions } = simulate(model!, { stated: { errors: 'success' }, runs: 50 });
    expect(probability.promoted).toBe(1);
    expect(assumptions).toContain('step 1: the experiment succeeds; its analyses (ratio) are not simulated');
  });

  test('a dry run of an experiment decides nothing', () => {
    const steps = app().replace('experiment:', 'experiment:\n            dryRun: [{ metricName: errors }]');
    const { model } = manifests(steps).planned;
    expect(simulate(model!, { runs: 50 }).probability.promoted).toBe(1);
  });
});
