import { applications } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { ignoredPaths, ignoresFor } from './ignores';
import { ARGO_CD, lookUp } from '../../versions';

const ignored = ignoring('VirtualService', HTTP_WEIGHTS);
const OPTION = 'RespectIgnoreDifferences=true';
const KINDS = ['VirtualService', 'DestinationRule', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'];

export const respectsLists: Rule = {
  code: 'GIT003',
  severity: 'warning',
  title: 'RespectIgnoreDifferences applies a whole list of the cluster, or removes what Git lacks',
  why: 'With this option a sync keeps what is ignored, in the Application or in `argocd-cm`. For a field inside a list that Git has too, such as a weight, Argo CD applies the whole list of the cluster: routes and timeouts that change in Git never arrive, and the Application stays OutOfSync. For what Git lacks, such as hash labels and managed routes, releases from 3.3.13, 3.4.5 and 3.5.0 apply the list of Git, so the sync removes it.',
  fix: 'Remove the option. A sync of the object then resets the weights for an instant, until the controller corrects them.',
  whenNotToUse: 'When the object never changes in Git.',
  confirmedBy: 'Argo CD 3.1.9, 3.4.4, 3.5.7 and 3.6.1, measured with their own sync code.',
  bad: exampleApplied(`${ignored}\nsyncPolicy: { syncOptions: [${OPTION}] }`),
  good: exampleApplied(`${ignored}\nsyncPolicy: { syncOptions: [ApplyOutOfSyncOnly=true] }`),
  checkPart(graph, report, part) {
    const release = graph.releases.argoCd;
    for (const application of part(applications(graph))) {
      const option = application.resource
        .field('spec', 'syncPolicy', 'syncOptions')
        .items()
        .find(({ string }) => string === OPTION);
      if (option === undefined) continue;
      const named = application.ignores.filter((entry) => KINDS.includes(entry.get('kind').string ?? ''));
      const concerned = application.resources
        .filter(({ kind }) => KINDS.includes(kind))
        .flatMap((resource) => ignoresFor(graph, application, resource));
      // A path that is ignored only during a rollout is applied when the rollout has ended.
      const inside = [...named, ...concerned]
        .flatMap(ignoredPaths)
        .find(({ path, sometimes }) => !sometimes && inList(path));
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
        `${application.resource} has ${OPTION} and ${by}ignores ${field.string}, which is inside a list, ${effect}`,
        {
          related: { field, message: 'what is ignored' },
        },
      );
    }
  },
};

const inList = (path: string): boolean => /^\.spec\.(http|tls|tcp|subsets|rules)\b/.test(path);
const LACKING = /^\.spec\.(subsets\[\](\|select\(.*\))?\.labels|(http|rules)\[\]\|select\([^)]*\)$)/;
