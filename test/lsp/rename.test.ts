import type { CompletionItem, Location, WorkspaceEdit } from 'vscode-languageserver/node';
import { edited, EditorClient } from './client';
import { FILES, NAME, ROLLOUT, SERVICES } from './manifests';

const PATCH = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout }
spec:
  # checkout-canary is what users of the beta reach
  strategy: { canary: { canaryService: checkout-canary } }
`;
const OVERLAY = `resources: [../apps/checkout, checkout-canary.yaml]
images: [{ name: checkout-canary, newTag: v2 }]
`;
const INLINE = `patches:
  - target: { kind: Service, name: checkout-canary }
    patch: |-
      - op: replace
        path: /metadata/name
        value: other
  - patch: |-
      kind: Rollout
      spec: { strategy: { canary: { canaryService: checkout-canary } } }
patchesJson6902:
  - target: { version: v1, kind: Service, name: checkout-canary }
    patch: '[{ "op": "remove", "path": "/spec/checkout-canary-2" }]'
`;

let editor: EditorClient;
afterEach(async () => {
  expect(await editor.stop()).toEqual({ code: 0, errors: '' });
});

async function rename(
  files: Readonly<Record<string, string>>,
  { word = 'checkout-canary', asks = false, name = NAME }: { word?: string; asks?: boolean; name?: string } = {},
): Promise<WorkspaceEdit> {
  editor = await EditorClient.start(files, asks);
  await editor.open(name, files[name]);
  await editor.diagnostics(name);
  return editor.request<WorkspaceEdit>('textDocument/rename', { ...editor.at(name, word), newName: 'next' });
}

describe('what is not rendered here and has the name', () => {
  test.each([
    [
      'a patch',
      { 'overlay/kustomization.yaml': `${OVERLAY}patches: [{ path: p.yaml }]\n`, 'overlay/p.yaml': PATCH },
      /^Service .*overlay\/p\.yaml:6 has the name 'checkout-canary' in a patch of a kustomization/,
    ],
    [
      'patches in the kustomization',
      { 'overlay/kustomization.yaml': OVERLAY + INLINE },
      /overlay\/kustomization\.yaml:4 and 2 other places have the name/,
    ],
    [
      'a Helm template',
      {
        'chart/Chart.yaml': 'name: shop\n',
        'chart/templates/route.yaml': '{{ if .Values.on }}\nhost: checkout-canary.shop.svc\n{{ end }}\n',
      },
      /chart\/templates\/route\.yaml:2 has .* in a Helm template/,
    ],
  ])('%s: the rename is refused', async (_, files, reason) => {
    await expect(rename({ ...FILES, ...files })).rejects.toThrow(reason);
  });

  test('files, images, comments and longer names of a kustomization are no names of objects', async () => {
    const patch = PATCH.replace('canaryService: checkout-canary', 'canaryService: checkout-canary-2');
    const files = { ...FILES, 'o/kustomization.yaml': `${OVERLAY}patches: [{ path: p.yaml }]\n`, 'o/p.yaml': patch };
    expect(await rename(files)).toHaveProperty('changes');
  });

  test('an editor that can ask offers to change it', async () => {
    const files = { ...FILES, 'o/kustomization.yaml': OVERLAY + INLINE };
    const edit = await rename(files, { asks: true });
    expect(edited(files['o/kustomization.yaml'], edit, editor.uri('o/kustomization.yaml'))).toBe(
      OVERLAY + INLINE.replace(/checkout-canary(?!-)/g, 'next'),
    );
    expect(Object.values(edit.changeAnnotations!).map(({ needsConfirmation }) => needsConfirmation)).toContain(true);
  });
});

test('places in files that nothing else links to are renamed, too', async () => {
  const host = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: mesh, namespace: shop }
spec:
  hosts: [checkout-canary.shop.svc.cluster.local]
  http: [{ route: [{ destination: { host: elsewhere.example.com } }] }]
`;
  const files = { ...FILES, 'mesh/far/away.yaml': host };
  const edit = await rename(files);
  expect(edited(host, edit, editor.uri('mesh/far/away.yaml'))).toBe(host.replace('checkout-canary', 'next'));
});

test('a Deployment with its workloadRef and its autoscaler', async () => {
  const rollout = ROLLOUT.slice(0, ROLLOUT.indexOf('  template:')).replace(
    'spec:\n',
    'spec:\n  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: web-app }\n',
  );
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web-app, namespace: shop }
spec:
  replicas: 0
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: a, image: a:1 }] } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web-app } }
`;
  const files = { 'a/rollout.yaml': rollout, 'b/deployment.yaml': deployment, 'c/services.yaml': SERVICES };
  const edit = await rename(files, { name: 'a/rollout.yaml', word: 'web-app' });
  expect(edited(rollout, edit, editor.uri('a/rollout.yaml'))).toBe(rollout.replace('web-app', 'next'));
  expect(edited(deployment, edit, editor.uri('b/deployment.yaml'))).toBe(deployment.replace(/web-app/g, 'next'));
});

const service = (metadata: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: ${metadata}\nspec: { selector: { app: *n }, ports: [{ port: 80 }] }\n`;

test('a name that other fields share by an alias is not changed with them', async () => {
  const files = { [NAME]: ROLLOUT, 'services.yaml': service('{ name: &n checkout-canary, namespace: shop }') };
  await expect(rename(files)).rejects.toThrow(/^services\.yaml:4 is an alias of metadata\.name, which would change/);
});

test('a definition by an alias is found', async () => {
  const text = service('{ labels: { app: &n checkout-canary }, name: *n, namespace: shop }');
  await expect(rename({ [NAME]: ROLLOUT, 'services.yaml': text })).rejects.toThrow('cannot be edited safely');
  const [found] = await editor.request<Location[]>('textDocument/definition', editor.at(NAME, 'checkout-canary'));
  expect(found.range.start).toEqual({ line: 2, character: text.split('\n')[2].indexOf('*n') });
});

test('a completion in a line of millions of characters, and behind an anchor', async () => {
  const text = ROLLOUT.replace('canaryService: checkout-canary', 'canaryService: &a c');
  const long = `{ "a": "${'x'.repeat(2_000_000)}", "kind": "" }`;
  editor = await EditorClient.start({ ...FILES, [NAME]: text, 'long.json': long });
  await editor.open(NAME, text);
  const at = editor.at(NAME, '&a c');
  const params = { ...at, position: { ...at.position, character: at.position.character + 4 } };
  const found = await editor.request<CompletionItem[]>('textDocument/completion', params);
  expect(found.map(({ label }) => label)).toContain('checkout-canary');
  await editor.open('long.json', long);
  const begun = Date.now();
  await editor.request('textDocument/completion', editor.at('long.json', '", "kind"'));
  // Quadratic, this takes minutes.
  expect(Date.now() - begun).toBeLessThan(20_000);
});
