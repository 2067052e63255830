import { type Resource, rollouts, syncedWith, syncWaveField, syncWaveOf } from '../../graph';
import { documents, exampleRollout, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (pause: string): string =>
  documents(
    exampleRollout(`steps:\n  - setWeight: 50\n  - pause: ${pause}`),
    exampleService('frontend', 'selector: { app: frontend }\nports: [{ port: 80 }]').replace(
      '  name:',
      "  annotations: { argocd.argoproj.io/sync-wave: '1' }\n  name:",
    ),
  );

export const pauseBlocksWaves: Rule = {
  code: 'GIT007',
  severity: 'warning',
  title: 'A pause without a duration blocks later sync waves',
  why: 'Argo CD reports a paused Rollout as Suspended. Later waves and PostSync hooks wait until the pause is approved, so nothing in them is deployed and the sync may time out.',
  fix: 'Put the Rollout into the last wave, or give the pause a duration.',
  whenNotToUse: 'When later waves should wait for the manual approval.',
  confirmedBy: 'Argo CD 3.5.7, measured with its own sync and health code.',
  bad: manifests('{}'),
  good: manifests('{ duration: 10m }'),
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      const pause = steps
        .map(({ field }) => field.get('pause'))
        .find((field) => field.exists && !field.get('duration').exists);
      if (pause === undefined) continue;
      const wave = syncWaveOf(resource);
      const beside = syncedWith(graph, resource);
      // If the Rollout has a negative wave, everything without a wave comes later.
      const later = (wave < 0 ? beside : waitersAmong(beside)).find(
        (one) => syncWaveOf(one) > wave && one.kind !== 'Application',
      );
      const hook = waitersAmong(beside).find(isHook);
      const waiting = later ?? hook;
      if (waiting === undefined) continue;
      const what = later ? `in sync wave ${syncWaveOf(later)}` : 'a PostSync hook';
      report(
        pause,
        `${resource}, in sync wave ${wave}, waits for a manual approval, and ${waiting}, ${what}, waits for it`,
        {
          related: {
            field: later ? syncWaveField(waiting) : waiting.field('metadata', 'name'),
            message: 'what waits',
          },
        },
      );
    }
  },
};

/** The objects that wait for others: those with a wave, and hooks. */
const waiters = new WeakMap<readonly Resource[], readonly Resource[]>();

function waitersAmong(resources: readonly Resource[]): readonly Resource[] {
  let found = waiters.get(resources);
  if (found === undefined) {
    found = resources.filter((one) => one.kind !== 'Application' && (syncWaveOf(one) !== 0 || isHook(one)));
    waiters.set(resources, found);
  }
  return found;
}

const isHook = (resource: Resource): boolean =>
  resource.field('metadata', 'annotations', 'argocd.argoproj.io/hook').string === 'PostSync';
