import { dirname } from 'node:path';
import { applications, type Graph, type Resource, rollouts } from '../../graph';
import { documents, exampleRollout, exampleService } from '../example';
import type { Rule } from '../rule';
import { waveField, waveOf } from './waves';

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
  title: 'A Rollout that waits for a person holds up later sync waves',
  why: 'While a Rollout is paused Argo CD calls it Suspended, and waits with everything in later waves, and with PostSync hooks, until somebody goes on. Whatever is in them is not deployed meanwhile, and the sync may time out.',
  fix: 'Put the Rollout into the last wave, or give the pause a duration.',
  bad: manifests('{}'),
  good: manifests('{ duration: 10m }'),
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
      const pause = steps
        .map(({ field }) => field.get('pause'))
        .find((field) => field.exists && !field.get('duration').exists);
      if (pause === undefined) continue;
      const wave = waveOf(resource);
      const later = beside(graph, resource).find((one) => waveOf(one) > wave);
      const hook = beside(graph, resource).find(
        (one) => one.field('metadata', 'annotations', 'argocd.argoproj.io/hook').string === 'PostSync',
      );
      const waiting = later ?? hook;
      if (waiting === undefined) continue;
      const what = later ? `in sync wave ${waveOf(later)}` : 'a PostSync hook';
      report(
        pause,
        `${resource}, in sync wave ${wave}, pauses until somebody goes on, and ${waiting}, ${what}, waits for it`,
        {
          related: {
            field: later ? waveField(waiting) : waiting.field('metadata', 'name'),
            message: 'what waits',
          },
        },
      );
    }
  },
};

/** What is synced together with a Rollout: by its Application, or where none is given, from its folder. */
function beside(graph: Graph, rollout: Resource): readonly Resource[] {
  const application = applications(graph).find(({ resources }) => resources.includes(rollout));
  if (application) return application.resources;
  const folder = dirname(rollout.origin.file);
  return graph.resources.filter(
    (one) => dirname(one.origin.file) === folder && one.namespace === rollout.namespace && one.kind !== 'Application',
  );
}
