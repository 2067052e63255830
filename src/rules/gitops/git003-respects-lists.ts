import { type Application, applications, type Field, type Graph, type Resource } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { ignoredPaths, ignoresFor, type IgnoredPath, RESPECT, respectOf } from '../shared/argo-cd-ignores';
import { ARGO_CD, lookUp } from '../../versions';

const ignored = ignoring('VirtualService', HTTP_WEIGHTS);
const KINDS = ['VirtualService', 'DestinationRule', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'];

export const respectsLists: Rule = {
  code: 'GIT003',
  severity: 'warning',
  title: 'RespectIgnoreDifferences applies a whole list of the cluster, or removes what Git lacks',
  why: "With this option a sync keeps what is ignored, in the Application or in `argocd-cm`. For a field inside a list that Git has too, such as a weight, Argo CD applies the whole list of the cluster: routes and timeouts that change in Git never arrive, and the Application stays OutOfSync. For what Git lacks, such as hash labels and managed routes, releases from 3.3.13, 3.4.5 and 3.5.0 apply the list of Git, so the sync removes it. The containers of a Rollout are such a list. Argo CD compares them in the form of Kubernetes' own types, and takes every difference from that form in the cluster for something ignored, whatever the Application ignores. If the pod template of the cluster is in another form when the option is set, because an earlier sync or kubectl applied it as Git has it, all later syncs apply the containers of the cluster: a new image never arrives.",
  fix: 'Remove the option. A sync of the object then resets the weights for an instant, until the controller corrects them.',
  whenNotToUse:
    'When the object never changes in Git. The advice about the form of containers, when the Application had the option from the start: then the controller has written the pod template in that form, and it stays so.',
  confirmedBy:
    'Argo CD 3.1.9, 3.4.4, 3.5.7 and 3.6.1, measured with their own sync code; for containers without 3.4.4.',
  bad: exampleApplied(`${ignored}\nsyncPolicy: { syncOptions: [${RESPECT}] }`),
  good: exampleApplied(`${ignored}\nsyncPolicy: { syncOptions: [ApplyOutOfSyncOnly=true] }`),
  checkPart(graph, report, part) {
    const release = graph.releases.argoCd;
    for (const application of part(applications(graph))) {
      const option = respectOf(application);
      if (option === undefined) continue;
      const inside = ignoredInLists(graph, application);
      if (inside === undefined) continue;
      const { field, path } = inside;
      // Weights are in Git too; hash labels and managed routes are not.
      const lacking = LACKING.test(path);
      const removed = lacking && !lookUp(ARGO_CD.respectsWholeLists, release);
      const effect = removed
        ? `so a sync removes what the controller wrote (Argo CD ${release})`
        : 'so changes of that list in Git never arrive';
      const by = field.resource === application.resource ? '' : `${field.resource} `;
      report(
        option,
        `${application.resource} has ${RESPECT} and ${by}ignores ${field.string}, which is inside a list, ${effect}`,
        {
          related: { field, message: 'what is ignored' },
        },
      );
    }
  },
};

/** The first path inside a list that an Application ignores. */
function ignoredInLists(graph: Graph, application: Application): IgnoredPath | undefined {
  const named = application.ignores.filter((entry) => KINDS.includes(entry.get('kind').string ?? ''));
  const concerned = application.resources
    .filter(({ kind }) => KINDS.includes(kind))
    .flatMap((resource) => ignoresFor(graph, application, resource));
  // A path that is ignored only during a rollout is applied when the rollout has ended.
  const inside = [...named, ...concerned].flatMap(ignoredPaths).find((one) => !one.sometimes && inList(one.path));
  if (inside !== undefined) return inside;
  for (const resource of application.resources) {
    if (resource.kind !== 'Rollout' || resource.group !== 'argoproj.io') continue;
    const found = ignoresFor(graph, application, resource)
      .flatMap(ignoredPaths)
      .find(({ path, sometimes }) => !sometimes && isInListOf(resource, path));
    if (found) return found;
  }
  return undefined;
}

/** Whether a path leads through a list of a resource to something that it has. */
function isInListOf(resource: Resource, path: string): boolean {
  if (!/^(\.\w+)+\[\](\.\w+|\[\])+$/.test(path)) return false;
  const steps = path.match(/\w+|\[\]/g)!;
  const reached = steps.reduce<readonly Field[]>(
    (fields, step) => fields.flatMap((field) => (step === '[]' ? field.items() : field.get(step))),
    [resource.field()],
  );
  return reached.some(({ exists }) => exists);
}

const inList = (path: string): boolean => /^\.spec\.(http|tls|tcp|subsets|rules)\b/.test(path);
const LACKING = /^\.spec\.(subsets\[\](\|select\(.*\))?\.labels|(http|rules)\[\]\|select\([^)]*\)$)/;
