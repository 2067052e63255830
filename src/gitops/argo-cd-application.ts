import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as argo from '../../imports/argoproj.io';
import { dnsLabelProblem } from '../formats/names';
import { ArgoCdOptions, commonProblems, putRolloutsLast, renderCommon } from './application-spec';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * Options for an `ArgoCdApplication`.
 */
export interface ArgoCdApplicationProps extends ArgoCdOptions {
  /**
   * The folder in the repository.
   */
  readonly path: string;

  /**
   * The file in the folder, if it has several.
   * @default - all files of the folder
   */
  readonly include?: string;

  /**
   * The branch, tag or commit.
   * @default 'HEAD'
   */
  readonly targetRevision?: string;

  /**
   * The namespace of objects without one.
   * @default - each object states its namespace
   */
  readonly namespace?: string;

  /**
   * The address of the cluster's API.
   * @default - the cluster of Argo CD, unless `clusterName` is given
   */
  readonly server?: string;

  /**
   * The name of the cluster in Argo CD.
   * @default - none; see `server`
   */
  readonly clusterName?: string;
}

/**
 * An Application of Argo CD for manifests with Rollouts. It ignores what Argo Rollouts writes into them (weights,
 * subset labels, routes of steps), and nothing else.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
 * @exampleMetadata fixture=app
 * @example
 * new ArgoCdApplication(new Chart(app, 'argocd'), 'checkout', {
 *   manages: [chart],
 *   repoUrl: 'https://git.example.com/shop/deploy.git',
 *   path: 'dist',
 * });
 */
export class ArgoCdApplication extends kplus.Resource {
  public readonly resourceType = 'applications';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: ArgoCdApplicationProps) {
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', {
      ...argo.Application.GVK,
      metadata: { namespace: 'argocd', ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => argo.toJson_ApplicationSpec(render(props)) }),
    });
    if (props.rolloutLast) putRolloutsLast(props.manages);
    addCheck(this, () => problems(this.name, props));
  }
}

function render(props: ArgoCdApplicationProps): argo.ApplicationSpec {
  const { server, clusterName, namespace } = props;
  return {
    ...renderCommon(props),
    source: {
      repoUrl: props.repoUrl,
      path: props.path,
      targetRevision: props.targetRevision ?? 'HEAD',
      directory: props.include === undefined ? undefined : { include: props.include },
    },
    destination:
      clusterName === undefined
        ? { server: server ?? 'https://kubernetes.default.svc', namespace }
        : { name: clusterName, namespace },
  };
}

function problems(name: string, props: ArgoCdApplicationProps): Found[] {
  const found: Found[] = [
    ...commonProblems(name, props),
    props.namespace === undefined ? undefined : at('namespace', dnsLabelProblem('namespace', props.namespace)),
  ];
  if (props.path.trim() === '') found.push("path is empty; name the folder in the repository, '.' for all of it");
  if (props.server !== undefined && props.clusterName !== undefined) {
    found.push(at('server', 'server is given together with clusterName; use one of them'));
  }
  return found;
}
