import { HASH_LABEL, isMapping } from '../graph';
import { type RolloutState, versionText } from './state';

/** One operation of a JSON patch (RFC 6902). */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** The change that reverts Git to the running version. */
export interface Revert {
  /** The object in Git that holds the pods: the Rollout, or the Deployment of its `workloadRef`. */
  readonly target: { readonly kind: string; readonly name: string; readonly namespace?: string };
  readonly patch: readonly Operation[];
  /** The title of a pull request. */
  readonly title: string;
  /** Its text, in Markdown. */
  readonly body: string;
}

/**
 * The patch that takes back what distinguishes the pods of the new version from those of the stable one. Both are read
 * from their ReplicaSets, so that what the API server fills in is in both, and is no difference.
 */
export function revertOf(state: RolloutState, reasons: readonly string[]): Revert | undefined {
  const { wanted, stable, resource, promoted } = state;
  if (promoted || !wanted.replicaSet || !stable.replicaSet) return undefined;
  const template = (version: typeof wanted): unknown =>
    withoutHash(version.replicaSet!.field('spec', 'template').value);
  const patch: Operation[] = [];
  compare(template(wanted), template(stable), '/spec/template', patch);
  if (patch.length === 0) return undefined;
  const reference = resource.field('spec', 'workloadRef');
  const target = reference.exists
    ? { kind: reference.get('kind').string ?? 'Deployment', name: reference.get('name').string ?? '' }
    : { kind: resource.kind, name: resource.name };
  return {
    target: { ...target, ...(resource.namespace === undefined ? {} : { namespace: resource.namespace }) },
    patch,
    title: `Revert ${resource.name} to ${stable.revision === undefined ? 'the stable version' : `revision ${stable.revision}`}`,
    body: [
      `The update of ${resource.fullName} to ${versionText(wanted)} did not pass; ${versionText(stable)} serves the users.`,
      '',
      ...reasons.map((reason) => `- ${reason}`),
      ...(reasons.length > 0 ? [''] : []),
      `Git still asks for the version that did not pass. This change takes back what distinguishes it: ${patch.map(({ path }) => path.replace('/spec/template', '')).join(', ')}.`,
    ].join('\n'),
  };
}

/** The label of the version is the controller's. */
function withoutHash(template: unknown): unknown {
  if (!isMapping(template) || !isMapping(template.metadata)) return template;
  const { creationTimestamp: _created, labels, ...metadata } = template.metadata;
  const { [HASH_LABEL]: _hash, ...others } = isMapping(labels) ? labels : {};
  return { ...template, metadata: labels === undefined ? metadata : { ...metadata, labels: others } };
}

const escaped = (key: string): string => key.replace(/~/g, '~0').replace(/\//g, '~1');

/** Adds what turns `from` into `to`. */
function compare(from: unknown, to: unknown, path: string, patch: Operation[]): void {
  if (isMapping(from) && isMapping(to)) {
    for (const key of Object.keys(from)) {
      const below = `${path}/${escaped(key)}`;
      if (Object.hasOwn(to, key)) compare(from[key], to[key], below, patch);
      else patch.push({ op: 'remove', path: below });
    }
    for (const key of Object.keys(to)) {
      if (!Object.hasOwn(from, key)) patch.push({ op: 'add', path: `${path}/${escaped(key)}`, value: to[key] });
    }
    return;
  }
  if (Array.isArray(from) && Array.isArray(to) && sameMembers(from, to)) {
    from.forEach((one, i) => compare(one, to[i], `${path}/${i}`, patch));
    return;
  }
  if (JSON.stringify(from) !== JSON.stringify(to)) patch.push({ op: 'replace', path, value: to });
}

/** Whether lists have the same members in the same order, as their names say. */
function sameMembers(one: readonly unknown[], other: readonly unknown[]): boolean {
  const nameOf = (member: unknown): unknown => (isMapping(member) ? (member.name ?? null) : undefined);
  return (
    one.length === other.length && one.every((member, i) => isMapping(member) && nameOf(member) === nameOf(other[i]))
  );
}
