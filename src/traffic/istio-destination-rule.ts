import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as istio from '../../imports/networking.istio.io';
import { dnsLabelProblem, hostProblem, labelValueProblem, quoted } from '../formats/names';
import { IstioApiVersion } from './istio-gateway';
import { renderTrafficPolicy, TrafficPolicy, trafficPolicyProblems } from './traffic-policy';
import { addCheck, at, prefixed, type Found } from '../formats/option-problem';

/**
 * A named subset of a Service's pods.
 */
export interface DestinationSubset {
  /**
   * The name that routes use.
   */
  readonly name: string;

  /**
   * The labels of the pods.
   */
  readonly labels: { [key: string]: string };

  /**
   * The traffic policy for this subset, instead of that of the Service.
   * @default - that of the Service
   */
  readonly trafficPolicy?: TrafficPolicy;
}

/**
 * Options for an `IstioDestinationRule`.
 */
export interface IstioDestinationRuleProps extends kplus.ResourceProps {
  /**
   * The host of the Service: its name in this namespace, or its full name.
   */
  readonly host: string;

  /**
   * The subsets of its pods.
   * @default - none
   */
  readonly subsets?: DestinationSubset[];

  /**
   * The traffic policy.
   * @default - the default of Istio
   */
  readonly trafficPolicy?: TrafficPolicy;

  /**
   * The labels of calling pods to which it applies, in its own namespace.
   * Becomes `workloadSelector.matchLabels`.
   * @default - all callers
   */
  readonly workloadSelector?: { [key: string]: string };

  /**
   * The namespaces to which it applies: `.` for its own, `*` for all.
   * @default - all
   */
  readonly exportTo?: string[];

  /**
   * The API version.
   * @default IstioApiVersion.V1
   */
  readonly apiVersion?: IstioApiVersion;
}

/**
 * A DestinationRule of Istio: settings for requests to a Service, after routing.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export class IstioDestinationRule extends kplus.Resource {
  public readonly resourceType = 'destinationrules';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: IstioDestinationRuleProps) {
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: props.apiVersion ?? IstioApiVersion.V1,
      kind: istio.DestinationRule.GVK.kind,
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({
        produce: () =>
          istio.toJson_DestinationRuleSpec({
            host: props.host,
            trafficPolicy: props.trafficPolicy && renderTrafficPolicy(props.trafficPolicy),
            subsets: props.subsets?.map(({ name, labels, trafficPolicy }) => ({
              name,
              labels,
              trafficPolicy: trafficPolicy && (renderTrafficPolicy(trafficPolicy) as never),
            })),
            workloadSelector: props.workloadSelector && { matchLabels: props.workloadSelector },
            exportTo: props.exportTo,
          }),
      }),
    });
    addCheck(this, () => problems(this.name, this.metadata.namespace, props));
  }
}

function problems(name: string, namespace: string | undefined, props: IstioDestinationRuleProps): Found[] {
  const { host, subsets = [], trafficPolicy, exportTo = [] } = props;
  const names = subsets.map((subset) => subset.name);
  const found: Found[] = [
    dnsLabelProblem('the name of the DestinationRule', name),
    at('host', hostProblem('host', host)),
    subsets.map((subset, i) => at(`subsets[${i}]`, subsetProblems(subset))),
    ...[...new Set(names.filter((one, i) => names.indexOf(one) !== i))].map(
      (twice) => `two subsets are called ${quoted(twice)}; give each its own name`,
    ),
    ...(trafficPolicy ? at('trafficPolicy', trafficPolicyProblems(trafficPolicy)) : []),
    at('exportTo', exportToProblems(exportTo, namespace)),
    props.workloadSelector && exportTo.some((one) => one !== '.' && one !== namespace)
      ? "workloadSelector is given together with an exportTo beyond its own namespace, which Istio refuses; leave exportTo out, or give '.' alone"
      : undefined,
    ...Object.entries(props.workloadSelector ?? {}).map(([key, value]) =>
      labelValueProblem(`label '${key}' of workloadSelector`, value),
    ),
  ];
  return found;
}

function subsetProblems({ name, labels, trafficPolicy }: DestinationSubset): Found[] {
  return [
    ...(trafficPolicy ? prefixed(`subset '${name}': `, at('trafficPolicy', trafficPolicyProblems(trafficPolicy))) : []),
    dnsLabelProblem('the name of a subset', name),
    ...Object.entries(labels).map(([key, value]) => labelValueProblem(`label '${key}' of subset '${name}'`, value)),
  ];
}

/**
 * What is wrong with the namespaces that an object of Istio holds for.
 *
 * @param namespace That of the object.
 */
export function exportToProblems(exportTo: string[], namespace?: string): Found[] {
  const problems: Found[] = exportTo
    .filter((namespace) => !['.', '*', '~'].includes(namespace))
    .map((namespace) => dnsLabelProblem('a namespace of exportTo', namespace));
  const alone = exportTo.find((namespace) => namespace === '*' || namespace === '~');
  if (alone !== undefined && exportTo.length > 1) {
    problems.push(
      at(
        'exportTo',
        `exportTo has '${alone}' together with other namespaces, which Istio refuses; give '${alone}' alone, or leave it out`,
      ),
    );
  }
  const meant = exportTo.map((one) => (one === '.' && namespace !== undefined ? namespace : one));
  for (const twice of new Set(meant.filter((one, i) => meant.indexOf(one) !== i))) {
    problems.push(at('exportTo', `exportTo has '${twice}' twice, which Istio refuses; give it once`));
  }
  return problems;
}
