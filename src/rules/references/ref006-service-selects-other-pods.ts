import { rollouts, serviceOf } from '../../graph';
import { documents, exampleRollout, exampleService, routedCanary } from '../shared/example';
import { metadataThatSets, selectorAsksToo } from '../shared/pod-labels';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';

const manifests = (selector: string): string =>
  documents(
    exampleRollout(routedCanary()),
    exampleService('checkout-stable'),
    exampleService('checkout-canary', `selector: { ${selector} }\nports: [{ name: http, port: 80 }]`),
  );

export const serviceSelectsOtherPods: Rule = {
  code: 'REF006',
  severity: 'error',
  title: "A Service of a Rollout does not select the Rollout's pods",
  why: 'Both Services of a Rollout select all of its pods; the controller adds the hash of one version to each selector. If a selector has a label that the pod template lacks, such as `role: canary`, the controller refuses the Rollout with InvalidSpec. Labels of `canaryMetadata` and `stableMetadata` do not count.',
  fix: 'Use only labels of `spec.template.metadata.labels` in the selectors, the same in both Services.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: manifests('app: checkout, role: canary'),
  good: manifests('app: checkout'),
  peers: { argo: 'Service "x" has unmatch label "y" in rollout', kubeLinter: 'dangling-service, not for Rollouts' },
  checkPart(graph, report, part) {
    for (const { resource, services, workload, canary } of part(rollouts(graph))) {
      const { labels } = workload;
      if (labels === undefined) continue;
      const reported = new Set<string>();
      for (const reference of Object.values(services)) {
        const service = serviceOf(graph, reference.target);
        if (service === undefined || reported.has(service.resource.name)) continue;
        reported.add(service.resource.name);
        for (const [key, value] of Object.entries(service.selector)) {
          if (labels[key] === value) continue;
          const has = labels[key] === undefined ? `no label '${key}'` : `${key}: ${labels[key]}`;
          const dynamic = metadataThatSets(key, value, canary);
          report(
            service.resource.field('spec', 'selector', key),
            `${service.resource} selects ${key}: ${value}, and the pods of ${resource} have ${has}`,
            {
              about: [resource.field()],
              because: selectorAsksToo(workload, key, value),
              hint: dynamic && `labels of ${dynamic} do not count`,
              related: { field: reference.from, message: 'where the Rollout names it' },
            },
          );
        }
      }
    }
  },
};
