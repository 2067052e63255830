import { readVersions } from '../../../src/versions';
import { describeSet } from './edited-set';

const DATADOG = 'successCondition: default(result, 0) <= 0.02';
const QUERIES = `          queries:
            bad: sum:trace.http.request.errors{service:ledger,role:canary}.as_count()
            all: sum:trace.http.request.hits{service:ledger,role:canary}.as_count()
          formula: bad / all
`;
const WEB = 'successCondition: result.status == "ok"';
const INJECTED = { 'labels: { team: finance }': 'labels: { istio-injection: enabled }' };

describeSet('providers.yaml', [
  { name: 'without an edit', edits: {} },
  // Datadog.
  {
    name: 'a condition on what may be nil',
    edits: { [DATADOG]: 'successCondition: result <= 0.02' },
    finds: ['warning CON014'],
  },
  {
    name: 'a field of what may be nil',
    edits: { [DATADOG]: 'successCondition: default(result[0], 0) <= 0.02' },
    finds: ['warning CON018'],
  },
  {
    name: 'a gap between success and failure',
    edits: {
      [DATADOG]: 'successCondition: default(result, 0) < 0.02\n      failureCondition: default(result, 0) > 0.02',
    },
    finds: ['warning CON009'],
  },
  {
    name: 'success and failure overlap',
    edits: {
      [DATADOG]: 'successCondition: default(result, 0) < 0.05\n      failureCondition: default(result, 0) > 0.01',
    },
    finds: ['warning CON010'],
  },
  {
    name: 'a grouped query',
    edits: {
      'bad: sum:trace.http.request.errors{service:ledger,role:canary}.as_count()':
        'bad: sum:trace.http.request.errors{service:ledger} by {pod_name}.as_count()',
    },
    finds: ['warning ANA032'],
  },
  {
    name: 'arithmetic in a query of the second version',
    edits: {
      [QUERIES]:
        '          query: sum:trace.http.request.errors{role:canary}.as_count() / sum:trace.http.request.hits{role:canary}.as_count()\n',
    },
    finds: ['error ANA031'],
  },
  {
    name: 'arithmetic in a query of the first version',
    edits: {
      [QUERIES]:
        '          query: sum:trace.http.request.errors{role:canary}.as_count() / sum:trace.http.request.hits{role:canary}.as_count()\n',
      'apiVersion: v2': 'apiVersion: v1',
    },
  },
  { name: 'queries without a formula', edits: { '          formula: bad / all\n': '' }, finds: ['error ANA031'] },
  {
    name: 'a formula without queries',
    edits: { [QUERIES]: '          formula: bad / all\n' },
    finds: ['error ANA031'],
  },
  {
    name: 'an aggregator of the first version',
    edits: {
      'apiVersion: v2': 'apiVersion: v1\n          aggregator: max',
      [QUERIES]: '          query: avg:trace.http.request.errors{role:canary}\n',
    },
    finds: ['error ANA031'],
  },
  {
    name: 'an interval that is none',
    edits: { '          interval: 5m\n': '          interval: 5 minutes\n' },
    finds: ['error ANA031'],
  },
  // Web.
  {
    name: 'a comparison of plain text, which always succeeds before 1.10',
    edits: { "          jsonPath: '{$}'\n": '', [WEB]: 'successCondition: result == "ok"' },
    options: { versions: readVersions({ argoRollouts: '1.9' }).versions },
    finds: ['warning CON015'],
  },
  {
    name: 'two bodies',
    edits: {
      "          jsonPath: '{$}'\n": '          method: POST\n          body: a\n          jsonBody: { a: b }\n',
    },
    finds: ['error ANA031'],
  },
  {
    name: 'a body without a method that takes one',
    edits: { "          jsonPath: '{$}'\n": '          body: a\n' },
    finds: ['error ANA031'],
  },
  {
    name: 'a path without braces, which is plain text',
    edits: { "jsonPath: '{$}'": "jsonPath: '$.status'", [WEB]: 'successCondition: result == "ok"' },
    finds: ['error ANA031'],
    says: "write '{$.status}'",
  },
  { name: 'a path that is none', edits: { "jsonPath: '{$}'": "jsonPath: '{$.status'" }, finds: ['error ANA031'] },
  // Jobs.
  { name: 'a Job beside sidecars that may not be native', edits: INJECTED, finds: ['advice ANA033'] },
  {
    name: 'a Job that gets no sidecar',
    edits: {
      ...INJECTED,
      '            template:\n              spec:\n                restartPolicy':
        "            template:\n              metadata: { labels: { sidecar.istio.io/inject: 'false' } }\n              spec:\n                restartPolicy",
    },
  },
  {
    name: 'a Job beside native sidecars',
    edits: {
      ...INJECTED,
      '            template:\n              spec:\n                restartPolicy':
        "            template:\n              metadata: { annotations: { sidecar.istio.io/nativeSidecar: 'true' } }\n              spec:\n                restartPolicy",
    },
  },
  {
    name: 'a Job without a deadline',
    edits: { '            activeDeadlineSeconds: 600\n': '' },
    finds: ['advice ANA034'],
  },
  {
    name: 'a condition on the result of a Job',
    edits: { '    - name: books\n': '    - name: books\n      successCondition: result == 0\n' },
    finds: ['warning CON019'],
    says: 'whether the Job completes or fails decides',
  },
  {
    name: 'two providers in one metric',
    edits: {
      "          jsonPath: '{$}'\n":
        "          jsonPath: '{$}'\n        prometheus: { address: 'http://prometheus:9090', query: vector(1) }\n",
    },
    finds: ['error ANA008', 'error CON004'],
  },
  // Configuration of two versions.
  {
    name: 'a ConfigMap of a fixed name, which both versions read',
    edits: {
      'name: ledger-6f9c2b7h4k, namespace': 'name: ledger, namespace',
      'configMapRef: { name: ledger-6f9c2b7h4k }': 'configMapRef: { name: ledger }',
    },
    finds: ['advice REF026'],
  },
  {
    name: 'a ConfigMap that does not exist',
    edits: { 'configMapRef: { name: ledger-6f9c2b7h4k }': 'configMapRef: { name: ledger-77aabb5555 }' },
    finds: ['error REF023'],
  },
  // Traps of the controller.
  {
    name: 'a quantity that the controller rewrites',
    edits: {
      '          image: registry.example.com/ledger:41\n':
        '          image: registry.example.com/ledger:41\n          resources: { requests: { cpu: 1500m, memory: 2048Mi } }\n',
    },
    finds: ['note ROL042'],
  },
  {
    name: 'canaryMetadata deletes a label of the pod template',
    edits: {
      'metadata: { labels: { app: ledger } }\n    spec':
        'metadata: { labels: { app: ledger, role: stable } }\n    spec',
      '      stableMetadata: { labels: { role: stable } }\n': '',
    },
    finds: ['warning ROL044'],
  },
  {
    name: 'a quoted number of pods, which is a percentage',
    edits: { 'maxSurge: 1': "maxSurge: '1'" },
    finds: ['warning ROL030'],
  },
  {
    name: 'no pod may be replaced',
    edits: { 'maxSurge: 1': 'maxSurge: 0\n      maxUnavailable: 0' },
    finds: ['error ROL008'],
  },
]);
