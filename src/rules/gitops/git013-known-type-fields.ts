import type { Rule } from '../shared/rule';

const KEY = 'resource.customizations.knownTypeFields.argoproj.io_Rollout';

const manifest = (field: string, type: string): string => `
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
data:
  ${KEY}: |
    - field: ${field}
      type: ${type}
`;

export const knownTypeFields: Rule = {
  code: 'GIT013',
  severity: 'warning',
  title: 'An entry of knownTypeFields replaces the one that Argo CD has built in',
  why: 'Argo CD knows that `spec.template.spec` of a Rollout is a pod spec, so it does not report `2Gi` for `2048Mi` as drift. An own entry for Rollouts in `argocd-cm` replaces the built-in one. If it names other fields only, Argo CD reports every rewritten quantity of the pod template.',
  fix: 'Remove the entry, or name `spec.template.spec` with the type `core/v1/PodSpec` in it too.',
  whenNotToUse: 'When all quantities in Git are in canonical form.',
  confirmedBy: 'Argo CD 3.5.7, measured with its own diff code.',
  bad: manifest('spec.strategy.canary.steps', 'core/v1/PodSpec'),
  good: manifest('spec.template.spec', 'core/v1/PodSpec'),
  checkPart(graph, report, part) {
    for (const resource of part(graph.ofKind('ConfigMap', ''))) {
      const entry = resource.name === 'argocd-cm' ? resource.field('data', KEY) : undefined;
      if (entry?.string === undefined || /field:\s*['"]?spec\.template\.spec['"]?\s*(#.*)?$/m.test(entry.string))
        continue;
      report(
        entry,
        `knownTypeFields for Rollouts does not name spec.template.spec, so Argo CD reports quantities that the controller rewrites as drift`,
        { on: 'key', hint: 'add field: spec.template.spec with type: core/v1/PodSpec, or remove the entry' },
      );
    }
  },
};
