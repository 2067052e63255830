import { rollouts, serviceOf } from '../../graph';
import { documents, exampleRollout, exampleService, routedCanary } from '../shared/example';
import { selectorAsksToo } from '../shared/pod-labels';
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
  title: "A Rollout's Service does not select the Rollout's pods",
  why: 'Both Services select all pods of the Rollout; the controller adds the hash of one version to each selector. A label that the pods do not have (a `role: canary`, say) makes it refuse the Rollout: InvalidSpec, Degraded. Labels of `canaryMetadata` and `stableMetadata` do not count.',
  fix: 'Let the selector name only labels of `spec.template.metadata.labels`, the same for both Services.',
  bad: manifests('app: checkout, role: canary'),
  good: manifests('app: checkout'),
  peers: { argo: 'Service "x" has unmatch label "y" in rollout', kubeLinter: 'dangling-service, not for Rollouts' },
  check(graph, report) {
    for (const { resource, services, workload, canary } of rollouts(graph)) {
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
          const dynamic = ['canaryMetadata', 'stableMetadata'].find((one) => canary.get(one, 'labels', key).exists);
          report(
            service.resource.field('spec', 'selector', key),
            `${service.resource} selects ${key}: ${value}, and the pods of ${resource} have ${has}`,
            {
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
