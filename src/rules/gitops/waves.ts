import type { Resource } from '../../graph';

const ANNOTATION = 'argocd.argoproj.io/sync-wave';

/** The sync wave in which Argo CD applies a resource; 0 where it says nothing. */
export function waveOf(resource: Resource): number {
  const wave = Number(waveField(resource).value ?? 0);
  return Number.isInteger(wave) ? wave : 0;
}

/** The annotation that says the wave, which need not exist. */
export const waveField = (resource: Resource): ReturnType<Resource['field']> =>
  resource.field('metadata', 'annotations', ANNOTATION);
