import type { Resource } from '../../graph';
import { documents, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';

export const sameObjectTwice: Rule = {
  code: 'REF022',
  severity: 'error',
  title: 'A file defines the same object twice',
  why: 'Both definitions are applied one after the other, so the second replaces the first. Argo CD reports a repeated resource. What only the first one says is lost.',
  fix: 'Rename one of them, or merge the two.',
  whenNotToUse: 'Ignore it when a tool picks one of the documents.',
  confirmedBy:
    'Kubernetes 1.34: the API server keeps one object of a name, as it was applied last. Argo CD 3.5 reports `RepeatedResourceWarning`.',
  bad: documents(exampleService('checkout'), exampleService('checkout')),
  good: documents(exampleService('checkout-stable'), exampleService('checkout-canary')),
  check(graph, report) {
    const seen = new Map<string, Resource>();
    for (const resource of graph.resources) {
      const { origin, group, kind, namespace, name } = resource;
      // In different files, the two may be a base and its overlay, or of different clusters.
      if (name === '') continue;
      const key = JSON.stringify([origin.file, group, kind, namespace ?? '', name]);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, resource);
      else if (origin.source) {
        report(resource.field('metadata', 'name'), `${resource} is defined twice in this file`, {
          related: { field: first.field('metadata', 'name'), message: 'the first time' },
        });
      }
    }
  },
};
