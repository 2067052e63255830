import type { MapNode, SpecNode } from '../canaryfile/node';
import { identityOfRollout } from './identity';

/** The identity that an app has by its name alone, also if it cannot be rendered. None if it states no name. */
export function identitiesByName(body: MapNode, environment?: string): readonly string[] {
  const [name, namespace] = [nameOf(body), nameOf(body, 'namespace')].map((node) =>
    node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined,
  );
  return name === undefined ? [] : [identityOfRollout(name, namespace, environment)];
}

/** Where a spec states its name, or its namespace. */
export function nameOf(body: MapNode, field: 'name' | 'namespace' = 'name'): SpecNode | undefined {
  const metadata = body.entries.get('metadata')?.value;
  return metadata?.kind === 'map' ? metadata.entries.get(field)?.value : undefined;
}
