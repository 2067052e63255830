import { stringify } from 'yaml';
import { folderWith, runCli } from '../cli/run-cli';
import { wholeProfile } from '../../src/traffic-model';
import { planRollout } from '../../src/plan';
import { share, Simulator } from '../../src/simulate';
import { readScenarios, simulateUpdates, unmet } from '../../src/rehearse';
import { conditions, describeReal, manifests, rehearsed, rendered, type World } from './real';

const QUICKSTART = rendered('quickstart.k8s.yaml');
const model = manifests(QUICKSTART).planned.model!;
const PERSON = 60;

/** What the plan says would happen, and the same world for a rehearsal and a simulation. */
const WHAT_IFS: readonly [name: string, world: World][] = [
  ['every-failure', { profile: { rps: 20, errorRate: 1, baselineErrorRate: 0 } }],
  ['no-series', { profile: { rps: 0 } }],
  ['unreachable', { profile: { errorRate: 0 }, prometheusUnreachable: { from: 0, to: Infinity } }],
  ['crash', { profile: { rps: 20 }, canary: { errorRate: 0, latency: { p50: 0.05, p99: 0.4 }, neverStarts: true } }],
];

/** A Deployment that a Rollout takes over, one pod for each of the Rollout's that is ready. */
const TAKEN_OVER = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'till', namespace: 'shop' },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'till' } },
      template: {
        metadata: { labels: { app: 'till' } },
        spec: {
          containers: [
            { name: 'till', image: 'registry.example.com/till:1', ports: [{ name: 'http', containerPort: 8080 }] },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'till', namespace: 'shop' },
    spec: {
      replicas: 4,
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'till', scaleDown: 'progressively' },
      strategy: {
        canary: {
          steps: [
            { setWeight: 25 },
            { pause: { duration: '10m' } },
            {
              analysis: {
                templates: [{ templateName: 'failures' }],
                args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
              },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'till', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'till' } },
      podTargetLabels: ['rollouts-pod-template-hash'],
      podMetricsEndpoints: [{ port: 'http', interval: '30s' }],
    },
  },
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'failures', namespace: 'shop' },
    spec: {
      args: [{ name: 'hash' }],
      metrics: [
        {
          name: 'failures',
          successCondition: 'len(result) > 0 && result[0] <= 30',
          provider: {
            prometheus: {
              address: 'http://prometheus:9090',
              query:
                'sum(increase(http_requests_total{rollouts_pod_template_hash="{{args.hash}}",code=~"5.."}[5m])) or vector(0)',
            },
          },
        },
      ],
    },
  },
];

describeReal('an update of a Deployment that was taken over', () => {
  test.each(['prometheus', 'simulation'])('ends as every scenario says, with %s', async (engine) => {
    const { code, out } = await runCli(['test', '--engine', engine], {
      cwd: folderWith({
        'till.yaml': TAKEN_OVER.map((one) => stringify(one)).join('---\n'),
        'till.scenarios.yaml': `manifests: till.yaml
traffic: { rps: 20, baselineErrorRate: 0.1% }
scenarios:
  - { name: good, expect: promoted, within: 12m }
  - { name: bad, version: { fails: 10% }, expect: aborted, failed-requests: < 600 }
  - { name: away, prometheus: unreachable, expect: aborted }
`,
      }),
      env: { PATH: process.env.PATH! },
    });
    expect([code, out]).toEqual([0, expect.stringContaining('3 passed')]);
  });

  test('is not simulated without its Deployment', async () => {
    const cwd = folderWith({
      'till.yaml': TAKEN_OVER.slice(1)
        .map((one) => stringify(one))
        .join('---\n'),
    });
    const { code, err } = await runCli(['simulate', 'till.yaml'], { cwd });
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("the Deployment 'till', which is not among the manifests"),
    ]);
  });
});

describeReal('plan, simulation and rehearsal', () => {
  const plan = planRollout(model);

  test('agree when a healthy version is promoted', async () => {
    const world: World = { profile: { rps: 20, errorRate: 0, baselineErrorRate: 0 } };
    const { updates } = await rehearsed(QUICKSTART, world);
    const { updates: simulated } = simulateUpdates(model, conditions(world), SIMULATION);
    const at = plan.seconds + plan.persons * PERSON;
    expect(updates[0]).toMatchObject({ outcome: 'promoted', endedAt: at });
    expect(new Set(simulated.map(({ outcome, endedAt }) => `${outcome} ${endedAt}`))).toEqual(
      new Set([`promoted ${at}`]),
    );
  });

  test.each(WHAT_IFS)('agree on what happens, and when: %s', async (name, world) => {
    const { ending, at } = plan.whatIfs.find((one) => one.name === name)!;
    const outcome = ending === 'promoted' || ending === 'aborted' ? ending : 'paused';
    const seconds = at.seconds + at.persons * PERSON;
    const { updates } = await rehearsed(QUICKSTART, world);
    expect(updates[0]).toMatchObject({ outcome, endedAt: seconds });
    const { updates: simulated } = simulateUpdates(model, conditions(world), SIMULATION);
    for (const update of simulated) expect(update).toMatchObject({ outcome, endedAt: seconds });
  });

  test('agree within the error of the simulation on a version that is caught now and then', async () => {
    // Some three thousand requests, of which five may fail: a coin's throw.
    const profile = { rps: 20, errorRate: 0.0019, baselineErrorRate: 0, approvalAfter: PERSON };
    const rehearsals = 24;
    let caught = 0;
    let failed = 0;
    for (let seed = 1; seed <= rehearsals; seed++) {
      const { updates } = await rehearsed(QUICKSTART, { profile }, { seed });
      if (updates[0].outcome === 'aborted') caught++;
      failed += updates[0].failedRequests! / rehearsals;
    }
    const figures = new Simulator(model).sample(wholeProfile(profile), 20_000, 1);
    const simulated = figures.counts.aborted / figures.runs;
    expect(simulated).toBeGreaterThan(0.2);
    expect(simulated).toBeLessThan(0.8);
    const { low, high } = share(caught, rehearsals);
    expect(simulated).toBeGreaterThan(low);
    expect(simulated).toBeLessThan(high);
    // Requests in the first eleven minutes at half the traffic, of which so many fail: a Poisson variable.
    const mean = figures.failedRequests.reduce((sum, value) => sum + value, 0) / figures.runs;
    expect(Math.abs(failed - mean)).toBeLessThan(4 * Math.sqrt(mean / rehearsals));
  }, 120_000);

  test('agree on every scenario of the quickstart', async () => {
    const path = 'examples/quickstart/scenarios/checkout.yaml';
    for (const { name, conditions: world, expected, seed } of readScenarios(path, path).scenarios) {
      const { updates } = await rehearsed(QUICKSTART, world, { seed });
      expect([name, unmet(expected, updates[0])]).toEqual([name, []]);
      const { updates: simulated } = simulateUpdates(model, world, SIMULATION);
      const met = simulated.filter((update) => unmet(expected, update).length === 0).length;
      expect([name, met / simulated.length >= 0.95]).toEqual([name, true]);
    }
  }, 60_000);
});

const SIMULATION = { runs: 200, seed: 1, stated: {}, horizon: 86_400 };
