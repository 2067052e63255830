import { rollouts } from '../../graph';
import { documents, exampleOf, exampleRollout } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportMissing } from '../shared/missing-reference';

/** The kinds whose pod templates the controller reads, each with its group. */
const KINDS: { readonly [kind: string]: string } = { Deployment: 'apps', ReplicaSet: 'apps', PodTemplate: '' };

const manifests = (name: string): string =>
  documents(
    exampleRollout('{}', { spec: `workloadRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }` }).replace(
      / {2}template:.*\n/,
      '',
    ),
    exampleOf(
      'apps/v1',
      'Deployment',
      'checkout',
      'replicas: 0\nselector: { matchLabels: { app: checkout } }\ntemplate: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: checkout, image: checkout }] } }',
    ),
  );

export const workloadRef: Rule = {
  code: 'REF017',
  severity: 'error',
  title: 'workloadRef names a workload that does not exist or cannot be used',
  why: 'Without the workload the controller has no pod template. It marks the Rollout Degraded with InvalidSpec, and nothing is rolled out.',
  fix: 'Name a Deployment or ReplicaSet (apps/v1) or a PodTemplate (v1) in the namespace of the Rollout.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: manifests('chekout'),
  good: manifests('checkout'),
  peers: { argo: 'controller only: workload of type x is not supported' },
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      const kind = resource.field('spec', 'workloadRef', 'kind');
      const version = resource.field('spec', 'workloadRef', 'apiVersion').string;
      const group = version?.includes('/') ? version.split('/')[0] : '';
      const known = kind.string !== undefined && Object.hasOwn(KINDS, kind.string) ? KINDS[kind.string] : undefined;
      const ref = resource.field('spec', 'workloadRef');
      const name = ref.get('name');
      if (ref.exists && !kind.string) report(kind, `${resource} refers to a workload of no kind`);
      else if (kind.string !== undefined && known === undefined) {
        report(kind, `${resource} refers to a ${kind.string}, of which it cannot take a template`, {
          hint: `it can of a ${Object.keys(KINDS).join(', ')}`,
        });
      } else if (version !== undefined && known !== undefined && group !== known) {
        const message = `${resource} refers to a ${kind.string} of '${version}', where there is none`;
        report(resource.field('spec', 'workloadRef', 'apiVersion'), message, {
          hint: `write ${known === '' ? 'v1' : 'apps/v1'}`,
        });
      } else if (known !== undefined && (name.value ?? '') === '') {
        report(name, `${resource} refers to a ${kind.string} of no name`);
      } else if (workload.workloadRef && !workload.workloadRef.target) {
        const { to } = workload.workloadRef;
        const message = `${resource} takes its pods from the ${to.kind} '${to.name}', which nothing here defines`;
        reportMissing(graph, report, workload.workloadRef, message);
      }
    }
  },
};
