import { resolve } from 'node:path';
import { graphOfLoaded, loadManifests } from '../graph';
import { lint } from '../lint';
import type { SynthesisOptions } from '../synth/synthesize';
import type { Versions } from '../versions';

/** The rule that finds fields which a release drops. */
const DROPPED = 'SCH011';

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
    // As the constructs do, whose patches may use fields that are newer than the pinned definitions.
    const errors = lint(graph, { ignore: ['SCH'], versions }).findings.filter(({ severity }) => severity === 'error');
    const dropped = lint(graph, { select: [DROPPED], versions }).findings;
    return [...errors, ...dropped].map(
      ({ code, message, hint, path: field }) => `${path}: ${code} ${message}${hint ? `; ${hint}` : ''} (${field})`,
    );
  });
}
