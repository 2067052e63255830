import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { dnsLabelProblem } from '../formats/names';

/**
 * Options for a `ThanosQuerierAccess`.
 */
export interface ThanosQuerierAccessProps {
  /**
   * The name of the ServiceAccount, from which the others are made.
   * @default - the construct's id
   */
  readonly name?: string;
}

/**
 * Leave to ask the Prometheus of an OpenShift cluster, by its Thanos querier, which wants a bearer token: a
 * ServiceAccount
 * that may read all metrics, and a Secret with a token of it, in the namespace of the analyses.
 *
 * Pass the token to an analysis as an argument, and send it as a header: `Authorization: Bearer {{args.token}}`.
 *
 * @see https://docs.openshift.com/container-platform/latest/observability/monitoring/accessing-third-party-monitoring-apis.html
 */
export class ThanosQuerierAccess extends Construct {
  /**
   * The address of the Thanos querier within the cluster. Its certificate is signed by the cluster's service authority.
   */
  public static readonly ADDRESS = 'https://thanos-querier.openshift-monitoring.svc.cluster.local:9091';

  /** The ServiceAccount. */
  public readonly serviceAccount: kplus.ServiceAccount;

  /** The token: a key of a Secret that the cluster fills. */
  public readonly token: kplus.SecretValue;

  constructor(scope: Construct, id: string, props: ThanosQuerierAccessProps = {}) {
    super(scope, id);
    const name = props.name ?? id;
    const { namespace } = Chart.of(this);
    this.serviceAccount = new kplus.ServiceAccount(this, 'ServiceAccount', { metadata: { name } });
    const secret = new kplus.ServiceAccountTokenSecret(this, 'Token', {
      metadata: { name: `${name}-token` },
      serviceAccount: this.serviceAccount,
    });
    this.token = { secret, key: 'token' };
    // The namespace of a subject must be written out, and the name must be the only one in the cluster.
    const binding = new ApiObject(this, 'Binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `${namespace}-${name}-cluster-monitoring-view` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-monitoring-view' },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
    if (namespace !== undefined) binding.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    this.node.addValidation({
      validate: () =>
        [
          dnsLabelProblem('name', name),
          namespace === undefined
            ? 'the Chart has no namespace, which the binding of a ServiceAccount must name; give the Chart its namespace'
            : undefined,
        ].filter((problem) => problem !== undefined),
    });
  }
}

/**
 * Turns the monitoring of user workloads on, for a whole OpenShift cluster: the ConfigMap `cluster-monitoring-config`.
 * There is one in a cluster, with the settings of all of its monitoring in it: where one exists, add
 * `enableUserWorkload: true` to it instead.
 *
 * @see https://docs.openshift.com/container-platform/latest/observability/monitoring/enabling-monitoring-for-user-defined-projects.html
 */
export class UserWorkloadMonitoring extends kplus.ConfigMap {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      metadata: { name: 'cluster-monitoring-config', namespace: 'openshift-monitoring' },
      data: { 'config.yaml': 'enableUserWorkload: true\n' },
    });
  }
}
