import type { Field, Resource } from '../graph';
import { objectsIn, remade } from './manifests';
import { type Options, picked, without } from './values';

/** A Rollout with the pods of a Deployment, and with its settings, labels and annotations. */
export function withPods(
  rollout: Resource,
  deployment: Resource,
  replicas: unknown,
  selector: Options | undefined,
): Resource {
  const spec = rollout.field('spec');
  const rendered = Object.keys(spec.get('selector', 'matchLabels').strings);
  const { labels, annotations } = picked(deployment.field('metadata'), 'labels', 'annotations');
  const metadata = rollout.field('metadata');
  return remade(rollout, {
    ...rollout.manifest,
    metadata: {
      ...without(metadata),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations: { ...annotations, ...without(metadata.get('annotations')) } } : {}),
    },
    spec: {
      ...picked(
        deployment.field('spec'),
        'minReadySeconds',
        'revisionHistoryLimit',
        'progressDeadlineSeconds',
        'paused',
      ),
      ...without(spec, 'replicas'),
      ...(replicas === undefined ? {} : { replicas }),
      ...(selector ? { selector: deployment.field('spec', 'selector').value ?? { matchLabels: selector } } : {}),
      template: meshed(deployment.field('spec', 'template'), spec.get('template'), selector ? rendered : []),
    },
  });
}

/**
 * The Deployment's pods with what a canary needs: the labels of the mesh and the selector, and the name of the port.
 *
 * @param unused The labels of a selector that is not used.
 */
function meshed(template: Field, canary: Field, unused: readonly string[]): Options {
  const both = (field: string) => ({
    ...without(canary.get('metadata', field), ...(field === 'labels' ? unused : [])),
    ...without(template.get('metadata', field)),
  });
  const annotations = both('annotations');
  const [container] = canary.get('spec', 'containers').items();
  return {
    metadata: {
      ...without(template.get('metadata')),
      labels: both('labels'),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    spec: {
      ...without(template.get('spec')),
      containers: withPortName(template.get('spec', 'containers'), container),
    },
  };
}

/** The Services of the versions refer to the port by its name, which the Deployment may not state. */
function withPortName(containers: Field, canary: Field): unknown[] {
  const [first, ...others] = containers.items();
  const own = canary.get('ports').items();
  const numberOf = (port: Field) => port.get('containerPort').value;
  const stated = objectsIn(first.get('ports'));
  const ports = stated.map((port) => {
    const known = own.find((one) => numberOf(one) === numberOf(port));
    return { ...without(port), ...(known ? picked(known, 'name') : {}), ...picked(port, 'name') };
  });
  const missing = own.slice(0, 1).filter((port) => !stated.some((one) => numberOf(one) === numberOf(port)));
  return [
    { ...without(first), ports: [...ports, ...missing.map(({ value }) => value)] },
    ...others.map(({ value }) => value),
  ];
}
