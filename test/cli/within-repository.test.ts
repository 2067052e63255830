import { join } from 'node:path';
import { spec } from './run';
import { folderWith, runCli } from './run-cli';

const SECRET = 'password: hunter2\n';

/** A folder with a repository in it, and a file beside the repository. */
const beside = (files: Record<string, string>): string =>
  join(
    folderWith({
      'secret.yaml': SECRET,
      'repo/.git/HEAD': 'ref: refs/heads/main\n',
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`repo/${name}`, text])),
    }),
    'repo',
  );

const SCENARIOS = `manifests: MANIFESTS
traffic: { profile: PROFILE }
scenarios:
  - name: a bad version is rolled back
    version: fails
    expect: aborted
`;

describe('no file of the repository leads out of it', () => {
  test.each([
    ['the baseline of a configuration', { '.cdk8s-canary.yaml': 'baseline: ../secret.yaml\n' }, ['lint']],
    [
      'the base of a canary file',
      { 'a.canary.yaml': `base: ../secret.yaml\n${spec('a')}` },
      ['synth', '.', '-o', 'out'],
    ],
    [
      'the manifests of scenarios',
      { 'a.scenarios.yaml': SCENARIOS.replace('MANIFESTS', '../secret.yaml').replace('{ profile: PROFILE }', '{}') },
      ['test', '.', '--engine', 'simulation'],
    ],
    [
      'the traffic profile of scenarios',
      { 'a.scenarios.yaml': SCENARIOS.replace('MANIFESTS', 'x.yaml').replace('PROFILE', '../secret.yaml') },
      ['test', '.', '--engine', 'simulation'],
    ],
  ])('%s', async (_, files: Record<string, string>, args) => {
    const { code, out, err } = await runCli(args, { cwd: beside(files) });
    expect(out + err).toContain('leads out of the repository');
    expect(out + err).not.toContain('hunter2');
    expect(code).not.toBe(0);
  });

  test('but the command line may name any file', async () => {
    const { err } = await runCli(['lint', '--baseline', '../secret.yaml'], { cwd: beside({}) });
    expect(err).not.toContain('leads out of the repository');
  });
});
