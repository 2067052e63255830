import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { dnsLabelProblem } from '../formats/names';
import { addCheck, at } from '../formats/option-problem';

/**
 * Options for a `ThanosQuerierAccess`.
 */
export interface ThanosQuerierAccessProps {
  /**
   * The name of the ServiceAccount, and the prefix of the other names.
   * @default - the construct's id
   */
  readonly name?: string;
}

/**
 * Access to the Prometheus of an OpenShift cluster through its Thanos querier, which requires a bearer token: a
 * ServiceAccount that may read all metrics, and a Secret with its token, in the namespace of the analyses.
 *
 * Pass the token to an analysis as an argument, and send it in a header: `Authorization: Bearer {{args.token}}`.
 *
 * @see https://docs.openshift.com/container-platform/latest/observability/monitoring/accessing-third-party-monitoring-apis.html
 */
export class ThanosQuerierAccess extends Construct {
  /**
   * The address of the Thanos querier in the cluster. Its certificate is signed by the service CA of the cluster.
   */
  public static readonly ADDRESS = 'https://thanos-querier.openshift-monitoring.svc.cluster.local:9091';

  /** The ServiceAccount. */
  public readonly serviceAccount: kplus.ServiceAccount;

  /** The token: a key of a Secret, which the cluster sets. */
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
    addCheck(this, () =>
      [
        at('name', dnsLabelProblem('name', name)),
        namespace === undefined
          ? 'the Chart has no namespace, which the binding of a ServiceAccount must name; give the Chart its namespace'
          : undefined,
      ].filter((problem) => problem !== undefined),
    );
  }
}

/**
 * Enables the monitoring of user workloads for an OpenShift cluster: the ConfigMap `cluster-monitoring-config`. A
 * cluster has one, with all settings of its monitoring: if it exists, add `enableUserWorkload: true` to it instead.
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
