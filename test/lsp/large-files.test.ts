import { EditorClient } from './client';
import { ANALYSIS, ROLLOUT, SERVICES } from './manifests';

/** A file as `kustomize build` writes it. */
const APPS = 150;
const app = (text: string, i: number): string => text.replace(/checkout/g, `app${i}`);
const WHOLE = Array.from({ length: APPS }, (_, i) =>
  [ROLLOUT, SERVICES, ANALYSIS].map((one) => app(one, i)).join('---\n'),
).join('---\n');

let editor: EditorClient;
afterEach(async () => {
  expect(await editor.stop()).toEqual({ code: 0, errors: '' });
});

test('of many keystrokes that arrive while a large file is judged, the last one is judged', async () => {
  editor = await EditorClient.start({ 'all.yaml': WHOLE });
  await editor.open('all.yaml', WHOLE);
  await editor.diagnostics('all.yaml');
  const before = editor.versionsShown('all.yaml').length;
  const last = 'templateName: app7-erors';
  for (let i = 0; i < 20; i++) await editor.change('all.yaml', `${WHOLE}# ${'x'.repeat(i)}\n`);
  await editor.change('all.yaml', WHOLE.replace('templateName: app7-errors', last));
  const found = await editor.diagnostics('all.yaml');
  expect(found.filter(({ code }) => code === 'REF004')).toHaveLength(1);
  expect(editor.versionsShown('all.yaml').slice(before).length).toBeLessThan(10);
});
