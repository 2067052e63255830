import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { readScenarios, SCENARIO_SCHEMA, ScenarioProblem, unmet } from '../../src/rehearse';
import { DEFAULT_PROFILE } from '../../src/traffic-model';
import { folderWith } from '../cli/run-cli';

function read(text: string) {
  return readScenarios(
    'canary.scenarios.yaml',
    join(folderWith({ 'canary.scenarios.yaml': text }), 'canary.scenarios.yaml'),
  );
}

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ScenarioProblem) return error.problems;
    throw error;
  }
  return [];
}

const one = (lines: string): string => `manifests: .\nscenarios:\n  - name: it\n${lines.replace(/^/gm, '    ')}\n`;

test('a scenario states the version, the world and what must come out', () => {
  const { manifests, scenarios } = read(`
manifests: [deploy/, base.yaml]
traffic: { rps: 50, baselineErrorRate: 0.1%, podStart: 45s, pods: 6, scrapeJitter: 500ms }
person: 2m
scenarios:
  - name: bad
    version: { fails: 2 %, latency: { p50: 200ms, p99: 1 }, crashes-after: 90s }
    traffic: { stops-after: 4m }
    prometheus: { unreachable-from: 5m, for: 2m }
    expect: aborted
    within: 6m
    spoiled-requests: < 500
  - name: nobody
    traffic: none
    person: never
    seed: 3
    repeat: 5
    expect: paused
`);
  expect(manifests).toEqual(['deploy/', 'base.yaml']);
  const [bad, nobody] = scenarios;
  expect(bad).toMatchObject({
    conditions: {
      canary: { errorRate: 0.02, latency: { p50: 0.2, p99: 1 }, crashesAfter: 90 },
      stable: { errorRate: 0.001 },
      profile: { rps: 50, podStart: 45, errorRate: 0.02, pods: 6, scrapeJitter: 0.5 },
      trafficStopsAt: 240,
      prometheusUnreachable: { from: 300, to: 420 },
      approvalAfter: 120,
    },
    expected: { outcome: 'aborted', within: 360, failedRequests: { operator: '<', limit: 500 } },
  });
  expect(nobody).toMatchObject({
    seed: 3,
    repeat: 5,
    conditions: { profile: { rps: 0, podStart: 45 }, canary: { errorRate: 0.001 } },
  });
  expect(nobody.conditions.approvalAfter).toBeUndefined();
});

test.each([
  ['healthy', { errorRate: 0.001 }],
  ['fails', { errorRate: 1 }],
  ['slow', { latency: { p50: 1, p99: 5 } }],
  ['crashes', { neverStarts: true }],
])('a version can be called %s', (word, behaviour) => {
  expect(read(one(`version: ${word}\nexpect: paused`)).scenarios[0].conditions.canary).toMatchObject(behaviour);
});

test.each([
  [
    'a field that nobody knows',
    one('expcet: promoted\nexpect: promoted'),
    "canary.scenarios.yaml:4:5  scenarios[0] has no 'expcet'; did you mean 'expect'?",
  ],
  [
    'an outcome that there is not',
    one('expect: promotd'),
    'canary.scenarios.yaml:4:13  scenarios[0].expect is "promotd"; did you mean \'promoted\'?',
  ],
  [
    'a version that nobody knows',
    one('version: bad\nexpect: aborted'),
    'canary.scenarios.yaml:4:14  scenarios[0].version is "bad"; use one of healthy, fails, slow, crashes',
  ],
  ['no expectation', one('version: fails'), "canary.scenarios.yaml:3:5  scenarios[0] has no 'expect', which it needs"],
  [
    'a duration in words',
    one('expect: paused\nwithin: six minutes'),
    'canary.scenarios.yaml:5:13  scenarios[0].within is "six minutes"; give how long it may take, from its beginning: a duration such as 30s, 5m or 1h30m, or seconds',
  ],
  [
    'a share beyond all',
    one('version: { fails: 2 }\nexpect: paused'),
    'canary.scenarios.yaml:4:23  scenarios[0].version.fails is 2; give what it fails: a share such as 2% or 0.02',
  ],
  [
    'a number without a comparison',
    one('expect: paused\nspoiled-requests: 500'),
    "canary.scenarios.yaml:5:23  scenarios[0].spoiled-requests is 500; give how many requests the new version may have failed: a comparison such as '< 500'",
  ],
  ['latencies the wrong way round', one('version: { latency: { p50: 2, p99: 1 } }\nexpect: paused'), undefined],
  ['a traffic profile that is not there', one('traffic: { profile: t.yaml }\nexpect: paused'), undefined],
  [
    'a file without scenarios',
    'manifests: .\n',
    "canary.scenarios.yaml:1:1  the file has no 'scenarios', which it needs",
  ],
  ['a file that is no YAML', 'manifests: [\n', undefined],
])('is refused with its place: %s', (what, text, expected) => {
  const problems = problemsOf(text);
  if (expected !== undefined) expect(problems).toEqual([expected]);
  else expect([what, ...problems]).toMatchSnapshot();
});

test('all problems are reported at once', () => {
  expect(problemsOf(one('version: bad\nexpect: promotd\nwithin: soon'))).toHaveLength(3);
});

test('the schema for editors is the one that is read by, and the examples keep to it', () => {
  const validate = new Ajv({ allowUnionTypes: true, strict: false }).compile(SCENARIO_SCHEMA);
  for (const file of ['examples/reference/reference.scenarios.yaml', 'examples/quickstart/scenarios/checkout.yaml']) {
    expect([file, validate(parse(readFileSync(file, 'utf8')))]).toEqual([file, true]);
    expect(readScenarios(file, file).scenarios.length).toBeGreaterThan(1);
  }
});

test('an expectation that is not met is reported with the actual result', () => {
  const update = { outcome: 'promoted' as const, endedAt: 420, failedRequests: 812 };
  const expected = {
    outcome: 'aborted' as const,
    within: 360,
    failedRequests: { operator: '<' as const, limit: 500 },
  };
  expect(unmet(expected, update)).toEqual([
    'expected aborted, was promoted after 7 min',
    'expected an end within 6 min, took 7 min',
    'expected < 500 failed requests, found 812',
  ]);
  expect(unmet({ outcome: 'promoted', within: 420 }, update)).toEqual([]);
});

test('traffic has every field of a profile, but for those that describe the new version', () => {
  const ofVersion = ['errorRate', 'latency', 'restarts', 'restartReason', 'saturation', 'approvalAfter'];
  const text = JSON.stringify((SCENARIO_SCHEMA as { properties: { traffic: object } }).properties.traffic);
  const missing = Object.keys(DEFAULT_PROFILE).filter(
    (field) => !ofVersion.includes(field) && !text.includes(`"${field}"`),
  );
  expect(missing).toEqual([]);
});
