/**
 * The releases of the systems in the cluster that an app is made for. Each is a release (`1.9`, `1.9.1`), several
 * (`1.8, 1.10`), or a range (`1.8 - 1.10`), on all of which the app must be right.
 *
 * @see https://github.com/cdk8s-canary/cdk8s-canary/blob/main/docs/supported-versions.md
 */
export interface ClusterVersions {
  /**
   * Argo Rollouts.
   * @default - the newest supported release
   */
  readonly argoRollouts?: string;

  /**
   * Prometheus.
   * @default - the newest supported release
   */
  readonly prometheus?: string;

  /**
   * Istio.
   * @default - the newest supported release
   */
  readonly istio?: string;

  /**
   * The plugin of Argo Rollouts for the Gateway API.
   * @default - the newest supported release
   */
  readonly gatewayApiPlugin?: string;

  /**
   * Argo CD.
   * @default - the newest supported release
   */
  readonly argoCd?: string;

  /**
   * The Prometheus Operator.
   * @default - the newest supported release
   */
  readonly prometheusOperator?: string;
}
