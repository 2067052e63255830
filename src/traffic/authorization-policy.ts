import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { dnsLabelProblem } from '../formats/names';
import { addCheck } from '../formats/option-problem';

/**
 * What an AuthorizationPolicy of Istio does with the requests that match its rules.
 */
export enum AuthorizationAction {
  /** Allow them, and no others. */
  ALLOW = 'ALLOW',
  /** Refuse them. */
  DENY = 'DENY',
  /** Log them. */
  AUDIT = 'AUDIT',
}

/**
 * Options of the requests that an AuthorizationPolicy is about.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export interface AuthorizationOptions {
  /**
   * What happens to requests that match.
   * @default AuthorizationAction.ALLOW
   */
  readonly action?: AuthorizationAction;

  /**
   * The identities of callers: `cluster.local/ns/shop/sa/cart`.
   * @default - any
   */
  readonly principals?: string[];

  /**
   * The namespaces of callers.
   * @default - any
   */
  readonly namespaces?: string[];

  /**
   * Further rules, as `spec.rules` has them. An empty list alone, with the action ALLOW, refuses every request.
   * @default - none: principals or namespaces are needed
   */
  readonly rules?: unknown[];
}

/**
 * Options for an `IstioAuthorizationPolicy`.
 */
export interface IstioAuthorizationPolicyProps extends AuthorizationOptions, kplus.ResourceProps {
  /**
   * The pods that the policy is for, such as a Rollout.
   * @default - all pods of the namespace, unless `waypoint` is given
   */
  readonly pods?: kplus.IPodSelector;

  /**
   * The waypoint that enforces the policy in an ambient mesh: the name of its Gateway. Instead of `pods`.
   * @default - none: the proxies of the pods enforce it
   */
  readonly waypoint?: string;
}

/**
 * An AuthorizationPolicy of Istio: which callers in the mesh may send requests.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class IstioAuthorizationPolicy extends kplus.Resource {
  public readonly resourceType = 'authorizationpolicies';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IstioAuthorizationPolicyProps = {},
  ) {
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => this.spec() }),
    });
    addCheck(this, () => this.problems());
  }

  private spec(): object {
    const { action = AuthorizationAction.ALLOW, principals, namespaces, rules = [], pods, waypoint } = this.props;
    const source = { ...(principals ? { principals } : {}), ...(namespaces ? { namespaces } : {}) };
    const own = Object.keys(source).length > 0 ? [{ from: [{ source }] }] : [];
    const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: waypoint };
    const { matchLabels } = pods?.toPodSelectorConfig().labelSelector._toKube() ?? {};
    return {
      // In an ambient mesh the waypoint enforces what is said of requests.
      ...(waypoint === undefined ? (matchLabels ? { selector: { matchLabels } } : {}) : { targetRefs: [gateway] }),
      action,
      rules: [...own, ...rules],
    };
  }

  private problems(): string[] {
    const { action = AuthorizationAction.ALLOW, principals, namespaces, rules = [], pods, waypoint } = this.props;
    const holds = principals !== undefined || namespaces !== undefined || rules.length > 0;
    const problems = [
      action === AuthorizationAction.ALLOW && !holds && this.props.rules === undefined
        ? 'it has neither principals nor namespaces nor rules, so it would allow no request at all, not even those of a gateway; name callers, or give rules: [] to refuse every request'
        : undefined,
      action === AuthorizationAction.DENY && !holds
        ? 'action is DENY without principals, namespaces or rules, so it never holds, and Istio refuses it; give one of them, or rules: [{}] to deny every request'
        : undefined,
      dnsLabelProblem('the name of the AuthorizationPolicy', this.name),
      waypoint === undefined ? undefined : dnsLabelProblem('the waypoint', waypoint),
      pods && waypoint !== undefined
        ? 'pods is given together with waypoint; a policy is for pods, or for a waypoint: leave one out'
        : undefined,
    ];
    return problems.filter((problem) => problem !== undefined);
  }
}
