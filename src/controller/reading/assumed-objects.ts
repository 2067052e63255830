import { describeWanted, type Reference, type Rollout } from '../../graph';

/**
 * The Services and routes that a Rollout names and that are not given, in one sentence: the model takes them to be as the
 * Rollout needs them. Empty if none is missing. A template that is missing is a problem instead: it decides about the update.
 */
export function assumedObjects(rollout: Rollout): string[] {
  const missing = rollout.references.filter(({ target }) => target === undefined);
  if (missing.length === 0) return [];
  const names = listed(missing);
  return [
    names.length === 1
      ? `${names[0]} is not in the input; it is assumed to exist and to fit the Rollout`
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are not in the input; they are assumed to exist and to fit the Rollout`,
  ];
}

/** A Service may have several roles. */
const listed = (references: readonly Reference[]): string[] => [...new Set(references.map(describeWanted))];
