import { resolve } from 'node:path';
import { graphOfLoaded, loadManifests } from '../graph';
import { refusals } from '../lint';
import type { SynthesisOptions } from '../synth/synthesize';
import type { Versions } from '../versions';

/**
 * What stated releases refuse or silently drop of what would be rendered, one line each; each app by itself. Canary files
 * with problems are left to whoever renders them.
 */
export async function refusedOn(versions: Versions, options: SynthesisOptions): Promise<readonly string[]> {
  const { synthesize } = await import('../synth/synthesize');
  const { changes } = await synthesize({
    ...options,
    layout: 'app',
    // A folder that does not exist, so that everything is a change.
    out: resolve(options.out, '.cdk8s-canary-output'),
    dryRun: true,
    cache: false,
    onProgress: undefined,
  });
  return changes.flatMap(({ path, after = '' }) => {
    const graph = graphOfLoaded(loadManifests([{ name: path, text: after }]));
    return refusals(graph, versions).map(
      ({ code, message, hint, path: field }) => `${path}: ${code} ${message}${hint ? `; ${hint}` : ''} (${field})`,
    );
  });
}
