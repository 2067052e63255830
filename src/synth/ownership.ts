import type { CachedUnit } from './cache';
import { titleOf } from './identity';
import type { Unit } from './render-job';

/** Two units that have the same object, host or file. */
export interface Clash {
  readonly unit: Unit;
  readonly what: string;
  readonly other: Unit;
}

/** What each unit has to itself: of no object of the cluster, and of no host, are there two. */
export class Claims {
  private readonly owners = new Map<string, Unit>();
  private readonly before: { readonly unit: Unit; readonly known: CachedUnit }[] = [];

  /** A unit that is as it was last time. It clashed with no other of that time. */
  public keep(unit: Unit, known: CachedUnit): void {
    this.before.push({ unit, known });
  }

  /** What a unit has that was just rendered. A spec may well speak of a host twice; two specs may not. */
  public claim(unit: Unit, identities: readonly string[]): Clash[] {
    const clashes: Clash[] = [];
    for (const identity of identities) {
      const other = this.owners.get(identity);
      if (other === undefined) this.owners.set(identity, unit);
      else if (other !== unit) clashes.push({ unit, what: titleOf(identity), other });
    }
    return clashes;
  }

  /** What was claimed although a unit of last time has it. */
  public clashesWithKept(): Clash[] {
    if (this.owners.size === 0) return [];
    const clashes: Clash[] = [];
    for (const { unit: other, known } of this.before) {
      for (const identity of known.identities) {
        const unit = this.owners.get(identity);
        if (unit !== undefined) clashes.push({ unit, what: titleOf(identity), other });
      }
    }
    return clashes;
  }
}
