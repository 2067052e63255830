import type { CachedJob } from './cache';
import { titleOf } from './identity';
import type { RenderJob } from './render-job';

/** Two render jobs that have the same object, host or file. */
export interface Clash {
  readonly job: RenderJob;
  readonly what: string;
  readonly other: RenderJob;
}

/** What each job has to itself: of no object of the cluster, and of no host, are there two. */
export class Ownership {
  private readonly owners = new Map<string, RenderJob>();
  private readonly before: { readonly job: RenderJob; readonly known: CachedJob }[] = [];

  /** A job that is as it was last time. It clashed with no other of that time. */
  public keep(job: RenderJob, known: CachedJob): void {
    this.before.push({ job, known });
  }

  /** What a job has that was just rendered. A spec may well speak of a host twice; two specs may not. */
  public claim(job: RenderJob, identities: readonly string[]): Clash[] {
    const clashes: Clash[] = [];
    for (const identity of identities) {
      const other = this.owners.get(identity);
      if (other === undefined) this.owners.set(identity, job);
      else if (other !== job) clashes.push({ job, what: titleOf(identity), other });
    }
    return clashes;
  }

  /** What was claimed although a job of last time has it. */
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
