import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as argo from '../../imports/argoproj.io';
import { dnsLabelProblem, quoted } from '../formats/names';
import { ArgoCdOptions, commonProblems, putRolloutsLast, renderCommon } from './application-spec';
import { addCheck, type Found } from '../formats/option-problem';

/**
 * An environment: a cluster, a namespace, and the folder with the manifests for it.
 */
export interface ArgoCdEnvironment {
  /**
   * The name. The Application is named `<name of the set>-<name>`.
   */
  readonly name: string;

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
   * The address of the cluster's API.
   * @default - the cluster of Argo CD
   */
  readonly server?: string;

  /**
   * The namespace of objects without one.
   * @default - each object states its namespace
   */
  readonly namespace?: string;

  /**
   * The branch, tag or commit.
   * @default 'HEAD'
   */
  readonly targetRevision?: string;
}

/**
 * Options for an `ArgoCdApplicationSet`.
 */
export interface ArgoCdApplicationSetProps extends ArgoCdOptions {
  /**
   * The environments. At least one.
   */
  readonly environments: ArgoCdEnvironment[];
}

/**
 * An ApplicationSet of Argo CD: an Application for each environment or cluster, which ignores what Argo Rollouts
 * writes.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-List/
 */
export class ArgoCdApplicationSet extends kplus.Resource {
  public readonly resourceType = 'applicationsets';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: ArgoCdApplicationSetProps) {
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: argo.Application.GVK.apiVersion,
      kind: 'ApplicationSet',
      metadata: { namespace: 'argocd', ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => render(this.name, props) }),
    });
    if (props.rolloutLast) putRolloutsLast(props.manages);
    addCheck(this, () => problems(this.name, props));
  }
}

/** The pinned definitions have no ApplicationSet from which types could be generated. */
function render(name: string, props: ArgoCdApplicationSetProps) {
  const { environments } = props;
  const some = (field: 'include' | 'namespace') => environments.some((one) => one[field] !== undefined);
  const elements = environments.map((one) => ({
    name: one.name,
    path: one.path,
    server: one.server ?? 'https://kubernetes.default.svc',
    targetRevision: one.targetRevision ?? 'HEAD',
    ...(some('include') ? { include: one.include ?? '*' } : {}),
    ...(some('namespace') ? { namespace: one.namespace ?? '' } : {}),
  }));
  return {
    goTemplate: true,
    goTemplateOptions: ['missingkey=error'],
    generators: [{ list: { elements } }],
    template: {
      metadata: { name: `${name}-{{.name}}` },
      spec: argo.toJson_ApplicationSpec({
        ...renderCommon(props),
        source: {
          repoUrl: props.repoUrl,
          path: '{{.path}}',
          targetRevision: '{{.targetRevision}}',
          directory: some('include') ? { include: '{{.include}}' } : undefined,
        },
        destination: { server: '{{.server}}', namespace: some('namespace') ? '{{.namespace}}' : undefined },
      }),
    },
  };
}

function problems(name: string, props: ArgoCdApplicationSetProps): Found[] {
  const { environments } = props;
  const names = environments.map((one) => one.name);
  const found: Found[] = [
    ...commonProblems(name, props),
    environments.length === 0 ? 'environments is empty; give at least one' : undefined,
    ...[...new Set(names.filter((one, i) => names.indexOf(one) !== i))].map(
      (twice) => `two environments are called ${quoted(twice)}; give each its own name`,
    ),
    ...environments.flatMap((one) => [
      dnsLabelProblem('the name of an environment', one.name),
      one.path.trim() === '' ? `the path of environment '${one.name}' is empty; name the folder` : undefined,
      one.namespace === undefined ? undefined : dnsLabelProblem(`the namespace of '${one.name}'`, one.namespace),
    ]),
  ];
  return found;
}
