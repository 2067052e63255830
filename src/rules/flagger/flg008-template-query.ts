import type { Field } from '../../graph';
import { documents, exampleOf } from '../shared/example';
import { readPromql } from '../shared/metric-query';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';

const manifest = (query: string): string =>
  documents(
    exampleOf(
      'flagger.app/v1beta1',
      'MetricTemplate',
      'errors',
      `provider: { type: prometheus, address: 'http://prometheus.monitoring:9090' }\nquery: '${query}'`,
      { namespace: 'shop' },
    ),
  );

/** What a template may name, as functions of Go's text/template. */
const FUNCTIONS = ['name', 'namespace', 'target', 'service', 'ingress', 'route', 'interval', 'variables'];

export const templateQuery: Rule = {
  code: 'FLG008',
  severity: 'error',
  title: 'The query of a MetricTemplate is invalid',
  why: 'Flagger renders the query with Go templates and sends it to Prometheus. A name that the template functions do not have, or a query that Prometheus refuses, is an error at every check, and each counts as a failed one: after `threshold` of them every release is rolled back, however healthy it is.',
  fix: 'Use the functions `name`, `namespace`, `target`, `service`, `ingress`, `route`, `interval` and `variables`, and correct the query at the marked position.',
  whenNotToUse:
    'Ignore it when the address is a system with a dialect of its own, such as MetricsQL of VictoriaMetrics.',
  confirmedBy:
    'Flagger 1.44 (`pkg/apis/flagger/v1beta1/metric.go`, `pkg/controller/scheduler_metrics.go`), read; the query by the PromQL parser of Prometheus.',
  bad: manifest('sum(rate(http_requests_total{namespace="{{ namespce }}",code=~"5.."}[{{ interval }}]))'),
  good: manifest('sum(rate(http_requests_total{namespace="{{ namespace }}",code=~"5.."}[{{ interval }}]))'),
  checkPart(graph, report, part) {
    for (const resource of part(graph.ofKind('MetricTemplate', 'flagger.app'))) {
      const query = resource.field('spec', 'query');
      if (!query.string?.trim()) continue;
      const known = checkFunctions(query, `${resource}`, report);
      if (known && resource.field('spec', 'provider', 'type').string === 'prometheus') {
        checkQuery(query, `${resource}`, report);
      }
    }
  },
};

/** `{{ interval }}`, `{{ variables.path }}`; with dashes that trim the space around it. */
const ACTION = /\{\{-?\s*([A-Za-z_]\w*)([^{}]*?)-?\}\}/g;

function checkFunctions(query: Field, owner: string, report: Report): boolean {
  const text = query.string!;
  // Conditions and loops are programs, which are not evaluated here.
  if (/\{\{-?\s*(if|range|with|define|template|block|else|end|\/\*|\$|\(|\.)/.test(text)) return false;
  let known = true;
  for (const { 1: name, 0: action, index } of text.matchAll(ACTION)) {
    if (FUNCTIONS.includes(name) || /^(printf|print|println|index|len|and|or|not|eq|ne|html|js|urlquery)$/.test(name))
      continue;
    known = false;
    const from = index + action.indexOf(name);
    const within = { from, to: from + name.length };
    const meant = closest(name, FUNCTIONS);
    report(query, `${owner} uses {{ ${name} }}, which Flagger does not know`, {
      within,
      didYouMean: meant === undefined ? undefined : { name: meant },
      hint: meant === undefined ? `it knows ${FUNCTIONS.join(', ')}` : undefined,
      fix: meant === undefined ? undefined : { title: `write '${meant}'`, edits: [{ at: query, set: meant, within }] },
    });
  }
  return known;
}

/** Each action is replaced by a value of its length, so that places in the query stay. */
function checkQuery(query: Field, owner: string, report: Report): void {
  const text = query.string!;
  if (/\|/.test([...text.matchAll(ACTION)].map(([action]) => action).join(''))) return;
  const filled = text.replace(ACTION, (action, name: string) =>
    name === 'interval' ? '1m'.padEnd(action.length) : 'x'.repeat(action.length),
  );
  if (filled.includes('{{')) return;
  const { syntax, problems } = readPromql(filled);
  const [problem] = [...syntax.errors, ...problems];
  if (!problem) return;
  const { from, to, message } = problem;
  report(query, `Prometheus refuses the query of ${owner}: ${message}`, { within: { from, to } });
}
