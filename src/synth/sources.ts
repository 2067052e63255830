import { statSync } from 'node:fs';
import { Workspace } from '../canaryfile/workspace';
import type { Cache, SourceFact } from './cache';
import { sha256 } from './output';
import { settledSignatureOf } from '../formats/file-signature';

/** The files of specs, as far as an earlier run knows them. */
export class Sources extends Workspace {
  private readonly found = new Map<string, SourceFact>();

  /** @param cache What an earlier run knew, and what is known by now. */
  constructor(private readonly cache: Cache) {
    super();
  }

  /** All sources of a spec: a hash of each, and its role. */
  public inputs(spec: string, environment: string | undefined): string {
    const layers = this.layers(spec, environment);
    const named = layers.flatMap(({ file }) => this.filesNamedBy(file));
    return [
      ...layers.map(({ file, role }) => `${role} ${this.fact(file).sha256}`),
      ...named.map((file) => `file ${this.isThere(file) ? this.fact(file).sha256 : 'missing'}`),
    ].join('\n');
  }

  public override forget(file: string): void {
    super.forget(file);
    this.found.delete(file);
  }

  protected override hasBase(file: string): boolean {
    return this.fact(file).hasBase;
  }

  protected override hasFiles(file: string): boolean {
    return this.fact(file).hasFiles;
  }

  /** A file that cannot be read is reported during rendering. */
  private isThere(file: string): boolean {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  }

  private fact(file: string): SourceFact {
    let fact = this.found.get(file);
    if (fact === undefined) {
      // Before it is read: what is written in between gives another signature.
      const signature = settledSignatureOf(file);
      const known = signature === undefined ? undefined : this.cache.source(file);
      if (known?.signature === signature && known !== undefined) {
        fact = known;
        this.cache.keepSource(file);
      } else {
        fact = {
          signature,
          sha256: sha256(this.textOf(file)),
          hasBase: super.hasBase(file),
          hasFiles: super.hasFiles(file),
        };
        this.cache.setSource(file, fact);
      }
      this.found.set(file, fact);
    }
    return fact;
  }
}
