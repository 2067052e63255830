import { lengthOfTime } from '../../formats/go-duration';
import type { Field, Graph, Resource } from '../../graph';
import { readPromqlDuration } from '../../promql';
import type { RecordingRule } from '../query/catalogue';
import { queriedMetrics } from '../sources/queried';
import { unselected } from './refusals';

/** The recording rules that some queries need. */
export interface Recording {
  /** Rules come before those that read them. */
  readonly rules: readonly RecordingRule[];
  readonly assumptions: readonly string[];
  /** By metric: why its rule records nothing. */
  readonly refused: ReadonlyMap<string, string>;
}

interface Written {
  readonly rule: Field;
  readonly group: Field;
  readonly resource: Resource;
}

/** The operator's default for a Prometheus object. */
const DEFAULT_INTERVAL = '30s';

/** Finds the recording rules that queries read, and those that these rules read in turn. */
export function recordingOf(graph: Graph, queries: readonly string[]): Recording {
  const written = rulesByName(graph);
  const rules: RecordingRule[] = [];
  const assumptions = new Set<string>();
  const refused = new Map<string, string>();
  const seen = new Set<string>();
  const interval = graph
    .ofKind('Prometheus', 'monitoring.coreos.com')
    .flatMap((one) => one.field('spec', 'evaluationInterval').string ?? [])[0];

  const need = (asked: readonly string[]): void => {
    for (const name of queriedMetrics(asked).keys()) {
      const found = written.get(name);
      if (found === undefined || seen.has(name)) continue;
      seen.add(name);
      for (const { rule, group, resource } of found) {
        const expr = rule.get('expr').string ?? String(rule.get('expr').value ?? '');
        const why = expr.includes('{{')
          ? 'its expression is a template of Helm or the like'
          : unselected(graph, resource);
        if (why !== undefined) {
          refused.set(name, `${name} is a recording rule of ${resource.toString()}: ${why}`);
          continue;
        }
        need([expr]);
        const stated = group.get('interval').string ?? interval;
        const seconds = readPromqlDuration(stated ?? DEFAULT_INTERVAL) ?? readPromqlDuration(DEFAULT_INTERVAL)!;
        const source = stated === undefined ? ', as neither its group nor a Prometheus object says' : '';
        assumptions.add(`recording rule ${name} is evaluated at each multiple of ${lengthOfTime(seconds)}${source}`);
        rules.push({ record: name, expr, labels: rule.get('labels').strings, interval: seconds });
      }
    }
  };
  need(queries);
  return { rules, assumptions: [...assumptions], refused };
}

function rulesByName(graph: Graph): Map<string, Written[]> {
  const found = new Map<string, Written[]>();
  for (const resource of graph.ofKind('PrometheusRule', 'monitoring.coreos.com')) {
    for (const group of resource.field('spec', 'groups').items()) {
      for (const rule of group.get('rules').items()) {
        const name = rule.get('record').string;
        if (name === undefined) continue;
        found.set(name, [...(found.get(name) ?? []), { rule, group, resource }]);
      }
    }
  }
  return found;
}
