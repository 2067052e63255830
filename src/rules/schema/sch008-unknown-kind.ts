import type { Rule } from '../rule';
import { closest } from '../suggest';
import { kindsOf } from './store';

export const unknownKind: Rule = {
  code: 'SCH008',
  severity: 'error',
  title: 'A kind or version is misspelt, or does not exist in its group',
  why: 'The API server knows no such resource and refuses it; a GitOps controller does not sync the whole application.',
  fix: 'Write apiVersion and kind as the definition has them.',
  bad: `
apiVersion: argoproj.io/v1
kind: AnalysisTemplate
metadata:
  name: errors
`,
  good: `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: errors
spec:
  metrics: []
`,
  peers: { istioctl: 'IST0106', kubeLinter: 'schema-validation', other: 'kubeconform' },
  check(graph, report) {
    for (const resource of graph.resources) {
      const { group, kind, version } = resource;
      const kinds = kindsOf(group);
      if (!kinds) continue;
      if (Object.hasOwn(kinds, kind)) {
        const versions = Object.keys(kinds[kind].versions);
        if (versions.includes(version)) continue;
        const field = resource.field('apiVersion');
        report(field, `${kind} has no version '${version}' in ${group}`, { hint: `it has ${versions.join(', ')}` });
        continue;
      }
      // The group has kinds that are not at hand; only what looks like a slip is reported.
      const meant = closest(kind, Object.keys(kinds));
      if (meant) report(resource.field('kind'), `${group} has no kind '${kind}'`, { didYouMean: { name: meant } });
    }
  },
};
