import { type Field, isMapping, type Resource } from '../graph';
import type { Candidate } from './candidate';
import { isHostIn } from './existing-routes';
import { trafficPolicy } from './istio';
import { named, ofKind, remade } from './manifests';
import { hostFor, type SplitServices } from './split-services';
import { without } from './values';

/** The rules that apply to a Service by its name, and have to apply to the Services of the versions too. */
export interface ServiceRules {
  /** Existing objects that name the Services of the versions too. */
  readonly changed: readonly Resource[];
  /** Copies for the Services of the versions. */
  readonly added: readonly Resource[];
  /** The options that make such copies. */
  readonly candidates: readonly Candidate[];
  /** The changes, one line each. */
  readonly said: readonly string[];
  /** Rules that are carried over with another workload, one line each. */
  readonly foreign: readonly string[];
}

/** A rule, and what makes it apply to the Services of the versions. */
interface Extended {
  readonly object: Resource;
  readonly changed?: Resource;
  readonly added?: readonly Resource[];
  /** The instructions for a change by hand. */
  readonly remedy: string;
}

/**
 * Makes what applies to a Service by its name apply to the Services of the versions, to which its requests are sent from
 * now on: DestinationRules of Istio, policies with a `targetRef` or `targetRefs`, and ReferenceGrants. Without them,
 * requests would lose their TLS, limits and permissions.
 *
 * @param own The objects that are carried over with the workload.
 * @param all All objects of the set.
 * @param isSplitByIstio Whether Istio sends the requests.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-713/
 */
export function serviceRules(
  own: readonly Resource[],
  all: readonly Resource[],
  split: SplitServices,
  isSplitByIstio: boolean,
): ServiceRules {
  const rules = isSplitByIstio ? destinationRules(all, split) : [];
  const found = [...rules, ...all.flatMap((object) => policy(object, split, all) ?? grant(object, split) ?? [])];
  const [mine, others] = [found.filter(isOwn), found.filter((one) => !isOwn(one))];
  const copies = mine.flatMap(({ added = [] }) => added);
  const { stable, canary, root } = split;
  return {
    changed: mine.flatMap(({ changed }) => changed ?? []),
    added: copies,
    candidates: ofKind(copies, 'DestinationRule')
      .slice(0, 1)
      .map((one) => ({
        path: ['traffic', 'trafficPolicy'],
        values: [trafficPolicy(one.field('spec', 'trafficPolicy'))],
      })),
    said: mine.map(({ object, added }) => {
      const { kind, name } = object;
      if (added === undefined)
        return `${kind} ${name} applies to Service ${root}, and now names ${stable} and ${canary} too`;
      const copied = added.map((one) => one.name).join(' and ');
      return `${kind} ${name} applies to Service ${root}; ${copied} do the same for the Services of the versions`;
    }),
    foreign: others.map(
      ({ object, remedy }) =>
        `${object.kind} ${object.name}, which is not carried over with this workload, applies to Service ${root} but not to ${stable} and ${canary}, which get its requests; ${remedy}`,
    ),
  };

  function isOwn({ object }: Extended): boolean {
    return own.includes(object);
  }
}

/** Copies of the traffic policies for the host of a Service. Subsets are no part of them: no route names any. */
function destinationRules(all: readonly Resource[], split: SplitServices): Extended[] {
  const { root, stable, canary, namespace } = split;
  const rules = ofKind(all, 'DestinationRule');
  const of = (name: string) =>
    rules.filter((object) => isHostIn(object, object.field('spec', 'host').value, { name, namespace }));
  const found = of(root).filter((object) => object.field('spec', 'trafficPolicy').exists);
  const versions = [stable, canary].filter((version) => of(version).length === 0);
  if (versions.length === 0) return [];
  return found.map((object) => {
    const copy = (version: string) => {
      // The usual name is that of the Service.
      const isFree = found.length === 1 && named(all, 'DestinationRule', version, object) === undefined;
      const name = isFree ? version : `${object.name}-${version}`;
      const host = hostFor(version, object, object.field('spec', 'host').string!, split);
      const metadata = { ...without(object.field('metadata')), name };
      const spec = { ...without(object.field('spec'), 'subsets'), host };
      return remade(object, { ...object.manifest, metadata, spec });
    };
    return { object, added: versions.map(copy), remedy: `copy it for the hosts ${versions.join(' and ')}` };
  });
}

/** A policy that is attached to a Service by reference. Undefined if it is not attached to this one. */
function policy(object: Resource, split: SplitServices, all: readonly Resource[]): Extended | undefined {
  const { stable, canary } = split;
  const spec = object.field('spec');
  const isOfRoot = (reference: Field) => isService(reference, split) && isNear(reference, object, split);
  const list = spec.get('targetRefs');
  const remedy = `name ${stable} and ${canary} in its targetRefs`;
  if (list.items().some(isOfRoot)) {
    const targetRefs = extended(list, isOfRoot, split);
    return { object, changed: remade(object, { ...object.manifest, spec: { ...without(spec), targetRefs } }), remedy };
  }
  const single = spec.get('targetRef');
  if (!isMapping(single.value) || !isOfRoot(single)) return undefined;
  const copy = (version: string) =>
    remade(object, {
      ...object.manifest,
      metadata: { ...without(object.field('metadata')), name: `${object.name}-${version}` },
      spec: { ...without(spec), targetRef: { ...without(single), name: version } },
    });
  const isCovered = (version: string) =>
    ofKind(all, object.kind).some((one) => one.field('spec', 'targetRef', 'name').value === version);
  const versions = [stable, canary].filter((version) => !isCovered(version));
  if (versions.length === 0) return undefined;
  return { object, added: versions.map(copy), remedy: `copy it for ${versions.join(' and ')}` };
}

/** A ReferenceGrant that lets routes of other namespaces name a Service. Undefined for all others. */
function grant(object: Resource, split: SplitServices): Extended | undefined {
  if (object.kind !== 'ReferenceGrant' || (split.namespace ?? object.namespace) !== object.namespace) return undefined;
  const spec = object.field('spec');
  const list = spec.get('to');
  const isOfRoot = (reference: Field) => isService(reference, split);
  if (!list.items().some(isOfRoot)) return undefined;
  const to = extended(list, isOfRoot, split);
  const remedy = `name ${split.stable} and ${split.canary} in its \`to\``;
  return { object, changed: remade(object, { ...object.manifest, spec: { ...without(spec), to } }), remedy };
}

/** A list of references in which the Services of the versions follow that of callers, unless they are there already. */
function extended(list: Field, isOfRoot: (reference: Field) => boolean, { stable, canary }: SplitServices): unknown[] {
  const names = list.items().map((reference) => reference.get('name').value);
  return list.items().flatMap((reference) => {
    if (!isOfRoot(reference)) return [reference.value];
    const more = [stable, canary].filter((name) => !names.includes(name));
    return [reference.value, ...more.map((name) => ({ ...without(reference), name }))];
  });
}

function isService(reference: Field, { root }: SplitServices): boolean {
  const [group, kind, name] = ['group', 'kind', 'name'].map((field) => reference.get(field).value);
  return kind === 'Service' && name === root && [undefined, '', 'core'].includes(group as string | undefined);
}

/** Whether a reference is to the namespace of the Services: its own, or that of its object. */
function isNear(reference: Field, object: Resource, { namespace }: SplitServices): boolean {
  const stated = reference.get('namespace').string;
  if (stated !== undefined) return namespace === undefined || stated === namespace;
  return namespace === undefined || object.namespace === undefined || object.namespace === namespace;
}
