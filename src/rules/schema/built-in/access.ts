import type { Field, Resource } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { needed, oneOf, refused, wrong } from './checks';

const GROUP = 'rbac.authorization.k8s.io';

/**
 * Errors of the API server about a Role or a ClusterRole.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function roleProblems(role: Resource): SchemaProblem[] {
  return role
    .field('rules')
    .items()
    .flatMap((rule) => {
      const has = (key: string): boolean => rule.get(key).items().length > 0;
      const urls = rule.get('nonResourceURLs');
      const found = has('verbs') ? [] : [wrong(rule, 'has no verbs')];
      if (has('nonResourceURLs')) {
        if (role.kind === 'Role')
          found.push(wrong(urls, 'is set in a Role, which is limited to a namespace', 'use a ClusterRole'));
        if (['apiGroups', 'resources', 'resourceNames'].some(has)) {
          found.push(wrong(urls, 'is set together with resources', 'write two rules'));
        }
        return found;
      }
      for (const key of ['apiGroups', 'resources']) if (!has(key)) found.push(wrong(rule, `has no ${key}`));
      return found;
    });
}

/** Errors of the API server about a RoleBinding or a ClusterRoleBinding. REF028 reports missing namespaces of subjects. */
export function bindingProblems(binding: Resource): SchemaProblem[] {
  const role = binding.field('roleRef');
  const kinds = binding.kind === 'ClusterRoleBinding' ? ['ClusterRole'] : ['Role', 'ClusterRole'];
  return [
    ...(role.get('apiGroup').value === '' ? [] : oneOf(role.get('apiGroup'), [GROUP])),
    ...oneOf(role.get('kind'), kinds),
    ...needed(role, 'name'),
    ...binding.field('subjects').items().flatMap(subjectProblems),
  ];
}

function subjectProblems(subject: Field): SchemaProblem[] {
  const kind = subject.get('kind');
  const group = subject.get('apiGroup');
  const found = [...needed(subject, 'name'), ...oneOf(kind, ['ServiceAccount', 'User', 'Group'])];
  if (kind.string === 'ServiceAccount' && group.string) found.push(refused(group, 'and a ServiceAccount has no group'));
  if ((kind.string === 'User' || kind.string === 'Group') && group.string) found.push(...oneOf(group, [GROUP]));
  return found;
}
