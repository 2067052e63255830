import { differByOneSlip } from '../../formats/did-you-mean';
import { documents, exampleOf, exampleRollout } from '../shared/example';
import { nearestLabel, selectorAsksToo } from '../shared/pod-labels';
import type { Rule } from '../shared/rule';

const manifests = (app: string): string =>
  documents(
    exampleRollout('{}'),
    exampleOf(
      'security.istio.io/v1',
      'PeerAuthentication',
      'checkout',
      `selector: { matchLabels: { app: ${app} } }\nmtls: { mode: PERMISSIVE }`,
    ),
  );

const IN_SELECTOR = ['spec', 'selector', 'matchLabels'];
const IN_WORKLOAD_SELECTOR = ['spec', 'workloadSelector', 'labels'];

/** Policies that hold for pods with some labels, and where these stand. */
const POLICIES: readonly { readonly kind: string; readonly group: string; readonly labels: readonly string[] }[] = [
  { kind: 'PeerAuthentication', group: 'security.istio.io', labels: IN_SELECTOR },
  { kind: 'AuthorizationPolicy', group: 'security.istio.io', labels: IN_SELECTOR },
  { kind: 'RequestAuthentication', group: 'security.istio.io', labels: IN_SELECTOR },
  { kind: 'Telemetry', group: 'telemetry.istio.io', labels: IN_SELECTOR },
  { kind: 'Sidecar', group: 'networking.istio.io', labels: IN_WORKLOAD_SELECTOR },
  { kind: 'EnvoyFilter', group: 'networking.istio.io', labels: IN_WORKLOAD_SELECTOR },
  { kind: 'NetworkPolicy', group: 'networking.k8s.io', labels: ['spec', 'podSelector', 'matchLabels'] },
];

export const policySelectsNothing: Rule = {
  code: 'MSH015',
  severity: 'warning',
  title: 'A policy selects no pods, and its selector looks like a typo',
  why: 'A policy of Istio or a NetworkPolicy with a selector holds for the pods in its namespace that have all these labels. If no pods have them, it holds for none, and nothing says so: a scrape that it should let in is refused, or requests that it should refuse are let in.',
  fix: 'Use labels of the pods (`spec.template.metadata.labels`) in the selector.',
  whenNotToUse: 'Ignore it when the pods belong to a workload that is not among the linted manifests.',
  confirmedBy: 'Istio 1.30 and Kubernetes 1.34, by their documentation. Both accept the object.',
  bad: manifests('chekout'),
  good: manifests('checkout'),
  peers: { kiali: 'KIA0004, in the cluster' },
  checkPart(graph, report, part) {
    for (const { kind, group, labels } of POLICIES) {
      for (const policy of part(graph.ofKind(kind, group))) {
        for (const [key, value] of policy.field(...labels).entries()) {
          const wanted = value.string;
          const near = wanted === undefined ? undefined : nearestLabel(graph, policy.namespace, key, wanted);
          if (near === undefined || !differByOneSlip(wanted!, near.meant)) continue;
          report(value, `${policy} selects ${key}: ${wanted}, and no pods here have that`, {
            because: selectorAsksToo(near.workload, key, wanted),
            didYouMean: { name: near.meant },
            fix: { title: `write '${near.meant}'`, edits: [{ at: value, set: near.meant }] },
          });
        }
      }
    }
  },
};
