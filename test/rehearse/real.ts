import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests, type Graph } from '../../src/graph';
import { plannedRollouts, type PlannedRollout } from '../../src/controller';
import {
  type Conditions,
  conditionsOf,
  findPrometheus,
  Prometheus,
  type Rehearsal,
  type RehearsalOptions,
  rehearse,
} from '../../src/rehearse';
import { type TrafficProfile, wholeProfile } from '../../src/traffic-model';

/** The binary; undefined where there is none. */
export const BINARY = ((): string | undefined => {
  try {
    return findPrometheus(undefined, process.env, '.');
  } catch {
    return undefined;
  }
})();

/**
 * Statements that need a real Prometheus. Where there is none they are skipped, and say so; in continuous integration
 * its absence is a failure.
 */
export function describeReal(name: string, statements: () => void): void {
  if (BINARY !== undefined) return describe(name, statements);
  if (process.env.CI) {
    return describe(name, () => {
      test('there is a Prometheus, without which none of this can be tried', () => {
        throw new Error('no prometheus on the PATH: apt-get install prometheus');
      });
    });
  }
  process.stderr.write(`SKIPPED: ${name} (no prometheus on the PATH; apt-get install prometheus)\n`);
  return describe.skip(`${name} (SKIPPED: no prometheus on the PATH)`, statements);
}

export const rendered = (name: string): string => readFileSync(join(__dirname, '../../dist', name), 'utf8');

/** Manifests, and the one rollout in them. */
export function manifests(text: string): { graph: Graph; planned: PlannedRollout } {
  const graph = graphOfLoaded(loadManifests([{ name: 'manifests.yaml', text }]));
  return { graph, planned: plannedRollouts(graph)[0] };
}

export type World = Partial<Omit<Conditions, 'profile'>> & { readonly profile?: Partial<TrafficProfile> };

/** A world in which a person comes after a minute, unless it says otherwise. */
export function conditions({ profile, ...others }: World = {}): Conditions {
  return { ...conditionsOf(wholeProfile({ approvalAfter: 60, ...profile })), ...others };
}

/** Rehearses manifests against a Prometheus of their own. */
export async function rehearsed(
  text: string,
  world: World = {},
  options: Partial<RehearsalOptions> & { readonly during?: (prometheus: Prometheus) => Promise<void> } = {},
): Promise<Rehearsal> {
  const prometheus = await Prometheus.start(BINARY!);
  try {
    const { during, ...others } = options;
    const rehearsal = await rehearse(prometheus.api, { ...manifests(text), conditions: conditions(world), ...others });
    await during?.(prometheus);
    return rehearsal;
  } finally {
    await prometheus.stop();
  }
}

/** A text in which something was replaced, which must have been there. */
export function changed(text: string, from: string | RegExp, to: string): string {
  const after = text.replace(from, to);
  if (after === text) throw new Error(`there is no ${String(from)} to be replaced`);
  return after;
}
