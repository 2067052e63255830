import type { Resource } from '../../graph';

const ANNOTATION = 'argocd.argoproj.io/sync-wave';

/** The sync wave in which Argo CD applies a resource. Default: 0. */
export function waveOf(resource: Resource): number {
  const wave = Number(waveField(resource).value ?? 0);
  return Number.isInteger(wave) ? wave : 0;
}

/** The annotation with the wave, which may be absent. */
export const waveField = (resource: Resource): ReturnType<Resource['field']> =>
  resource.field('metadata', 'annotations', ANNOTATION);
