import type { Graph, Resource } from '../../graph';
import { isOnlyBackground } from '../references/ref011-argument-has-two-sources';
import type { Rule } from '../rule';
import { analysisTemplate, prometheusMetric } from '../samples';

const secret = '\n    valueFrom:\n      secretKeyRef:\n        name: prometheus\n        key: token';

/** What can have arguments of its own. */
export const templatesIn = (graph: Graph): readonly Resource[] =>
  ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'].flatMap((kind) => graph.ofKind(kind, 'argoproj.io'));

export const valueAndValueFrom: Rule = {
  code: 'ANA013',
  severity: 'error',
  title: 'An argument has both a value and a source',
  why: 'The controller refuses a Rollout with such a template in a step (InvalidSpec).',
  fix: 'Keep `value`, or keep `valueFrom`.',
  bad: analysisTemplate(prometheusMetric({}), `args:\n  - name: token\n    value: none${secret}`),
  good: analysisTemplate(prometheusMetric({}), `args:\n  - name: token${secret}`),
  peers: { argo: "controller only: arg 'x' has both Value and ValueFrom fields" },
  check(graph, report) {
    for (const template of templatesIn(graph)) {
      for (const argument of template.field('spec', 'args').items()) {
        if (!argument.get('value').exists || !argument.get('valueFrom').exists) continue;
        report(argument.get('value'), `argument '${argument.get('name').string}' has a value and a valueFrom`, {
          hint: 'keep one of the two',
          severity: isOnlyBackground(graph, template) ? 'warning' : undefined,
        });
      }
    }
  },
};
