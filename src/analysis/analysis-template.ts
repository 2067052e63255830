import { ApiObject, JsonPatch, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as argo from '../../imports/argoproj.io';
import { dnsLabelProblem } from '../formats/names';
import { AnalysisArg, AnalysisTemplateArg } from './values/arg';
import { AnalysisMetric, metricProblems, renderMetric } from './metric';
import { exactRule, MeasurementRetention, ruleProblems } from './metric-rules';
import { addCheck, at, flatten, type Found } from '../formats/option-problem';

/**
 * An analysis that a Rollout can run, defined here or existing in the cluster.
 */
export interface IAnalysisTemplate {
  /**
   * The name of the template.
   */
  readonly templateName: string;

  /**
   * Whether it is a ClusterAnalysisTemplate, which every namespace can use.
   */
  readonly clusterScope: boolean;

  /**
   * The arguments that each Rollout passes to it, in addition to those of the step.
   */
  readonly rolloutArgs: AnalysisArg[];
}

/**
 * Options that every analysis template has.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export interface AnalysisTemplateOptions extends kplus.ResourceProps {
  /**
   * Whether it is a ClusterAnalysisTemplate, which Rollouts of every namespace can run.
   * @default false
   */
  readonly clusterScope?: boolean;

  /**
   * Additional templates whose metrics run together with these.
   * @default - none
   */
  readonly templates?: IAnalysisTemplate[];

  /**
   * Metrics that are measured but do not decide (dry run), by regular expressions (RE2) over their names, including
   * those of nested templates. For own metrics, use `advisory`.
   * @default - those that are advisory
   */
  readonly dryRun?: string[];

  /**
   * The number of measurements that are kept, by regular expressions (RE2) over the names of metrics, including those
   * of nested templates. For own metrics, use `measurementRetention`.
   * @default - 10 of each (the default of Argo Rollouts)
   */
  readonly measurementRetention?: MeasurementRetention[];
}

/**
 * Options for an `AnalysisTemplate`.
 */
export interface AnalysisTemplateProps extends AnalysisTemplateOptions {
  /**
   * The metrics. At least one, unless there are nested templates.
   */
  readonly metrics: AnalysisMetric[];

  /**
   * The arguments that the queries use as `{{args.name}}`. Arguments that a provider needs, such as the token of
   * `PrometheusAuthentication.bearer`, are added.
   * @default - none
   */
  readonly args?: AnalysisTemplateArg[];

  /**
   * The arguments that each Rollout passes to this template. Steps add them automatically, so a query that needs the
   * canary's pod-template hash always receives it.
   * @default - none
   */
  readonly rolloutArgs?: AnalysisArg[];
}

/**
 * An AnalysisTemplate of Argo Rollouts with any metrics and providers. `PrometheusAnalysis` and
 * `PrometheusFailureAnalysis` are predefined ones.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 * @exampleMetadata fixture=app
 * @example
 * const analysis = new AnalysisTemplate(chart, 'checkout-smoke', {
 *   metrics: [
 *     {
 *       name: 'smoke',
 *       provider: MetricProvider.web({ url: 'http://checkout-canary.shop/healthz', jsonPath: '{$.ready}' }),
 *       condition: Condition.expression({ success: 'result == true' }),
 *       interval: Duration.seconds(30),
 *       count: 5,
 *     },
 *   ],
 * });
 */
export class AnalysisTemplate extends kplus.Resource implements IAnalysisTemplate {
  /**
   * Refers to an existing AnalysisTemplate in the namespace of the Rollout.
   *
   * @param templateName The name of the template.
   */
  public static fromName(templateName: string): IAnalysisTemplate {
    return { templateName, clusterScope: false, rolloutArgs: [] };
  }

  /**
   * Refers to an existing ClusterAnalysisTemplate.
   *
   * @param templateName The name of the template.
   */
  public static fromClusterName(templateName: string): IAnalysisTemplate {
    return { templateName, clusterScope: true, rolloutArgs: [] };
  }

  public readonly resourceType: string;
  public readonly clusterScope: boolean;
  public readonly rolloutArgs: AnalysisArg[];

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  private readonly declared: AnalysisTemplateProps;

  constructor(scope: Construct, id: string, props: AnalysisTemplateProps) {
    super(scope, id);
    this.clusterScope = props.clusterScope ?? false;
    this.resourceType = this.clusterScope ? 'clusteranalysistemplates' : 'analysistemplates';
    const nested = props.templates ?? [];
    this.rolloutArgs = uniqueByName([...nested.flatMap((one) => one.rolloutArgs), ...(props.rolloutArgs ?? [])]);
    const ofProviders = props.metrics.flatMap((metric) => metric.provider._templateArgs);
    this.declared = { ...props, args: uniqueByName([...ofProviders, ...(props.args ?? [])]) };
    this.apiObject = new ApiObject(this, 'Resource', {
      ...argo.AnalysisTemplate.GVK,
      kind: this.clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate',
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => argo.toJson_AnalysisTemplateSpec(render(this.declared)) }),
    });
    // A cluster-scoped object has no namespace, not even that of the Chart.
    if (this.clusterScope && this.metadata.namespace !== undefined) {
      this.apiObject.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    }
    addCheck(this, () => {
      const inputs = flatten(this._inputProblems());
      return [...inputs, ...templateProblems(this.name, this.declared, inputs.length === 0)];
    });
  }

  /**
   * Problems of what the metrics are built from. If there are some, the queries are not judged: they would only repeat
   * them.
   * @internal
   */
  public _inputProblems(): Found[] {
    return [];
  }

  public get templateName(): string {
    return this.name;
  }

  /**
   * The metrics of this template, without those of nested ones.
   * @internal
   */
  public get _metrics(): readonly AnalysisMetric[] {
    return this.declared.metrics;
  }

  /** @internal */
  public get _args(): readonly AnalysisTemplateArg[] {
    return this.declared.args ?? [];
  }

  /** @internal */
  public get _nested(): readonly IAnalysisTemplate[] {
    return this.declared.templates ?? [];
  }

  /** @internal */
  public get _dryRun(): readonly string[] {
    return dryRunRules(this.declared);
  }
}

/**
 * A ClusterAnalysisTemplate of Argo Rollouts, which Rollouts of every namespace can run. Use arguments for
 * what differs between them. Secrets are read in the namespace of each Rollout.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#clusteranalysistemplates
 */
export class ClusterAnalysisTemplate extends AnalysisTemplate {
  constructor(scope: Construct, id: string, props: AnalysisTemplateProps) {
    super(scope, id, { ...props, clusterScope: true });
    addCheck(this, () => [
      props.clusterScope === false
        ? at('clusterScope', 'clusterScope is false, but a ClusterAnalysisTemplate has no namespace; leave it out')
        : undefined,
    ]);
  }
}

function dryRunRules(props: AnalysisTemplateProps): string[] {
  const advisory = props.metrics.filter((metric) => metric.advisory).map((metric) => exactRule(metric.name));
  return [...advisory, ...(props.dryRun ?? [])];
}

function retentionRules(props: AnalysisTemplateProps): MeasurementRetention[] {
  const own = props.metrics.flatMap(({ name, measurementRetention: limit }) =>
    limit === undefined ? [] : [{ metrics: exactRule(name), limit }],
  );
  return [...own, ...(props.measurementRetention ?? [])];
}

function render(props: AnalysisTemplateProps): argo.AnalysisTemplateSpec {
  const retention = retentionRules(props);
  return {
    args: unlessEmpty(props.args?.map((arg) => arg._toKube())),
    metrics: unlessEmpty(props.metrics.map(renderMetric)),
    dryRun: unlessEmpty(dryRunRules(props).map((metricName) => ({ metricName }))),
    measurementRetention: unlessEmpty(retention.map(({ metrics, limit }) => ({ metricName: metrics, limit }))),
    templates: unlessEmpty(
      props.templates?.map(({ templateName, clusterScope }) => ({
        templateName,
        clusterScope: clusterScope || undefined,
      })),
    ),
  };
}

function unlessEmpty<T>(list: T[] | undefined): T[] | undefined {
  return list?.length ? list : undefined;
}

function uniqueByName<T extends { readonly name: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [one.name, one])).values()];
}

function templateProblems(name: string, props: AnalysisTemplateProps, areQueriesJudged: boolean): Found[] {
  const kind = props.clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  const problems: Found[] = [dnsLabelProblem(`the name of the ${kind}`, name)].filter((p) => p !== undefined);
  const nested = props.templates ?? [];
  if (props.metrics.length === 0 && nested.length === 0) {
    problems.push(at('metrics', 'metrics is empty; an analysis needs at least one metric'));
  }
  const names = props.metrics.map((metric) => metric.name);
  for (const twice of new Set(names.filter((metric, i) => names.indexOf(metric) !== i))) {
    problems.push(at('metrics', `metrics has two called '${twice}'; Argo Rollouts needs each name once`));
  }
  for (const one of props.clusterScope ? nested.filter((template) => !template.clusterScope) : []) {
    problems.push(
      `nests the AnalysisTemplate '${one.templateName}' of one namespace in a ClusterAnalysisTemplate, which every namespace runs; give the nested one clusterScope: true`,
    );
  }
  return [
    ...problems,
    // The metrics of nested templates are not known for certain: they may change before they run.
    ...ruleProblems('dryRun', props.dryRun ?? [], nested.length > 0 ? undefined : names),
    ...ruleProblems(
      'measurementRetention',
      (props.measurementRetention ?? []).map((rule) => rule.metrics),
      nested.length > 0 ? undefined : names,
    ),
    props.metrics.map((metric, i) => at(`metrics[${i}]`, metricProblems(metric, areQueriesJudged))),
    ...argProblems(props),
  ];
}

/** An argument that nothing declares stays in the query as `{{args.x}}`, and the AnalysisRun ends in an error. */
function argProblems(props: AnalysisTemplateProps): Found[] {
  const declared = new Set(props.args?.map((arg) => arg.name));
  const used = JSON.stringify(
    props.metrics.map((metric) => argo.toJson_AnalysisTemplateSpecMetrics(renderMetric(metric))),
  );
  const names = [...used.matchAll(/\{\{\s*args\.([^}\s]+)\s*\}\}/g)].map(([, name]) => name);
  return [...new Set(names)]
    .filter((name) => !declared.has(name))
    .map((name) => `a metric uses {{args.${name}}}, which args does not declare; declare it there, as required`);
}
