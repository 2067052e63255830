import { resolve } from 'node:path';
import { graphOfLoaded, loadManifests } from '../graph';
import { refusals } from '../lint';
import type { SynthesisOptions } from '../synth/synthesize';
import type { Versions } from '../versions';

/** The problems of apps with stated releases. */
export interface Refused {
  /** Refused or silently dropped fields, one line each. Each app is checked separately, without its accepted findings. */
  readonly refused: readonly string[];
  /** The problems of canary files that cannot be rendered for any release. */
  readonly problems: readonly string[];
}

/** Finds the fields of rendered apps that stated releases refuse or silently drop. */
export async function refusedOn(versions: Versions, options: SynthesisOptions): Promise<Refused> {
  const { synthesize } = await import('../synth/synthesize');
  const { changes, problems } = await synthesize({
    ...options,
    layout: 'app',
    // A folder that does not exist, so that everything is a change.
    out: resolve(options.out, '.cdk8s-canary-output'),
    dryRun: true,
    keepGoing: true,
    cache: false,
    onProgress: undefined,
  });
  const refused = changes.flatMap(({ path, after = '', accepted }) => {
    const graph = graphOfLoaded(loadManifests([{ name: path, text: after }]));
    return refusals(graph, versions, accepted).map(
      ({ code, message, hint, path: field }) => `${path}: ${code} ${message}${hint ? `; ${hint}` : ''} (${field})`,
    );
  });
  return { refused, problems };
}
