import type { CodeAction, CodeLens, CompletionItem, Hover, Location, WorkspaceEdit } from 'vscode-languageserver/node';
import { edited, EditorClient } from './client';
import { ANALYSIS, FILES, NAME, ROLLOUT, SERVICES, TRAFFIC } from './manifests';

let editor: EditorClient;
afterEach(async () => {
  expect(await editor.stop()).toEqual({ code: 0, errors: '' });
});

describe('findings', () => {
  test('across the files of the workspace, for the text that is being typed', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT);
    const codes = (await editor.diagnostics(NAME)).map(({ code }) => code);
    expect(codes).not.toContain('REF001');
    expect(codes).not.toContain('REF004');

    await editor.change(NAME, ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror'));
    const found = await editor.diagnostics(NAME, (all) => all.some(({ code }) => code === 'REF004'));
    const finding = found.find(({ code }) => code === 'REF004')!;
    expect(finding).toMatchObject({ severity: 1, source: 'cdk8s-canary' });
    expect(finding.message).toContain("did you mean 'checkout-errors' (analysis/checkout.yaml:4)?");
    expect(finding.codeDescription?.href).toMatch(/REF004\.md$/);
    expect(finding.range.start).toEqual(editor.at(NAME, 'checkout-eror').position);

    await editor.change(NAME, ROLLOUT);
    expect((await editor.diagnostics(NAME)).map(({ code }) => code)).toEqual(codes);
  });

  test('in files that are not open, because of one that is', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open('analysis/checkout.yaml', ANALYSIS);
    await editor.diagnostics('analysis/checkout.yaml');
    await editor.change('analysis/checkout.yaml', ANALYSIS.replace('name: checkout-errors', 'name: checkout-faults'));
    const found = await editor.diagnostics(NAME, (all) => all.some(({ code }) => code === 'REF004'));
    expect(found.find(({ code }) => code === 'REF004')!.range.start).toEqual({ line: 23, character: 30 });
  });

  test('a text that is no YAML is reported, and the rest of the workspace is still known', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT);
    await editor.diagnostics(NAME);
    await editor.change(NAME, `${ROLLOUT}  }: [\n`);
    expect((await editor.diagnostics(NAME)).map(({ code }) => code)).toContain('SCH001');
    const services = await editor.request<Location[]>('textDocument/definition', editor.at(NAME, 'checkout-canary'));
    expect(services).toBeNull();
  });

  test('the settings of the configuration file apply', async () => {
    editor = await EditorClient.start({ ...FILES, '.cdk8s-canary.yaml': 'ignore: [REF004]\n' });
    const broken = ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror');
    await editor.open(NAME, broken);
    expect((await editor.diagnostics(NAME)).map(({ code }) => code)).not.toContain('REF004');
  });
});

describe('changes', () => {
  test('a quick fix writes the name that was meant', async () => {
    editor = await EditorClient.start(FILES);
    const broken = ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror');
    await editor.open(NAME, broken);
    const found = await editor.diagnostics(NAME, (all) => all.some(({ code }) => code === 'REF004'));
    const { range } = found.find(({ code }) => code === 'REF004')!;
    const params = { ...editor.document(NAME), range, context: { diagnostics: [] } };
    const actions = await editor.request<CodeAction[]>('textDocument/codeAction', params);
    const fix = actions.find(({ isPreferred }) => isPreferred)!;
    expect(fix.title).toBe("write 'checkout-errors' (REF004)");
    expect(edited(broken, fix.edit!, editor.uri(NAME))).toBe(ROLLOUT);
  });

  test('a suppression counts as soon as it has a reason', async () => {
    editor = await EditorClient.start(FILES);
    const broken = ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror');
    await editor.open(NAME, broken);
    const found = await editor.diagnostics(NAME, (all) => all.some(({ code }) => code === 'REF004'));
    const { range } = found.find(({ code }) => code === 'REF004')!;
    const params = { ...editor.document(NAME), range, context: { diagnostics: [] } };
    const actions = await editor.request<CodeAction[]>('textDocument/codeAction', params);
    const suppress = actions.find(({ title }) => title.startsWith('suppress REF004'))!;
    const without = edited(broken, suppress.edit!, editor.uri(NAME));
    await editor.change(NAME, without);
    const codes = (await editor.diagnostics(NAME)).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['REF004', 'SUP002']));
    await editor.change(NAME, without.replace('ignore REF004: ', 'ignore REF004: comes with the next release'));
    const after = (await editor.diagnostics(NAME)).map(({ code }) => code);
    expect(after).not.toContain('REF004');
    expect(after).not.toContain('SUP002');
  });

  test('a suppression has the line ends of its file', async () => {
    editor = await EditorClient.start(FILES);
    const broken = ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror').replace(
      /\n/g,
      '\r\n',
    );
    await editor.open(NAME, broken);
    const found = await editor.diagnostics(NAME, (all) => all.some(({ code }) => code === 'REF004'));
    const { range } = found.find(({ code }) => code === 'REF004')!;
    const actions = await editor.request<CodeAction[]>('textDocument/codeAction', {
      ...editor.document(NAME),
      range,
      context: { diagnostics: found },
    });
    const { edit } = actions.find(({ title }) => title.startsWith('suppress REF004'))!;
    expect(edited(broken, edit!, editor.uri(NAME))).not.toMatch(/[^\r]\n/);
  });

  test('within a query a suppression is an annotation, because a comment would be part of the query', async () => {
    editor = await EditorClient.start(FILES);
    const file = 'analysis/checkout.yaml';
    const broken = ANALYSIS.replace('"{{args.service}}"}[5m]))\n', '"{{args.servce}}"}[5m]))\n');
    await editor.open(file, broken);
    const found = await editor.diagnostics(file, (all) => all.some(({ code }) => code === 'REF012'));
    const { range } = found.find(({ code }) => code === 'REF012')!;
    const params = { ...editor.document(file), range, context: { diagnostics: [] } };
    const actions = await editor.request<CodeAction[]>('textDocument/codeAction', params);
    const suppress = actions.find(({ title }) => title.startsWith('suppress REF012'))!;
    expect(edited(broken, suppress.edit!, editor.uri(file))).toContain(
      '  namespace: shop\n  annotations:\n    cdk8s-canary.dev/ignore: REF012\n',
    );
  });

  test('a rename changes every reference, in every file', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT);
    await editor.diagnostics(NAME);
    const at = editor.at(NAME, 'checkout-canary');
    expect(await editor.request('textDocument/prepareRename', at)).toMatchObject({ placeholder: 'checkout-canary' });
    const edit = await editor.request<WorkspaceEdit>('textDocument/rename', { ...at, newName: 'checkout-next' });
    const after = (name: keyof typeof FILES): string => edited(FILES[name], edit, editor.uri(name));
    expect(after(NAME)).toBe(ROLLOUT.replace('canaryService: checkout-canary', 'canaryService: checkout-next'));
    expect(after('apps/checkout/services.yaml')).toBe(SERVICES.replace('checkout-canary', 'checkout-next'));
    expect(after('traffic/checkout.yaml')).toBe(TRAFFIC.replace('checkout-canary', 'checkout-next'));
    expect(after('analysis/checkout.yaml')).toBe(ANALYSIS);
  });

  test('an editor that can ask is offered the texts that probably mean the renamed Service', async () => {
    editor = await EditorClient.start(FILES, true);
    await editor.open(NAME, ROLLOUT);
    await editor.diagnostics(NAME);
    const at = editor.at(NAME, 'checkout-canary');
    const edit = await editor.request<WorkspaceEdit>('textDocument/rename', { ...at, newName: 'checkout-next' });
    expect(Object.values(edit.changeAnnotations!)).toMatchObject([{ needsConfirmation: true }]);
    expect(edited(ROLLOUT, edit, editor.uri(NAME))).toBe(ROLLOUT.replaceAll('checkout-canary', 'checkout-next'));
  });

  test('a name that is taken or not valid is refused with the reason', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT);
    await editor.diagnostics(NAME);
    const at = editor.at(NAME, 'checkout-canary');
    const rename = (newName: string) => editor.request('textDocument/rename', { ...at, newName });
    await expect(rename('checkout-stable')).rejects.toThrow('apps/checkout/services.yaml');
    await expect(rename('Checkout')).rejects.toThrow("'Checkout' is no name of a Service");
    await expect(rename('1e3')).rejects.toThrow('1e3');
  });
});

describe('navigation', () => {
  test.each([
    ['a Service of a Rollout', 'checkout-stable', 0, 'apps/checkout/services.yaml', 'checkout-stable'],
    ['a VirtualService of a Rollout', 'name: checkout\n            routes', 0, 'traffic/checkout.yaml', 'checkout\n'],
    ['a route of a Rollout', 'primary', 0, 'traffic/checkout.yaml', 'primary'],
    ['a template of a Rollout', 'checkout-errors', 0, 'analysis/checkout.yaml', 'checkout-errors'],
    ['an argument of a Rollout', 'name: service', 0, 'analysis/checkout.yaml', 'service'],
  ])('from %s to its definition', async (_what, word, nth, file, defined) => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT);
    await editor.diagnostics(NAME);
    const at = editor.at(NAME, word, nth);
    if (word.startsWith('name: ')) at.position.character += 'name: '.length;
    const found = await editor.request<Location[]>('textDocument/definition', at);
    editor.texts.set(file, FILES[file as keyof typeof FILES]);
    expect(found).toEqual([expect.objectContaining({ uri: editor.uri(file) })]);
    expect(found[0].range.start).toEqual(editor.at(file, defined).position);
  });

  test('from an argument in a query to all its mentions', async () => {
    editor = await EditorClient.start(FILES);
    const file = 'analysis/checkout.yaml';
    await editor.open(file, ANALYSIS);
    await editor.diagnostics(file);
    const at = editor.at(file, 'args.service');
    at.position.character += 'args.'.length;
    const params = { ...at, context: { includeDeclaration: true } };
    const found = await editor.request<Location[]>('textDocument/references', params);
    const lines = found.map(({ uri, range }) => `${uri.slice(editor.uri('apps').length - 4)}:${range.start.line + 1}`);
    expect(lines.sort()).toEqual([
      'analysis/checkout.yaml:20',
      'analysis/checkout.yaml:22',
      'analysis/checkout.yaml:8',
      'apps/checkout/rollout.yaml:26',
    ]);
  });
});

describe('completion', () => {
  const labels = async (file: string, text: string, behind: string): Promise<string[]> => {
    await editor.open(file, text);
    await editor.diagnostics(file);
    const at = editor.at(file, behind);
    at.position.character += behind.length;
    const found = await editor.request<CompletionItem[] | null>('textDocument/completion', at);
    return (found ?? []).map(({ label }) => label).sort();
  };

  test.each([
    ['Services', 'canaryService: checkout-canary', 'canaryService: ', '', ['checkout-canary', 'checkout-stable']],
    ['templates, while one is typed', 'templateName: checkout-errors', 'templateName: ch', '', ['checkout-errors']],
    ['routes in brackets', 'routes: [primary]', 'routes: [', ']', ['primary']],
    ['nothing for a key', 'canaryService: checkout-canary', 'canaryServ', '', []],
  ])('%s', async (_what, written, typed, closed, expected) => {
    editor = await EditorClient.start(FILES);
    expect(await labels(NAME, ROLLOUT.replace(written, typed + closed), typed)).toEqual(expected);
  });

  test('arguments that are not given yet', async () => {
    editor = await EditorClient.start(FILES);
    const text = ROLLOUT.replace('- name: service\n', '- name:  # which one\n');
    expect(await labels(NAME, text, '- name: ')).toEqual(['service']);
  });

  test('declared arguments in a query', async () => {
    editor = await EditorClient.start(FILES);
    const text = ANALYSIS.replace('{{args.service}}', '{{args.');
    expect(await labels('analysis/checkout.yaml', text, '{{args.')).toEqual(['service']);
  });
});

describe('what a rollout does', () => {
  test('a lens says when it is promoted and how fast a bad version is caught', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT);
    await editor.diagnostics(NAME);
    const [lens] = await editor.request<CodeLens[]>('textDocument/codeLens', editor.document(NAME));
    const { command } = await editor.request<CodeLens>('codeLens/resolve', lens);
    expect(command!.title).toMatch(/^\d+ min to promotion · (catches|does not catch) 1 % errors/);
    const plan = await editor.request<string>('workspace/executeCommand', {
      command: command!.command,
      arguments: command!.arguments,
    });
    expect(plan).toContain('checkout');
    expect(plan).toContain('| ');
  });

  test('a lens without a plan says why there is none', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-erors'));
    await editor.diagnostics(NAME);
    const [lens] = await editor.request<CodeLens[]>('textDocument/codeLens', editor.document(NAME));
    const { command } = await editor.request<CodeLens>('codeLens/resolve', lens);
    expect(command).toMatchObject({
      title: 'no plan: this rollout cannot be planned',
      tooltip: expect.stringContaining('checkout-erors') as string,
    });
  });

  test('hovering over a step shows the plan of the step', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT);
    await editor.diagnostics(NAME);
    const { contents } = await editor.request<Hover>('textDocument/hover', editor.at(NAME, 'pause'));
    const { value } = contents as { value: string };
    expect(value).toContain('**Step 2** of 3');
    expect(value).toContain('20 %');
  });

  test('hovering over a finding shows its rule', async () => {
    editor = await EditorClient.start(FILES);
    await editor.open(NAME, ROLLOUT.replace('templateName: checkout-errors', 'templateName: checkout-eror'));
    await editor.diagnostics(NAME, (all) => all.some(({ code }) => code === 'REF004'));
    const { contents } = await editor.request<Hover>('textDocument/hover', editor.at(NAME, 'checkout-eror'));
    expect((contents as { value: string }).value).toContain(
      '**REF004: An analysis names a template that does not exist**',
    );
  });
});

describe('canary files', () => {
  const SPEC = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata:
  name: checkout
  namespace: shop
spec:
  image: registry.example.com/checkout:1
  port: 8080
  prometheus: http://prometheus.monitoring:9090
`;

  test('a problem is shown in the file that has it, and a lens shows the plan', async () => {
    editor = await EditorClient.start({ 'checkout/canary.yaml': SPEC });
    const file = 'checkout/canary.yaml';
    await editor.open(file, SPEC.replace('port: 8080', 'prt: 8080'));
    const found = await editor.diagnostics(file, (all) => all.length > 0);
    expect(found.map(({ message }) => message).join()).toContain("there is no 'prt' here; did you mean 'port'?");
    await editor.change(file, SPEC);
    await editor.diagnostics(file, (all) => all.every(({ severity }) => severity !== 1));
    const [lens] = await editor.request<CodeLens[]>('textDocument/codeLens', editor.document(file));
    const { command } = await editor.request<CodeLens>('codeLens/resolve', lens);
    expect(command!.title).toMatch(/min to promotion/);
  });

  test('a problem of defaults is gone with the file that they were read for', async () => {
    const file = 'checkout/canary.yaml';
    const defaults = 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec:\n  replcas: 2\n';
    editor = await EditorClient.start({ [file]: SPEC, 'canary.defaults.yaml': defaults });
    await editor.open(file, SPEC);
    await editor.diagnostics('canary.defaults.yaml', (all) => all.length > 0);
    await editor.close(file);
    await editor.diagnostics('canary.defaults.yaml', (all) => all.length === 0);
  });

  test('a problem of an overlay is shown in the overlay', async () => {
    const file = 'checkout/canary.staging.yaml';
    const overlay = `${SPEC.slice(0, SPEC.indexOf('spec:'))}spec:\n  replcas: 2\n`;
    editor = await EditorClient.start({ 'checkout/canary.yaml': SPEC, [file]: overlay });
    await editor.open(file, overlay);
    const found = await editor.diagnostics(file, (all) => all.length > 0);
    expect(found[0].range.start).toEqual({ line: 6, character: 2 });
  });
});
