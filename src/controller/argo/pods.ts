import type { Budget } from '../budgets';
import type { ReplicaSet } from './state';
import type { World } from './trace';

/** Creates, starts and removes pods as the ReplicaSet controller does. Each ReplicaSet counts its pods from 0. */
export class Pods {
  private readonly made = new Map<ReplicaSet, number>();

  constructor(
    private readonly podReady: World['podReady'],
    private readonly budget: Budget,
  ) {}

  /** Brings the pods to a time. Returns whether any was created, became available or was removed. */
  move(sets: readonly ReplicaSet[], now: number): boolean {
    let moved = false;
    for (const set of sets) {
      this.budget.pods(set.spec);
      while (set.created < set.spec) {
        const ordinal = this.made.get(set) ?? 0;
        this.made.set(set, ordinal + 1);
        set.pending.push(now + this.podReady(set.version === 'old' ? 'old' : 'new', ordinal));
        set.created++;
        moved = true;
      }
      if (set.created > set.spec) {
        moved = true;
        // Pods that are not ready are removed first.
        set.pending.sort((a, b) => a - b);
        while (set.created > set.spec) {
          if (set.pending.length > 0) set.pending.pop();
          else set.available--;
          set.created--;
        }
      }
      const ready = set.pending.filter((at) => at <= now).length;
      if (ready > 0) {
        const waiting = set.pending.filter((at) => at > now);
        set.pending.splice(0, set.pending.length, ...waiting);
        set.available += ready;
        moved = true;
      }
    }
    return moved;
  }
}
