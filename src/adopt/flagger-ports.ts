import type { Field, Resource } from '../graph';
import { objectsIn } from './manifests';
import type { Options } from './values';

/** Proxies of a mesh, whose ports Flagger does not discover. */
const PROXIES = ['istio-proxy', 'envoy'];
/** The longest name of a container's port. */
const LONGEST = 15;

/**
 * The ports that Flagger discovers in the pods of a Deployment and adds to the Services, as the option `ports`: those of
 * all containers but the one that the Canary states.
 *
 * @see https://docs.flagger.app/usage/how-it-works#canary-service
 */
export function discoveredPorts(service: Field, deployment: Resource): Options[] {
  const target = service.get('targetPort').value ?? service.get('port').value;
  const found = new Map<string, number>();
  for (const container of objectsIn(deployment.field('spec', 'template', 'spec', 'containers'))) {
    if (PROXIES.includes(container.get('name').string ?? '')) continue;
    for (const [i, port] of objectsIn(container.get('ports')).entries()) {
      const [name, number] = [port.get('name').string, port.get('containerPort').number];
      if (number === undefined || target === number || (name !== undefined && target === name)) continue;
      const usual = `tcp-${container.get('name').string}-${i}`;
      found.set(name ?? (usual.length > LONGEST ? `tcp-${number}` : usual), number);
    }
  }
  return [...found].map(([name, number]) => ({ name, number }));
}

/** The number of the container's port that a Canary states by its name. Undefined if it states none by name. */
export function portOfName(service: Field, deployment: Resource): number | undefined {
  const name = service.get('targetPort').string;
  const containers = objectsIn(deployment.field('spec', 'template', 'spec', 'containers'));
  return containers
    .flatMap((container) => objectsIn(container.get('ports')))
    .find((port) => name !== undefined && port.get('name').value === name)
    ?.get('containerPort').number;
}
