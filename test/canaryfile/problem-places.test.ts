import { render, spec } from './load';
import { renderSpec } from '../../src/canaryfile/render';
import { mergeLayers, readDocuments } from '../../src/canaryfile/layers';
import { SourceFile } from '../../src/formats/source';

/** The place and the message of each problem, without the lines of the file. */
function found(lines: string): string[] {
  const { problems } = render(spec(lines.replace(/^/gm, '  ')));
  return problems.map((problem) => problem.split('\n')[0].replace(/^canary\.yaml:\d+:\d+: /, ''));
}

describe('a problem that the constructs report stands at the field that is wrong', () => {
  test.each([
    ['replicas: -1', 'spec.replicas: replicas is -1'],
    ['rollout: { minReady: 1500ms }', 'spec.rollout.minReady: minReady is 1s500ms'],
    ['strategy: { scaleDownDelay: 1500ms }', 'spec.strategy.scaleDownDelay: scaleDownDelay is 1s500ms'],
    ['container: { name: Not_A_Name }', 'spec.container.name: the name of a container'],
    ['hosts: [shop.example.com, "http://x"]', "spec.hosts[1]: a host is 'http://x'"],
    [
      'traffic: { routes: [{ split: { name: all, retries: { attempts: -1 } } }] }',
      'spec.traffic.routes[0].split.retries',
    ],
    ['traffic: { stickyCanary: { value: "a b" } }', 'spec.traffic.stickyCanary'],
    ['failures: { atMost: -1, within: 5m }', 'spec.failures.atMost: atMost is -1'],
    [
      'checks: [{ successRate: { atLeast: 2 } }]',
      "spec.checks[0].successRate.atLeast: check 'success-rate': atLeast is 2",
    ],
    ['backgroundChecks: [{ successRate: { atLeast: 2 } }]', 'spec.backgroundChecks[0].successRate.atLeast'],
    ['monitoring: { path: metrics }', "spec.monitoring.path: path is 'metrics'"],
    ['monitoring: { rules: { pausedFor: 0s } }', 'spec.monitoring.rules.pausedFor'],
    ['autoscaling: { maxReplicas: 2, minReplicas: 3 }', 'spec.autoscaling.maxReplicas'],
    ['patches: [{ target: { kind: Rollout } }]', 'spec.patches[0]: patches[0] has 0 of merge, json and remove'],
    [
      'patches: [{ target: { kind: Rollout }, json: [{ op: remove, path: /spec/none }] }]',
      'spec.patches[0]: cannot remove /spec/none',
    ],
    [
      'patches: [{ target: { kind: Rollout }, merge: { metadata: null } }]',
      'spec.patches[0]: the patched Rollout has no metadata.name; a patch must keep',
    ],
    ['container: { ports: [{ number: 8080 }] }', 'spec.container.ports[0].number'],
    ['plan: linear(0, 1m)', 'spec.plan'],
    [
      'container: { resources: { memory: { limit: 256M } } }',
      "spec.container.resources.memory.limit: is '256M', which is a quantity of Kubernetes that is not supported here; give a whole number of Ki, Mi, Gi, Ti or Pi, such as 256Mi",
    ],
    [
      'container: { resources: { memory: { limit: 268435456 } } }',
      'spec.container.resources.memory.limit: is the number 268435456, which is a quantity of Kubernetes that is not',
    ],
    [
      'container: { resources: { memory: { limit: 256x } } }',
      "spec.container.resources.memory.limit: is '256x', which is no size; write 32Mi or 1Gi",
    ],
    [
      'container: { resources: { cpu: { limit: 100u } } }',
      "spec.container.resources.cpu.limit: is '100u', which is a quantity of Kubernetes that is not supported here; give cores",
    ],
    ['steps: [{ pause: { duration: 500ms } }]', 'spec.steps[0].pause: pause is 500ms; give whole seconds'],
    ['plan: linear(10, 0.5s)', 'spec.plan'],
    [
      'hosts: [a.example.com, a.example.com]',
      "spec.hosts[1]: hosts[1] is 'a.example.com', as hosts[0] is; leave it out",
    ],
  ])('%s', (lines, start) => {
    const problems = found(lines);
    expect(problems.filter((problem) => problem.startsWith(start))).toHaveLength(1);
  });

  test('and what several checks share is reported once, where it stands', () => {
    const lines = [
      'checks: [{ successRate: { atLeast: 0.9 } }, { latency: { quantile: 0.9, atMost: 1s } }]',
      'measuring: { requests: { application: { counter: "bad name" } } }',
    ].join('\n');
    const problems = found(lines).filter((problem) => problem.includes('bad name'));
    expect(problems).toEqual([expect.stringMatching(/^spec\.measuring\.requests.*counter is 'bad name'/)]);
  });
});

describe('messages about a canary file', () => {
  test.each([
    'steps: [{ setHeaderRoute: { name: r, matches: [{ exact: { header: h, value: x } }] } }, { setWeight: 10 }]',
    'traffic: { routes: [{ to: { name: a, destination: { host: b } } }] }',
    'strategy: { background: { startingStep: 99 } }',
    'traffic: { splitBy: subsets, stickyCanary: { value: x } }',
    'monitoring: { kind: pod, versionLabel: service }',
    'failures: { atMost: 5, within: 0s }',
  ])('speak of its fields, not of TypeScript: %s', (lines) => {
    const problems = found(lines);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toMatch(
      /\b[A-Z]\w+\.\w+\(|\b[A-Z]\w+\.[a-z]+[A-Z]?\w*\b(?!:)|\b[A-Z]\w+\.[A-Z_]{2,}/,
    );
  });
});

test('a defect of the constructs is thrown, and not reported as a problem of the spec', () => {
  const { CanaryApp } = jest.requireActual<typeof import('../../src')>('../../src');
  const failing = jest.spyOn(CanaryApp.prototype as never, 'joinMesh' as never);
  failing.mockImplementation((() => {
    throw new TypeError('x is not a function');
  }) as never);
  try {
    const body = mergeLayers(readDocuments(new SourceFile('canary.yaml', spec()), []))!;
    expect(() => renderSpec(body, [])).toThrow(new TypeError('x is not a function'));
  } finally {
    failing.mockRestore();
  }
});
