import { type Field, type Graph, matchesSelector, type Monitor, monitors, type Resource } from '../../graph';
import { documents, exampleOf, SCRAPED_APP, serviceMonitor } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (labels: string): string =>
  documents(
    SCRAPED_APP,
    serviceMonitor('port: http').replace('metadata:\n', `metadata:\n  labels: { ${labels} }\n`),
    exampleOf(
      'monitoring.coreos.com/v1',
      'Prometheus',
      'main',
      'serviceMonitorSelector: { matchLabels: { release: monitoring } }\nserviceMonitorNamespaceSelector: {}',
    ),
  );

/** The fields of a Prometheus that select monitors of a kind, and the namespaces in which it looks. */
const SELECTORS = {
  ServiceMonitor: { own: 'serviceMonitorSelector', namespaces: 'serviceMonitorNamespaceSelector' },
  PodMonitor: { own: 'podMonitorSelector', namespaces: 'podMonitorNamespaceSelector' },
} as const;

/** A Prometheus without any of these has a manual configuration. */
const ANY = ['serviceMonitorSelector', 'podMonitorSelector', 'probeSelector', 'scrapeConfigSelector'];

export const prometheusDoesNotSelect: Rule = {
  code: 'MON011',
  severity: 'warning',
  title: 'No Prometheus selects a monitor',
  why: 'A Prometheus object says which monitors it reads, by their labels and by the labels of their namespaces. A missing selector selects nothing, a missing namespace selector only its own namespace, and an empty one (`{}`) everything. If no Prometheus selects the monitor, nothing is scraped, and nothing reports it.',
  fix: 'Give the monitor the labels that `serviceMonitorSelector` (or `podMonitorSelector`) asks for, and its namespace those of the namespace selector.',
  whenNotToUse: 'When another Prometheus, which the given manifests do not show, reads the monitor.',
  confirmedBy: 'Prometheus Operator 0.93, read in its source.',
  bad: manifests('team: shop'),
  good: manifests('release: monitoring'),
  checkPart(graph, report, part) {
    const servers = ['Prometheus', 'PrometheusAgent']
      .flatMap((kind) => graph.ofKind(kind, 'monitoring.coreos.com'))
      .filter((one) => ANY.some((key) => one.field('spec', key).exists));
    if (servers.length === 0) return;
    for (const monitor of part(monitors(graph))) {
      // Only monitors that scrape a workload of the given set matter.
      if (monitor.workloads.length === 0) continue;
      const problems = servers.map((server) => problemOf(graph, server, monitor));
      if (problems.some((problem) => problem === undefined)) continue;
      const [problem] = problems;
      report(
        monitor.resource.field('metadata'),
        `${monitor.resource} is selected by no Prometheus here: ${problem!.what}`,
        {
          on: 'key',
          related: { field: problem!.field, message: 'the selector' },
        },
      );
    }
  },
};

/** Why a Prometheus does not select a monitor. Undefined if it does, or if that is not known. */
function problemOf(
  graph: Graph,
  server: Resource,
  { resource }: Monitor,
): { readonly what: string; readonly field: Field } | undefined {
  const keys = SELECTORS[resource.kind as keyof typeof SELECTORS];
  const own = server.field('spec', keys.own);
  if (!own.exists) return { what: `${server} has no ${keys.own}`, field: server.field('spec') };
  if (!matchesSelector(own, resource.field('metadata', 'labels').strings)) {
    return { what: `its labels do not match the ${keys.own} of ${server}`, field: own };
  }
  const namespaces = server.field('spec', keys.namespaces);
  const { namespace } = resource;
  if (namespace === undefined || namespace === server.namespace) return undefined;
  if (!namespaces.exists) {
    if (server.namespace === undefined) return undefined;
    return { what: `${server} has no ${keys.namespaces}, so it looks only into '${server.namespace}'`, field: own };
  }
  const found = graph.find({ group: '', kind: 'Namespace', name: namespace, namespace: null }, resource);
  if (found === undefined) return undefined;
  const labels = { 'kubernetes.io/metadata.name': namespace, ...found.field('metadata', 'labels').strings };
  if (matchesSelector(namespaces, labels)) return undefined;
  return { what: `the labels of its namespace do not match the ${keys.namespaces} of ${server}`, field: namespaces };
}
