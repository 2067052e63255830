import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { folderWith, runCli } from './run-cli';

const GIT = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: cart, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec: { containers: [{ name: cart, image: 'cart:2' }] }
  strategy:
    canary:
      canaryService: cart-canary
      stableService: cart-stable
      trafficRouting: { istio: { virtualService: { name: cart } } }
      steps: [{ setWeight: 20 }, { pause: { duration: 60s } }, { pause: {} }, { setWeight: 50 }, { pause: { duration: 30s } }]
`;

interface Moment {
  readonly status: object;
  readonly newPods: number;
  /** Seconds since the update began. */
  readonly elapsed?: number;
  readonly runs?: readonly object[];
  /** @default a canary of five steps */
  readonly spec?: object;
}

const OWNER = [{ kind: 'Rollout', name: 'cart' }];

const CANARY = { strategy: { canary: { steps: [{}, {}, {}, {}, {}] } } };

/** What kubectl prints of each kind at one moment. */
function objects({ status, newPods, elapsed = 0, runs = [], spec = CANARY }: Moment): Readonly<Record<string, object>> {
  const created = new Date(Date.now() - elapsed * 1000).toISOString();
  const set = (hash: string, available: number): object => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `cart-${hash}`,
      namespace: 'shop',
      labels: { 'rollouts-pod-template-hash': hash },
      ownerReferences: OWNER,
      creationTimestamp: hash === 'new' ? created : '2026-01-01T00:00:00Z',
    },
    spec: { replicas: available },
    status: { availableReplicas: available },
  });
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'cart', namespace: 'shop', generation: 2 },
    spec,
    status: { observedGeneration: '2', currentPodHash: 'new', stableRS: 'old', ...status },
  };
  const list = (items: readonly object[]): object => ({ apiVersion: 'v1', kind: 'List', items });
  return {
    'rollouts.argoproj.io': list([rollout]),
    'replicasets.apps': list([set('new', newPods), set('old', 2)]),
    'analysisruns.argoproj.io': list(runs),
    'experiments.argoproj.io': list([]),
  };
}

/** A kubectl that shows one moment after the other, and stays at the last; anything but `get` fails. */
function kubectl(moments: readonly Moment[]): { readonly PATH: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  moments.forEach((moment, i) => {
    for (const [kind, value] of Object.entries(objects(moment)))
      writeFileSync(join(folder, `${i}-${kind}.json`), JSON.stringify(value));
  });
  const script = `#!/bin/sh
cd ${folder}
[ "$1" = get ] || exit 9
i=$(cat at 2>/dev/null || echo 0)
cat "$i-$2.json" || exit 1
# The last kind of a look ends the moment.
if [ "$2" = experiments.argoproj.io ] && [ "$i" -lt ${moments.length - 1} ]; then echo $((i + 1)) > at; fi
`;
  writeFileSync(join(folder, 'kubectl'), script);
  chmodSync(join(folder, 'kubectl'), 0o755);
  return { PATH: `${folder}${delimiter}${process.env.PATH}` };
}

const follow = (moments: readonly Moment[], ...args: string[]): ReturnType<typeof runCli> =>
  runCli(['diff', 'git.yaml', '--live', '--watch', '--interval', '1ms', '--pod-start', '10s', ...args], {
    cwd: folderWith({ 'git.yaml': GIT }),
    env: kubectl(moments),
  });

const weight = (canary: number): object => ({ canary: { weights: { canary: { weight: canary } } } });
const STARTING: Moment = {
  status: { phase: 'Progressing', currentStepIndex: 0, ...weight(0) },
  newPods: 0,
  elapsed: 4,
};
const PAUSED: Moment = {
  status: { phase: 'Progressing', currentStepIndex: 1, ...weight(20) },
  newPods: 1,
  elapsed: 25,
};
const PROMOTED: Moment = {
  status: { phase: 'Healthy', currentStepIndex: 5, stableRS: 'new', ...weight(100) },
  newPods: 2,
  elapsed: 140,
};

test('each change of an update is a line, with the time left, until the promotion', async () => {
  const { code, out } = await follow([STARTING, PAUSED, PROMOTED]);
  const lines = out.trim().split('\n');
  expect(lines[0]).toMatch(
    /^0:\d\d {2}shop\/cart {2}progressing {2}step 1 of 5 {2}new version 0 % {2}pods 0 \+ 2 {2}about/,
  );
  expect(lines[1]).toMatch(
    /step 2 of 5 {2}new version 20 % {2}pods 1 \+ 2 {2}about 1 min \d+ s left and a manual approval/,
  );
  expect(lines[2]).toMatch(/shop\/cart {2}healthy {2}new version 100 %/);
  expect(lines).toHaveLength(3);
  expect(code).toBe(0);
});

test('what differs from the plan shows both', async () => {
  // Pods are not there yet, long after the plan has them.
  const late = { ...STARTING, elapsed: 40 };
  const { out } = await follow([late, PROMOTED]);
  expect(out).toContain('step 1 (planned 2) of 5  new version 0 % (planned 20 %)  pods 0 + 2 (planned 1 + 2)');
});

test('while an approval is awaited the plan waits too, and goes on with the cluster', async () => {
  const waits: Moment = {
    status: { phase: 'Paused', currentStepIndex: 2, pauseConditions: [{ reason: 'CanaryPauseStep' }], ...weight(20) },
    newPods: 1,
    elapsed: 5000,
  };
  const on: Moment = {
    status: { phase: 'Progressing', currentStepIndex: 4, ...weight(50) },
    newPods: 1,
    elapsed: 5020,
  };
  const { out } = await follow([waits, on, PROMOTED]);
  const [first, second] = out.split('\n');
  expect(first).toMatch(/step 3 of 5 {2}new version 20 % {2}pods 1 \+ 2 {2}about 40 s left and a manual approval/);
  expect(second).toMatch(/step 5 of 5 {2}new version 50 % {2}pods 1 \+ 2 {2}about 40 s left$/);
});

test('a second approval is not counted as being behind the plan, either', async () => {
  const git = GIT.replace(
    '{ pause: { duration: 30s } }]',
    '{ pause: {} }, { setWeight: 80 }, { pause: { duration: 30s } }]',
  );
  expect(git).not.toBe(GIT);
  const at = (step: number, share: number, elapsed: number): Moment => ({
    status: { phase: 'Progressing', currentStepIndex: step, ...weight(share) },
    newPods: share > 50 ? 2 : 1,
    elapsed,
  });
  const { out } = await runCli(['diff', 'git.yaml', '--live', '--watch', '--interval', '1ms', '--pod-start', '10s'], {
    cwd: folderWith({ 'git.yaml': git }),
    env: kubectl([at(2, 20, 500), at(4, 50, 900), at(5, 50, 5000), PROMOTED]),
  });
  expect(out).toMatch(/step 6 of 5 {2}new version 50 % {2}pods 1 \+ 2 {2}about/);
});

test('behind the last step the rest of the plan is what is left', async () => {
  const last: Moment = {
    status: { phase: 'Progressing', currentStepIndex: 5, ...weight(100) },
    newPods: 1,
    elapsed: 5000,
  };
  const { out } = await follow([last, PROMOTED]);
  expect(out.split('\n')[0]).toMatch(/step end of 5 {2}new version 100 %.* {2}pods 1 \+ 2 {2}about 10 s left$/);
});

describe('a blue-green update', () => {
  const steps = GIT.slice(GIT.indexOf('    canary:\n'));
  const git = GIT.replace(
    steps,
    '    blueGreen: { activeService: cart-active, previewService: cart-preview, autoPromotionEnabled: false }\n',
  );
  const spec = { strategy: { blueGreen: { activeService: 'cart-active', previewService: 'cart-preview' } } };
  const services = (activeSelector: string): object => ({ blueGreen: { activeSelector, previewSelector: 'new' } });
  const followed = async (...moments: Moment[]): Promise<string[]> => {
    const { out, code } = await runCli(
      ['diff', 'git.yaml', '--live', '--watch', '--interval', '1ms', '--pod-start', '10s'],
      { cwd: folderWith({ 'git.yaml': git }), env: kubectl(moments.map((moment) => ({ ...moment, spec }))) },
    );
    expect(code).toBe(0);
    return out.trim().split('\n');
  };
  const promoted: Moment = { ...PROMOTED, status: { phase: 'Healthy', stableRS: 'new', ...services('new') } };

  test('goes through the stages of its plan, and its approval is one that is still to come', async () => {
    const starts: Moment = { status: { phase: 'Progressing', ...services('old') }, newPods: 0, elapsed: 4 };
    const waits: Moment = {
      status: { phase: 'Paused', pauseConditions: [{ reason: 'BlueGreenPause' }], ...services('old') },
      newPods: 2,
      elapsed: 15,
    };
    const lines = await followed(starts, waits, promoted);
    expect(lines[0]).toMatch(
      /step 1 of 3 {2}new version 0 % {2}pods 0 \+ 2 {2}about \d+ s left and a manual approval$/,
    );
    expect(lines[1]).toMatch(
      /step 2 of 3 {2}new version 0 % {2}pods 2 \+ 2 {2}about 0 s left and a manual approval {2}BlueGreenPause$/,
    );
    expect(lines[2]).toMatch(/healthy {2}new version 100 %/);
  });

  test('has all requests at the new version once its Service is switched', async () => {
    const switched: Moment = { status: { phase: 'Progressing', ...services('new') }, newPods: 2, elapsed: 500 };
    const [line] = await followed(switched, promoted);
    expect(line).toMatch(/step 3 of 3 {2}new version 100 %/);
    expect(line).not.toContain('approval');
  });
});

test('an aborted update ends with its message and exit code 1', async () => {
  const aborted: Moment = {
    status: { phase: 'Degraded', abort: true, message: 'Metric "errors" assessed Failed', ...weight(0) },
    newPods: 0,
  };
  const run = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: 'cart-1',
      namespace: 'shop',
      labels: { 'rollouts-pod-template-hash': 'new', 'rollout-type': 'Background' },
      ownerReferences: OWNER,
    },
    status: { phase: 'Failed', metricResults: [{ name: 'errors', measurements: [{ value: '[3]', phase: 'Failed' }] }] },
  };
  const { code, out } = await follow([PAUSED, { ...aborted, runs: [run] }]);
  expect(out).toContain('aborted');
  // The controller has gone back to the first step by then.
  expect(out.trim().split('\n').at(-1)).not.toContain('step');
  expect(out).toContain('background analysis cart-1 Failed (1 measured)');
  expect(out).toContain('Metric "errors" assessed Failed');
  expect(code).toBe(1);
});

test('an update that has not begun is waited for', async () => {
  const { out, code } = await follow([PROMOTED, STARTING, PROMOTED]);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => / (healthy|progressing) /.exec(line)?.[1]),
  ).toEqual(['healthy', 'progressing', 'healthy']);
  expect(code).toBe(0);
});

test('json is one object a line', async () => {
  const { out } = await follow([PAUSED, PROMOTED], '-f', 'json');
  const [first] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(first).toMatchObject({
    rollout: 'shop/cart',
    step: { planned: 1, actual: 1 },
    weight: { planned: 20, actual: 20 },
    pods: { planned: { canary: 1, stable: 2 }, actual: { canary: 1, stable: 2 } },
    approvals: 1,
  });
});

test.each([
  [['--watch'], '--watch follows a cluster; give --live as well'],
  [['--live', '--watch', '-o', 'x'], 'leave --output out'],
  [['--live', '--watch', '-f', 'markdown'], 'no format markdown'],
  [['--live', '--rollout', 'cart'], '--rollout belongs to --watch'],
  [['--live', '--watch', '--rollout', 'card'], "there is no Rollout 'card'"],
])('%j is refused', async (args, message) => {
  const { code, err } = await runCli(['diff', 'git.yaml', ...args], { cwd: folderWith({ 'git.yaml': GIT }) });
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('a kind that cannot be read is named once, and a cluster that fails for a moment is read again', async () => {
  const env = kubectl([STARTING, PAUSED, PROMOTED]);
  const folder = env.PATH.split(delimiter)[0];
  const real = readFileSync(join(folder, 'kubectl'), 'utf8');
  const forbidden = 'Error from server (Forbidden): replicasets.apps is forbidden';
  const failing = `#!/bin/sh
cd ${folder}
echo >> calls
if [ "$2" = replicasets.apps ]; then echo '${forbidden}' >&2; exit 1; fi
if [ "$(wc -l < calls)" -eq 5 ]; then echo 'The connection to the server x was refused' >&2; exit 1; fi
`;
  writeFileSync(join(folder, 'kubectl'), real.replace(/^#!.*\ncd .*\n/, failing));
  const cwd = folderWith({ 'git.yaml': GIT });
  const { code, out, err } = await runCli(['diff', 'git.yaml', '--live', '--watch', '--interval', '1ms'], { cwd, env });
  expect(code).toBe(0);
  expect(out).toContain('pods unknown');
  expect(err.match(/replicasets\.apps cannot be read/g)).toHaveLength(1);
  expect(
    err.match(/the cluster cannot be read: The connection to the server x was refused; trying again/g),
  ).toHaveLength(1);
});
