import { ApiObject, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { dnsLabelProblem } from '../formats/names';
import { factory } from './canary-rendering';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * Options for a `PodDisruptionBudget`.
 */
export interface PodDisruptionBudgetProps extends kplus.ResourceProps {
  /**
   * The pods: a Rollout, whose versions share the budget.
   */
  readonly pods: kplus.IPodSelector;

  /**
   * The number of pods that may be unavailable while nodes are drained. Not together with `minAvailable`.
   * @default - 1
   */
  readonly maxUnavailable?: kplus.PercentOrAbsolute;

  /**
   * The number of pods that must be available. Not together with `maxUnavailable`. If it equals the number of pods, no
   * node can be drained.
   * @default - decided by `maxUnavailable`
   */
  readonly minAvailable?: kplus.PercentOrAbsolute;
}

/**
 * A PodDisruptionBudget: limits the pods of an app that are unavailable while nodes are drained.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export class PodDisruptionBudget extends kplus.Resource {
  public readonly resourceType = 'poddisruptionbudgets';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: PodDisruptionBudgetProps) {
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => kplus.k8s.toJson_PodDisruptionBudgetSpec(render(props)) }),
    });
    addCheck(this, () => problems(this.name, props));
  }
}

function render({ pods, minAvailable, maxUnavailable }: PodDisruptionBudgetProps): kplus.k8s.PodDisruptionBudgetSpec {
  const missing = maxUnavailable ?? (minAvailable ? undefined : kplus.PercentOrAbsolute.absolute(1));
  const intOrString = (value: kplus.PercentOrAbsolute | undefined) =>
    value && kplus.k8s.IntOrString[factory(value)](value.value as never);
  return {
    selector: pods.toPodSelectorConfig().labelSelector._toKube(),
    minAvailable: intOrString(minAvailable),
    maxUnavailable: intOrString(missing),
  };
}

function problems(name: string, { minAvailable, maxUnavailable }: PodDisruptionBudgetProps): Found[] {
  const found: Found[] = [dnsLabelProblem('the name of the PodDisruptionBudget', name)];
  if (minAvailable && maxUnavailable) {
    found.push(
      at('minAvailable', 'minAvailable and maxUnavailable are both given, which Kubernetes refuses; give one of them'),
    );
  }
  if (minAvailable?.value === '100%' || maxUnavailable?.isZero()) {
    found.push('no pod may ever be missing, so that no node could be drained; let one be');
  }
  return found;
}
