import type { Rule } from '../shared/rule';

export const brokenYaml: Rule = {
  code: 'SCH001',
  severity: 'error',
  title: 'A document is not valid YAML',
  why: 'Whoever applies the file refuses it, and a GitOps controller stops syncing the whole application. The other documents of the file are checked all the same.',
  fix: 'Mend the syntax at the place shown. A Helm template is no YAML: lint what `helm template` makes of it.',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
   namespace: shop
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: checkout-stable
  namespace: shop
spec:
  ports:
    - port: 80
`,
  peers: { argo: 'yes, in one file', other: 'every tool that reads YAML' },
  check(graph, report) {
    for (const { kind, place, message } of graph.problems) {
      if (kind === 'broken') report.at(place, message.replace(/\.$/, ''));
    }
  },
};
