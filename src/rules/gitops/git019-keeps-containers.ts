import { applications, rolloutOf } from '../../graph';
import { otherFormOf } from '../shared/canonical-form';
import { exampleApplied } from '../shared/example';
import type { Rule } from '../shared/rule';
import { RESPECT, respectOf } from '../shared/argo-cd-ignores';

const manifests = (resources: string): string =>
  exampleApplied(`syncPolicy: { syncOptions: [${RESPECT}] }`).replace(
    / {2}template:.*/,
    `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
          ${resources}`,
  );

export const keepsContainers: Rule = {
  code: 'GIT019',
  severity: 'advice',
  title: 'RespectIgnoreDifferences can keep the containers of the cluster',
  why: "Argo CD compares the pod template of a Rollout in the form in which Kubernetes' own types write it: every container has `resources`, quantities are canonical, and a variable with an empty value has no `value`. With this option, what differs from that form in the cluster counts as ignored, whatever the Application ignores, and the sync applies the whole list of containers of the cluster. A new image then never arrives, and the Application stays OutOfSync. The controller writes that form at each revision, but a sync without the option, or kubectl, brings back the form of Git, as it also does when nothing in the pods has changed. So it happens when the option is set for a Rollout that exists.",
  fix: 'Write `resources` in every container, quantities in canonical form and no empty values, and sync once without the option. Or leave the option out: replicas that an autoscaler sets need it only if Git states them.',
  whenNotToUse: 'When the Application had the option before the Rollout existed, and nothing else applies the Rollout.',
  confirmedBy: 'Argo CD 3.1.9, 3.5.7 and 3.6.1, measured with their own sync code.',
  bad: manifests('ports: [{ containerPort: 8080 }]'),
  good: manifests('resources: { requests: { cpu: 500m } }'),
  checkPart(graph, report, part) {
    for (const application of part(applications(graph))) {
      const option = respectOf(application);
      if (option === undefined) continue;
      for (const resource of application.resources) {
        const template = rolloutOf(graph, resource)?.workload.template;
        // The pods of a workloadRef are those of a Deployment, whose containers have a merge key.
        if (template?.resource !== resource) continue;
        const [found] = template
          .get('spec', 'containers')
          .items()
          .flatMap((container) => {
            const other = otherFormOf(container);
            return other ? [{ ...other, name: container.get('name').string ?? '' }] : [];
          });
        if (found === undefined) continue;
        report(
          option,
          `${application.resource} has ${RESPECT}, and container '${found.name}' of ${resource} ${found.what}: if a sync without the option, or kubectl, applies it so, a new image never arrives`,
          {
            hint: "write it as Kubernetes' own types do, with resources and canonical quantities",
            related: { field: found.field, message: 'what they write differently' },
            because: [option],
          },
        );
        break;
      }
    }
  },
};
