import { parse } from 'yaml';
import { folderWith, runCli } from '../cli/run-cli';

const POLICY = (name: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }${spec} }
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: 'web:1', ports: [{ containerPort: 8080 }] }] }
`;

const adopted = async (policy: string) => {
  const cwd = folderWith({ 'web.yaml': DEPLOYMENT + policy });
  const { out, code } = await runCli(['adopt', 'web.yaml', '--prometheus', 'http://prometheus:9090', '-o', 'out'], {
    cwd,
  });
  expect([code, out]).toEqual([0, '']);
  const again = await runCli(['synth', 'out', '-o', '-', '-f', 'json'], { cwd });
  const made = JSON.parse(again.out) as { kind: string; spec: object }[];
  const { spec } = parse((await runCli(['show', 'out/web.canary.yaml'], { cwd })).out) as { spec: object };
  return { spec, made: made.find(({ kind }) => kind === 'NetworkPolicy')?.spec };
};

const podSelector = { matchLabels: { app: 'web' } };

test.each([
  ['no connections, which refuses all incoming ones', '', { ingress: [] }, { podSelector }],
  [
    'outgoing connections of no kind',
    ', policyTypes: [Egress]',
    { egress: [] },
    { podSelector, policyTypes: ['Egress'] },
  ],
])('a NetworkPolicy that names %s stays one', async (_, given, option, wanted) => {
  const { spec, made } = await adopted(POLICY('web', given));
  expect(spec).toMatchObject({ networkPolicy: option });
  // An empty list and none are one and the same.
  expect({ ...made, ingress: undefined, egress: undefined }).toEqual({
    ...wanted,
    ingress: undefined,
    egress: undefined,
  });
});
