import { titleOf } from './identity';
import type { Unit } from './unit';

/** Two units that have the same object, host or file. */
export interface Clash {
  readonly unit: Unit;
  readonly what: string;
  readonly other: Unit;
}

/** What each unit has to itself: of no object of the cluster, and of no host, are there two. */
export class Claims {
  private readonly owners = new Map<string, Unit>();
  private readonly before: { readonly unit: Unit; readonly identities: string }[] = [];

  /** A unit that is as it was last time, with its identities, a line for each. It clashed with no other of that time. */
  public keep(unit: Unit, identities: string): void {
    this.before.push({ unit, identities });
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
    return this.before.flatMap(({ unit: other, identities }) =>
      identities.split('\n').flatMap((identity): Clash[] => {
        const unit = this.owners.get(identity);
        return unit === undefined ? [] : [{ unit, what: titleOf(identity), other }];
      }),
    );
  }
}
