import { type Field, own, type Resource } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const HOOK = 'argocd.argoproj.io/hook';
/** Charts may have both annotations. Argo CD reads that of Helm where its own names no phase. */
const OF_HELM = 'helm.sh/hook';

/** @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ */
const PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'PreDelete', 'PostDelete', 'Skip'];

const manifest = (phase: string): string =>
  exampleOf(
    'batch/v1',
    'Job',
    'smoke',
    "template: { spec: { restartPolicy: Never, containers: [{ name: smoke, image: 'registry.example.com/smoke:1' }] } }",
  ).replace('metadata:\n', `metadata:\n  annotations: { ${HOOK}: ${phase} }\n`);

export const hookOfNoPhase: Rule = {
  code: 'GIT020',
  severity: 'error',
  title: 'A hook of Argo CD has a phase that does not exist, so it is never applied',
  why: 'Argo CD takes each object with the annotation `argocd.argoproj.io/hook` for a hook, and applies it in the phases that the annotation names. It compares their names with upper and lower case. A hook of no known phase is applied in none, and the sync succeeds: a smoke test never runs, and an AnalysisTemplate never exists.',
  fix: `Write the phase as Argo CD does: ${PHASES.map((phase) => `\`${phase}\``).join(', ')}.`,
  whenNotToUse: 'Ignore it when something other than Argo CD applies the object.',
  confirmedBy: 'Argo CD 3.5 and 3.6, read (`NewHookType`, `IsHook` and `syncPhases` of the GitOps engine).',
  bad: manifest('Postsync'),
  good: manifest('PostSync'),
  checkPart(graph, report, part) {
    for (const resource of part(graph.resources)) {
      const stated = hookOf(resource);
      if (stated === undefined) continue;
      const phases = stated.string!.split(',').map((phase) => phase.trim());
      if (phases.some((phase) => PHASES.includes(phase))) continue;
      const meant = phases.length === 1 ? closest(phases[0], PHASES) : undefined;
      report(
        stated,
        `${resource} is a hook of phase '${stated.string}', which Argo CD does not know, and never applied`,
        {
          didYouMean: meant === undefined ? undefined : { name: meant },
          hint: meant === undefined ? `use one of ${PHASES.join(', ')}` : undefined,
          fix: meant === undefined ? undefined : { title: `write '${meant}'`, edits: [{ at: stated, set: meant }] },
        },
      );
    }
  },
};

/** The annotation that makes an object a hook. Undefined where it holds the placeholder of a template. */
function hookOf(resource: Resource): Field | undefined {
  // Nearly no object has one, so a field is made only then.
  const annotations = own(own(resource.manifest, 'metadata'), 'annotations');
  const stated = own(annotations, HOOK);
  if (typeof stated !== 'string' || own(annotations, OF_HELM) !== undefined || /[{$]/.test(stated)) return undefined;
  return resource.field('metadata', 'annotations', HOOK);
}
