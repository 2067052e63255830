import { NEWEST } from '../../src/versions';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, runCli } from './run-cli';

const rollout = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
  namespace: shop
spec:
  strategy:
    canary:
      steps:
        - setWeight: 50
        - analysis:
            templates:
              # which one?
              - templateName: checkout-eror
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: checkout, image: checkout }] } }
`;
const analysis = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: checkout-errors
  namespace: shop
spec:
  metrics:
    - name: errors
      successCondition: len(result) > 0 && result[0] <= 5
      provider:
        prometheus:
          query: sum(up)
`;
const shop = (): string => folderWith({ 'shop/rollout.yaml': rollout, 'shop/analysis.yaml': analysis });
const fine = (): string => folderWith({ 'analysis.yaml': analysis });

describe('lint', () => {
  test('quotes the line with a caret, says what was meant, and counts', async () => {
    const { code, out } = await runCli(['lint', 'shop'], { cwd: shop() });
    expect(out)
      .toBe(`error   REF004  step 2 of Rollout shop/checkout analyses 'checkout-eror', which nothing here defines
  shop/rollout.yaml:14:31
   14 |               - templateName: checkout-eror
      |                               ^^^^^^^^^^^^^ did you mean 'checkout-errors' (shop/analysis.yaml:4)?

1 error in 2 resources in 2 files, for Argo Rollouts 1.10, Prometheus 3.16 (1 can be fixed with --fix)
`);
    expect(code).toBe(1);
  });

  test('says that nothing was found', async () => {
    expect(await runCli(['lint', '.'], { cwd: fine() })).toEqual({
      code: 0,
      out: 'nothing found in 1 resource in 1 file, for Argo Rollouts 1.10, Prometheus 3.16\n',
      err: '',
    });
  });

  test('colours only on a terminal', async () => {
    const { out } = await runCli(['lint', 'shop'], { cwd: shop(), colour: true });
    expect(out).toContain('\u001b[31m');
  });

  test('control characters of a manifest do not reach the terminal', async () => {
    const cwd = folderWith({ 'a.yaml': rollout.replace('checkout-eror', '"a\\u009b31mb"') });
    const { out } = await runCli(['lint', '--closed-world', 'a.yaml'], { cwd });
    expect(out).toContain('REF004');

    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test('json, in the shape that programs rely on', async () => {
    const { out } = await runCli(['lint', '--format', 'json', 'shop'], { cwd: shop() });
    expect(JSON.parse(out)).toEqual({
      versions: NEWEST,
      findings: [
        {
          code: 'REF004',
          severity: 'error',
          message:
            "step 2 of Rollout shop/checkout analyses 'checkout-eror', which nothing here defines; did you mean 'checkout-errors' (shop/analysis.yaml:4)?",
          file: 'shop/rollout.yaml',
          line: 14,
          column: 31,
          path: 'spec.strategy.canary.steps[1].analysis.templates[0].templateName',
          resource: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', namespace: 'shop', name: 'checkout' },
        },
      ],
      summary: {
        files: 2,
        resources: 2,
        errors: 1,
        warnings: 0,
        advice: 0,
        notes: 0,
        suppressed: 0,
        baselined: 0,
        unreadable: 0,
      },
    });
  });

  test.each(['sarif', 'junit', 'github', 'gitlab'])('%s', async (format) => {
    const { out, code } = await runCli(['lint', '--format', format, 'shop'], { cwd: shop() });
    expect(out).toMatchSnapshot();
    expect(code).toBe(1);
  });

  test('a reference that may be elsewhere is a note, and does not fail', async () => {
    const { out, code } = await runCli(['lint', '-'], { stdin: rollout });
    expect(out).toMatch(/^note {4}REF004 .*\n {2}<stdin>:14:31\n/);
    expect(code).toBe(0);
    expect((await runCli(['lint', '--closed-world', '-'], { stdin: rollout })).code).toBe(1);
  });

  test('--fail-on decides what fails', async () => {
    const stdin = analysis.replace('len(result) > 0 && ', '');
    expect((await runCli(['lint', '-'], { stdin })).code).toBe(1);
    expect((await runCli(['lint', '--fail-on', 'error', '-'], { stdin })).code).toBe(0);
    expect((await runCli(['lint', '--fail-on', 'never', '--closed-world', '-'], { stdin: rollout })).code).toBe(0);
    expect((await runCli(['lint', '--fail-on', 'note', '-'], { stdin: rollout })).code).toBe(1);
  });

  test('--select and --ignore choose by code and by group', async () => {
    const stdin = `${rollout.replace('setWeight: 50', "setWeight: '50'")}`;
    const codes = async (...flags: string[]) => {
      const { out } = await runCli(['lint', '--format', 'json', ...flags, '-'], { stdin });
      return JSON.parse(out).findings.map(({ code }: { code: string }) => code);
    };
    expect(await codes()).toEqual(['SCH004', 'REF004']);
    expect(await codes('--select', 'REF')).toEqual(['REF004']);
    expect(await codes('--ignore', 'REF004')).toEqual(['SCH004']);
    expect(await codes('--ignore', 'SCH,REF', '--select', 'SCH004')).toEqual(['SCH004']);
  });

  test('--explain prints the page of a rule', async () => {
    const { out, code } = await runCli(['lint', '--explain', 'ref004']);
    expect(out).toMatch(/^REF004: An analysis names a template that does not exist\n/);
    expect(code).toBe(0);
  });
});

describe('input that cannot be read ends with 2 and says why, and the rest is linted', () => {
  test.each([
    [['nowhere.yaml'], 'cannot read nowhere.yaml: there is no such file or folder'],
    [['*.yml'], 'cannot read *.yml: no file matches this pattern'],
    [['picture.yaml'], 'cannot read picture.yaml: is no text file'],
    [['utf16.yaml'], 'cannot read utf16.yaml: is UTF-16; save it as UTF-8'],
  ])('%j', async (paths, message) => {
    const cwd = folderWith({ 'shop.yaml': analysis, 'picture.yaml': 'a\0b', 'utf16.yaml': '' });
    writeFileSync(join(cwd, 'utf16.yaml'), Buffer.from([0xff, 0xfe, 0x61, 0]));
    const { code, out } = await runCli(['lint', 'shop.yaml', ...paths], { cwd });
    expect(out).toContain(message);
    expect(out).toContain('1 resource in 1 file');
    expect(code).toBe(2);
  });

  test('a file without permission', async () => {
    const cwd = folderWith({ 'a.yaml': analysis });
    chmodSync(join(cwd, 'a.yaml'), 0);
    const { code } = await runCli(['lint', '.'], { cwd });
    // The superuser reads everything.
    expect(code).toBe(process.getuid?.() === 0 ? 0 : 2);
  });

  test('links that lead in circles end', async () => {
    const cwd = folderWith({ 'a/b/app.yaml': analysis });
    symlinkSync('..', join(cwd, 'a/b/up'));
    symlinkSync('self.yaml', join(cwd, 'a/self.yaml'));
    symlinkSync('../nowhere', join(cwd, 'a/dangling.yaml'));
    const { code, out } = await runCli(['lint', '.'], { cwd });
    expect(out).toBe('nothing found in 1 resource in 1 file, for Argo Rollouts 1.10, Prometheus 3.16\n');
    expect(code).toBe(0);
  });

  test.each([
    [['lint', '--format', 'xml', '.'], 'Allowed choices are text, json'],
    [['lint', '--select', 'NOPE', '.'], "'NOPE' is no rule and no group"],
    [['lint', '--explain', 'REF999'], "there is no rule 'REF999'"],
    [['lint', '--config', 'nowhere', '.'], '--config nowhere:'],
    [['lintt'], 'Did you mean lint?'],
  ])('%j is a mistake of usage', async (args, message) => {
    const { code, err } = await runCli(args, { cwd: fine() });
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe('what is no manifest', () => {
  const chart = {
    'chart/Chart.yaml': 'apiVersion: v2\nname: shop\n',
    'chart/templates/service.yaml':
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n---\n{{- if .Values.canary }}\na: b\n{{- end }}\n',
    'chart/templates/list.yaml': '{{- range .Values.apps }}\n- {{ . }}\n{{- end }}\n',
  };

  test('a folder without any is reported', async () => {
    const { code, out } = await runCli(['lint', '.'], { cwd: folderWith({ 'a.yaml': 'a: 1\n', 'b.yaml': '' }) });
    expect(out).toBe('nothing found: no Kubernetes object in 2 files\n');
    expect(code).toBe(0);
  });

  test("a chart's templates are passed over in a folder: they are none before Helm made them", async () => {
    const { code, out, err } = await runCli(['lint', '.'], { cwd: folderWith(chart) });
    expect(out).toBe('nothing checked: no Kubernetes object in 1 file, and the rest was skipped\n');
    expect(err).toContain('2 templates of chart shop were skipped: render with `helm template chart`');
    expect(code).toBe(2);
  });

  test.each(['service', 'list'])('and %s.yaml is skipped, with what to do, when it is named', async (name) => {
    const { code, out, err } = await runCli(['lint', `chart/templates/${name}.yaml`], { cwd: folderWith(chart) });
    expect(err).toContain('1 template of chart shop was skipped: render with `helm template chart`');
    expect(out).toContain('nothing checked');
    expect(code).toBe(2);
  });

  test('text with templates of other programs in it is text', async () => {
    const config = `apiVersion: v1
kind: ConfigMap
metadata: { name: notifications, namespace: argocd }
data:
  template.done: |
    message: {{ .rollout.metadata.name }} is done
    {{ if eq .serviceType "slack" }}:tada:{{ end }}
`;
    expect((await runCli(['lint', '-'], { stdin: config })).out).toBe(
      'nothing found in 1 resource in 1 file, for Argo Rollouts 1.10, Prometheus 3.16\n',
    );
  });
});

test('globs, folders and files are read once each', async () => {
  const cwd = folderWith({ 'a/x.yaml': analysis, 'a/node_modules/y.yaml': 'a: [', 'b.json': '{}', 'c.txt': 'no' });
  const { out } = await runCli(['lint', '.', 'a', '**/*.yaml'], { cwd });
  expect(out).toBe('nothing found in 1 resource in 2 files, for Argo Rollouts 1.10, Prometheus 3.16\n');
});

describe('suppression', () => {
  const suppressed = (comment: string): string => rollout.replace('# which one?', `# cdk8s-canary-ignore ${comment}`);

  test('by a comment in the line above, or at the end of the line', async () => {
    const stdin = suppressed('REF004: it comes with the platform');
    const { out, code } = await runCli(['lint', '--closed-world', '-'], { stdin });
    expect(out).toBe('nothing found in 1 resource in 1 file, for Argo Rollouts 1.10, Prometheus 3.16 (1 suppressed)\n');
    expect(code).toBe(0);
    const beside = rollout.replace('checkout-eror', 'checkout-eror # cdk8s-canary-ignore REF: platform');
    expect((await runCli(['lint', '--closed-world', '-'], { stdin: beside })).code).toBe(0);
  });

  test('by an annotation', async () => {
    const annotations = '  annotations:\n    cdk8s-canary.dev/ignore: "REF004 comes with the platform; SCH003 no"\n';
    const stdin = rollout.replace('  namespace: shop\n', `  namespace: shop\n${annotations}`);
    const { out } = await runCli(['lint', '--closed-world', '-'], { stdin });
    expect(out).toContain('SUP001  SCH003 is suppressed here, but not found here');
    expect(out).not.toContain('error   REF004');
  });

  test.each([
    ['REF004', 'SUP002'],
    ['REFO04: x', 'SUP003'],
    ['CON001: x', 'SUP001'],
  ])('%s is itself at fault', async (comment, code) => {
    const { out } = await runCli(['lint', '--closed-world', '-'], { stdin: suppressed(comment) });
    expect(out).toContain(code);
    expect(out).toContain('REF004');
  });
});

describe('a baseline', () => {
  test('makes known findings count no more, wherever their lines have moved', async () => {
    const cwd = shop();
    const written = await runCli(['lint', 'shop', '--write-baseline', 'known.json'], { cwd });
    expect([written.code, written.err]).toEqual([0, '1 finding written to known.json\n']);
    const moved = readFileSync(join(cwd, 'shop/rollout.yaml'), 'utf8').replace('spec:', '# more\n# lines\nspec:');
    writeFileSync(join(cwd, 'shop/rollout.yaml'), moved);
    const { out, code } = await runCli(['lint', 'shop', '--baseline', 'known.json'], { cwd });
    expect(out).toBe(
      'nothing found in 2 resources in 2 files, for Argo Rollouts 1.10, Prometheus 3.16 (1 in the baseline)\n',
    );
    expect(code).toBe(0);
  });

  test('that is invalid is refused', async () => {
    const cwd = folderWith({ 'a.yaml': analysis, 'known.json': '[]' });
    const { code, err } = await runCli(['lint', 'a.yaml', '--baseline', 'known.json'], { cwd });
    expect(err).toContain('is no baseline that this version wrote');
    expect(code).toBe(2);
  });
});

describe('a configuration', () => {
  test('is found in the folder, and flags count before it', async () => {
    const cwd = folderWith({
      'a.yaml': rollout,
      '.cdk8s-canary.yaml': 'closedWorld: true\nseverity: { REF004: warning }\n',
    });
    expect((await runCli(['lint', 'a.yaml'], { cwd })).out).toMatch(/^warning REF004/);
    expect((await runCli(['lint', 'a.yaml', '--ignore', 'REF'], { cwd })).code).toBe(0);
  });

  test('that is wrong is refused, with all that is wrong', async () => {
    const cwd = folderWith({ 'a.yaml': rollout, 'c.yaml': 'failOnn: error\nfailOn: fatal\nselect: [X]\n' });
    const { code, err } = await runCli(['lint', 'a.yaml', '--config', 'c.yaml'], { cwd });
    expect(err).toContain("the configuration has 'failOnn', which is none of select, ignore, failOn");
    expect(err).toContain('failOn must be one of error, warning, advice, note, never');
    expect(err).toContain('select.0 must match pattern');
    expect(code).toBe(2);
  });
});

describe('--fix', () => {
  test('applies mechanical fixes, and keeps comments, quotes, order and line ends', async () => {
    const text = [
      '# the shop',
      'apiVersion: v1   # core',
      'kind: Service',
      'metadata: {name: a}',
      'spec:',
      '  typ: "Clusterip"  # inside',
      '',
      '  ports:',
      '  - {port: \'80\', name: "http"}',
      '',
    ].join('\r\n');
    const cwd = folderWith({ 'a.yaml': text });
    const { code, err } = await runCli(['lint', 'a.yaml', '--fix'], { cwd });
    const fixed = text.replace('typ:', 'type:').replace("'80'", '80').replace('Clusterip', 'ClusterIP');
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toBe(fixed);
    expect(err).toBe('3 findings fixed in 1 file\n');
    expect(code).toBe(0);
  });

  test('corrects a reference that has a single near candidate', async () => {
    const cwd = shop();
    expect((await runCli(['lint', 'shop', '--fix', '--fail-on', 'error'], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'shop/rollout.yaml'), 'utf8')).toBe(
      rollout.replace('checkout-eror', 'checkout-errors'),
    );
  });

  test('leaves alone what it cannot fix', async () => {
    const text = rollout.replace('checkout-eror', 'something-else');
    const cwd = folderWith({ 'a.yaml': text });
    expect((await runCli(['lint', 'a.yaml', '--closed-world', '--fix'], { cwd })).code).toBe(1);
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toBe(text);
  });
});

describe('--fix of what a stranger put there', () => {
  const service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - {port: '80', name: http}\n";

  test('does not write through a link', async () => {
    const cwd = folderWith({ 'target.txt': service });
    symlinkSync('target.txt', join(cwd, 'a.yaml'));
    const { err } = await runCli(['lint', 'a.yaml', '--fix'], { cwd });
    expect(err).toContain('a.yaml: not fixed: it is a symbolic link; name its target');
    expect(readFileSync(join(cwd, 'target.txt'), 'utf8')).toBe(service);
  });

  test('keeps bytes that are not UTF-8', async () => {
    const cwd = folderWith({});
    const bytes = Buffer.concat([Buffer.from(service), Buffer.from([0x23, 0xff, 0x0a])]);
    writeFileSync(join(cwd, 'a.yaml'), bytes);
    const { err } = await runCli(['lint', 'a.yaml', '--fix'], { cwd });
    expect(err).toContain('a.yaml: not fixed: it has bytes that are not UTF-8');
    expect(readFileSync(join(cwd, 'a.yaml'))).toEqual(bytes);
  });
});

describe('the program', () => {
  test('lists its commands', async () => {
    const { out, code } = await runCli(['--help']);
    expect(out).toContain('lint');
    expect(code).toBe(0);
  });

  test('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
    const { out } = await runCli(['--version']);
    expect(out.split('\n')[0]).toBe(version);
    expect(out).toMatch(/^ {2}Argo Rollouts 1\.\d+ to 1\.\d+$/m);
  });
});
