import type { Field, Resource } from '../../graph';

/** The name of a port that makes the AWS load balancer controller read the Services and their weights from an annotation. */
export const USE_ANNOTATION = 'use-annotation';

/** Every backend of an Ingress that is a Service: those of its paths, and the default one. */
export function backendsOf(ingress: Resource): readonly Field[] {
  const spec = ingress.field('spec');
  const paths = spec
    .get('rules')
    .items()
    .flatMap((rule) => rule.get('http', 'paths').items());
  return [...paths.map((path) => path.get('backend', 'service')), spec.get('defaultBackend', 'service')];
}
