import {
  conditionsOf,
  scenarioAssumptionsText,
  scenarioJunit,
  type ScenarioResult,
  scenariosMarkdown,
  simulateUpdates,
} from '../../src/rehearse';
import { NO_EMPHASIS } from '../../src/plan';
import { wholeProfile } from '../../src/traffic-model';
import { analysis, blueGreen, canary } from '../plan/models';

const FAILURES =
  'sum(increase(http_requests_total{rollouts_pod_template_hash="7d5c9f6b84",code=~"5.."}[5m])) or vector(0)';
const COUNTED = { query: FAILURES, successCondition: 'result[0] <= 5', initialDelay: 300, count: 1 };
const OPTIONS = { runs: 20, seed: 1, stated: {}, horizon: 86_400 };
const ran = (rollout: ReturnType<typeof canary>, profile: object) =>
  simulateUpdates(rollout, conditionsOf(wholeProfile({ rps: 20, errorRate: 0.5, ...profile })), OPTIONS);

test('the built-in simulation of scenarios says what it assumes', () => {
  const job = { name: 'smoke', provider: 'job', query: undefined, successCondition: undefined };
  const { assumptions } = ran(canary([{ setWeight: 50 }, { analysis: analysis(COUNTED, job) }]), {});
  expect(assumptions.join('\n')).toMatch(/code="500" for a failure[^]*metric 'smoke' is measured by job and succeeds/);
});

test('the built-in simulation of scenarios feeds mirrored requests, and those to a preview', () => {
  const outcomes = (rollout: ReturnType<typeof canary>, profile: object): string[] => [
    ...new Set(ran(rollout, profile).updates.map(({ outcome }) => outcome)),
  ];
  const mirrored = canary([
    { setCanaryScale: { replicas: 2 } },
    { setMirrorRoute: { name: 'mirror', removes: false } },
    { analysis: analysis(COUNTED) },
  ]);
  expect(outcomes(mirrored, { mirrorShare: 1 })).toEqual(['aborted']);
  expect(outcomes(mirrored, { mirrorShare: 0 })).toEqual(['promoted']);
  const preview = blueGreen({ prePromotion: analysis(COUNTED) });
  expect(outcomes(preview, { previewRps: 5 })).toEqual(['aborted']);
  expect(outcomes(preview, {})).toEqual(['promoted']);
});

const result = (file: string, assumptions: readonly string[], details: readonly string[] = []): ScenarioResult => ({
  file,
  name: 'a bad version',
  engine: 'simulation',
  status: 'passed',
  problems: [],
  details,
  exercised: [],
  assumptions,
  seconds: 1,
});

describe('results of scenarios list the assumptions', () => {
  const results = [result('a.yaml', ['pods are <small>']), result('a.yaml', ['pods are <small>'])];

  test('once, as text and Markdown', () => {
    expect(scenarioAssumptionsText(results, NO_EMPHASIS)).toBe('\nAssumptions\n  pods are <small>\n');
    expect(scenariosMarkdown(results).match(/pods are/g)).toHaveLength(1);
    expect(scenarioAssumptionsText([result('a.yaml', [])], NO_EMPHASIS)).toBe('');
  });

  test('with the file where there are several', () => {
    const text = scenarioAssumptionsText([...results, result('b.yaml', ['nothing else'])], NO_EMPHASIS);
    expect(text).toBe('\nAssumptions\n  a.yaml: pods are <small>\n  b.yaml: nothing else\n');
  });

  test('in the output of JUnit, unless the details have them', () => {
    expect(scenarioJunit(results)).toContain('Assumptions\n  pods are &lt;small&gt;');
    const told = scenarioJunit([result('a.yaml', ['one'], ['  one'])]);
    expect(told).not.toContain('Assumptions');
  });
});
