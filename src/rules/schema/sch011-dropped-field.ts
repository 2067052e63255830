import { memoizeBy } from '../../formats/memoize';
import type { Field } from '../../graph';
import { fieldsMissingIn, type KindOfSystem, KINDS_BY_RELEASE, releaseOfField, SYSTEMS } from '../../versions';
import { exampleRollout, steppedRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const droppedField: Rule = {
  code: 'SCH011',
  severity: 'warning',
  title: 'The stated release of Argo Rollouts, Istio or the Prometheus Operator drops a field',
  why: 'The API server drops a field that the definitions of the installed release do not have, without an error. The Rollout, the analysis, the route or the monitor then does something else than what is written: a step without its only field is refused, a limit or a threshold has no effect.',
  fix: 'Remove the field, or install the release that has it. State the release that the cluster runs: `versions: { argoRollouts: "1.10", istio: "1.32" }`, or `--argo-rollouts`, `--istio` and `--prometheus-operator`.',
  whenNotToUse: 'Never: what is dropped has no effect.',
  confirmedBy:
    'The custom resource definitions of Argo Rollouts 1.7.2, 1.8.5, 1.9.1 and 1.10.2, of Istio 1.30.8, 1.31.4 and 1.32.0, and of the Prometheus Operator 0.93.1, 0.94.1 and 0.95.2, compared field by field.',
  bad: steppedRollout({ steps: '- setWeight: 20\n- plugin: { name: example/smoke }\n- pause: {}' }),
  good: exampleRollout('steps: [{ setWeight: 20 }, { pause: {} }]'),
  releases: { argoRollouts: '1.7' },
  checkPart(graph, report, part) {
    for (const one of KINDS_BY_RELEASE) {
      const release = graph.releases[one.system];
      for (const resource of part(graph.ofKind(one.kind, one.group))) {
        for (const { path, keys } of droppedBy(one, release)) {
          const since = releaseOfField(one, path);
          for (const field of fieldsAt(resource.field(), keys)) {
            report(field, `${SYSTEMS[one.system].title} ${release} drops ${field} of ${resource} without an error`, {
              on: 'key',
              hint: since && `it is known from ${since} on`,
            });
          }
        }
      }
    }
  },
};

/** Constructs ask for each app. */
const droppedBy = memoizeBy(
  ({ kind, group }, release) => `${kind} ${group} ${release}`,
  (one: KindOfSystem, release: string) =>
    fieldsMissingIn(one, release)
      .filter((path) => !path.startsWith('status'))
      .map((path) => ({ path, keys: path.split('.') })),
);

/** The fields at a path, in which `[]` follows a list. */
function fieldsAt(from: Field, keys: readonly string[], nth = 0): readonly Field[] {
  if (!from.exists) return [];
  if (nth === keys.length) return [from];
  const key = keys[nth];
  if (!key.endsWith('[]')) return fieldsAt(from.get(key), keys, nth + 1);
  return from
    .get(key.slice(0, -2))
    .items()
    .flatMap((one) => fieldsAt(one, keys, nth + 1));
}
