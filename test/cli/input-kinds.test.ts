import { folderWith, runCli } from './run-cli';

const ROLLOUT = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: 'registry.example.com/shop:1' }] }
  strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } }
`;
const PATCH = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop }
spec: { replicas: 6 }
`;

const kustomized = (): string =>
  folderWith({
    'base/kustomization.yaml': 'resources: [rollout.yaml]\n',
    'base/rollout.yaml': ROLLOUT,
    'prod/kustomization.yaml': 'resources: [../base]\npatches: [{ path: patch.yaml }]\n',
    'prod/patch.yaml': PATCH,
  });

test('a patch that a kustomization names is no complete object, and is reported as skipped', async () => {
  const cwd = kustomized();
  const { code, out, err } = await runCli(['lint', '.'], { cwd });
  expect(out).toContain('nothing found in 1 resource');
  expect(err).toContain('prod/patch.yaml: 1 file of a kustomization');
  expect(err).toContain('skipped: render with `kustomize build prod`');
  expect(code).toBe(0);
});

test('a patch that is given by its own name, as a hook before a commit gives it, is recognised too', async () => {
  const cwd = kustomized();
  const { code, out } = await runCli(['lint', 'prod/patch.yaml'], { cwd });
  expect(out).toContain('nothing checked');
  expect(code).toBe(2);
});

test('a file that no kustomization names as a patch is linted', async () => {
  const cwd = folderWith({ 'kustomization.yaml': 'resources: [patch.yaml]\n', 'patch.yaml': PATCH });
  const { code, out } = await runCli(['lint', '.'], { cwd });
  expect(out).toContain('ROL003');
  expect(code).toBe(1);
});

test('a file that is a resource of one kustomization and a patch of another is a resource', async () => {
  const cwd = folderWith({
    'a/kustomization.yaml': 'resources: [../x.yaml]\n',
    'b/kustomization.yaml': 'patches: [{ path: ../x.yaml }]\n',
    'x.yaml': PATCH,
  });
  expect((await runCli(['lint', '.'], { cwd })).out).toContain('ROL003');
});

test('an object of Flux of kind Kustomization takes nothing out', async () => {
  const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: a }\npatches: [{ path: x.yaml }]\n`;
  const cwd = folderWith({ 'kustomization.yaml': flux, 'x.yaml': PATCH });
  expect((await runCli(['lint', '.'], { cwd })).out).toContain('ROL003');
});

describe('the templates of a chart', () => {
  const template = 'kind: Rollout\napiVersion: argoproj.io/v1alpha1\nmetadata: { name: {{ .Release.Name }} }\n';
  const chart = (more: Record<string, string> = {}): string =>
    folderWith({
      'shop/Chart.yaml': 'apiVersion: v2\nname: web-shop\nversion: 0.1.0\n',
      'shop/values.yaml': 'replicas: 1\n',
      'shop/templates/rollout.yaml': template,
      'shop/templates/more/service.yaml': template,
      'shop/templates/_helpers.tpl': '{{- define "x" }}{{ end }}',
      'shop/templates/NOTES.txt': 'Thank you',
      ...more,
    });

  test('are counted and reported, and nothing was checked', async () => {
    const { code, out, err } = await runCli(['lint', 'shop'], { cwd: chart() });
    expect(err).toBe('shop/templates: 2 templates of chart web-shop were skipped: render with `helm template shop`\n');
    expect(out).toContain('nothing checked');
    expect(code).toBe(2);
  });

  test('are recognised when one is given by name', async () => {
    const { code, err } = await runCli(['lint', 'shop/templates/rollout.yaml'], { cwd: chart() });
    expect(err).toBe('shop/templates: 1 template of chart web-shop was skipped: render with `helm template shop`\n');
    expect(code).toBe(2);
  });

  test('do not keep the rest from being linted', async () => {
    const { code, out, err } = await runCli(['lint', '.'], { cwd: chart({ 'rollout.yaml': ROLLOUT }) });
    expect(err).toContain('2 templates');
    expect(out).toContain('nothing found in 1 resource');
    expect(code).toBe(0);
  });
});
