import type { Field, Graph, Path, Resource } from '../graph';
import type { Raw } from '../lint';
import type { Details, FieldEdit, Rule } from '../rules';

/** A field, by the place of its resource in the graph. */
interface PackedField {
  readonly resource: number;
  readonly path: Path;
}

/** The same, with other fields. */
type With<F, T> = T extends Field
  ? F
  : T extends readonly (infer Item)[]
    ? readonly With<F, Item>[]
    : T extends object
      ? { readonly [K in keyof T]: With<F, T[K]> }
      : T;

/** A finding of a rule, as one thread gives it to another. */
export type PackedFinding = Omit<With<PackedField, Raw>, 'rule'>;

/** Packs findings about a graph that the other thread has, too. */
export function packer({ resources }: Graph): (found: Raw) => PackedFinding {
  let places: Map<Resource, number> | undefined;
  const pack = ({ resource, path }: Field): PackedField => {
    places ??= new Map(resources.map((one, place) => [one, place]));
    return { resource: places.get(resource)!, path };
  };
  return ({ rule: _rule, field, details, ...rest }) => ({
    ...rest,
    field: field && pack(field),
    details: withFields(details, pack) as PackedFinding['details'],
  });
}

/** Unpacks findings of rules. */
export function unpacker({ resources }: Graph): (rule: Rule, found: PackedFinding) => Raw {
  const unpack = ({ resource, path }: PackedField): Field => resources[resource].at(path);
  return (rule, { field, details, ...rest }) => ({
    ...rest,
    rule,
    field: field && unpack(field),
    details: withFields(details as With<PackedField, Details>, unpack) as Details,
  });
}

/** The same details with other fields: all places in which there is one. */
function withFields<F, G>(details: With<F, Details>, other: (field: F) => G): unknown {
  const { didYouMean, related, because, about, mistake, fix, ...rest } = details as {
    readonly didYouMean?: { readonly field?: F };
    readonly related?: { readonly field: F };
    readonly because?: readonly F[];
    readonly about?: readonly F[];
    readonly mistake?: { readonly in: F };
    readonly fix?: { readonly edits: readonly (Omit<FieldEdit, 'at'> & { readonly at: F })[] };
  };
  return {
    ...rest,
    ...(didYouMean && { didYouMean: { ...didYouMean, field: didYouMean.field && other(didYouMean.field) } }),
    ...(related && { related: { ...related, field: other(related.field) } }),
    ...(because && { because: because.map(other) }),
    ...(about && { about: about.map(other) }),
    ...(mistake && { mistake: { ...mistake, in: other(mistake.in) } }),
    ...(fix && { fix: { ...fix, edits: fix.edits.map((edit) => ({ ...edit, at: other(edit.at) })) } }),
  };
}
