import type { Budget } from '../budgets';
import { VERSIONS, type ReplicaSets } from './sets';
import type { Version } from './state';
import type { World } from './trace';

/** Creates, starts and removes pods as the ReplicaSet controller does. Each version counts its pods from 0. */
export class Pods {
  private readonly made: { [version in Version]: number } = { old: 0, new: 0, next: 0 };

  constructor(
    private readonly sets: ReplicaSets,
    private readonly podReady: World['podReady'],
    private readonly budget: Budget,
  ) {}

  /** Brings the pods to a time. Returns whether any was created, became available or was removed. */
  move(now: number): boolean {
    let moved = false;
    for (const version of VERSIONS) {
      const set = this.sets[version];
      this.budget.pods(set.spec);
      while (set.created < set.spec) {
        set.pending.push(now + this.podReady(version === 'old' ? 'old' : 'new', this.made[version]++));
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
