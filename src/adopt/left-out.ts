import type { Resource } from '../graph';
import { isSamePlace, named } from './manifests';
import type { LeftOut } from './result';

/** Objects that a Rollout and its companions replace. */
export const REPLACED = ['Deployment', 'Canary', 'MetricTemplate', 'AlertProvider'];

/**
 * The objects of a set that no spec carries over, beside the workloads that are refused: those that belong to one of
 * them, and those of Flagger that no adopted Canary uses.
 *
 * @param parts The objects of each workload.
 */
export function leftOut(
  parts: ReadonlyMap<Resource, readonly Resource[]>,
  refused: ReadonlySet<Resource>,
): readonly LeftOut[] {
  const canaries = [...parts.keys()].filter(({ kind }) => kind === 'Canary');
  const found = new Map<string, string[]>();
  for (const [workload, part] of parts) {
    for (const object of part) {
      const reason = object === workload ? undefined : reasonOf(object, workload);
      if (reason === undefined) continue;
      const list = found.get(reason);
      if (list) list.push(titled(object));
      else found.set(reason, [titled(object)]);
    }
  }
  return [...found].map(([reason, objects]) => ({ reason, objects }));

  function reasonOf(object: Resource, workload: Resource): string | undefined {
    const isOfFlagger = REPLACED.includes(object.kind);
    if (!refused.has(workload)) {
      const isKept = workload.kind === 'Rollout' || !isOfFlagger;
      if (isKept || (workload.kind === 'Canary' && isReplacedBy(object, workload))) return undefined;
    }
    const users = isOfFlagger ? canaries.filter((canary) => isReplacedBy(object, canary)) : [];
    if (users.some((canary) => !refused.has(canary))) return undefined;
    if (refused.has(workload)) return `part of ${titled(workload)}`;
    return users.length > 0 ? `part of ${titled(users[0])}` : 'only Flagger uses it, for no Canary of these files';
  }
}

const titled = ({ kind, name }: Resource): string => `${kind} ${name}`;

/** Whether a Canary names an object: its Deployment, the metrics that it asks for, and whom it alerts. */
function isReplacedBy(object: Resource, canary: Resource): boolean {
  const spec = canary.field('spec');
  const analysis = spec.get(spec.get('analysis').exists ? 'analysis' : 'canaryAnalysis');
  const is = (kind: string, name: string | undefined) => named([object], kind, name) !== undefined;
  const refersTo = (list: string, reference: string, kind: string) =>
    analysis
      .get(list)
      .items()
      .some((one) => {
        const namespace = one.get(reference, 'namespace').string;
        const isThere = namespace === undefined ? isSamePlace(object, canary) : object.namespace === namespace;
        return isThere && is(kind, one.get(reference, 'name').string);
      });
  return (
    (isSamePlace(object, canary) && is('Deployment', spec.get('targetRef', 'name').string)) ||
    refersTo('metrics', 'templateRef', 'MetricTemplate') ||
    refersTo('alerts', 'providerRef', 'AlertProvider')
  );
}
