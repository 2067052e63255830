import { canonicalQuantity } from '../formats/quantity';

interface Amounts {
  [resource: string]: unknown;
}
interface ContainerLike {
  resources?: { requests?: Amounts; limits?: Amounts };
}
interface PodLike {
  containers?: ContainerLike[];
  initContainers?: ContainerLike[];
  volumes?: { emptyDir?: { sizeLimit?: unknown } }[];
}

/**
 * Writes the quantities of a rendered pod spec in canonical form (`2Gi`, not `2048Mi`). The controller rewrites them so
 * at each revision, and GitOps tools would report the difference as drift.
 */
export function canonicalQuantities<T>(podSpec: T): T {
  const { containers = [], initContainers = [], volumes = [] } = podSpec as PodLike;
  for (const { resources } of [...containers, ...initContainers]) {
    for (const amounts of [resources?.requests, resources?.limits]) {
      for (const [name, amount] of Object.entries(amounts ?? {})) amounts![name] = canonical(amount);
    }
  }
  for (const { emptyDir } of volumes) if (emptyDir?.sizeLimit) emptyDir.sizeLimit = canonical(emptyDir.sizeLimit);
  return podSpec;
}

/** Text that is no quantity, and tokens of cdk8s, stay as they are. */
const canonical = (amount: unknown): unknown =>
  typeof amount === 'string' ? (canonicalQuantity(amount) ?? amount) : amount;
