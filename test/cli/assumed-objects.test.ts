import { BINARY, describeReal } from '../rehearse/real';
import { folderWith, runCli } from './run-cli';

const ROUTING = {
  istio: 'istio: { virtualService: { name: shop-routes.mesh }, destinationRule: { name: shop-rule } }',
  gatewayApi: 'plugins: { argoproj-labs/gatewayAPI: { httpRoute: shop-http } }',
  nginx: 'nginx: { stableIngress: shop-ingress }',
};
const rollout = (routing: string, steps = '{ setWeight: 50 }, { pause: { duration: 1m } }'): string => `---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop, namespace: shop }
spec:
  replicas: 4
  selector: { matchLabels: { app: shop } }
  template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  strategy:
    canary:
      canaryService: shop-canary
      stableService: shop-stable
      trafficRouting: { ${routing} }
      steps: [${steps}]
`;
const object = (apiVersion: string, kind: string, name: string, spec: string, namespace = 'shop'): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
const SERVICES = ['canary', 'stable']
  .map((role) => object('v1', 'Service', `shop-${role}`, '{ selector: { app: shop }, ports: [{ port: 80 }] }'))
  .join('');
const NOTE =
  "Service 'shop-canary', Service 'shop-stable', VirtualService 'shop-routes' in namespace 'mesh' and DestinationRule 'shop-rule' are not in the input; they are assumed to exist and to fit the Rollout";

const run = async (command: readonly string[], manifests: string): Promise<string> => {
  const { code, out, err } = await runCli([...command, folderWith({ 'a.yaml': manifests })]);
  expect({ code, err }).toEqual({ code: 0, err: expect.any(String) });
  return out;
};

describe('objects that a Rollout names and that are not given are assumed, in one sentence', () => {
  test.each(['text', 'markdown', 'html', 'json'])('plan, simulate: %s', async (format) => {
    // What a view escapes is the same in all of them.
    const readable = (text: string): string => text.replace(/&#39;|&apos;/g, "'").replace(/\\(.)/g, '$1');
    for (const command of [['plan'], ['simulate', '--runs', '50']]) {
      const out = readable(await run([...command, '--format', format], rollout(ROUTING.istio)));
      expect(out.split(NOTE)).toHaveLength(2);
    }
  });

  test.each(['first-sync', 'retry', 'another-update', 'rollback', 'autoscaling'])('plan --event %s', async (event) => {
    const { out } = await runCli(['plan', '--event', event, folderWith({ 'a.yaml': rollout(ROUTING.istio) })]);
    expect(out).toContain(NOTE);
  });

  test('test', async () => {
    const folder = folderWith({
      'a.yaml': rollout(ROUTING.istio),
      'scenarios.yaml': `manifests: [a.yaml]
scenarios:
  - name: healthy
    version: healthy
    expect: promoted
`,
    });
    const { out } = await runCli(['test', '--engine', 'simulation', 'scenarios.yaml'], { cwd: folder });
    expect(out).toContain(NOTE);
  });

  describeReal('with a real Prometheus', () => {
    test('rehearse', async () =>
      expect(await run(['rehearse', '--prometheus', BINARY!], rollout(ROUTING.istio))).toContain(NOTE));
  });

  test('only those that are missing', async () => {
    expect(await run(['plan'], rollout(ROUTING.gatewayApi) + SERVICES)).toContain(
      "HTTPRoute 'shop-http' is not in the input; it is assumed to exist and to fit the Rollout",
    );
    expect(await run(['plan'], rollout(ROUTING.nginx) + SERVICES)).toContain("  Ingress 'shop-ingress' is not");
  });

  test('nothing where everything is given', async () => {
    const route = object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop-http', '{ rules: [] }');
    expect(await run(['plan'], rollout(ROUTING.gatewayApi) + SERVICES + route)).not.toContain('not in the input');
  });
});

test('a template that is missing deep inside others is a problem: it decides about the update', async () => {
  const template = (name: string, inner: string): string =>
    object('argoproj.io/v1alpha1', 'AnalysisTemplate', name, `{ templates: [{ templateName: ${inner} }] }`);
  const manifests =
    rollout(ROUTING.nginx, '{ setWeight: 50 }, { analysis: { templates: [{ templateName: outer }] } }') +
    template('outer', 'middle') +
    template('middle', 'inner') +
    template('inner', 'absent');
  const { code, err } = await runCli(['plan', folderWith({ 'a.yaml': manifests })]);
  expect(code).toBe(1);
  expect(err).toContain("uses AnalysisTemplate 'absent', which nothing here defines; give its file too");
});
