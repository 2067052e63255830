import { condition, rollout, istio } from '../upgrade/manifests';
import { spec } from './run';
import { folderWith, runCli } from './run-cli';

const FROM_TO = ['--from', 'argo-rollouts=1.9', '--to', 'argo-rollouts=1.10'];
/** Conditions whose verdict changes, and that stay. */
const CHANGES = condition('len(result) == 0 || max(result) < 5');
const STAYS = condition('len(result) == 0 || result[0] < 5');

const upgrade = async (files: Record<string, string>, ...paths: string[]) => {
  const { code, out, err } = await runCli(['upgrade', ...FROM_TO, '-f', 'json', ...paths], { cwd: folderWith(files) });
  const changes = code === 2 && out === '' ? [] : (JSON.parse(out) as { changes: { file: string }[] }).changes;
  return { code, err, files: [...new Set(changes.map(({ file }) => file))] };
};

describe('where objects of one name repeat', () => {
  test('each folder is judged by itself', async () => {
    const found = await upgrade({ 'staging/a.yaml': CHANGES, 'production/a.yaml': CHANGES, 'test/a.yaml': STAYS }, '.');
    expect(found).toEqual({ code: 0, err: '', files: ['production/a.yaml', 'staging/a.yaml'] });
  });

  test('the files of a folder stay together, so that references between them resolve', async () => {
    const uses = rollout(
      istio('v').replace('steps: [', 'steps: [{ analysis: { templates: [{ templateName: checks }] } }, '),
    );
    const rows = { 'a/checks.yaml': CHANGES, 'a/rollout.yaml': uses };
    const together = await upgrade({ ...rows, 'b/checks.yaml': CHANGES, 'b/rollout.yaml': uses }, '.');
    const alone = await upgrade(rows, '.');
    const expected = [...alone.files, ...alone.files.map((file) => file.replace('a/', 'b/'))];
    expect([...together.files].sort()).toEqual(expected.sort());
    expect(alone.files).toContain('a/rollout.yaml');
  });

  test('in one folder each file is judged by itself', async () => {
    const found = await upgrade({ 'a.yaml': CHANGES, 'b.yaml': CHANGES, 'c.yaml': STAYS }, '.');
    expect(found).toEqual({ code: 0, err: '', files: ['a.yaml', 'b.yaml'] });
  });

  test('canary files of one name are rendered apart', async () => {
    const found = await upgrade({ 'a/canary.yaml': spec('checkout', ''), 'b/canary.yaml': spec('checkout', '') }, '.');
    expect([found.code, found.err]).toEqual([0, '']);
  });

  test('a set that cannot be rendered is named and decides the exit code; the others are judged', async () => {
    const wrong = spec('checkout', '  replicas: many\n');
    const found = await upgrade(
      { 'a/canary.yaml': wrong, 'b/canary.yaml': spec('checkout', ''), 'c.yaml': CHANGES },
      '.',
    );
    expect(found.code).toBe(2);
    expect(found.files).toContain('c.yaml');
    expect(found.err).toMatch(/^not compared: .*a\/canary\.yaml:\d+:\d+: spec\.replicas/);
  });
});

test('a kustomization that takes its objects from elsewhere does not pass for one in which nothing changes', async () => {
  const overlay = [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources: [../base]',
    'components: [../comp]',
    '',
  ].join('\n');
  const files = {
    'base/kustomization.yaml': 'resources: [checks.yaml]\n',
    'base/checks.yaml': CHANGES,
    'comp/kustomization.yaml': 'kind: Component\n',
    'over/kustomization.yaml': overlay,
  };
  const alone = await upgrade(files, 'over');
  expect(alone.code).toBe(2);
  expect(alone.err).toContain('over: base, comp of its kustomization are not among the files that are read');
  expect(alone.err).toContain('give this command the output of `kustomize build over`');
  expect(alone.err).toContain('no manifests in over');
  expect(await upgrade(files, '.')).toEqual({ code: 0, err: '', files: ['base/checks.yaml'] });
});
