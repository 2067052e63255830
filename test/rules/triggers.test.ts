import { queryDoesNotParse } from '../../src/rules/promql/prm001-query-does-not-parse';
import { queryTypes } from '../../src/rules/promql/prm009-types';
import { kedaRefuses } from '../../src/rules/scaling/scl011-keda-refuses';
import { describeRule } from './describe-rule';

const scaled = (query: string, address = 'http://prometheus:9090', type = 'prometheus'): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web }
  triggers: [{ type: ${type}, metadata: { serverAddress: '${address}', threshold: '5', query: '${query}' } }]
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web, namespace: shop }
spec: { selector: { matchLabels: { app: web } }, strategy: { canary: {} } }
`;

describeRule(queryDoesNotParse, [
  {
    name: 'a trigger of KEDA with a parenthesis too few',
    manifest: scaled('sum(rate(http_requests_total[1m])'),
    finds: [{ path: 'spec.triggers[0].metadata.query', severity: 'error' }],
  },
  {
    name: 'a trigger that asks VictoriaMetrics',
    manifest: scaled('sum(rate(http_requests_total[1m])', 'http://vmselect:8481/select/0/prometheus'),
    finds: [{ severity: 'advice' }],
  },
  { name: 'a trigger with a query', manifest: scaled('sum(rate(http_requests_total[1m]))') },
  { name: 'a trigger with a placeholder', manifest: scaled('sum(rate(http_requests_total[${WINDOW}]))') },
  { name: 'a trigger of another type', manifest: scaled('select 1', 'db', 'postgresql') },
]);

describeRule(queryTypes, [
  {
    name: 'a trigger that takes the rate of an instant',
    manifest: scaled('sum(rate(http_requests_total))'),
    finds: [{ path: 'spec.triggers[0].metadata.query' }],
  },
  { name: 'a trigger that takes the rate of a range', manifest: scaled('sum(rate(http_requests_total[1m]))') },
]);

describeRule(kedaRefuses, [
  { name: 'a trigger whose type has three parts', manifest: scaled('', '', 'aws-kinesis-stream') },
  { name: 'a trigger whose type has two dashes', manifest: scaled('', '', 'azure-log-analytics') },
  {
    name: 'a misspelt type',
    manifest: scaled('', '', 'aws-kinesis-streams'),
    finds: [{ path: 'spec.triggers[0].type' }],
  },
]);
