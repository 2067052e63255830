import { folderWith, runCli } from '../cli/run-cli';
import type { StepModel } from '../../src/controller';
import { planRollout, planText } from '../../src/plan';
import { analysis, canary } from './models';

const QUERY = 'sum(rate(http_requests_total{code=~"5.."}[5m]))';

const template = `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors, namespace: shop }
spec:
  metrics:
    - name: errors
      interval: 1m
      count: 3
      successCondition: result[0] <= 5
      provider: { prometheus: { address: 'http://prometheus:9090', query: '${QUERY}' } }
    - name: errors-again
      successCondition: result[0] <= 7
      provider: { prometheus: { address: 'http://prometheus:9090', query: '${QUERY}' } }
`;

const rollout = (weights: readonly number[]): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  strategy:
    canary:
      canaryService: checkout-canary
      stableService: checkout-stable
      trafficRouting: { istio: { virtualService: { name: checkout } } }
      steps:
${weights.map((weight) => `        - setWeight: ${weight}\n        - pause: { duration: 5m }\n        - analysis: { templates: [{ templateName: errors }] }\n`).join('')}        - pause: {}
`;

const folder = folderWith({ 'app.yaml': rollout([1, 2, 5, 10, 20, 40, 60, 80]) + template });
const plan = async (...args: string[]) => runCli(['plan', 'app.yaml', ...args], { cwd: folder });

test('a long plan in brief has a line for each weight and for each check', async () => {
  const { out, code } = await plan('--brief');
  expect(code).toBe(0);
  expect(out.split('\n').length).toBeLessThan(30);
  expect(out).toMatch(/ 7:30 +2 % {2}7 min +pause 5 min, analysis 2 min {2}\(steps 4 to 6\)\n/);
  expect(out).toMatch(/80 % {2}7 min \+ P +pause 5 min, analysis 2 min, manual approval {2}\(steps 23 to 25\)\n/);
  expect(out).toContain('checks errors: 3 times, every 1 min, steps 3, 6, 9, 12, 15, 18, 21, 24\n');
  expect(out).toMatch(/if every measurement fails: aborted at 5:30; canary seen by up to 1 %/);
  expect(out).toContain('assumed: every measurement of a healthy version succeeds');
  expect(out).not.toContain(QUERY);
});

test('brief in the other formats', async () => {
  const markdown = (await plan('--brief', '--format', 'markdown')).out;
  expect(markdown).toContain('| 7:30 | 2 % | 7 min | 4 to 6 | pause 5 min, analysis 2 min |');
  const html = (await plan('--brief', '--format', 'html')).out;
  expect(html).toMatch(/<td role="cell" data-head="steps"><span>4 to 6<\/span><\/td>/);
  expect(html).not.toContain('http_requests_total');
  expect((await plan('--brief', '--format', 'svg')).out).toMatch(/^<svg /);
});

test.each([['text'], ['markdown'], ['html']])('a query is printed once in %s, whatever asks it', async (format) => {
  const { out } = await plan('--format', format);
  const query = format === 'html' ? QUERY.replaceAll('"', '&quot;') : QUERY;
  expect(out.split(query)).toHaveLength(2);
  expect(out).toContain('as in step 3');
  expect(out.replaceAll('\\', '')).toContain("the query is that of 'errors' in step 3");
});

test('the same name with another condition is described again', () => {
  const steps = ['result[0] <= 5', 'result[0] <= 6'].map((successCondition) => ({
    analysis: analysis({ successCondition }),
  }));
  const text = planText(planRollout(canary([{ setWeight: 50 }, ...steps])));
  expect(text).toContain('succeeds: result[0] <= 5');
  expect(text).toContain('succeeds: result[0] <= 6');
  expect(text).not.toContain('as in');
});

test('a step that takes no time stands in the timetable, at its place', () => {
  const plan = planRollout(canary([{ setWeight: 25 }, { pause: { seconds: 60 } }, { setWeight: 30 }, { pause: {} }]));
  const lines = planText(plan).split('\n');
  const at = lines.findIndex((line) => /^ +1:30 +3 {2}setWeight 30 %: takes no time$/.test(line));
  expect(lines[at - 1]).toMatch(/2 {2}pause 1 min$/);
  expect(lines[at + 1]).toMatch(/4 {2}waits for manual approval$/);
});

test('one of something is singular', () => {
  const plan = planRollout(
    canary(
      [
        { setCanaryScale: { replicas: 1, matchTrafficWeight: false } },
        { analysis: analysis({ successCondition: 'true', consecutiveErrorLimit: 0, consecutiveSuccessLimit: 1 }) },
      ],
      { replicas: 1 },
    ),
  );
  const text = planText(plan);
  expect(text).toContain('setCanaryScale 1 pod:');
  expect(text).toContain('an error aborts; a success suffices');
  expect(text).not.toMatch(/\b1 (pods|errors|successes|measurements|replicas)\b/);
});

describe('managed routes', () => {
  const MIRROR = { name: 'shadow', percentage: 20 };
  const mirrored = [
    { setCanaryScale: { replicas: 2 } },
    { setMirrorRoute: { ...MIRROR, removes: false } },
    { pause: { seconds: 300 } },
    { analysis: analysis() },
    { setMirrorRoute: { ...MIRROR, removes: true } },
    { setWeight: 10 },
    { pause: { seconds: 60 } },
  ];

  test('fill the window of a query, as the canary has their requests', () => {
    const plan = planRollout(canary(mirrored));
    const text = planText(plan);
    expect(text).not.toContain('never filled');
    expect(text).toContain(
      "the canary has had traffic for all of them; the canary gets only copies of 20 % of the requests that match the mirror route 'shadow'",
    );
    expect(plan.notes).toEqual([
      "copies of 20 % of the requests that match the mirror route 'shadow' go to the canary in step 3, beside those of its weight; nobody sees the responses",
    ]);
    expect(text).toContain('canary seen by nobody; it gets copies of 20 % of the requests that match the mirror route');
    // Without the route the canary has no request.
    const without = planRollout(canary(mirrored.filter((step) => !('setMirrorRoute' in step))));
    expect(planText(without)).toContain('its window is never filled');
  });

  test('let those in who send the header, and nobody without a pod', () => {
    const headed = (first: StepModel): StepModel[] => [
      first,
      { setHeaderRoute: { name: 'testers', removes: false } },
      { pause: { seconds: 300 } },
      { analysis: analysis() },
    ];
    const plan = planRollout(canary(headed({ setCanaryScale: { replicas: 1 } })));
    expect(planText(plan)).toContain("canary seen by requests that match the header route 'testers'");
    expect(plan.notes).toEqual([
      "all requests that match the header route 'testers' go to the canary from step 3 to the promotion, beside those of its weight",
    ]);
    expect(planText(plan)).not.toContain('never filled');
    const none = planRollout(canary(headed({ setCanaryScale: { replicas: 0 } })));
    expect(none.notes).toEqual([]);
    expect(planText(none)).toContain('its window is never filled');
  });
});
