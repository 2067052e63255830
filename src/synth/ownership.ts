import type { CachedJob } from './cache';
import { titleOf } from './identity';
import type { RenderJob } from './render-job';

/** Two render jobs that have the same object, host or file. */
export interface Clash {
  /** The job that must give way. */
  readonly job: RenderJob;
  readonly what: string;
  readonly other: RenderJob;
}

/**
 * Checks that no two jobs have the same object or host. Jobs come in any order, because several threads render them; what
 * is found does not depend on it.
 */
export class Ownership {
  private readonly owners = new Map<string, RenderJob>();
  private readonly shared = new Map<string, Set<RenderJob>>();
  private readonly before: { readonly job: RenderJob; readonly known: CachedJob }[] = [];

  /** Registers an unchanged job. It did not conflict with any other job of the last run. */
  public keep(job: RenderJob, known: CachedJob): void {
    this.before.push({ job, known });
  }

  /** Registers a rendered job, or one that could not be rendered. A spec may have a host twice, but two specs may not share one. */
  public claim(job: RenderJob, identities: readonly string[]): void {
    for (const identity of identities) this.claimOne(job, identity);
  }

  /**
   * The identities that several jobs have.
   *
   * @param inOrder Sorts the jobs that have one. The first of them keeps it.
   */
  public clashes(inOrder: (jobs: readonly RenderJob[]) => readonly RenderJob[]): Clash[] {
    if (this.owners.size > 0) {
      for (const { job, known } of this.before) {
        for (const identity of known.identities) if (this.owners.has(identity)) this.claimOne(job, identity);
      }
    }
    return [...this.shared].flatMap(([identity, jobs]) => {
      const [other, ...others] = inOrder([...jobs]);
      return others.map((job) => ({ job, what: titleOf(identity), other }));
    });
  }

  private claimOne(job: RenderJob, identity: string): void {
    const other = this.owners.get(identity);
    if (other === undefined) this.owners.set(identity, job);
    else if (other !== job) {
      const jobs = this.shared.get(identity);
      if (jobs === undefined) this.shared.set(identity, new Set([other, job]));
      else jobs.add(job);
    }
  }
}
