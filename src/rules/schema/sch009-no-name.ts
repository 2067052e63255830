import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import type { Resource } from '../../graph';
import { isForApiServer, kindsOf } from './store';

/** Kinds that no rule reads, so that their definitions are not included. */
const OTHER_KINDS: { readonly [group: string]: readonly string[] } = {
  'argoproj.io': ['ApplicationSet', 'AppProject'],
};

/** A project uses its group for files of its tools as well, such as the ConformanceReports of the Gateway API. */
function isUnknownKind({ group, kind }: Resource): boolean {
  const kinds = kindsOf(group);
  return kinds !== undefined && !Object.hasOwn(kinds, kind) && OTHER_KINDS[group]?.includes(kind) !== true;
}

export const noName: Rule = {
  code: 'SCH009',
  severity: 'error',
  title: 'A resource has no name',
  why: 'The API server refuses the object, and nothing can refer to it. `generateName` works with `kubectl create` only: a GitOps controller cannot apply such an object twice.',
  fix: 'Set `metadata.name`.',
  whenNotToUse: 'Ignore it for partial manifests that another tool completes, such as patches.',
  confirmedBy: CONFIRMED_BY.apiServer,
  bad: `
apiVersion: v1
kind: Service
metadata:
  labels:
    app: checkout
spec:
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  ports:
    - port: 80
`,
  peers: { argo: 'yes, for a Rollout' },
  checkPart(graph, report, part) {
    for (const resource of part(graph.resources)) {
      if (
        !isForApiServer(resource) ||
        isUnknownKind(resource) ||
        resource.name !== '' ||
        resource.field('metadata', 'generateName').exists
      )
        continue;
      const { value } = resource.field('metadata', 'name');
      // SCH004 reports another type than a string.
      if (value === undefined || value === null || value === '') {
        report(resource.field('metadata', 'name'), `this ${resource.kind} has no name`);
      }
    }
  },
};
