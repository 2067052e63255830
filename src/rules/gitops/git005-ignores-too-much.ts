import { applications, type Field, globalIgnores, ownIgnores, type Resource } from '../../graph';
import { ARGO_CD, lookUp } from '../../versions';
import type { Report, Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { ignoredPaths } from '../shared/argo-cd-ignores';

/** Paths that contain much more than the controller writes. */
const WHOLE: { readonly [kind: string]: RegExp } = {
  VirtualService: /^\.spec(\.(http|tls|tcp)(\[\d*\])?(\.route(\[\d*\])?)?)?$/,
  DestinationRule: /^\.spec(\.subsets(\[\d*\])?)?$/,
  Rollout: /^\.spec(\.(template|strategy)(\..*)?)?$/,
};

export const ignoresTooMuch: Rule = {
  code: 'GIT005',
  severity: 'warning',
  title: 'Argo CD ignores more than the controller writes',
  why: 'Nobody sees a difference that is ignored. If a route, a host or an image is changed in the cluster, the change stays and the Application is Synced.',
  fix: 'Ignore only what the controller writes: weights (`.spec.http[]?.route[]?.weight`), the labels of subsets, and replicas where an autoscaler sets them.',
  whenNotToUse: 'When another controller or person owns the ignored part on purpose.',
  confirmedBy: 'Argo CD 3.5.7 and 3.6.1, measured with their own diff code.',
  bad: exampleApplied(ignoring('VirtualService', 'jsonPointers: [/spec/http]')),
  good: exampleApplied(ignoring('VirtualService', HTTP_WEIGHTS)),
  checkPart(graph, report, part) {
    for (const { resource, ignores } of part(applications(graph))) {
      for (const entry of ignores) checkEntry(entry, entry.get('kind').string ?? '', resource, report);
    }
    for (const { entry, kind } of part(globalIgnores(graph))) checkEntry(entry, kind, entry.resource, report);
    if (!lookUp(ARGO_CD.readsOwnIgnores, graph.releases.argoCd)) return;
    for (const [kind, whole] of Object.entries(WHOLE)) {
      for (const resource of part(graph.ofKind(kind))) {
        const own = ownIgnores(resource);
        const found = own && ignoredPaths(own).find(({ path }) => whole.test(path));
        if (found) report(found.field, `${resource} lets Argo CD ignore all of ${found.field.string}`);
      }
    }
  },
};

function checkEntry(entry: Field, kind: string, by: Resource, report: Report): void {
  for (const { field, path, sometimes } of ignoredPaths(entry)) {
    if (sometimes) continue;
    const whole = Object.entries(WHOLE).find(([name, pattern]) => [name, '*'].includes(kind) && pattern.test(path));
    if (whole) report(field, `${by} ignores ${field.string} of every ${kind === '*' ? 'object' : kind}`);
  }
}
