import {
  destinationRules,
  type Field,
  type Graph,
  memoizeOnGraph,
  type Resource,
  rollouts,
  type Service,
  services,
  virtualServices,
} from '../../graph';
import { documents, exampleRollout, exampleService } from '../shared/example';
import { nearestLabel, selectorAsksToo } from '../shared/pod-labels';
import type { Rule } from '../shared/rule';

const manifests = (app: string): string =>
  documents(
    exampleRollout('{}'),
    exampleService('checkout', `selector: { app: ${app} }\nports: [{ name: http, port: 80 }]`),
  );

export const serviceSelectsNothing: Rule = {
  code: 'REF024',
  severity: 'error',
  title: 'A Service selects no pods, and its selector looks like a typo',
  why: 'The Service has no endpoints. Its callers get a refused connection, or a 503 in a mesh; subsets of its host are empty, and monitors that use it scrape nothing.',
  fix: 'Use labels of the pods (`spec.template.metadata.labels`) in the selector.',
  whenNotToUse: 'Ignore it when the pods belong to a workload that is not among the linted manifests.',
  confirmedBy:
    'Kubernetes 1.34, by its documentation: a Service without matching pods has no endpoints. The API server accepts it.',
  bad: manifests('chekout'),
  good: manifests('checkout'),
  peers: { kubeLinter: 'dangling-service, not for Rollouts', kiali: 'KIA0701, in the cluster' },
  checkPart(graph, report, part) {
    const named = namedByRollouts(graph);
    for (const service of part(services(graph))) {
      const { resource, selector, workloads: selected } = service;
      // Another rule reports the Services that a Rollout names, label by label.
      if (selected.length > 0 || Object.keys(selector).length === 0 || named.has(resource)) continue;
      const slip = slipOf(graph, service);
      const user = usersOf(graph).get(resource);
      if (slip === undefined && user === undefined) continue;
      const { field, meant, because } = slip ?? {};
      const wanted = Object.entries(selector).map(([key, value]) => `${key}: ${value}`);
      report(
        field ?? resource.field('spec', 'selector'),
        `${resource} selects ${wanted.join(', ')}, and no pods here have that`,
        {
          outside: true,
          because,
          didYouMean: meant === undefined ? undefined : { name: meant },
          related: user && { field: user, message: 'where requests are sent to it' },
          fix:
            field && meant !== undefined
              ? { title: `write '${meant}'`, edits: [{ at: field, set: meant }] }
              : undefined,
        },
      );
    }
  },
};

const namedByRollouts = memoizeOnGraph(
  (graph): ReadonlySet<Resource | undefined> =>
    new Set(rollouts(graph).flatMap(({ services: of }) => Object.values(of).map(({ target }) => target))),
);

/**
 * What sends a Rollout's requests to a Service that it does not name itself: its VirtualServices and DestinationRule.
 */
const usersOf = memoizeOnGraph((graph) => {
  const found = new Map<Resource, Field>();
  const routed = new Set<Resource | undefined>();
  for (const { virtualServices: of, destinationRule } of rollouts(graph)) {
    for (const { reference } of of) routed.add(reference.target);
    routed.add(destinationRule?.target);
  }
  const add = (service: Resource | undefined, from: Field | undefined): void => {
    if (service && from && !found.has(service)) found.set(service, from);
  };
  for (const { resource, service } of destinationRules(graph)) {
    if (routed.has(resource)) add(service?.target, service?.from);
  }
  for (const { resource, routes } of virtualServices(graph)) {
    if (!routed.has(resource)) continue;
    for (const { service } of routes.flatMap(({ destinations }) => destinations)) add(service?.target, service?.from);
  }
  return found;
});

interface Slip {
  readonly field: Field;
  readonly meant: string;
  /** The places where the workload contradicts itself. */
  readonly because: Field[] | undefined;
}

/**
 * The value of the selector that is probably a typo. Similar names (`api-eu`, `api-us`) are not always typos, so the
 * Service must be related to the workload by its name, or because requests are sent to it.
 */
function slipOf(graph: Graph, { resource, selector }: Service): Slip | undefined {
  for (const [key, value] of Object.entries(selector)) {
    const near = nearestLabel(graph, resource.namespace, key, value);
    if (near === undefined) continue;
    const names = [near.meant, near.workload.resource.name];
    const kin = names.some((name) => resource.name === name || resource.name.startsWith(`${name}-`));
    const because = selectorAsksToo(near.workload, key, value);
    if (kin || because || usersOf(graph).has(resource)) {
      return { field: resource.field('spec', 'selector', key), meant: near.meant, because };
    }
  }
  return undefined;
}
