import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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

  /**
   * Runs the action's script as the runner does: inputs come by the environment alone. `npm` is replaced by a script
   * that installs a link to this build and notes the folder that it was called in; check-package.mjs uses the real one.
   */
  const act = (folder: Folder, given: Record<string, string>) => {
    const tools = folderOf({
      npm: [
        '#!/bin/sh',
        'pwd > "$(dirname "$0")/called-in"',
        'mkdir -p node_modules/cdk8s-canary/lib/cli',
        `echo "require('${PROGRAM}')" > node_modules/cdk8s-canary/lib/cli/main.js`,
        '',
      ].join('\n'),
    });
    chmodSync(join(tools.path, 'npm'), 0o755);
    const env: Record<string, string> = {};
    for (const [name, expression] of Object.entries<string>(step.env)) {
      const input = /inputs\.([\w-]+)/.exec(expression)?.[1];
      env[name] = input === undefined ? ROOT : (given[input] ?? inputs[input].default);
    }
    const { status, stdout } = spawnSync('bash', ['-c', step.run], {
      cwd: folder.path,
      encoding: 'utf8',
      env: { ...process.env, ...env, RUNNER_TEMP: tools.path, PATH: `${tools.path}:${process.env.PATH}` },
    });
    return { status, stdout, calledIn: tools.read('called-in').trim(), left: tools.list('.') };
  };

  test('annotates the lines and fails', () => {
    const { status, stdout } = act(folderOf({ 'deploy/a.yaml': unguarded }), {});
    expect(stdout).toMatch(/^::warning file=deploy\/a\.yaml,line=7,col=25,.*title=CON001::/);
    expect(status).toBe(1);
  });

  test('passes on failures, a configuration and additional arguments, and leaves globs to the linter', () => {
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

  test('writes the file for code scanning through no link, neither of the file nor of its folder', () => {
    const folder = folderOf({ 'a.yaml': unguarded, 'sub/kept': '' });
    const outside = folderOf({ secret: 'kept' });
    symlinkSync(join(outside.path, 'secret'), join(folder.path, 'lint.sarif'));
    symlinkSync(outside.path, join(folder.path, 'reports'));
    for (const sarif of ['lint.sarif', 'reports/secret', 'reports/new', '../escaped.sarif'])
      expect(act(folder, { sarif }).status).toBe(2);
    expect(outside.read('secret')).toBe('kept');
    expect(outside.list('.')).toEqual(['secret']);
    expect(act(folder, { sarif: 'sub/lint.sarif' }).status).toBe(1);
    expect(act(folder, { sarif: join(outside.path, 'lint.sarif') }).status).toBe(1);
    expect(outside.list('.')).toEqual(['lint.sarif', 'secret']);
  });

  test('annotates also where a file cannot be read and a file for code scanning is written', () => {
    const folder = folderOf({ 'a.yaml': unguarded });
    writeFileSync(join(folder.path, 'b.yaml'), Buffer.from([0xff, 0xfe, 0x61, 0]));
    const { status, stdout } = act(folder, { sarif: 'lint.sarif' });
    expect(status).toBe(2);
    expect(stdout).toContain('::warning file=a.yaml');
    expect(stdout).toContain('::error file=b.yaml');
    expect(JSON.parse(folder.read('lint.sarif')).runs[0].results[0].ruleId).toBe('CON001');
  });

  test('installs the package outside the repository, and leaves nothing behind', () => {
    const folder = folderOf({ 'a.yaml': unguarded });
    const { calledIn, left } = act(folder, {});
    expect(calledIn.startsWith(folder.path)).toBe(false);
    expect(calledIn).toContain('cdk8s-canary-');
    expect(left.filter((name) => name.startsWith('cdk8s-canary-'))).toEqual([]);
    expect(folder.list('.')).toEqual(['a.yaml']);
  });

  test('runs no code of the repository', () => {
    const intrude = "require('fs').writeFileSync(require('path').join(__dirname, 'intruder'), '')";
    const folder = folderOf({
      'a.yaml': unguarded,
      'intrude.js': intrude,
      '.npmrc': 'node-options=--require ./intrude.js\nscript-shell=./intrude.js\n',
      '.env': 'NODE_OPTIONS=--require ./intrude.js\n',
      'package.json': '{"scripts":{"preinstall":"node intrude.js"},"bin":"intrude.js","main":"intrude.js"}',
      'node_modules/cdk8s-canary/lib/cli/main.js': intrude,
      'node_modules/.bin/cdk8s-canary': `#!/usr/bin/env node\n${intrude}`,
      'node_modules/yaml/index.js': intrude,
      'node_modules/commander/index.js': intrude,
    });
    expect(act(folder, {}).status).toBe(1);
    expect(folder.list('.')).not.toContain('intruder');
    expect(folder.list('node_modules/cdk8s-canary/lib/cli')).toEqual(['main.js']);
  });

  test('runs nothing that stands in an input', () => {
    const folder = folderOf({ 'a.yaml': unguarded });
    act(folder, { paths: 'a.yaml; touch intruder', args: '$(touch intruder)' });
    expect(folder.list('.')).not.toContain('intruder');
  });
});

test('the pre-commit hook has an environment of its own, and lints the repository as a whole', () => {
  const [hook] = parse(file('.pre-commit-hooks.yaml'));
  const { bin } = JSON.parse(file('package.json'));
  const [program, ...args] = [...hook.entry.split(' '), ...hook.args];
  expect(hook.language).toBe('node');
  expect(bin).toHaveProperty(program);
  const { code, out } = folderOf({ 'deploy/a.yaml': unguarded }).run(...args);
  expect(out).toContain('deploy/a.yaml:7:25');
  expect(code).toBe(1);
});
