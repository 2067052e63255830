// Apart from the tables of releases, which only a run that needs them loads.
import type { Command } from 'commander';

/** The options by which releases are stated. */
export const VERSION_FLAGS = [
  'argoRollouts',
  'prometheusVersion',
  'istio',
  'gatewayApiPlugin',
  'argoCd',
  'prometheusOperator',
] as const;

/** The releases of the systems in the cluster, as stated on the command line. */
export type VersionFlags = { readonly [flag in (typeof VERSION_FLAGS)[number]]?: string };

/** Adds the options by which releases are stated. */
export function versionOptions(command: Command, when = ''): Command {
  return command
    .option(
      '--argo-rollouts <release>',
      `the release of Argo Rollouts, or a range such as "1.8 - 1.10" (default: newest)${when}`,
    )
    .option('--prometheus-version <release>', `the release of Prometheus${when}`)
    .option('--istio <release>', `the release of Istio${when}`)
    .option('--gateway-api-plugin <release>', `the release of Argo Rollouts' plugin for the Gateway API${when}`)
    .option('--argo-cd <release>', `the release of Argo CD${when}`)
    .option('--prometheus-operator <release>', `the release of the Prometheus Operator${when}`);
}
