import { analyses, type Field, type Graph, referenceFrom } from '../../graph';
import { distinct } from '../distinct';
import { closest } from '../suggest';
import type { Report, Rule } from '../rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../samples';

const sample = (key: string): string =>
  documents(
    canaryRollout({ steps: '- setWeight: 50\n- analysis:\n    templates:\n      - templateName: checkout-errors' }),
    analysisTemplate(
      prometheusMetric({ prometheus: 'headers:\n  - key: Authorization\n    value: Bearer {{args.token}}' }),
      `args:\n  - name: token\n    valueFrom:\n      secretKeyRef:\n        name: prometheus\n        key: ${key}`,
    ),
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: prometheus\nstringData:\n  token: from-elsewhere',
  );

export const secretKey: Rule = {
  code: 'ANA018',
  severity: 'error',
  title: 'An argument names a Secret, or a key in it, that is not there',
  why: 'The AnalysisRun errs when it starts, and the rollout is aborted.',
  fix: 'Name a Secret in the namespace of the Rollout and a key that it has.',
  bad: sample('tokn'),
  good: sample('token'),
  peers: { argo: "controller only, when the run starts: key 'k' does not exist in secret 's'" },
  check(graph, found) {
    const report = distinct(found);
    for (const { owner, args } of analyses(graph)) {
      for (const { declared } of args) {
        for (const argument of declared)
          look(graph, argument.get('valueFrom', 'secretKeyRef'), owner.namespace, report);
      }
    }
  },
};

function look(
  graph: Graph,
  ref: Field,
  namespace: string | undefined,
  report: (...args: Parameters<Report>) => void,
): void {
  const reference = referenceFrom(graph, ref.get('name'), 'Secret', { group: '', namespace });
  if (reference === undefined) {
    if (ref.exists && !ref.get('name').string)
      report(ref.get('name'), 'an argument is taken from a Secret without a name');
    return;
  }
  const { target, from } = reference;
  if (target === undefined) {
    // Secrets are seldom kept beside manifests, and what makes them is of many kinds.
    report(from, `Secret '${from.string}', which nothing here defines`, { outside: true });
    return;
  }
  const key = ref.get('key');
  const keys = ['data', 'stringData'].flatMap((where) =>
    target
      .field(where)
      .entries()
      .map(([name]) => name),
  );
  if (key.string === undefined || keys.length === 0 || keys.includes(key.string)) return;
  const meant = closest(key.string, keys);
  report(key, `Secret '${target.name}' has no key '${key.string}'`, {
    didYouMean: meant === undefined ? undefined : { name: meant },
    hint: meant ? undefined : `it has ${keys.map((one) => `'${one}'`).join(', ')}`,
    fix: meant ? { title: `name the key '${meant}'`, edits: [{ at: key, set: meant }] } : undefined,
  });
}
