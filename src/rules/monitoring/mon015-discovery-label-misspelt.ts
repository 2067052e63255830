import { type Field, monitors } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';
import type { Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const manifests = (source: string): string =>
  documents(
    SCRAPED_APP,
    serviceMonitor(`port: http
relabelings:
  - sourceLabels: [${source}]
    targetLabel: rollouts_pod_template_hash`),
  );

/** The labels of a target that Prometheus itself reads. */
const OF_TARGETS = ['__address__', '__scheme__', '__metrics_path__', '__scrape_interval__', '__scrape_timeout__'];

/**
 * The labels of pods, Services and endpoints that the discovery sets.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config
 */
const DISCOVERED = [
  'namespace',
  'pod_label_rollouts_pod_template_hash',
  ...['name', 'ip', 'ready', 'phase', 'node_name', 'host_ip', 'uid', 'controller_kind', 'controller_name'].map(
    (what) => `pod_${what}`,
  ),
  ...['init', 'name', 'id', 'image', 'port_name', 'port_number', 'port_protocol'].map(
    (what) => `pod_container_${what}`,
  ),
  ...['name', 'cluster_ip', 'external_name', 'type', 'port_name', 'port_number', 'port_protocol'].map(
    (what) => `service_${what}`,
  ),
  ...['endpoints_name', 'endpointslice_name', 'endpointslice_address_type', 'node_name'],
  ...['hostname', 'node_name', 'ready', 'port_name', 'port_protocol', 'address_target_kind', 'address_target_name'].map(
    (what) => `endpoint_${what}`,
  ),
  ...['address_target_kind', 'address_target_name', 'port', 'port_name', 'port_protocol', 'port_app_protocol'].map(
    (what) => `endpointslice_${what}`,
  ),
].map((name) => `__meta_kubernetes_${name}`);

/** The rest of such a label is the name of a label or an annotation, which may be anything. */
const OF_OBJECTS =
  /^__meta_kubernetes_(pod|service|endpoints|endpointslice|node|namespace)_(label|labelpresent|annotation|annotationpresent)_(?!rollouts_)/;

const KNOWN = new Set([...OF_TARGETS, ...DISCOVERED]);

export const discoveryLabelMisspelt: Rule = {
  code: 'MON015',
  severity: 'warning',
  title: 'A relabeling names a label of a target that looks like a typo',
  why: 'A label that the discovery does not set is empty. The relabeling writes nothing, or removes its target label, so the series lack what a query matches: the analysis finds no data and aborts every release, or passes without having measured anything.',
  fix: 'Write the label as the discovery sets it.',
  whenNotToUse: 'Ignore it when an earlier relabeling sets a label with that name.',
  confirmedBy: CONFIRMED_BY.scrape,
  bad: manifests('__meta_kubernetes_pod_label_rollouts_pod_tempalte_hash'),
  good: manifests('__meta_kubernetes_pod_label_rollouts_pod_template_hash'),
  checkPart(graph, report, part) {
    for (const { resource, endpoints } of part(monitors(graph))) {
      for (const { field } of endpoints) {
        const made = new Set<string>();
        for (const rule of field.get('relabelings').items()) {
          const target = rule.get('targetLabel');
          for (const label of [...rule.get('sourceLabels').items(), target]) {
            const meant =
              label.string !== undefined && !made.has(label.string) ? meantBy(label, label === target) : undefined;
            if (meant === undefined) continue;
            report(label, `a relabeling of ${resource} names the label '${label.string}', which no target has`, {
              didYouMean: { name: meant },
              fix: { title: `write ${meant}`, edits: [{ at: label, set: meant }] },
            });
          }
          if (target.string !== undefined) made.add(target.string);
        }
      }
    }
  },
};

/** The known label that a misspelt one probably means. A target label may be new, so only Prometheus's own are compared. */
function meantBy(label: Field, isTarget: boolean): string | undefined {
  const name = label.string!;
  if (!name.startsWith('__') || name.startsWith('__tmp') || name.startsWith('__param_')) return undefined;
  if (KNOWN.has(name) || OF_OBJECTS.test(name)) return undefined;
  return closest(name, isTarget ? OF_TARGETS : [...KNOWN]);
}
