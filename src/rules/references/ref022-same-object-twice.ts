import type { Resource } from '../../graph';
import { documents, exampleService } from '../shared/example';
import type { Rule } from '../shared/rule';

export const sameObjectTwice: Rule = {
  code: 'REF022',
  severity: 'error',
  title: 'A file defines the same object twice',
  why: 'Whoever applies the file applies both, one after the other: the second takes the place of the first, and Argo CD refuses or warns of it. What the first one says is lost.',
  fix: 'Rename one of them, or put the two together.',
  bad: documents(exampleService('checkout'), exampleService('checkout')),
  good: documents(exampleService('checkout-stable'), exampleService('checkout-canary')),
  check(graph, report) {
    const seen = new Map<string, Resource>();
    for (const resource of graph.resources) {
      const { origin, group, kind, namespace, name } = resource;
      // In other files it is a base and its overlay, or one cluster and the next.
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
