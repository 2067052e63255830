import { rollouts, services } from '../../graph';
import { documents, exampleRollout, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (stable: string): string =>
  documents(
    exampleRollout(
      `canaryService: checkout-canary\nstableService: checkout-stable\ncanaryMetadata: { labels: { role: canary } }${stable}`,
      { labels: 'app: checkout, role: stable' },
    ),
    exampleService('checkout-batch', 'selector: { app: checkout, role: stable }\nports: [{ name: http, port: 80 }]'),
  );

export const metadataReplacesLabel: Rule = {
  code: 'ROL044',
  severity: 'warning',
  title: 'canaryMetadata replaces a label of the pod template and deletes it at promotion',
  why: 'The controller writes the labels and annotations of `canaryMetadata` to the canary pods, and removes their keys when the canary becomes stable. If the pod template has the same key, its value is lost: after the promotion the pods have no such label at all. A Service, a monitor or a NetworkPolicy that selects it then finds no pods. The same holds for `stableMetadata`, `activeMetadata` and `previewMetadata` without their counterpart.',
  fix: 'Set the same key in the counterpart (`stableMetadata` for `canaryMetadata`), and remove it from the pod template.',
  whenNotToUse: 'When nothing selects the label or reads the annotation.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests(''),
  good: manifests('\nstableMetadata: { labels: { role: stable } }'),
  checkPart(graph, report, part) {
    for (const { resource, canary, blueGreen, workload } of part(rollouts(graph))) {
      const pairs = [
        [canary.get('canaryMetadata'), canary.get('stableMetadata'), 'stableMetadata'],
        [canary.get('stableMetadata'), canary.get('canaryMetadata'), 'canaryMetadata'],
        [blueGreen.get('previewMetadata'), blueGreen.get('activeMetadata'), 'activeMetadata'],
        [blueGreen.get('activeMetadata'), blueGreen.get('previewMetadata'), 'previewMetadata'],
      ] as const;
      for (const [metadata, counterpart, name] of pairs) {
        for (const kind of ['labels', 'annotations']) {
          for (const [key, field] of metadata.get(kind).entries()) {
            const own = workload.template.get('metadata', kind, key);
            if (!own.exists || counterpart.get(kind, key).exists) continue;
            const losing =
              kind === 'labels'
                ? services(graph).find(({ selector, workloads }) => key in selector && workloads.includes(workload))
                : undefined;
            const effect = losing ? `, and ${losing.resource} loses its pods` : '';
            report(
              field,
              `${metadata.path[metadata.path.length - 1]} of ${resource} replaces the ${kind.slice(0, -1)} '${key}' of the pod template and deletes it when the version changes its role${effect}`,
              {
                on: 'key',
                hint: `set ${key} in ${name} too`,
                related: losing
                  ? { field: losing.resource.field('spec', 'selector', key), message: 'the selector' }
                  : { field: own, message: 'the pod template' },
              },
            );
          }
        }
      }
    }
  },
};
