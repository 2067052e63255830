import type { Field } from '../../graph';
import type { Details } from '../shared/rule';
import { closest } from '../shared/suggest';

/** Why no implementation knows what a reference of the Gateway API names by its group and kind. */
export interface UnknownKind {
  readonly at: Field;
  /** `kind 'Gatway' of gateway.networking.k8s.io`. */
  readonly named: string;
  readonly details: Details;
}

/** Kinds of the Gateway API and of the core group that a route can be attached to. */
const PARENTS: { readonly [group: string]: readonly string[] } = {
  'gateway.networking.k8s.io': ['Gateway', 'ListenerSet'],
  '': ['Service'],
};

/** Of the core group, requests are sent to Services alone. */
const BACKENDS = { '': ['Service'] };

/**
 * Whether a route's parent is of a kind that does not exist. Kinds of other groups are those of implementations, but for
 * Istio's own Gateway, to which VirtualServices alone are bound. Linkerd takes the core group by its name, too.
 */
export function unknownParent(parent: Field): UnknownKind | undefined {
  const [group, kind] = [parent.get('group'), parent.get('kind')];
  if (group.string === 'networking.istio.io' && kind.string !== 'ServiceEntry') {
    const named = `kind '${kind.string ?? 'Gateway'}' of networking.istio.io`;
    return { at: group, named, details: { hint: 'leave out the group' } };
  }
  if (group.string === 'core' && kind.string === 'Service') return undefined;
  return unknownKind(parent, PARENTS, 'gateway.networking.k8s.io', 'Gateway');
}

/**
 * Whether a route's backend is of a kind that does not exist, such as one that the core group does not have.
 *
 * @param inMesh whether the route is one of Services, which Linkerd reads; it takes the core group by its name, too
 */
export function unknownBackend(backend: Field, inMesh: boolean): UnknownKind | undefined {
  if (backend.get('group').string === 'core' && inMesh) return undefined;
  return unknownKind(backend, BACKENDS, '', 'Service');
}

function unknownKind(
  reference: Field,
  known: { readonly [group: string]: readonly string[] },
  ownGroup: string,
  ownKind: string,
): UnknownKind | undefined {
  const [given, kind] = [reference.get('group'), reference.get('kind')];
  const group = given.exists ? given.string : ownGroup;
  const name = kind.exists ? kind.string : ownKind;
  // A value of another type is reported by the schema.
  if (group === undefined || name === undefined) return undefined;
  const of = group === '' ? 'the core group' : group;
  if (Object.hasOwn(known, group)) {
    if (known[group].includes(name)) return undefined;
    return {
      at: kind.exists ? kind : given,
      named: `kind '${name}' of ${of}`,
      details: meantBy(name, kind, known, group),
    };
  }
  // Groups of custom resources are domains: `v1`, `core` and `apps` are none.
  if (group.includes('.') || name !== 'Service') return undefined;
  const hint = ownGroup === '' ? 'leave out the group' : "write group: ''";
  return { at: given, named: `kind 'Service' of the group '${group}'`, details: { hint } };
}

function meantBy(
  name: string,
  kind: Field,
  known: { readonly [group: string]: readonly string[] },
  group: string,
): Details {
  const elsewhere = Object.keys(known).find((other) => other !== group && known[other].includes(name));
  if (elsewhere !== undefined) return { hint: `write group: '${elsewhere}'` };
  const meant = closest(name, known[group]);
  if (meant === undefined) return { hint: `give the group of ${name}` };
  return {
    didYouMean: { name: meant },
    fix: { title: `write '${meant}'`, edits: [{ at: kind, set: meant }] },
  };
}
