import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readDocuments, writeYaml } from '../../src/formats/yaml';
import { folderWith, runCli } from './run-cli';

const ABORTED = readFileSync('test/fixtures/explain/aborted.yaml', 'utf8');

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

interface Item {
  kind: string;
  status: Loose;
}

/** The fixture, changed. */
function changed(change: (item: Item) => void): string {
  const [{ value }] = readDocuments(ABORTED);
  const list = structuredClone(value) as { items: Item[] };
  for (const item of list.items) change(item);
  return writeYaml(list);
}

const explained = (stdin: string, ...more: string[]): ReturnType<typeof runCli> =>
  runCli(['explain', '-', ...more], { cwd: folderWith({}), stdin });

test('an aborted update: which measurement decided, what users get, how Git comes back', async () => {
  const { code, out, err } = await explained(ABORTED);
  expect([code, err]).toEqual([1, '']);
  expect(out).toMatchSnapshot();
});

test('Markdown and JSON say the same', async () => {
  expect((await explained(ABORTED, '-f', 'markdown')).out).toMatchSnapshot();
  const [one] = JSON.parse((await explained(ABORTED, '-f', 'json')).out) as [Loose];
  expect(one).toMatchObject({ outcome: 'aborted', rollout: { name: 'checkout', namespace: 'shop' } });
  expect(one.revert.patch).toEqual([
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry.example.com/checkout:2.0.3' },
    { op: 'replace', path: '/spec/template/spec/containers/0/env/0/value', value: 'old' },
  ]);
});

test('a page shows the plan and what happened', async () => {
  const { out } = await explained(ABORTED, '-f', 'html');
  expect(out).toContain('<h2>Plan and reality</h2>');
  const [, svg] = /<h2>Plan and reality<\/h2>[^]*?(<svg[^]*?<\/svg>)/.exec(out)!;
  expect(svg).toMatch(
    /aria-label="The plan lasts \d+ min.*\. What happened took 5 min 39 s from 2026-11-20 10:00:02 UTC on"/,
  );
  // Both lanes have the step of 20 %: the plan's, and the one that the controller told.
  expect(svg.match(/<title>20 %<\/title>/g)).toHaveLength(2);
  expect(svg.match(/<circle /g)).toHaveLength(6);
  expect(out).toContain('<h2>As planned</h2>');
  expect(out).toContain('metric error-ratio measured Failed: [0.087]');
});

test('the weight that the controller sets is a part of maxTrafficWeight', async () => {
  const text = changed((item) => {
    if (item.kind !== 'Rollout') return;
    (item as Loose).spec.strategy.canary.trafficRouting = {
      maxTrafficWeight: 1000,
      nginx: { stableIngress: 'checkout' },
    };
    item.status.canary.weights.canary.weight = 205;
  });
  expect((await explained(text)).out).toContain('the controller sends 20.5 % of the requests to ');
});

test('the measurement that decided is compared with the simulation, under the traffic of a profile', async () => {
  const cwd = folderWith({ 'traffic.yaml': 'rps: 300\nerrorRate: 9%\n' });
  const { out } = await runCli(['explain', '-', '--profile', 'traffic.yaml'], { cwd, stdin: ABORTED });
  expect(out).toMatch(/simulated with 300 requests\/s \(of the profile\): a healthy version is stopped in 0 % /);
  // A version that fails as this one did.
  expect(out).toMatch(
    /metric error-ratio: measured \[0\.087\]; such a bad version is stopped by it at 0\.0\d+ \(median/,
  );
  const unknown = ABORTED.replaceAll(/query: .*/g, "query: 'up'");
  expect((await explained(unknown)).out).toContain('the simulation cannot say what to expect:');
});

test('an update to a version that had run before begins when the controller began it', async () => {
  const again = changed((item) => {
    const meta = (item as Loose).metadata;
    if (item.kind === 'ReplicaSet' && meta.name === 'checkout-7d9c5b6f4')
      meta.creationTimestamp = '2026-11-02T08:00:00Z';
    if (item.kind === 'Rollout')
      item.status.conditions.push({ type: 'Completed', status: 'False', lastTransitionTime: '2026-11-20T10:00:10Z' });
  });
  const [{ value }] = readDocuments(again);
  const list = value as { items: Loose[] };
  const run = structuredClone(list.items.find(({ kind }) => kind === 'AnalysisRun'));
  run.metadata.name = 'checkout-7d9c5b6f4-5-2';
  run.metadata.creationTimestamp = '2026-11-02T08:05:00Z';
  run.status.startedAt = '2026-11-02T08:05:00Z';
  run.status.metricResults[0].measurements[0].value = '[0.5]';
  list.items.push(run);
  const { out } = await explained(writeYaml(list));
  expect(out).toContain('What happened on 2026-11-20 (UTC)');
  expect(out).toContain(
    '10:00:10  the update to revision 7 (registry.example.com/checkout:2.1.0), which had run before, began',
  );
  expect(out).not.toContain('[0.5]');
});

test('an empty result is named as the likely cause of errors, with the address that was asked', async () => {
  const message = 'reflect: slice index out of range';
  const text = changed((item) => {
    if (item.kind !== 'AnalysisRun') return;
    item.status.phase = 'Error';
    const [metric] = item.status.metricResults;
    Object.assign(metric, { phase: 'Error', error: 5, failed: 0 });
    metric.measurements = [{ phase: 'Error', message, finishedAt: '2026-11-20T10:05:40Z' }];
  });
  const { out } = await explained(text);
  expect(out).toContain('5 measurements could not be made, consecutiveErrorLimit 4: reflect: slice index out of range');
  expect(out).toContain('likely cause: the query returned nothing, and the condition reads result[0]');
  expect(out).toContain('(http://prometheus.monitoring:9090)');
});

test.each([
  ['dial tcp 10.0.0.1:9090: connect: connection refused', 'nothing listens at the address'],
  ['lookup prom on 10.0.0.10:53: no such host', 'does not resolve'],
  ['Post "http://p:9090": context deadline exceeded', 'did not answer in time'],
  ['bad_data: 1:5: parse error: unexpected end of input', 'does not accept the query'],
  ['execution: multiple matches for labels: many-to-one matching', 'several series'],
])('the message %s is understood', async (message, cause) => {
  const text = changed((item) => {
    if (item.kind !== 'AnalysisRun') return;
    item.status.phase = 'Error';
    Object.assign(item.status.metricResults[0], { phase: 'Error', error: 5 });
    item.status.metricResults[0].measurements = [{ phase: 'Error', message, finishedAt: '2026-11-20T10:05:40Z' }];
  });
  expect((await explained(text)).out).toContain(cause);
});

test('a NaN is explained as no traffic', async () => {
  const text = changed((item) => {
    if (item.kind === 'AnalysisRun') item.status.metricResults[0].measurements[0].value = '[NaN]';
  });
  expect((await explained(text)).out).toContain('measured [NaN]: 0/0, so there was no traffic to judge');
});

function paused(reason: string, more: (item: Item) => void = () => undefined): string {
  return changed((item) => {
    if (item.kind === 'Rollout') {
      delete item.status.abort;
      delete item.status.abortedAt;
      item.status.phase = 'Paused';
      item.status.currentStepIndex = 1;
      item.status.canary.weights.canary.weight = 20;
      item.status.pauseConditions = [{ reason, startTime: '2026-11-20T10:00:40Z' }];
      item.status.conditions = [];
    }
    more(item);
  });
}

test('an inconclusive analysis waits for a person, and the commands are named', async () => {
  const { code, out } = await explained(paused('InconclusiveAnalysisRun'));
  expect(code).toBe(1);
  expect(out).toContain('is paused at step 2 of 4: an analysis was inconclusive, so it waits for manual approval');
  expect(out).toContain('kubectl argo rollouts promote checkout -n shop');
  expect(out).toContain('kubectl argo rollouts promote checkout -n shop --full');
  expect(out).toContain('kubectl argo rollouts abort checkout -n shop');
});

test('a pause with a duration goes on by itself', async () => {
  expect((await explained(paused('CanaryPauseStep'))).out).toContain('the controller goes on by itself after 5m');
});

test('a Service without the hash in its selector is reported while the canary gets traffic', async () => {
  const service = `---
apiVersion: v1
kind: Service
metadata: { name: checkout-canary, namespace: shop }
spec: { selector: { app: checkout } }
`;
  const { out } = await explained(paused('CanaryPauseStep') + service);
  expect(out).toContain('Service checkout-canary selects the pods of every version');
});

test('pods that cannot start are the reason', async () => {
  const pod = `---
apiVersion: v1
kind: Pod
metadata:
  name: checkout-7d9c5b6f4-a
  namespace: shop
  ownerReferences: [{ kind: ReplicaSet, name: checkout-7d9c5b6f4 }]
status:
  containerStatuses:
    - name: app
      state: { waiting: { reason: ImagePullBackOff, message: 'Back-off pulling image' } }
`;
  const { out } = await explained(ABORTED + pod);
  expect(out).toContain('container app waits: ImagePullBackOff: Back-off pulling image');
});

test('a healthy Rollout exits with 0; one whose spec is refused says what the controller says', async () => {
  const healthy = changed((item) => {
    if (item.kind !== 'Rollout') return;
    item.status = { observedGeneration: '7', phase: 'Healthy', currentPodHash: '5f7d8c9b4', stableRS: '5f7d8c9b4' };
  });
  expect(await explained(healthy)).toMatchObject({ code: 0, out: expect.stringContaining('is healthy') as string });
  const refused = changed((item) => {
    if (item.kind !== 'Rollout') return;
    item.status = { conditions: [{ type: 'InvalidSpec', status: 'True', message: 'spec.selector: Required value' }] };
  });
  const { code, out } = await explained(refused);
  expect(code).toBe(1);
  expect(out).toContain('spec.selector: Required value');
});

test('a template that is not there is the likely cause where 1.8 speaks of labels', async () => {
  const message =
    'The Rollout "checkout" is invalid: spec.strategy.canary.stableService: Invalid value: "checkout-stable": Service "checkout-stable" has unmatch label "app" in rollout';
  const refused = (workloadRef?: object): string =>
    changed((item) => {
      if (item.kind !== 'Rollout') return;
      item.status = { conditions: [{ type: 'InvalidSpec', status: 'True', message }] };
      if (workloadRef) (item as Loose).spec = { ...(item as Loose).spec, template: undefined, workloadRef };
    });
  const { out } = await explained(refused({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'legacy' }));
  expect(out).toContain(message);
  expect(out).toContain("likely cause: Deployment 'legacy', of which the pods are taken, is not there");
  const own = await explained(refused());
  expect(own.out).toContain(message);
  expect(own.out).not.toContain('likely cause');
});

test('without ReplicaSets it says what is not known, and gives no patch', async () => {
  const [{ value }] = readDocuments(ABORTED);
  const items = (value as { items: Item[] }).items.filter(({ kind }) => kind === 'Rollout');
  const { out } = await explained(writeYaml({ apiVersion: 'v1', kind: 'List', items }));
  expect(out).toContain('the ReplicaSets are not in the input');
  expect(out).toContain('AnalysisRun checkout-7d9c5b6f4-7-2 is not in the input');
  expect(out).not.toContain('Patch that brings');
});

test('names with escape sequences and line breaks are spelled out', async () => {
  const { out } = await explained(
    ABORTED.replaceAll('error-ratio', 'x\\u001b[31m\\n::error::').replace(/Metric "/g, "Metric '"),
  );
  expect(out).not.toContain('\u001b[31m');
  expect(out.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
});

describe('with kubectl', () => {
  /** A kubectl of its own that prints what is asked, or fails as the real one does. */
  function kubectl(script: string): { readonly PATH: string } {
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
    writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'kubectl'), 0o755);
    return { PATH: `${folder}${delimiter}${process.env.PATH}` };
  }

  const live = (script: string, ...args: string[]): ReturnType<typeof runCli> =>
    runCli(['explain', 'checkout', '-n', 'shop', ...args], { cwd: folderWith({}), env: kubectl(script) });

  const file = join(process.cwd(), 'test/fixtures/explain/aborted.yaml');
  const EMPTY = `echo '{"apiVersion":"v1","kind":"List","items":[]}'`;

  test('the objects of one Rollout are read, each kind by a get', async () => {
    const { code, out } = await live(
      `case "$*" in "get rollouts.argoproj.io checkout -o json --namespace=shop"*) cat ${file};; "get "*) ${EMPTY};; *) exit 9;; esac`,
    );
    expect(code).toBe(1);
    expect(out).toContain('was aborted');
  });

  test('what is forbidden is named, and the rest is explained', async () => {
    const { out, err } = await live(
      `case "$*" in *rollouts*) cat ${file};; *"get events"*) echo 'Error from server (Forbidden): events is forbidden' >&2; exit 1;; *) ${EMPTY};; esac`,
    );
    expect(err).toContain('events cannot be read: Error from server (Forbidden): events is forbidden');
    expect(out).toContain('was aborted');
  });

  test('an unreachable cluster ends in one message', async () => {
    const { code, err } = await live(
      `echo 'The connection to the server localhost:8080 was refused - did you specify the right host or port?' >&2; echo 'Unable to connect to the server: dial tcp: connection refused' >&2; exit 1`,
    );
    expect(code).toBe(2);
    expect(err).toContain('the cluster cannot be read: Unable to connect to the server');
  });

  test('an API server that does not answer, or whose certificate is not trusted, is asked once', async () => {
    for (const message of [
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'context deadline exceeded',
    ]) {
      const { code, err } = await live(
        `cd "$(dirname "$0")"; [ -e asked ] && exit 9; touch asked; echo '${message}' >&2; exit 1`,
      );
      expect(code).toBe(2);
      expect(err).toBe(`cdk8s-canary: the cluster cannot be read: ${message}\n`);
    }
  });

  test('a connection that is refused ends in one message, whatever stands around it', async () => {
    const refused = 'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?';
    const plugin = 'Unable to connect to the server: getting credentials: exec: executable aws not found';
    for (const [message, text] of [
      [refused, `E1130 08:00:00.0 memcache.go:265] "Unhandled Error"\n${refused}`],
      [plugin, `${plugin}\n\nIt looks like you are trying to use a client-go credential plugin.\n\nInstall it`],
    ]) {
      const { code, err } = await live(`cat >&2 <<'END'\n${text}\nEND\nexit 1`);
      expect(code).toBe(2);
      expect(err).toBe(`cdk8s-canary: the cluster cannot be read: ${message}\n`);
    }
  });

  test('what kubectl says of all kinds and not the server is said once', async () => {
    const { code, err } = await live(`echo 'error: stat /nope: no such file or directory' >&2; exit 1`);
    expect(code).toBe(2);
    expect(err).toBe('cdk8s-canary: the cluster cannot be read: error: stat /nope: no such file or directory\n');
  });

  test('kubectl that asks for a user name gets none', async () => {
    const { code, err } = await live(`read name || echo 'error: EOF' >&2; exit 1`);
    expect(code).toBe(2);
    expect(err).toContain('the cluster cannot be read: error: EOF');
  });

  test('with an option for kubectl a name is that of a Rollout, also beside a folder of this name', async () => {
    const cwd = folderWith({ 'checkout/a.yaml': 'kind: none', 'dump.yaml': 'kind: none' });
    const env = kubectl(`case "$*" in *rollouts*) cat ${file};; *) ${EMPTY};; esac`);
    expect((await runCli(['explain', 'checkout', '-n', 'shop'], { cwd, env })).out).toContain('was aborted');
    for (const paths of [['dump.yaml'], ['checkout', 'dump.yaml'], ['-']]) {
      const { code, err } = await runCli(['explain', ...paths, '-n', 'shop'], { cwd, env });
      expect(code).toBe(2);
      expect(err).toContain('--namespace: kubectl reads nothing here; name one Rollout in place of files');
    }
  });

  test('a missing kubectl says what to do', async () => {
    const { code, err } = await runCli(['explain', 'checkout'], { cwd: folderWith({}), env: { PATH: '/nowhere' } });
    expect(code).toBe(2);
    expect(err).toContain('kubectl is not on the PATH');
  });
});
