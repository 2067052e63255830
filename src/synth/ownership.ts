import type { CachedJob } from './cache';
import { titleOf } from './identity';
import type { RenderJob } from './render-job';

/** Two render jobs that have the same object, host or file. */
export interface Clash {
  readonly job: RenderJob;
  readonly what: string;
  readonly other: RenderJob;
}

/** Checks that no two jobs have the same object or host. */
export class Ownership {
  private readonly owners = new Map<string, RenderJob>();
  private readonly before: { readonly job: RenderJob; readonly known: CachedJob }[] = [];

  /** Registers an unchanged job. It did not conflict with any other job of the last run. */
  public keep(job: RenderJob, known: CachedJob): void {
    this.before.push({ job, known });
  }

  /** Registers a rendered job. A spec may have a host twice, but two specs may not share one. */
  public claim(job: RenderJob, identities: readonly string[]): Clash[] {
    const clashes: Clash[] = [];
    for (const identity of identities) {
      const other = this.owners.get(identity);
      if (other === undefined) this.owners.set(identity, job);
      else if (other !== job) clashes.push({ job, what: titleOf(identity), other });
    }
    return clashes;
  }

  /** Identities that a job of the last run has, too. */
  public clashesWithKept(): Clash[] {
    if (this.owners.size === 0) return [];
    const clashes: Clash[] = [];
    for (const { job: other, known } of this.before) {
      for (const identity of known.identities) {
        const job = this.owners.get(identity);
        if (job !== undefined) clashes.push({ job, what: titleOf(identity), other });
      }
    }
    return clashes;
  }
}
