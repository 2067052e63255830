import { GROUPS } from '../../rules';

/** Which rules run, by code (`REF004`) or group (`REF`). */
export interface Selection {
  /** Only these. Default: all. */
  readonly select?: readonly string[];
  /** Not these. What is named by its whole code in `select` runs even if its group is ignored. */
  readonly ignore?: readonly string[];
}

/** Whether a rule runs. */
export function isSelected(code: string, { select, ignore }: Selection): boolean {
  if (ignore?.includes(code)) return false;
  if (select?.includes(code)) return true;
  if (select && select.length > 0 && !select.includes(code.slice(0, 3))) return false;
  return !ignore?.includes(code.slice(0, 3));
}

/** What is wrong with names of rules that a user gave: one sentence each. */
export function selectionProblems(names: readonly string[], codes: readonly string[]): string[] {
  return names
    .filter((name) => !codes.includes(name) && !Object.hasOwn(GROUPS, name))
    .map((name) => `'${name}' is no rule and no group; groups are ${Object.keys(GROUPS).join(', ')}`);
}
