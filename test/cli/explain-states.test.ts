// States of a Rollout in which the way out is not the usual one, as the code of Argo Rollouts 1.10 has them.
import { readFileSync } from 'node:fs';
import { readDocuments, writeYaml } from '../../src/formats/yaml';
import { folderWith, runCli } from './run-cli';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

const ABORTED = readFileSync('test/fixtures/explain/aborted.yaml', 'utf8');

/** What is said of the fixture, with another status and with more objects. */
async function explained(change: (rollout: Loose, items: Loose[]) => void): Promise<string> {
  const list = structuredClone(readDocuments(ABORTED)[0].value) as { items: Loose[] };
  list.items = list.items.filter(({ kind }) => kind !== 'AnalysisRun' && kind !== 'Event');
  const rollout = list.items.find(({ kind }) => kind === 'Rollout');
  const { abort: _abort, abortedAt: _at, message: _message, ...status } = rollout.status;
  delete status.canary.currentStepAnalysisRunStatus;
  rollout.status = { ...status, phase: 'Progressing', conditions: [] };
  change(rollout, list.items);
  const { out } = await runCli(['explain', '-'], { cwd: folderWith({}), stdin: writeYaml(list) });
  return out;
}

const late = (rollout: Loose): void => {
  const message = 'ReplicaSet "checkout-7d9c5b6f4" has timed out progressing.';
  rollout.status.phase = 'Degraded';
  rollout.status.message = `ProgressDeadlineExceeded: ${message}`;
  rollout.status.conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }];
};

const promoted = (rollout: Loose): void => {
  rollout.status.stableRS = rollout.status.currentPodHash;
};

const paused =
  (reason: string) =>
  (rollout: Loose): void => {
    rollout.status.phase = 'Paused';
    rollout.status.message = reason;
    rollout.status.pauseConditions = [{ reason, startTime: '2026-11-20T10:05:41Z' }];
  };

const blueGreen = (rollout: Loose, more: object, status: object): void => {
  rollout.spec.strategy = { blueGreen: { activeService: 'checkout', previewService: 'checkout-preview', ...more } };
  rollout.status.blueGreen = status;
  delete rollout.status.canary;
  delete rollout.status.currentStepIndex;
};

const pod = (status: Loose): Loose => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'checkout-7d9c5b6f4-x',
    namespace: 'shop',
    ownerReferences: [{ kind: 'ReplicaSet', name: 'checkout-7d9c5b6f4' }],
  },
  status,
});

test('a quota that lets no pod be created is the reason', async () => {
  const message = 'pods "checkout-7d9c5b6f4-" is forbidden: exceeded quota: shop, requested: cpu=1';
  const out = await explained((rollout) => {
    late(rollout);
    rollout.status.conditions.push({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message });
  });
  expect(out).toContain(`pods cannot be created: ${message}`);
});

test('pods that had their time and run without being ready, or wait for a volume, are a reason', async () => {
  const running = pod({ containerStatuses: [{ name: 'app', ready: false, state: { running: {} } }] });
  const creating = pod({ containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ContainerCreating' } } }] });
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'one', namespace: 'shop' },
    involvedObject: { kind: 'Pod', name: 'checkout-7d9c5b6f4-x' },
    type: 'Warning',
    reason: 'FailedMount',
    message: 'MountVolume.SetUp failed for volume "config": configmap "checkout-2" not found',
  };
  const unready = 'container app runs and is not ready: its readiness probe has not succeeded';
  expect(await explained((rollout, items) => void (late(rollout), items.push(running)))).toContain(unready);
  expect(await explained((_, items) => void items.push(running))).not.toContain(unready);
  const out = await explained((rollout, items) => void (late(rollout), items.push(creating, event)));
  expect(out).toContain('container app waits: ContainerCreating');
  expect(out).toContain('FailedMount: MountVolume.SetUp failed for volume "config": configmap "checkout-2" not found');
});

test('a stable version whose pods restart is no update, and is not to be aborted', async () => {
  const out = await explained((rollout) => {
    promoted(rollout);
    rollout.status.message = 'rollout is restarting';
  });
  expect(out).toContain('no update is under way');
  expect(out).toContain('rollout is restarting');
  expect(out).not.toContain('abort');
});

test('a stable version that is degraded goes back to the version before, not to itself', async () => {
  const out = await explained((rollout) => void (late(rollout), promoted(rollout)));
  expect(out).toMatch(/undo checkout -n shop\n/);
  expect(out).not.toMatch(/abort|--to-revision/);
});

test('an update would stand still under spec.paused, and none is under way', async () => {
  const out = await explained((rollout) => {
    promoted(rollout);
    rollout.spec.paused = true;
    rollout.status.phase = 'Paused';
  });
  expect(out).toContain('spec.paused is true, so an update would stand still');
});

test('the first version has none to go back to', async () => {
  const first = (rollout: Loose): void => {
    delete rollout.status.stableRS;
    rollout.status.canary = {};
  };
  const begun = await explained(first);
  expect(begun).toContain('the first version, revision 7 (registry.example.com/checkout:2.1.0), is being deployed');
  const out = await explained((rollout) => void (late(rollout), first(rollout)));
  expect(out).toContain('fix the cause and release a new version');
  for (const text of [begun, out]) expect(text).not.toMatch(/abort|undo|hash unknown/);
  const aborted = await explained((rollout) => {
    first(rollout);
    Object.assign(rollout.status, { abort: true, phase: 'Degraded' });
  });
  expect(aborted).toContain('there is no stable version to go back to');
  expect(aborted).not.toMatch(/undo|hash unknown|see the patch/);
});

test('nothing comes before the first revision', async () => {
  const out = await explained((rollout, items) => {
    promoted(rollout);
    rollout.status.phase = 'Healthy';
    for (const { kind, metadata } of items)
      if (kind === 'ReplicaSet') metadata.annotations = { 'rollout.argoproj.io/revision': '1' };
  });
  expect(out).toContain('is healthy');
  expect(out).not.toContain('undo');
});

// `reconcileExperiments` adds the pause again as long as the experiment of the present step is inconclusive.
test('an inconclusive experiment is not passed by promote alone', async () => {
  const out = await explained(paused('InconclusiveExperiment'));
  expect(out).toContain('an experiment was inconclusive');
  expect(out).toContain('promote alone does not go on');
  expect(out).not.toMatch(/promote checkout -n shop\n/);
});

// `needsNewAnalysisRun` starts an inconclusive run of the background once more; the plugin goes past one of a step.
test('promote measures again what was inconclusive in the background', async () => {
  expect(await explained(paused('InconclusiveAnalysisRun'))).toContain('with the analysis once more');
  const ofStep = await explained((rollout) => {
    paused('InconclusiveAnalysisRun')(rollout);
    rollout.status.canary.currentStepAnalysisRunStatus = { name: 'one', status: 'Inconclusive' };
  });
  expect(ofStep).not.toContain('once more');
});

test('a blue-green pause with autoPromotionSeconds goes on by itself; its Services are told', async () => {
  const status = { activeSelector: '5f7d8c9b4', previewSelector: '7d9c5b6f4' };
  const waits = (more: object) => (rollout: Loose) => {
    paused('BlueGreenPause')(rollout);
    blueGreen(rollout, more, status);
  };
  const out = await explained(waits({ autoPromotionSeconds: 300 }));
  expect(out).toContain('the controller goes on by itself after 300s');
  expect(out).toContain('all requests go to revision 6');
  expect(out).toContain('the preview Service selects revision 7');
  expect(await explained(waits({ autoPromotionEnabled: false }))).not.toContain('goes on by itself');
});

test('after the switch, users get the new version of a blue-green Rollout before it is the stable one', async () => {
  const out = await explained((rollout) =>
    blueGreen(
      rollout,
      {},
      {
        activeSelector: '7d9c5b6f4',
        previewSelector: '7d9c5b6f4',
        postPromotionAnalysisRunStatus: { name: 'checkout-post', status: 'Running' },
      },
    ),
  );
  expect(out).toContain('all requests go to revision 7');
  expect(out).toContain('AnalysisRun checkout-post is not in the input');
});

test('only routes that the controller weights are compared with its weight', async () => {
  const out = await explained((rollout, items) => {
    rollout.status.canary.weights.canary.weight = 20;
    rollout.status.canary.weights.stable.weight = 80;
    items.push({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'preview', namespace: 'shop' },
      spec: { hosts: ['preview'], http: [{ route: [{ destination: { host: 'checkout-canary' }, weight: 100 }] }] },
    });
  });
  expect(out).not.toContain('something else wrote it');
});

test('an address without a scheme is the likely cause of the error of Go', async () => {
  const out = await explained((rollout, items) => {
    paused('InconclusiveAnalysisRun')(rollout);
    items.push({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: {
        name: 'one',
        namespace: 'shop',
        ownerReferences: [{ kind: 'Rollout', name: 'checkout', uid: rollout.metadata.uid }],
      },
      spec: { metrics: [{ name: 'errors', provider: { prometheus: { address: 'prometheus:9090' } } }] },
      status: {
        phase: 'Error',
        metricResults: [
          {
            name: 'errors',
            phase: 'Error',
            error: 5,
            measurements: [
              {
                phase: 'Error',
                message: 'Post "prometheus:9090/api/v1/query": unsupported protocol scheme "prometheus"',
              },
            ],
          },
        ],
      },
    });
  });
  expect(out).toContain('does not begin with http:// or https://');
});
