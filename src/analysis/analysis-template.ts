import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as argo from '../../imports/argoproj.io';
import { dnsLabelProblem } from '../formats/names';
import { AnalysisArg, AnalysisTemplateArg } from './arg';
import { AnalysisMetric, metricProblems, renderMetric } from './metric';

/**
 * An analysis that a Rollout can run: made here, or existing in the cluster.
 */
export interface IAnalysisTemplate {
  /**
   * The template's name.
   */
  readonly templateName: string;

  /**
   * Whether it is a ClusterAnalysisTemplate, which every namespace can use.
   */
  readonly clusterScope: boolean;

  /**
   * What each Rollout that runs it passes to it, beside what the step says.
   */
  readonly rolloutArgs: AnalysisArg[];
}

/**
 * Options for an `AnalysisTemplate`.
 */
export interface AnalysisTemplateProps extends kplus.ResourceProps {
  /**
   * What is measured. At least one.
   */
  readonly metrics: AnalysisMetric[];

  /**
   * The arguments that the queries use as `{{args.name}}`.
   * @default - none
   */
  readonly args?: AnalysisTemplateArg[];

  /**
   * What each Rollout that runs this template passes to it. Steps add it by themselves, so that a query which needs the
   * canary's pod-template hash always gets it.
   * @default - none
   */
  readonly rolloutArgs?: AnalysisArg[];
}

/**
 * An AnalysisTemplate of Argo Rollouts: any metrics, any provider. `PrometheusFailureAnalysis` is the ready-made one.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export class AnalysisTemplate extends kplus.Resource implements IAnalysisTemplate {
  /**
   * A template that exists already, in the Rollout's namespace.
   *
   * @param templateName Its name.
   */
  public static fromName(templateName: string): IAnalysisTemplate {
    return { templateName, clusterScope: false, rolloutArgs: [] };
  }

  /**
   * A ClusterAnalysisTemplate that exists already.
   *
   * @param templateName Its name.
   */
  public static fromClusterName(templateName: string): IAnalysisTemplate {
    return { templateName, clusterScope: true, rolloutArgs: [] };
  }

  public readonly resourceType = 'analysistemplates';
  public readonly clusterScope = false;
  public readonly rolloutArgs: AnalysisArg[];

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: AnalysisTemplateProps) {
    super(scope, id);
    this.rolloutArgs = props.rolloutArgs ?? [];
    this.apiObject = new ApiObject(this, 'Resource', {
      ...argo.AnalysisTemplate.GVK,
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => argo.toJson_AnalysisTemplateSpec(render(props)) }),
    });
    this.node.addValidation({ validate: () => templateProblems(this.name, props) });
  }

  public get templateName(): string {
    return this.name;
  }
}

function render(props: AnalysisTemplateProps): argo.AnalysisTemplateSpec {
  return {
    args: props.args?.length ? props.args.map((arg) => arg._toKube()) : undefined,
    metrics: props.metrics.map(renderMetric),
  };
}

function templateProblems(name: string, props: AnalysisTemplateProps): string[] {
  const problems = [dnsLabelProblem('the name of the AnalysisTemplate', name)].filter((p) => p !== undefined);
  if (props.metrics.length === 0) problems.push('metrics is empty; an analysis needs at least one metric');
  const names = props.metrics.map((metric) => metric.name);
  for (const twice of new Set(names.filter((metric, i) => names.indexOf(metric) !== i))) {
    problems.push(`metrics has two called '${twice}'; Argo Rollouts needs each name once`);
  }
  return [...problems, ...props.metrics.flatMap(metricProblems), ...argProblems(props)];
}

/** An argument that nothing declares stays in the query as `{{args.x}}`, and the AnalysisRun ends in an error. */
function argProblems(props: AnalysisTemplateProps): string[] {
  const declared = new Set(props.args?.map((arg) => arg.name));
  const used = JSON.stringify(
    props.metrics.map((metric) => argo.toJson_AnalysisTemplateSpecMetrics(renderMetric(metric))),
  );
  const names = [...used.matchAll(/\{\{\s*args\.([^}\s]+)\s*\}\}/g)].map(([, name]) => name);
  return [...new Set(names)]
    .filter((name) => !declared.has(name))
    .map(
      (name) =>
        `a metric uses {{args.${name}}}, which args does not declare; add AnalysisTemplateArg.required('${name}')`,
    );
}
