import type { CanaryAppProps } from './canary-app-props';
import { at, type Found } from '../formats/option-problem';

/** Labels and annotations of pods. */
export interface PodMetadata {
  readonly labels: { readonly [key: string]: string };
  readonly annotations: { readonly [key: string]: string };
}

/** Labels and annotations in `rollout.podMetadata` that the app gives to its pods with other values. */
export function podMetadataProblems(name: string, { rollout = {} }: CanaryAppProps, made: PodMetadata): Found[] {
  const { podMetadata = {}, select = true } = rollout;
  const ofApp: PodMetadata = select ? { ...made, labels: { ...made.labels, app: name } } : made;
  return (['labels', 'annotations'] as const).flatMap((field) =>
    Object.entries(podMetadata[field] ?? {}).flatMap(([key, value]): Found[] => {
      const own: string | undefined = ofApp[field][key];
      if (own === undefined || own === value) return [];
      const path = `rollout.podMetadata.${field}`;
      return [at(path, `${path} has '${key}: ${value}', but the app gives its pods '${key}: ${own}'; leave it out`)];
    }),
  );
}
