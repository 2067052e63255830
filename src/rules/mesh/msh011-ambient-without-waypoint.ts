import { ambientWaypointOf, type Field, type Graph, injectionOf, rollouts, serviceOf } from '../../graph';
import { documents, exampleOf, meshApp } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (waypoint: string): string =>
  documents(
    meshApp({ labels: 'version: v1', namespace: 'shop', host: 'checkout' }),
    exampleOf('v1', 'Namespace', 'shop', '{}', { labels: `istio.io/dataplane-mode: ambient${waypoint}` }),
  );

export const ambientWithoutWaypoint: Rule = {
  code: 'MSH011',
  severity: 'warning',
  title: 'An ambient mesh without a waypoint ignores the weights',
  why: 'In ambient mode, only a waypoint proxy reads HTTP routes for requests inside the mesh. Without one, ztunnel forwards connections to the Service that was called, and the weights of the VirtualService have no effect. A waypoint that is labelled `istio.io/waypoint-for: workload` reads no requests to Services either. A gateway at the edge still splits the requests that enter through it.',
  fix: 'Deploy a waypoint, and label the namespace or the Services `istio.io/use-waypoint: <name>`.',
  whenNotToUse: 'When all requests to the application enter through a gateway.',
  confirmedBy:
    'Istio 1.30, by its documentation of ambient mode, and in its source (`pilot/pkg/serviceregistry/ambient/waypoints.go`).',
  bad: manifests(''),
  good: manifests('\nistio.io/use-waypoint: waypoint'),
  checkPart(graph, report, part) {
    for (const { resource, istio, workload, virtualServices, services } of part(rollouts(graph))) {
      if (!istio.exists) continue;
      const { state, decidedBy } = injectionOf(graph, workload);
      if (state !== 'ambient' || decidedBy === undefined) continue;
      for (const { virtualService } of virtualServices) {
        if (!virtualService?.mesh) continue;
        // A waypoint may serve the host that is called, or the Services behind it.
        const called = virtualService.hosts.map(({ host }) =>
          graph.find({ group: '', kind: 'Service', name: host.service ?? '', namespace: host.namespace }, resource),
        );
        const own = Object.values(services).map((reference) => reference?.target);
        const labelled = [...called, ...own].flatMap((service) => serviceOf(graph, service)?.resource ?? []);
        const named = ambientWaypointOf(graph, workload, labelled);
        if (named !== undefined) {
          const traffic = otherTraffic(graph, named);
          if (traffic) {
            report(
              traffic,
              `the waypoint of ${resource} is for '${traffic.string}', and not for requests to Services, so the weights of ${virtualService.resource} are ignored inside the mesh`,
              { hint: `label it ${WAYPOINT_FOR}: service`, related: { field: named, message: 'what names it' } },
            );
          }
          continue;
        }
        report(
          decidedBy,
          `${resource} is in an ambient mesh and nothing names a waypoint, so the weights of ${virtualService.resource} are ignored inside the mesh`,
          {
            hint: 'label the namespace istio.io/use-waypoint: <name>',
            related: { field: virtualService.resource.field('metadata', 'name'), message: 'the VirtualService' },
          },
        );
      }
    }
  },
};

const WAYPOINT_FOR = 'istio.io/waypoint-for';

/**
 * The label by which the waypoint of a Service or a namespace states that it reads no requests to Services.
 * Undefined if it does, or if it is not among the given manifests.
 */
function otherTraffic(graph: Graph, named: Field): Field | undefined {
  const { resource } = named;
  // A label of pods is for the requests to pods.
  if (resource.kind !== 'Namespace' && resource.kind !== 'Service') return undefined;
  const own = resource.kind === 'Namespace' ? resource.name : resource.namespace;
  const namespace = resource.field('metadata', 'labels', 'istio.io/use-waypoint-namespace').string ?? own;
  const wanted = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: named.string ?? '', namespace };
  const traffic = graph.find(wanted, resource)?.field('metadata', 'labels', WAYPOINT_FOR);
  return traffic?.string === undefined || ['service', 'all'].includes(traffic.string) ? undefined : traffic;
}
