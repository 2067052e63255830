import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../scripts/check-commits.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-test-'));
  git('init', '--quiet', '--initial-branch=main');
  commit('Everything that came before any check and has a subject that is longer than all others are allowed to be.');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

const commit = (subject: string): void => git('commit', '--quiet', '--allow-empty', '-m', subject);

function check(): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT], { cwd: folder, encoding: 'utf8' });
  return { code: status, text: stdout + stderr };
}

test('without origin/main and without a tag nothing is checked, and the check says so', () => {
  expect(check()).toEqual({ code: 0, text: expect.stringContaining('neither origin/main nor a tag') });
});

test.each([
  ['x'.repeat(73), 'has 73 characters; use at most 72'],
  ['Added a rule', "begins with 'Added'; use the imperative, 'add'"],
  ['lint: fixes the order', "begins with 'fixes'; use the imperative, 'fix'"],
  ['Stopping the server', "begins with 'Stopping'; use the imperative, 'stop'"],
  ['Applied the rule', "use the imperative, 'apply'"],
  ['Add a rule.', 'ends with a full stop'],
])('since a tag, %s is refused', (subject, message) => {
  git('tag', 'v1');
  commit(subject);
  expect(check()).toEqual({ code: 1, text: expect.stringContaining(message) });
});

test.each([
  ['x'.repeat(72)],
  ['lint: read HTTPRoutes'],
  ['feat(lint)!: drop Node 18'],
  ['Bring back the old reader'],
  ['Embed the schema'],
  ['Address two findings'],
  ['Read every file once, and so on ...'],
])('since a tag, %s is accepted', (subject) => {
  git('tag', 'v1');
  commit(subject);
  expect(check()).toEqual({ code: 0, text: '1 commit subjects since v1 are fine\n' });
});

test('a branch is checked from where it left origin/main, without merges', () => {
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('checkout', '--quiet', '-b', 'side');
  commit('Add a');
  git('checkout', '--quiet', 'main');
  commit('Add b');
  git('merge', '--quiet', '--no-ff', '-m', 'Merged what was beside it.', 'side');
  expect(check()).toEqual({ code: 0, text: '2 commit subjects since origin/main are fine\n' });
});
