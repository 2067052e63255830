import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Folder, PROGRAM } from './run';

const ROOT = join(__dirname, '../..');
const file = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

const unguarded = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: checkout-errors, namespace: shop }
spec:
  metrics:
    - name: errors
      successCondition: result[0] <= 5
      provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query: sum(up) } }
`;

const folders: Folder[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));
const folderOf = (files: Record<string, string>): Folder => {
  const folder = new Folder(files);
  folders.push(folder);
  return folder;
};

describe('the GitHub Action', () => {
  const [step] = parse(file('action.yml')).runs.steps;
  const inputs: Record<string, { default: string }> = parse(file('action.yml')).inputs;

  /** Runs the action's script with npx in its place, as the runner does: inputs come by the environment alone. */
  const act = (folder: Folder, given: Record<string, string>) => {
    folder.write({ 'bin/npx': `#!/bin/sh\nshift 4\nexec "${process.execPath}" "${PROGRAM}" "$@"\n` });
    chmodSync(join(folder.path, 'bin/npx'), 0o755);
    const env: Record<string, string> = {};
    for (const [name, expression] of Object.entries<string>(step.env)) {
      const input = /inputs\.([\w-]+)/.exec(expression)?.[1];
      env[name] = input === undefined ? ROOT : (given[input] ?? inputs[input].default);
    }
    const { status, stdout } = spawnSync('bash', ['-c', step.run], {
      cwd: folder.path,
      encoding: 'utf8',
      env: { ...process.env, ...env, PATH: `${join(folder.path, 'bin')}:${process.env.PATH}` },
    });
    return { status, stdout };
  };

  test('annotates the lines and fails', () => {
    const { status, stdout } = act(folderOf({ 'deploy/a.yaml': unguarded }), {});
    expect(stdout).toMatch(/^::warning file=deploy\/a\.yaml,line=7,col=25,.*title=CON001::/);
    expect(status).toBe(1);
  });

  test('passes on what fails, a configuration and further arguments, and leaves globs to the linter', () => {
    const folder = folderOf({ 'deploy/a b.yaml': unguarded, 'lint.yaml': 'ignore: [CON]\n' });
    expect(act(folder, { paths: 'deploy/*.yaml', 'fail-on': 'error' })).toMatchObject({ status: 0 });
    expect(act(folder, { config: 'lint.yaml', args: '--closed-world' })).toMatchObject({
      status: 0,
      stdout: '',
    });
  });

  test('writes a file for code scanning, and fails all the same', () => {
    const folder = folderOf({ 'a.yaml': unguarded });
    expect(act(folder, { sarif: 'lint.sarif' }).status).toBe(1);
    expect(JSON.parse(folder.read('lint.sarif')).runs[0].results[0].ruleId).toBe('CON001');
  });

  test('runs nothing that stands in an input', () => {
    const folder = folderOf({ 'a.yaml': unguarded });
    act(folder, { paths: 'a.yaml; touch intruder', args: '$(touch intruder)' });
    expect(folder.list('.')).not.toContain('intruder');
  });
});

test('the pre-commit hook runs this version, and judges the repository as a whole', () => {
  const [hook] = parse(file('.pre-commit-hooks.yaml'));
  const { version, bin } = JSON.parse(file('package.json'));
  const [npx, yes, flag, wanted, program, ...args] = [...hook.entry.split(' '), ...hook.args];
  expect([npx, yes, flag, wanted]).toEqual(['npx', '--yes', '--package', `cdk8s-canary@${version}`]);
  expect(bin).toHaveProperty(program);
  const { code, out } = folderOf({ 'deploy/a.yaml': unguarded }).run(...args);
  expect(out).toContain('deploy/a.yaml:7:25');
  expect(code).toBe(1);
});
