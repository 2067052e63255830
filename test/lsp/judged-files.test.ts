import type { Diagnostic } from 'vscode-languageserver/node';
import { EditorClient } from './client';
import { ANALYSIS, FILES, NAME, ROLLOUT, service } from './manifests';

let editor: EditorClient;
afterEach(async () => {
  expect(await editor.stop()).toEqual({ code: 0, errors: '' });
});

describe('findings are', () => {
  test('in the folders that the workspace has now', async () => {
    const odd = 'apiVersion: v1\nkind: Service\nmetadata: { name: x, namespace: shop }\nspec: {}\n';
    editor = await EditorClient.start({ ...FILES, 'other.yaml': odd }, false, 'apps');
    const broken = ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror');
    const hinted = (all: Diagnostic[]): boolean =>
      all.some(({ message }) => String(message).includes('analysis/checkout.yaml:4'));
    await editor.open(NAME, broken);
    expect(hinted(await editor.diagnostics(NAME, (all) => all.some(({ code }) => code === 'REF004')))).toBe(false);
    await editor.changeFolders('.', 'apps');
    await editor.diagnostics(NAME, hinted);
    await editor.diagnostics('other.yaml', (all) => all.length > 0);
    await editor.changeFolders('apps', '.');
    await editor.diagnostics('other.yaml', (all) => all.length === 0);
    await editor.diagnostics(NAME, (all) => all.some(({ code }) => code === 'REF004') && !hinted(all));
  });

  test('not in what lint leaves out, such as a patch, a Helm template or an assertion, open or closed again', async () => {
    const patch =
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: checkout }\nspec: { replicas: 3 }\n';
    const leftOut = {
      'overlay/patch.yaml': patch,
      'chart/templates/rollout.yaml': `{{ if .Values.on }}\n${patch}{{ end }}\n`,
      'tests/expected.yaml': patch,
    };
    editor = await EditorClient.start({
      ...FILES,
      ...leftOut,
      'overlay/kustomization.yaml': 'resources: [../apps]\npatches: [{ path: patch.yaml }]\n',
      'chart/Chart.yaml': 'apiVersion: v2\nname: checkout\nversion: 1.0.0\n',
      'tests/chainsaw-test.yaml':
        'apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nspec: { steps: [{ try: [{ assert: { file: expected.yaml } }] }] }\n',
    });
    const isJudged = (all: Diagnostic[]): boolean => all.some(({ code }) => code === 'REF004');
    const file = 'analysis/checkout.yaml';
    await editor.open(file, ANALYSIS.replace('name: checkout-errors', 'name: checkout-faults'));
    // In a file that is not open, so that all files have been judged together.
    await editor.diagnostics(NAME, isJudged);
    for (const [name, text] of Object.entries(leftOut)) {
      await editor.open(name, text);
      expect(await editor.diagnostics(name)).toEqual([]);
      await editor.close(name);
    }
    await editor.change(file, ANALYSIS);
    await editor.diagnostics(NAME, (all) => !isJudged(all));
    for (const name of Object.keys(leftOut)) expect(editor.shown(name)).toEqual([]);
  });

  test('in a new file that is not saved yet', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT);
    await editor.diagnostics(NAME);
    await editor.open('apps/new.yaml', service('new').replace('kind: Service', 'kind: Servce'));
    await editor.diagnostics('apps/new.yaml', (all) => all.length > 0);
  });

  test('by the settings of the innermost folder, whatever else is open', async () => {
    const odd = service('x').replace('  ports', '  portz');
    editor = await EditorClient.start(
      { ...FILES, 'apps/.cdk8s-canary.yaml': 'ignore: [REF004]\n', 'other.yaml': odd },
      false,
      'apps',
    );
    await editor.open(NAME, ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror'));
    await editor.changeFolders('.', 'none');
    await editor.diagnostics('other.yaml', (all) => all.length > 0);
    expect(editor.shown(NAME)).not.toContainEqual(expect.objectContaining({ code: 'REF004' }));
  });
});
