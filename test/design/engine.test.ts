import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../../src/cli/run';
import { EXAMPLE } from '../../src/design';
import { type Draft, evaluate, type Evaluation, readGiven, SourceError, suggestDraft } from '../../src/design/engine';
import type { Simulation } from '../../src/simulate';

const CONDITIONS = { profile: { rps: 20, errorRate: 0.01 }, runs: 2000, seed: 7 };
const QUICKSTART = { name: 'quickstart.yaml', text: readFileSync('dist/quickstart.k8s.yaml', 'utf8') };

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-design-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function cli(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const code = await run(args, {
    cwd: folder,
    env: {},
    stdin: Readable.from([]),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    colour: false,
    progress: false,
  });
  return { code, out, err };
}

function evaluated(source: ReturnType<typeof readGiven>, draft: Draft): Evaluation[] {
  return [...evaluate(source, draft, CONDITIONS)].map((one) => {
    if (!('traffic' in one)) throw new Error(one.problems.join('\n'));
    return one;
  });
}

/** What is known at once: all but the detection curve. */
function quickly(source: ReturnType<typeof readGiven>, draft: Draft): Evaluation {
  const { value } = evaluate(source, draft, CONDITIONS).next();
  if (value === undefined || !('traffic' in value)) throw new Error(value?.problems.join('\n'));
  return value;
}

const knob = (draft: Draft, id: string, value: number): Draft => {
  expect(draft.knobs.map((one) => one.id)).toContain(id);
  return { ...draft, knobs: draft.knobs.map((one) => (one.id === id ? { ...one, value } : one)) };
};

const withWeight = (draft: Draft, at: number, value: number): Draft => ({
  ...draft,
  steps: draft.steps.map((step, i) => (i === at ? { ...step, value } : step)),
});

async function simulated(name: string, text: string): Promise<Simulation> {
  writeFileSync(join(folder, name), text);
  const { rps, errorRate } = CONDITIONS.profile;
  const flags = ['--rps', String(rps), '--error-rate', String(errorRate), '--runs', '2000', '--seed', '7'];
  const { code, out, err } = await cli('simulate', name, ...flags, '--format', 'json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return (JSON.parse(out) as Simulation[])[0];
}

const figures = ({
  probability,
  detectionSeconds,
  failedRequests,
  falseAlarm,
  detectionCurve,
  errorBudget,
}: Simulation) => ({
  probability,
  detectionSeconds,
  failedRequests,
  falseAlarm,
  detectionCurve,
  errorBudget,
});

describe('a design from a canary file', () => {
  test('has the figures of simulate at the same seed, before and after a change', async () => {
    const source = readGiven({ texts: [EXAMPLE] });
    const draft = knob(knob(withWeight(source.draft, 0, 25), 'failures.atMost', 12), 'failures.within', 600);
    for (const one of [source.draft, draft]) {
      const last = evaluated(source, one).at(-1)!;
      const there = await simulated('canary.yaml', last.change.whole.text);
      expect(figures(last.simulation!)).toEqual(figures(there));
    }
  });

  test('says the figures first and the curve point by point', () => {
    const source = readGiven({ texts: [EXAMPLE] });
    const found = evaluated(source, source.draft);
    expect(found[0].simulation?.detectionCurve).toEqual([]);
    expect(found.map(({ done }) => done)).toEqual([...found.slice(1).map(() => false), true]);
    expect(found.at(-1)!.simulation!.detectionCurve.length).toBe(found.length - 1);
  });

  test('gives back a file that synth takes, with comments and other fields as they were', async () => {
    const source = readGiven({ texts: [EXAMPLE] });
    const draft: Draft = {
      ...knob(source.draft, 'failures.count', 3),
      steps: [{ kind: 'weight', value: 5 }, { kind: 'pause', value: 120 }, ...source.draft.steps],
    };
    const { change, whole } = quickly(source, draft).change;
    expect(whole.text).toContain('# 10 %, analysis, 50 %, analysis');
    expect(whole.text).toContain('image: registry.example.com/checkout:1.4.2');
    expect(change?.text).toContain('setWeight: 5');
    writeFileSync(join(folder, 'canary.yaml'), whole.text);
    expect(await cli('synth', 'canary.yaml', '--output', 'rendered')).toMatchObject({ code: 0 });
    const again = readGiven({ texts: [whole] });
    expect(again.draft.steps.map(({ kind, value }) => [kind, value])).toEqual(
      draft.steps.map(({ kind, value }) => [kind, value]),
    );
    expect(again.draft.knobs).toEqual(draft.knobs);
  });

  test('writes the change as a file that can be merged over the first', () => {
    const source = readGiven({ texts: [EXAMPLE] });
    const draft = knob(withWeight(source.draft, 0, 5), 'failures.atMost', 8);
    const { change } = quickly(source, draft).change;
    const merged = readGiven({ texts: [EXAMPLE, change!] });
    expect(merged.draft.steps[0].value).toBe(5);
    expect(merged.draft.knobs).toEqual(draft.knobs);
  });

  test('turns a named plan into steps when one of them is changed', () => {
    const text = EXAMPLE.text.replace(/steps: .*/, 'plan: { linear: { percent: 30, every: 5m } }');
    const source = readGiven({ texts: [{ ...EXAMPLE, text }] });
    expect(source.draft.steps.filter(({ kind }) => kind === 'weight').map(({ value }) => value)).toEqual([30, 60, 90]);
    const { change, whole } = quickly(source, withWeight(source.draft, 0, 5)).change;
    expect(change?.text).toContain('plan: null');
    expect(whole.text).not.toContain('linear');
    expect(readGiven({ texts: [whole] }).draft.steps[0].value).toBe(5);
  });

  test('moves the limits of checks', () => {
    const text = `${EXAMPLE.text}  checks: [{ successRate: { atLeast: 0.99 } }]\n`;
    const source = readGiven({ texts: [{ ...EXAMPLE, text }] });
    const draft = knob(source.draft, 'checks.0.successRate.atLeast', 0.95);
    const { whole } = quickly(source, draft).change;
    expect(whole.text).toMatch(/atLeast: 0.95/);
    expect(knob(readGiven({ texts: [whole] }).draft, 'measuring.count', 2)).toBeDefined();
  });

  test('refuses what synth refuses, and says where', () => {
    const source = readGiven({ texts: [EXAMPLE] });
    const [refused] = evaluate(source, knob(source.draft, 'failures.within', 30), CONDITIONS);
    expect(refused.problems.join()).toMatch(/failures.*within/);
    expect('traffic' in refused).toBe(false);
  });

  test('says what is wrong with a file that cannot be read', () => {
    const read = (text: string) => () => readGiven({ texts: [{ name: 'canary.yaml', text }] });
    expect(read(EXAMPLE.text.replace('port: 8080', 'prot: 8080'))).toThrow(/prot/);
    expect(read(`${EXAMPLE.text}---\n${EXAMPLE.text}`)).toThrow(/several apps/);
    expect(read('a: 1\n')).toThrow(SourceError);
    expect(read('apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: { name: a }\n')).toThrow(/Flagger/);
  });
});

describe('a design from manifests', () => {
  test('has the figures of simulate at the same seed, before and after a change', async () => {
    const source = readGiven({ texts: [QUICKSTART] });
    const threshold = source.draft.knobs.find(({ label }) => label.startsWith('succeeds at'))!;
    const window = source.draft.knobs.find(({ label }) => label === 'window')!;
    const draft = knob(knob(withWeight(source.draft, 0, 20), threshold.id, 9), window.id, 420);
    for (const one of [source.draft, draft]) {
      const last = evaluated(source, one).at(-1)!;
      const there = await simulated('manifests.yaml', last.change.whole.text);
      expect(figures(last.simulation!)).toEqual(figures(there));
    }
  });

  test('gives back the objects that are changed, and no others', () => {
    const source = readGiven({ texts: [QUICKSTART] });
    const { change } = quickly(source, withWeight(source.draft, 0, 20)).change;
    expect(change!.text.match(/^kind: .*/gm)).toEqual(['kind: Rollout']);
    expect(change!.text).toContain('setWeight: 20');
  });
});

test('a suggestion becomes a draft that reaches the goal', () => {
  const source = readGiven({ texts: [EXAMPLE] });
  const found = suggestDraft(source, source.draft, CONDITIONS, { power: 0.95, falseAlarms: 0.01 })!;
  expect(found.byHand).toEqual([]);
  const { probability, falseAlarm } = quickly(source, found.draft).simulation!;
  expect(1 - probability.promoted).toBeGreaterThanOrEqual(0.95);
  expect(falseAlarm.value).toBeLessThanOrEqual(0.01);
});

const NGINX = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: cart } }
  template: { metadata: { labels: { app: cart } }, spec: { containers: [{ name: app, image: 'cart:1' }] } }
  strategy:
    canary:
      stableService: cart-stable
      canaryService: cart-canary
      trafficRouting: { maxTrafficWeight: 1000, nginx: { stableIngress: cart } }
      steps: [{ setWeight: 5 }, { pause: { duration: 5m } }, { setWeight: 500 }, { pause: {} }]
`;

test('weights are in percent where another weight than 100 stands for all requests', () => {
  const source = readGiven({ texts: [{ name: 'cart.yaml', text: NGINX }] });
  expect(source.draft.steps.flatMap(({ kind, value }) => (kind === 'weight' ? [value] : []))).toEqual([0.5, 50]);
  const changed = source.changeOf(withWeight(source.draft, 2, 25)).whole.text;
  expect([...changed.matchAll(/setWeight: (\d+)/g)].map(([, weight]) => weight)).toEqual(['5', '250']);
});

test('what only experiments analyse is said not to be judged, instead of not to be analysed', () => {
  const analyses = '[{ name: one, templateName: one }]';
  const experiment = `{ experiment: { duration: 5m, templates: [{ name: a, specRef: canary }], analyses: ${analyses} } }`;
  const text = NGINX.replace('{ setWeight: 500 }', experiment);
  const template = `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: one, namespace: shop }
spec: { metrics: [{ name: one, provider: { prometheus: { address: 'http://prometheus:9090', query: up } }, successCondition: 'result[0] > 0' }] }
`;
  const problems = (all: string): string => quickly(...opened({ name: 'cart.yaml', text: all })).problems.join('\n');
  expect(problems(text + template)).toContain('Nothing is analysed besides experiments');
  expect(problems(NGINX)).toContain('only a manual abort stops a bad version');
});

function opened(text: { readonly name: string; readonly text: string }): [ReturnType<typeof readGiven>, Draft] {
  const source = readGiven({ texts: [text] });
  return [source, source.draft];
}
