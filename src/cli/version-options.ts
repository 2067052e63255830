// Apart from the tables of releases, which only a run that needs them loads.
import type { Command } from 'commander';

/** The releases of the systems in the cluster, as stated on the command line. */
export interface VersionFlags {
  readonly argoRollouts?: string;
  readonly prometheusVersion?: string;
  readonly istio?: string;
  readonly gatewayApiPlugin?: string;
  readonly argoCd?: string;
}

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
    .option('--argo-cd <release>', `the release of Argo CD${when}`);
}
