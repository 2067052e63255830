import type { Field } from '../../graph';

/** A number or percentage of pods, as the controller compares it to nothing. Text that is neither counts as 0. */
export function podAmount(field: Field): number {
  if (!field.exists) return 25;
  return Number(/^-?\d+/.exec(String(field.value))?.[0] ?? 0);
}
