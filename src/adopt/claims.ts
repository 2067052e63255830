import type { Resource } from '../graph';
import { named, objectsIn } from './manifests';

/** Remarks about volumes that pods of two versions cannot share. */
export interface ClaimRemarks {
  /** Volumes that pods on two nodes cannot mount, one sentence each. */
  readonly said: readonly string[];
  /** Volumes that two pods cannot mount at all, one sentence each. */
  readonly dangerous: readonly string[];
}

/**
 * The PersistentVolumeClaims that pods of two versions cannot mount at the same time. A claim that is not among the files
 * may be of any kind, so nothing is said of it.
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
 */
export function claimRemarks(objects: readonly Resource[], workload: Resource): ClaimRemarks {
  const remarks = { said: [] as string[], dangerous: [] as string[] };
  for (const volume of objectsIn(workload.field('spec', 'template', 'spec', 'volumes'))) {
    const name = volume.get('persistentVolumeClaim', 'claimName').string;
    const claim = named(objects, 'PersistentVolumeClaim', name, workload);
    if (claim === undefined || volume.get('persistentVolumeClaim', 'readOnly').value === true) continue;
    const modes = claim.field('spec', 'accessModes').items();
    const has = (mode: string) => modes.some(({ value }) => value === mode);
    if (has('ReadWriteMany') || has('ReadOnlyMany')) continue;
    if (has('ReadWriteOncePod')) {
      remarks.dangerous.push(
        `PersistentVolumeClaim ${name} is ReadWriteOncePod: a pod of the canary cannot mount it while a stable one does, and never starts; make it ReadWriteMany, or keep the Deployment`,
      );
    } else if (has('ReadWriteOnce')) {
      remarks.said.push(
        `PersistentVolumeClaim ${name} is ReadWriteOnce: pods of the canary and the stable version mount it only on one node, and start nowhere else; make it ReadWriteMany, or let them share a node`,
      );
    }
  }
  return remarks;
}
