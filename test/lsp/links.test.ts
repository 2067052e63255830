import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Location } from 'vscode-languageserver/node';
import { EditorClient } from './client';
import { FILES, NAME, ROLLOUT } from './manifests';

const BROKEN = ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror');

let editor: EditorClient;
afterEach(async () => {
  expect(await editor.stop()).toEqual({ code: 0, errors: '' });
});

const place = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`real/${name}`, text]));

async function startWithLink(link: string, target: string, folder: string): Promise<void> {
  editor = await EditorClient.start(place(FILES), false, folder, (root) => symlinkSync(target, join(root, link)));
}

test.each([
  ['in a linked folder of the workspace', 'real/current', 'apps', 'real', `real/current/checkout/rollout.yaml`],
  ['by a link to the file', 'real/r.yaml', NAME, 'real', 'real/r.yaml'],
  ['in a workspace that is a link', 'work', 'real', 'work', `work/${NAME}`],
  ['by its own path, in a workspace that is a link', 'work', 'real', 'work', `real/${NAME}`],
  ['by a link, in a workspace by its own path', 'work', 'real', 'real', `work/${NAME}`],
])('a file that is opened %s has the findings of the workspace', async (_, link, target, folder, opened) => {
  await startWithLink(link, target, folder);
  await editor.open(opened, BROKEN);
  const found = await editor.diagnostics(opened, (all) => all.some(({ code }) => code === 'REF004'));
  expect(found.find(({ code }) => code === 'REF004')!.message).toContain('analysis/checkout.yaml:4');
  expect(found.filter(({ code }) => code === 'REF004')).toHaveLength(1);
  const services = await editor.request<Location[]>('textDocument/definition', editor.at(opened, 'checkout-canary'));
  expect(services[0].uri).toMatch(/apps\/checkout\/services\.yaml$/);
});
