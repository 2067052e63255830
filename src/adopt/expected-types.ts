import type { Resource } from '../graph';
import { numberIn, objectIn, objectsIn, textIn } from './manifests';

/**
 * Checks the types of the fields that every workload must have right.
 *
 * @throws RefusedError with the place of the first field of another type.
 */
export function checkTypes(workload: Resource): void {
  const metadata = objectIn(workload.field('metadata'));
  textIn(metadata.get('name'));
  const spec = objectIn(workload.field('spec'));
  numberIn(spec.get('replicas'));
  const template = objectIn(spec.get('template'));
  const pods = objectIn(template.get('metadata'));
  for (const field of ['labels', 'annotations']) {
    objectIn(metadata.get(field));
    objectIn(pods.get(field));
  }
  const pod = objectIn(template.get('spec'));
  for (const field of ['containers', 'initContainers', 'volumes']) objectsIn(pod.get(field));
  const strategy = objectIn(spec.get('strategy'));
  for (const kind of ['canary', 'blueGreen']) objectIn(strategy.get(kind));
}
