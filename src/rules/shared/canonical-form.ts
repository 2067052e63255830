import { canonicalQuantity } from '../../formats/quantity';
import type { Field } from '../../graph';

/** The quantities of the resources of a container. */
export function* containerQuantities(container: Field): Generator<Field> {
  for (const kind of ['requests', 'limits']) {
    for (const [, amount] of container.get('resources', kind).entries()) yield amount;
  }
}

/** The canonical form, if a quantity is written in another one. */
export function canonicalFormOf({ value }: Field): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const form = canonicalQuantity(String(value));
  return form === undefined || form === String(value) ? undefined : form;
}

/** A place where a container is not as Kubernetes' own types write it. */
export interface OtherForm {
  readonly field: Field;
  /** `has no resources`, as said of the container. */
  readonly what: string;
}

/** The first place where a container is not as Kubernetes' own types write it. */
export function otherFormOf(container: Field): OtherForm | undefined {
  const resources = container.get('resources');
  if (!resources.exists) return { field: container.get('name'), what: 'has no resources' };
  for (const amount of containerQuantities(container)) {
    const form = canonicalFormOf(amount);
    if (form !== undefined) return { field: amount, what: `has ${String(amount.value)} for ${form}` };
  }
  const empty = container
    .get('env')
    .items()
    .find((variable) => variable.get('value').value === '');
  return empty && { field: empty.get('value'), what: `gives '${empty.get('name').string ?? ''}' an empty value` };
}
