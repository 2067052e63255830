import { HASH_LABEL, rollouts } from '../../graph';
import { metadataThatSets, selectorAsksToo } from '../shared/pod-labels';
import type { Rule } from '../shared/rule';
import { exampleSubsets } from '../shared/example';

const subsets = (label: string): string =>
  `- name: canary\n  labels: { ${label} }\n- name: stable\n  labels: { app: checkout }`;

export const subsetSelectsNothing: Rule = {
  code: 'TRF026',
  severity: 'error',
  title: 'A subset selects a label that the pods do not have',
  why: 'The controller adds the hash of a version to the labels of the subset and keeps what is there. If no pod has one of the labels, the subset stays empty and its requests answer 503. Labels of `canaryMetadata` and `stableMetadata` do not count: at the end of an update, the controller changes them on running pods before it changes the routes. Until then, the subset that receives the traffic is empty.',
  fix: 'Leave the labels to the controller, or use only labels of `spec.template.metadata.labels`, the same for both subsets.',
  whenNotToUse: 'When a webhook adds the label to the pods.',
  confirmedBy:
    'Istio 1.30 and Argo Rollouts 1.9.1, read in their sources. Argo Rollouts issues 2507 and 3681 report the failed requests.',
  bad: exampleSubsets(subsets('version: canary')),
  good: exampleSubsets(subsets('app: checkout')),
  peers: { istioctl: 'IST0173, in the cluster', kiali: 'KIA0203, in the cluster' },
  checkPart(graph, report, part) {
    for (const { resource, canary, istio, destinationRule, workload } of part(rollouts(graph))) {
      const rule = destinationRule?.target;
      const { labels } = workload;
      if (!rule || !labels) continue;
      const names = ['canarySubsetName', 'stableSubsetName'].map((key) => istio.get('destinationRule', key).string);
      for (const subset of rule.field('spec', 'subsets').items()) {
        const name = subset.get('name').string;
        if (name === undefined || !names.includes(name)) continue;
        for (const [key, field] of subset.get('labels').entries()) {
          if (key === HASH_LABEL || labels[key] === field.value) continue;
          const has = labels[key] === undefined ? `no label '${key}'` : `${key}: ${labels[key]}`;
          const dynamic = metadataThatSets(key, field.value, canary);
          report(
            field,
            `the subset '${name}' of ${rule} asks for ${key}: ${String(field.value)}, and the pods of ${resource} have ${has}`,
            {
              because: selectorAsksToo(workload, key, field.value),
              hint: dynamic && `labels of ${dynamic} do not count`,
            },
          );
        }
      }
    }
  },
};
