import { type Field, monitors } from '../../graph';
import { labelsAfter } from './labels-after';
import { documents, SCRAPED_APP, serviceMonitor } from '../shared/example';
import type { Report, Rule } from '../shared/rule';

const manifests = (replacement: string): string =>
  documents(
    SCRAPED_APP,
    serviceMonitor(`port: http
relabelings:
  - sourceLabels: [__meta_kubernetes_pod_label_app]
    regex: (.*)
    targetLabel: team
    replacement: ${replacement}`),
  );

export const relabelingLosesLabels: Rule = {
  code: 'MON013',
  severity: 'warning',
  title: 'A relabeling removes a label by mistake, or makes the series of pods collide',
  why: 'In a replacement, `$1_x` is the group named `1_x`, which does not exist. The result is empty, and an empty result removes the target label. A rule that drops the labels `pod` and `instance`, keeps only others, or gives both one value, leaves several pods with the same series: Prometheus keeps one sample of them, so counters jump from pod to pod and `rate()` sees resets.',
  fix: 'Write `${1}_x`. Keep `pod` or `instance`, and aggregate in the query instead.',
  whenNotToUse: 'When only one pod is scraped and the labels are not needed.',
  confirmedBy: 'Prometheus 3.13 (`model/relabel`), measured.',
  bad: manifests('$1_x'),
  good: manifests("'${1}_x'"),
  checkPart(graph, report, part) {
    for (const { resource, endpoints } of part(monitors(graph))) {
      for (const { field } of endpoints) {
        for (const key of ['relabelings', 'metricRelabelings']) {
          const rules = field.get(key).items();
          for (const rule of rules) checkReplacement(rule, String(resource), report);
        }
        checkCollision(field, String(resource), report);
      }
    }
  },
};

function checkReplacement(rule: Field, owner: string, report: Report): void {
  const action = (rule.get('action').string ?? 'replace').toLowerCase();
  const replacement = rule.get('replacement');
  const wrong = /\$(\d+)([A-Za-z_]\w*)/.exec(replacement.string ?? '');
  if (wrong === null || !['replace', 'labelmap'].includes(action)) return;
  const [text, group, rest] = wrong;
  // The name of a group must begin with a letter, so that a number is never the name of one.
  report(
    replacement,
    `a relabeling of ${owner} uses '${text}', the group named '${group}${rest}', which does not exist, so the label is removed`,
    { hint: `write \${${group}}${rest}` },
  );
}

/** The labels of a target before relabeling, as the operator and the discovery of Prometheus set them. */
const podTarget = (pod: string): Readonly<Record<string, string>> => ({
  __address__: `10.0.0.${pod}:8080`,
  __meta_kubernetes_pod_ip: `10.0.0.${pod}`,
  __meta_kubernetes_pod_name: `shop-${pod}`,
  __meta_kubernetes_pod_uid: pod,
  __meta_kubernetes_endpoint_address_target_name: `shop-${pod}`,
  __meta_kubernetes_endpointslice_address_target_name: `shop-${pod}`,
  instance: `10.0.0.${pod}:8080`,
  pod: `shop-${pod}`,
  namespace: 'shop',
  job: 'shop',
  service: 'shop',
  endpoint: 'http',
  container: 'shop',
});

/** Reports the first rule after which the series of two pods have the same labels. */
function checkCollision(endpoint: Field, owner: string, report: Report): void {
  const second = labelsAfter(endpoint, podTarget('2'));
  for (const { labels, rule } of labelsAfter(endpoint, podTarget('1'))) {
    const other = second.next().value?.labels ?? new Map<string, string>();
    if ([...labels].some(([name, value]) => other.get(name) !== value) || rule === undefined) continue;
    report(
      rule,
      `a relabeling of ${owner} leaves neither pod nor instance to tell its pods apart, so their series are the same series`,
      { hint: 'keep one of the two labels' },
    );
    return;
  }
}
