import type { Releases, SystemKey } from '../versions';

/** One system that goes from one release to another, while all others stay. */
export interface Step {
  readonly system: SystemKey;
  /** The releases of all systems before. */
  readonly before: Releases;
  /** The same with the one system upgraded. */
  readonly after: Releases;
}

/** One system after the other, so that each change has one cause. */
export function stepsOf(from: Releases, to: Releases): readonly Step[] {
  let before = from;
  return (Object.keys(to) as SystemKey[]).flatMap((system): Step[] => {
    if (from[system] === to[system]) return [];
    const step = { system, before, after: { ...before, [system]: to[system] } };
    before = step.after;
    return [step];
  });
}
