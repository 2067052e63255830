import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  plannedCanaries,
  plannedRollouts,
  runUpdate,
  type PlannedUpdate,
  type RolloutModel,
} from '../../src/controller';
import { graphOfLoaded, loadManifests } from '../../src/graph';

const FLAGGER = readFileSync(join(__dirname, '../fixtures/flagger/canary.yaml'), 'utf8');

function planned(text: string): PlannedUpdate {
  const graph = graphOfLoaded(loadManifests([{ name: 'canary.yaml', text }]));
  return [...plannedRollouts(graph), ...plannedCanaries(graph)][0];
}

interface Edits {
  readonly replicas?: number;
  readonly canary?: string;
  readonly steps?: string;
  readonly interval?: string;
  readonly count?: number;
}

function rollout({ replicas = 3, canary = '', steps = '', interval = '1m', count = 5 }: Edits): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: app }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec: { containers: [{ name: app, image: 'app:1' }] }
  strategy:
    canary:
      ${canary}
      steps:
        - setWeight: 10
        - analysis: { templates: [{ templateName: errors }] }
${steps}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  metrics:
    - name: errors
      interval: ${interval}
      count: ${count}
      successCondition: result[0] < 1
      provider: { prometheus: { query: up } }
`;
}

const BILLION = 1_000_000_000;
const BACKGROUND = 'analysis: { templates: [{ templateName: errors }] }';

describe('a model is refused where it asks for more than can be followed', () => {
  test.each<[string, Edits, string]>([
    ['a billion replicas', { replicas: BILLION }, 'canary.yaml:5:13  spec.replicas asks for 1000000000 pods'],
    [
      'a billion pods of the canary',
      { steps: `        - setCanaryScale: { replicas: ${BILLION} }` },
      'canary.yaml:16:39  spec.strategy.canary.steps[2].setCanaryScale.replicas asks for',
    ],
    ['a weight of a billion', { steps: `        - setWeight: ${BILLION}` }, 'canary.yaml:16:22  '],
    ['least pods of a billion', { canary: `minPodsPerReplicaSet: ${BILLION}` }, 'canary.yaml:12:29  '],
    [
      '2000 steps',
      { steps: '        - pause: {}\n'.repeat(2000) },
      'canary.yaml:13:7  spec.strategy.canary.steps has 2002',
    ],
    ['a billion measurements', { count: BILLION, interval: '1s' }, "measurements of metric 'errors'"],
    [
      'measurements every nanosecond',
      { count: BILLION, interval: '1ns' },
      'spec.metrics[0].interval makes up to 1000000000 measurements',
    ],
    [
      'measurements every millisecond in the background',
      { count: BILLION, interval: '1ms', canary: BACKGROUND, steps: '        - pause: { duration: 8760h }' },
      "measurements of metric 'errors'",
    ],
  ])('%s', (_what, edits, message) => {
    const { model, problems } = planned(rollout(edits));
    expect(model).toBeUndefined();
    expect(problems.join('\n')).toContain(message);
  });

  test('what a large cluster has is planned', () => {
    const { model, problems } = planned(rollout({ replicas: 5000, count: 5000, interval: '1m', canary: BACKGROUND }));
    expect(problems).toEqual([]);
    expect(model).toBeDefined();
  });

  test('a Flagger Canary that never reaches its maxWeight', () => {
    const { model, problems } = planned(FLAGGER.replace(/maxWeight: \d+/, 'maxWeight: 150'));
    expect(model).toBeUndefined();
    expect(problems.join('\n')).toMatch(/maxWeight is 150, and Flagger gives a canary at most 100/);
  });

  test('a Flagger Canary of a billion pods', () => {
    const { problems } = planned(FLAGGER.replace(/replicas: \d+/, `replicas: ${BILLION}`));
    expect(problems.join('\n')).toMatch(/canary\.yaml:\d+:\d+ {2}replicas is 1000000000; a plan follows at most 10000/);
  });
});

describe('a run ends when its budget is used up, whatever its model says', () => {
  const { model } = planned(rollout({}));
  const world = { measure: () => ({ phase: 'Successful' as const }), podReady: () => 0 };
  const endless = (change: Partial<RolloutModel>) => () => runUpdate({ ...model!, ...change }, world);

  test('pods', () => {
    expect(endless({ replicas: BILLION })).toThrow(/app: an update asks for 1000000000 pods/);
    expect(endless({ steps: [{ setCanaryScale: { replicas: BILLION } }], trafficRouting: 'istio' })).toThrow(/pods/);
  });

  test('measurements', () => {
    const metrics = model!.steps[1].analysis!.metrics.map((one) => ({ ...one, count: BILLION, interval: 1 }));
    expect(endless({ steps: [{ setWeight: 10 }, { analysis: { templates: ['errors'], metrics } }] })).toThrow(
      /metric 'errors' is measured more than 20000 times/,
    );
  });

  test('an endless analysis behind pods that never get ready ends with them', () => {
    const [metric] = model!.steps[1].analysis!.metrics;
    const background = {
      startingStep: 0,
      analysis: { templates: ['errors'], metrics: [{ ...metric, count: undefined, interval: 30 }] },
    };
    const { ending, measurements, endedAt } = runUpdate(
      { ...model!, background, progressDeadlineAbort: false },
      { ...world, podReady: () => Infinity },
    );
    expect(ending).toBe('stuck');
    expect(endedAt).toBeLessThan(86_400);
    expect(measurements.length).toBeGreaterThan(2000);
    expect(measurements.length).toBeLessThan(4000);
  });
});
