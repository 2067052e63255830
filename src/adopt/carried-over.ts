import type { Resource } from '../graph';
import { differences } from './differences';
import { isSamePlace, remade } from './manifests';
import { scales, untargeted } from './named-workload';
import { picked, without } from './values';

/** Fields of a Deployment that a Rollout has too. */
const SHARED = ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds', 'paused', 'template'];

/** Fields of objects that may change while they are adopted. */
export interface Allowed {
  /** The Deployment that became a Rollout. */
  readonly deployment: Resource;
  /** Fields of it that something else states, such as a Flagger Canary. */
  readonly replaced: readonly string[];
  /** Objects whose changes are reported elsewhere. */
  readonly adapted: readonly Resource[];
}

/**
 * The fields that some objects have and the rendered ones lack or change, one line each. Additional fields are allowed.
 */
export function lost(
  before: readonly Resource[],
  after: readonly Resource[],
  { deployment, replaced, adapted }: Allowed,
): string[] {
  const isScaled = after.some((object) => scales(object, deployment, 'Rollout'));
  return before.flatMap((object) => {
    if (adapted.some(({ kind, name }) => kind === object.kind && name === object.name)) return [];
    const isWorkload = object === deployment;
    const kind = isWorkload ? 'Rollout' : object.kind;
    const made = after.find((one) => one.kind === kind && one.name === object.name && isSamePlace(one, object));
    if (made === undefined) return [`${object.kind} ${object.name} is not carried over`];
    const fields = SHARED.filter((field) => !replaced.includes(field));
    const wanted = isWorkload ? shared(object, isScaled ? fields : [...fields, 'replicas']) : untargeted(object);
    return differences(wanted.manifest, made.manifest)
      .filter((line) => !line.endsWith(' is added'))
      .map((line) => `${object.kind} ${object.name}: ${line}`);
  });
}

function shared(deployment: Resource, fields: readonly string[]): Resource {
  return remade(deployment, {
    metadata: without(deployment.field('metadata')),
    spec: picked(deployment.field('spec'), ...fields),
  });
}
