import { Lazy } from 'cdk8s';
import type { Construct } from 'constructs';

/**
 * Refuses options whose values are only known when the app is synthesized: names, routes and checks are worked out of them
 * at once, so that a Lazy value would fail somewhere else, or be lost.
 *
 * @param construct whose options they are, or what is made of them where it is no construct
 */
export function refuseLazyOptions(construct: Construct | string, props: object): void {
  const names = Object.entries(props).flatMap(([name, value]: [string, unknown]) => {
    if (value instanceof Lazy) return [name];
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, i) => (item instanceof Lazy ? [`${name}[${i}]`] : []));
  });
  if (names.length === 0) return;
  const [options, are, values] = names.length === 1 ? ['option', 'is', 'the value'] : ['options', 'are', 'the values'];
  throw new Error(
    `${typeof construct === 'string' ? construct : construct.node.path}: the ${options} ${names.join(', ')} ${are} Lazy, and ${are} needed before the synthesis; give ${values} instead`,
  );
}
