import { analyses, type AnalysisUse, type Field } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Details, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const HASHES = ['Latest', 'Stable'];
const DOWNWARD = ['metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.annotations', 'metadata.uid'];

/** The fields of a Rollout. */
const ROOTS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

const canary = (path: string): string => `
steps:
  - setWeight: 50
  - analysis:
      templates: [{ templateName: checkout-errors }]
      args:
        - name: namespace
          valueFrom: { fieldRef: { fieldPath: ${path} } }
`;

export const argumentField: Rule = {
  code: 'ROL020',
  severity: 'error',
  title: 'An analysis argument reads a field that does not exist',
  why: 'Of `metadata`, only the fields of the downward API are available. For anything else the controller refuses the Rollout (in a step), or the background analysis fails to start, because nobody checks it earlier. A label or annotation that does not exist gives an empty text, so the query finds nothing or everything.',
  fix: "Name a field of the Rollout: `metadata.namespace`, `metadata.labels['team']`, `spec.template.metadata.labels.app`. Keys with dots are only available through `metadata.labels['…']` and `metadata.annotations['…']`.",
  whenNotToUse:
    'When the label or annotation is set in the cluster by something that Git does not show, such as an admission webhook.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(canary('metadata.namspace')),
  good: exampleRollout(canary('metadata.namespace')),
  peers: { argo: 'Analyses arguments must refer to valid object metadata supported by downwardAPI, in steps only' },
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
      if (use.rollout === undefined) continue;
      for (const { name, given } of use.args) {
        const field = given?.get('valueFrom', 'fieldRef', 'fieldPath');
        const problem = field?.string === undefined ? undefined : problemOf(field.string, use);
        if (!field || !problem) continue;
        const { message, ...details } = problem;
        report(field, `the argument '${name}' of ${use.owner} is taken from '${field.string}', ${message}`, details);
      }
      for (const { name, given } of use.args) {
        const hash = given?.get('valueFrom', 'podTemplateHashValue');
        if (hash?.string === undefined || HASHES.includes(hash.string)) continue;
        const meant = closest(hash.string, HASHES);
        report(hash, `the argument '${name}' of ${use.owner} is the hash of '${hash.string}', which is not a version`, {
          didYouMean: meant === undefined ? undefined : { name: meant },
          hint: meant ? undefined : 'there are Latest and Stable',
          fix: meant === undefined ? undefined : { title: `write ${meant}`, edits: [{ at: hash, set: meant }] },
        });
      }
    }
  },
};

function problemOf(path: string, { owner, rollout }: AnalysisUse): ({ message: string } & Details) | undefined {
  const subscript = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path);
  if (subscript) {
    const [, where, key] = subscript;
    const there = owner.field('metadata', where);
    if (there.get(key).exists) return undefined;
    const meant = closest(
      key,
      there.entries().map(([name]) => name),
    );
    const didYouMean = meant === undefined ? undefined : { name: meant, field: there.get(meant) };
    return { message: `which ${owner} does not have: it will be empty`, severity: 'warning', didYouMean };
  }
  if (path.startsWith('metadata')) {
    if (DOWNWARD.includes(path)) return undefined;
    const meant = closest(path, DOWNWARD);
    return {
      message: 'which is not available',
      didYouMean: meant === undefined ? undefined : { name: meant },
      hint: meant ? undefined : "there are metadata.name, .namespace, .uid, .labels['…'] and .annotations['…']",
    };
  }
  const [root] = /^[^.[]*/.exec(path)!;
  if (!ROOTS.includes(root)) {
    const meant = closest(root, ROOTS);
    const didYouMean = meant === undefined ? undefined : { name: meant };
    return { message: `and a Rollout has no field '${root}'`, didYouMean };
  }
  if (path.startsWith('status.canary.weights') && rollout && !rollout.canary.get('trafficRouting').exists) {
    return { message: `which ${owner} has only with traffic routing`, hint: 'state the weight, or route traffic' };
  }
  if (!path.startsWith('spec.template')) return undefined;
  if (rollout?.workload.workloadRef) {
    return {
      message: `which ${owner} does not have: the pods of its workloadRef are not written into it`,
      hint: 'state the value, or tell versions apart by the pod-template hash',
    };
  }
  let field: Field = owner.field();
  for (const [, index, key] of path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)) {
    const next = index === undefined ? field.get(key) : field.get(Number(index));
    if (!next.exists) {
      const meant = closest(
        key ?? '',
        field.entries().map(([name]) => name),
      );
      return {
        message: `which ${owner} does not have: there is no '${key ?? index}'`,
        didYouMean: meant === undefined ? undefined : { name: meant, field: field.get(meant) },
      };
    }
    field = next;
  }
  return undefined;
}
