import type { CachedFile } from './cache';
import type { Clash } from './ownership';
import type { RenderedFile } from './output';
import type { RenderJob } from './render-job';

/** A file and the job that makes it. */
export type FileOfJob = Omit<RenderedFile, 'path'> & { readonly job: RenderJob };

/** The files that the jobs of a run make, by their path from the output folder. */
export class JobFiles {
  private readonly files = new Map<string, FileOfJob>();
  private readonly contested = new Map<string, FileOfJob[]>();

  public get size(): number {
    return this.files.size;
  }

  public has(path: string): boolean {
    return this.files.has(path);
  }

  public add(job: RenderJob, files: readonly (CachedFile | RenderedFile)[]): void {
    for (const { path, ...file } of files) {
      const other = this.files.get(path);
      if (other === undefined) this.files.set(path, { ...file, job });
      else this.contested.set(path, [...(this.contested.get(path) ?? [other]), { ...file, job }]);
    }
  }

  /** Leaves each file to one job: the first by `compare`. Returns the others. */
  public settle(compare: (one: RenderJob, other: RenderJob) => number): Clash[] {
    return [...this.contested].flatMap(([path, candidates]) => {
      const [kept, ...others] = [...candidates].sort((one, other) => compare(one.job, other.job));
      this.files.set(path, kept);
      return others.map(({ job }) => ({ job, what: `the file ${path}`, other: kept.job }));
    });
  }

  /** Drops the files of some jobs. */
  public drop(isDropped: (job: RenderJob) => boolean): void {
    for (const [path, { job }] of this.files) if (isDropped(job)) this.files.delete(path);
  }

  public [Symbol.iterator](): IterableIterator<[string, FileOfJob]> {
    return this.files.entries();
  }
}
