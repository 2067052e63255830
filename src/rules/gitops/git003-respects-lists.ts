import { applications } from '../../graph';
import type { Rule } from '../shared/rule';
import { exampleApplied, HTTP_WEIGHTS, ignoring } from '../shared/example';
import { ignoredPaths, ignoresFor } from './ignores';

const ignored = ignoring('VirtualService', HTTP_WEIGHTS);
const OPTION = 'RespectIgnoreDifferences=true';
const KINDS = ['VirtualService', 'DestinationRule'];

export const respectsLists: Rule = {
  code: 'GIT003',
  severity: 'warning',
  title: 'Argo CD keeps whole lists of the cluster for the sake of one field in them',
  why: `With \`${OPTION}\` a sync takes what is ignored from the cluster. For a field inside a list of a VirtualService or DestinationRule it takes the whole list: routes, timeouts, subsets that are changed in Git never arrive, and the Application stays OutOfSync.`,
  fix: `Leave out \`${OPTION}\`. What remains is that a sync of the VirtualService sets the weights back for an instant, until the controller corrects them.`,
  bad: exampleApplied(`${ignored}\nsyncPolicy: { syncOptions: [${OPTION}] }`),
  good: exampleApplied(`${ignored}\nsyncPolicy: { syncOptions: [ApplyOutOfSyncOnly=true] }`),
  check(graph, report) {
    for (const application of applications(graph)) {
      const option = application.resource
        .field('spec', 'syncPolicy', 'syncOptions')
        .items()
        .find(({ string }) => string === OPTION);
      if (option === undefined) continue;
      const named = application.ignores.filter((entry) => KINDS.includes(entry.get('kind').string ?? ''));
      const concerned = application.resources
        .filter(({ kind }) => KINDS.includes(kind))
        .flatMap((resource) => ignoresFor(application, resource));
      const inside = [...named, ...concerned].flatMap(ignoredPaths).find(({ path }) => inList(path));
      if (inside === undefined) continue;
      const { field } = inside;
      report(option, `${application.resource} has ${OPTION} and ignores ${field.string}, which is inside a list`, {
        related: { field, message: 'what is ignored' },
      });
    }
  },
};

const inList = (path: string): boolean => /^\.spec\.(http|tls|tcp|subsets)\b/.test(path);
