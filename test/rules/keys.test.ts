import { valueNotAllowed } from '../../src/rules/schema/sch006-value-not-allowed';
import { describeRule } from './describe-rule';

const map = (kind: string, part: string, keys: readonly string[]): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: checkout, namespace: shop }\n${part}: ${JSON.stringify(
    Object.fromEntries(keys.map((key) => [key, 'YQ=='])),
  )}\n`;
const pods = (env: string, list = 'containers'): string => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { ${list}: [{ name: b, image: b:1, env: [${env}] }]${list === 'containers' ? '' : ', containers: [{ name: a, image: a:1 }]'} }
`;

describeRule(valueNotAllowed, [
  {
    name: 'keys of a ConfigMap',
    manifest: map('ConfigMap', 'data', ['a/b', '', '..', '..a', 'a b', 'ä', 'k'.repeat(254)]),
    finds: Array.from({ length: 7 }, () => ({})),
  },
  { name: 'keys that it may have', manifest: map('ConfigMap', 'data', ['.env', 'A_b-c.1', '0', '_']) },
  { name: 'of binary data', manifest: map('ConfigMap', 'binaryData', ['a:b']), finds: [{ path: 'binaryData["a:b"]' }] },
  { name: 'of a Secret', manifest: map('Secret', 'stringData', ['a=b', 'ok']), finds: [{ path: 'stringData["a=b"]' }] },
  {
    name: 'names of variables',
    manifest: pods("{ name: '' }, { name: 'a=b' }, { name: 'ü' }"),
    finds: [
      {
        message: `spec.template.spec.containers[0].env[0].name is '', and a variable's name has printable ASCII characters, and no '='`,
      },
      {},
      {},
    ],
  },
  { name: 'names that later releases accept', manifest: pods("{ name: a.b }, { name: '1 $' }, { name: A_B }") },
  { name: 'of init containers', manifest: pods("{ name: 'a=b' }", 'initContainers'), finds: [{}] },
  {
    name: 'of the pods of a Job that measures',
    manifest: `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: smoke, namespace: shop }
spec:
  metrics:
    - name: smoke
      provider:
        job: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a:1, env: [{ name: 'a=b' }] }] } } } }
`,
    finds: [{ path: 'spec.metrics[0].provider.job.spec.template.spec.containers[0].env[0].name' }],
  },
]);
