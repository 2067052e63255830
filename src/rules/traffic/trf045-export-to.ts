import { dnsLabelProblem } from '../../formats/names';
import { type Field, ISTIO_NETWORKING, type Resource } from '../../graph';
import { exampleOf } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

const manifest = (exportTo: string): string =>
  exampleOf('networking.istio.io/v1', 'DestinationRule', 'checkout', `host: checkout\nexportTo: ${exportTo}`);

export const exportTo: Rule = {
  code: 'TRF045',
  severity: 'error',
  title: 'exportTo has entries that exclude each other',
  why: 'The webhook of Istio refuses the object: `*` means every namespace, so it stands alone, as does the `~` of a ServiceEntry, a namespace is named once, and a DestinationRule with a workloadSelector holds for its own namespace only. Without the webhook, istiod drops it, and with it the subsets or the routes that the Rollout needs.',
  fix: "Give `'*'` alone, `'.'` alone, or a list of namespaces, each once.",
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: manifest("['*', shop]"),
  good: manifest("['*']"),
  peers: { istioctl: 'IST0106' },
  check(graph, report) {
    for (const kind of ['DestinationRule', 'VirtualService', 'ServiceEntry']) {
      for (const one of graph.ofKind(kind, ISTIO_NETWORKING)) checkExport(one, report);
    }
  },
};

function checkExport(resource: Resource, report: Report): void {
  const list = resource.field('spec', 'exportTo');
  const entries = list.items().filter(({ string }) => string !== undefined);
  const seen = new Map<string, Field>();
  for (const entry of entries) {
    const text = entry.string!;
    const meant = text === '.' ? (resource.namespace ?? text) : text;
    const first = seen.get(meant);
    if (first) {
      report(entry, `${resource} is exported to '${meant}' twice`, {
        related: { field: first, message: 'the first one' },
      });
    }
    seen.set(meant, entry);
    if (['.', '*'].includes(text) || (text === '~' && resource.kind === 'ServiceEntry')) continue;
    if (text === '~') report(entry, `${resource} is exported to nobody, which Istio knows for a ServiceEntry alone`);
    else if (dnsLabelProblem('', text) !== undefined) report(entry, `${entry} is '${text}', which is no namespace`);
  }
  const everybody = entries.find(({ string }) => string === '*');
  if (everybody && entries.length > 1) {
    report(everybody, `${resource} is exported to every namespace and to others`, { hint: "give '*' alone" });
  }
  const nobody = entries.find(({ string }) => string === '~');
  if (nobody && resource.kind === 'ServiceEntry' && entries.length > 1) {
    report(nobody, `${resource} is exported to nobody and to others`, { hint: "give '~' alone" });
  }
  const selector = resource.field('spec', 'workloadSelector');
  const beyond = entries.find(({ string }) => string !== '.' && string !== resource.namespace);
  if (resource.kind === 'DestinationRule' && selector.exists && beyond) {
    report(beyond, `${resource} has a workloadSelector and is exported beyond its own namespace`, {
      hint: "remove exportTo, or give '.' alone",
    });
  }
}
