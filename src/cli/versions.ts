import type { Command } from 'commander';
import { readVersions, type SystemKey, type Versions } from '../versions';
import { InputError } from '../formats/input-error';

/** The releases of the systems in the cluster, as stated on the command line. */
export interface VersionFlags {
  readonly argoRollouts?: string;
  readonly prometheusVersion?: string;
  readonly istio?: string;
  readonly gatewayApiPlugin?: string;
}

const FLAGS: readonly (readonly [keyof VersionFlags, SystemKey])[] = [
  ['argoRollouts', 'argoRollouts'],
  ['prometheusVersion', 'prometheus'],
  ['istio', 'istio'],
  ['gatewayApiPlugin', 'gatewayApiPlugin'],
];

/** Adds the options by which releases are stated. */
export function versionOptions(command: Command): Command {
  return command
    .option(
      '--argo-rollouts <release>',
      'the release of Argo Rollouts, or a range such as "1.8 - 1.10" (default: newest)',
    )
    .option('--prometheus-version <release>', 'the release of Prometheus')
    .option('--istio <release>', 'the release of Istio')
    .option('--gateway-api-plugin <release>', "the release of Argo Rollouts' plugin for the Gateway API");
}

/** The releases that are stated by options, else by a configuration, else the newest. Throws InputError. */
export function versionsOf(flags: VersionFlags, config: { readonly [key in SystemKey]?: string } = {}): Versions {
  const stated = FLAGS.flatMap(([flag, key]) => (flags[flag] === undefined ? [] : [[key, flags[flag]]]));
  const { versions, problems } = readVersions({ ...config, ...(Object.fromEntries(stated) as object) });
  if (problems.length > 0) throw new InputError(problems.map(({ key, message }) => `${key}: ${message}`).join('\n'));
  return versions;
}
