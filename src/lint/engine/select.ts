import { GROUPS } from '../../rules';

/** Which rules run, by code (`REF004`) or group (`REF`). */
export interface Selection {
  /** Run only these. Default: all. */
  readonly select?: readonly string[];
  /** Do not run these. A rule that `select` names by its full code runs even if its group is ignored. */
  readonly ignore?: readonly string[];
}

/** Whether a rule runs. */
export function isSelected(code: string, { select, ignore }: Selection): boolean {
  if (ignore?.includes(code)) return false;
  if (select?.includes(code)) return true;
  if (select && select.length > 0 && !select.includes(code.slice(0, 3))) return false;
  return !ignore?.includes(code.slice(0, 3));
}

/** The problems of rule names that a user gave: one sentence each. */
export function selectionProblems(names: readonly string[], codes: readonly string[]): string[] {
  return names
    .filter((name) => !codes.includes(name) && !Object.hasOwn(GROUPS, name))
    .map((name) => `'${name}' is no rule and no group; groups are ${Object.keys(GROUPS).join(', ')}`);
}
