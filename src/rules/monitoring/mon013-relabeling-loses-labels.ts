import { WholeGoRegExp } from '../../formats/go-regexp';
import { type Field, monitors } from '../../graph';
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
  why: 'In a replacement, `$1_x` is the group named `1_x`, which does not exist. The result is empty, and an empty result removes the target label. A rule that drops the labels `pod` and `instance` of every sample leaves several pods with the same series: Prometheus keeps one sample of them, so counters jump from pod to pod and `rate()` sees resets.',
  fix: 'Write `${1}_x`. Keep `pod` or `instance`, and aggregate in the query instead.',
  whenNotToUse: 'When only one pod is scraped and the labels are not needed.',
  confirmedBy: 'Prometheus 3.13 (`model/relabel`), measured.',
  bad: manifests('$1_x'),
  good: manifests("'${1}_x'"),
  check(graph, report) {
    for (const { resource, endpoints } of monitors(graph)) {
      for (const { field } of endpoints) {
        for (const key of ['relabelings', 'metricRelabelings']) {
          const rules = field.get(key).items();
          for (const rule of rules) checkReplacement(rule, String(resource), report);
        }
        checkDropped(field.get('metricRelabelings').items(), String(resource), report);
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

/** The labels that distinguish the series of pods. */
const OF_A_POD = ['pod', 'instance'];

function checkDropped(rules: readonly Field[], owner: string, report: Report): void {
  const dropped = new Set<string>();
  for (const rule of rules) {
    if (rule.get('action').string?.toLowerCase() !== 'labeldrop') continue;
    for (const label of OF_A_POD) if (matches(rule.get('regex').string ?? '(.*)', label)) dropped.add(label);
    if (OF_A_POD.some((label) => !dropped.has(label))) continue;
    report(
      rule,
      `a metric relabeling of ${owner} drops ${OF_A_POD.join(' and ')}, so the series of all its pods are the same series`,
      { hint: 'keep one of the two labels' },
    );
    return;
  }
}

function matches(regex: string, text: string): boolean {
  try {
    return WholeGoRegExp.of(regex).match(text) !== undefined;
  } catch (error) {
    // An invalid regular expression is another rule's finding.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
