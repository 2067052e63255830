import { ApiObject, Chart, JsonPatch, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as maistra from '../../imports/maistra.io';
import { dnsLabelProblem, labelValueProblem } from '../formats/names';
import { addCheck, at } from '../formats/option-problem';

/**
 * Options for a `ServiceMeshMember`.
 */
export interface ServiceMeshMemberProps extends kplus.ResourceProps {
  /**
   * The name of the ServiceMeshControlPlane.
   * @default 'basic'
   */
  readonly controlPlane?: string;

  /**
   * The namespace of the ServiceMeshControlPlane.
   * @default 'istio-system'
   */
  readonly controlPlaneNamespace?: string;
}

/**
 * Adds its namespace to a mesh of OpenShift Service Mesh 2. Its name must be `default`.
 *
 * @see https://docs.openshift.com/container-platform/latest/service_mesh/v2x/ossm-create-mesh.html
 */
export class ServiceMeshMember extends kplus.Resource {
  public readonly resourceType = 'servicemeshmembers';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: ServiceMeshMemberProps = {}) {
    super(scope, id);
    const name = props.controlPlane ?? 'basic';
    const namespace = props.controlPlaneNamespace ?? 'istio-system';
    this.apiObject = new ApiObject(this, 'Resource', {
      ...maistra.ServiceMeshMember.GVK,
      metadata: { ...props.metadata, name: props.metadata?.name ?? 'default' },
      spec: maistra.toJson_ServiceMeshMemberSpec({ controlPlaneRef: { name, namespace } }),
    });
    addCheck(this, () =>
      [
        defaultNameProblem('ServiceMeshMember', this.name),
        at('controlPlane', dnsLabelProblem('controlPlane', name)),
        at('controlPlaneNamespace', dnsLabelProblem('controlPlaneNamespace', namespace)),
      ].filter((problem) => problem !== undefined),
    );
  }
}

/**
 * Options for a `ServiceMeshMemberRoll`.
 */
export interface ServiceMeshMemberRollProps extends kplus.ResourceProps {
  /**
   * The namespaces.
   * @default - those that `memberLabels` selects
   */
  readonly members?: string[];

  /**
   * Labels that select namespaces.
   * @default - those that `members` names
   */
  readonly memberLabels?: { [key: string]: string };
}

/**
 * The list of namespaces of a mesh of OpenShift Service Mesh 2. It is in the namespace of the control plane,
 * `istio-system` unless its metadata states another one, and its name must be `default`. A mesh has one; if others
 * maintain it, use `ServiceMeshMember`.
 *
 * @see https://docs.openshift.com/container-platform/latest/service_mesh/v2x/ossm-create-mesh.html
 */
export class ServiceMeshMemberRoll extends kplus.Resource {
  public readonly resourceType = 'servicemeshmemberrolls';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: ServiceMeshMemberRollProps) {
    super(scope, id);
    const { members = [], memberLabels } = props;
    this.apiObject = new ApiObject(this, 'Resource', {
      ...maistra.ServiceMeshMemberRoll.GVK,
      metadata: { namespace: 'istio-system', ...props.metadata, name: props.metadata?.name ?? 'default' },
      spec: Lazy.any({
        produce: () =>
          maistra.toJson_ServiceMeshMemberRollSpec({
            members: members.length > 0 ? members : undefined,
            memberSelectors: memberLabels && [{ matchLabels: memberLabels }],
          }),
      }),
    });
    addCheck(this, () =>
      [
        defaultNameProblem('ServiceMeshMemberRoll', this.name),
        ...members.filter((member) => member !== '*').map((member) => dnsLabelProblem('a member', member)),
        ...Object.entries(memberLabels ?? {}).map(([key, value]) => labelValueProblem(`the label '${key}'`, value)),
        members.length === 0 && Object.keys(memberLabels ?? {}).length === 0
          ? 'it has neither members nor memberLabels; name the namespaces of the mesh'
          : undefined,
      ].filter((problem) => problem !== undefined),
    );
  }
}

/**
 * Options for a `MeshNamespace`.
 */
export interface MeshNamespaceProps {
  /**
   * The name of the namespace.
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The labels that the control plane selects the namespaces of its mesh by, as stated in its `discoverySelectors`.
   * @default - `istio-discovery: enabled`
   */
  readonly discoveryLabels?: { [key: string]: string };

  /**
   * The revision of the control plane, or a tag of one.
   * @default - the control plane `default`: `istio-injection: enabled`
   */
  readonly revision?: string;

  /**
   * Whether the user-workload monitoring of the cluster includes it.
   * @default true
   */
  readonly monitored?: boolean;
}

/**
 * A namespace in a mesh of OpenShift Service Mesh 3 (or of Istio), whose labels make it a member.
 *
 * @see https://docs.redhat.com/en/documentation/red_hat_openshift_service_mesh/3.0/html/installing/ossm-about-deployment-and-update-strategies
 */
export class MeshNamespace extends kplus.Namespace {
  constructor(scope: Construct, id: string, props: MeshNamespaceProps = {}) {
    const name = props.name ?? id;
    const labels = {
      ...(props.discoveryLabels ?? { 'istio-discovery': 'enabled' }),
      ...(props.revision === undefined ? { 'istio-injection': 'enabled' } : { 'istio.io/rev': props.revision }),
      ...(props.monitored === false ? { 'openshift.io/user-monitoring': 'false' } : {}),
    };
    super(scope, id, { metadata: { name, labels } });
    // A Chart's namespace is for what lives in one.
    if (Chart.of(this).namespace !== undefined) {
      ApiObject.of(this).addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    }
    addCheck(this, () =>
      [
        dnsLabelProblem('the name of the namespace', name),
        ...Object.entries(labels).map(([key, value]) => labelValueProblem(`the label '${key}'`, value)),
      ].filter((problem) => problem !== undefined),
    );
  }
}

function defaultNameProblem(kind: string, name: string): string | undefined {
  return name === 'default' ? undefined : `the ${kind} is called '${name}'; OpenShift takes note of 'default' alone`;
}
