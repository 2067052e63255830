import type { Finding } from '../lint';

/** A finding without its fix, whose edits name fields of objects in memory. */
export interface StoredFinding extends Omit<Finding, 'fix'> {
  /** The place of its file among those of the run. */
  readonly place: number;
  /** The line that it is about, as a report quotes it. */
  readonly quote?: string;
}

/** The figures of a run that belong to no finding. */
export interface Totals {
  /** Findings that the manifests suppress. */
  readonly suppressed: number;
  readonly resources: number;
}

/** A complete run, before its baseline was looked at. */
export interface Snapshot extends Totals {
  /** In the order in which they were read. */
  readonly files: readonly KnownFile[];
  /** In the order of a report. */
  readonly findings: readonly StoredFinding[];
  /** The text of the file at this place, as it was then. Undefined if it cannot be read. */
  readonly textOf: (place: number) => string | undefined;
}

/** The facts about a file, and what they are called in its line. */
interface Facts {
  readonly name: string;
  /** The signature of the file when it was read. Undefined if the file was too new for a reliable one. */
  readonly signature: string | undefined;
  readonly hash: string;
  readonly group: number;
  readonly isHub: boolean;
}

/** A file of a stored run. Of 70,000 nearly all are only compared, so a line is read when something else is asked. */
export class KnownFile {
  constructor(readonly line: string) {}

  static of({ name, signature = '', hash, group, isHub }: Facts): KnownFile {
    return new KnownFile([JSON.stringify(name), signature, hash, group, isHub ? 'hub' : ''].join('\t'));
  }

  /** Whether this is the file, unchanged since. */
  is(name: string, signature: string | undefined): boolean {
    return signature !== undefined && this.line.startsWith(`${JSON.stringify(name)}\t${signature}\t`);
  }

  /** The same file with another signature, by which it is known from now on. */
  signed(signature: string): KnownFile {
    const [name, , ...others] = this.line.split('\t');
    return new KnownFile([name, signature, ...others].join('\t'));
  }

  get name(): string {
    return JSON.parse(this.line.slice(0, this.line.indexOf('\t'))) as string;
  }

  get hash(): string {
    return this.line.split('\t')[2];
  }

  get group(): number {
    const end = this.line.lastIndexOf('\t');
    return Number(this.line.slice(this.line.lastIndexOf('\t', end - 1) + 1, end));
  }

  get isHub(): boolean {
    return this.line.endsWith('\thub');
  }
}
