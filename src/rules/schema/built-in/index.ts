import type { Resource } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { bindingProblems, roleProblems } from './access';
import { autoscalerProblems } from './autoscaler';
import { deploymentProblems } from './deployment';
import { budgetProblems } from './disruption-budget';
import { ingressProblems } from './ingress';
import { networkPolicyProblems } from './network-policy';
import { serviceProblems } from './service';

/** Errors of the API server about built-in kinds that their schemas do not show. */
export function builtInProblems(resource: Resource): SchemaProblem[] {
  const spec = resource.field('spec');
  switch (`${resource.kind}.${resource.group}`) {
    case 'Service.':
      return serviceProblems(spec);
    case 'Deployment.apps':
      return deploymentProblems(spec);
    case 'PodDisruptionBudget.policy':
      return budgetProblems(spec);
    case 'HorizontalPodAutoscaler.autoscaling':
      return autoscalerProblems(spec, resource.version);
    case 'Ingress.networking.k8s.io':
      return ingressProblems(resource);
    case 'NetworkPolicy.networking.k8s.io':
      return networkPolicyProblems(spec);
    case 'Role.rbac.authorization.k8s.io':
    case 'ClusterRole.rbac.authorization.k8s.io':
      return roleProblems(resource);
    case 'RoleBinding.rbac.authorization.k8s.io':
    case 'ClusterRoleBinding.rbac.authorization.k8s.io':
      return bindingProblems(resource);
    default:
      return [];
  }
}
