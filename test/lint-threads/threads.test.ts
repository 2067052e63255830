import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ThreadsOnDemand } from '../../src/cli/lint-in-threads';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { type Finding, lint, type LintResult } from '../../src/lint';
import { LintThreads } from '../../src/lint-threads';
import { RULES } from '../../src/rules';
import { folderWith, type Ran, runCli } from '../cli/run-cli';
import { repository } from '../lint-cache/repository';

/** Several batches of files, with mistakes of all rules, and what leads to problems while reading. */
const files = (): Record<string, string> => ({
  ...Object.fromEntries(repository(20)),
  ...Object.fromEntries(RULES.map(({ code, bad }) => [`bad/${code}.yaml`, bad])),
  'broken.yaml': 'a: [\n',
  'twice.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nmetadata: { name: b }\n',
  'ignored.yaml':
    'apiVersion: v1\nkind: Service # cdk8s-canary-ignore SCH003: known\nmetadata: { name: a }\nspecs: {}\n',
});

const APP = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: shop }
`;

async function same(cwd: string, args: readonly string[], stdin = ''): Promise<Ran> {
  const one = await runCli(['lint', ...args, '--jobs', '1'], { cwd, stdin });
  for (const jobs of ['2', '3']) expect(await runCli(['lint', ...args, '--jobs', jobs], { cwd, stdin })).toEqual(one);
  return one;
}

describe('lint --jobs', () => {
  test('reports the same with any number of threads, in every format', async () => {
    const cwd = folderWith(files());
    for (const format of ['text', 'json', 'sarif']) {
      const { out } = await same(cwd, ['.', '--format', format]);
      expect(out.length).toBeGreaterThan(10_000);
    }
  });

  test('does so for some rules, severities and releases', async () => {
    const cwd = folderWith({
      ...files(),
      'config.yaml': 'severity: { REF001: advice }\nselect: [ROL, REF001, ANA, SCH011]\n',
    });
    await same(cwd, ['.', '--config', 'config.yaml', '--closed-world']);
    await same(cwd, ['.', '--argo-rollouts', '1.6 - 1.9', '--format', 'json']);
  });

  test('does so with standard input, with files that cannot be read, and for canary files', async () => {
    const cwd = folderWith(files());
    expect((await same(cwd, ['-', '.', 'missing.yaml'], 'apiVersion: v1\nkind: Servic\n')).code).toBe(2);
    const specs = folderWith({ ...files(), 'app.yaml': APP });
    await same(specs, ['.']);
    await same(specs, ['.', 'app.yaml']);
  });

  test('fixes the same', async () => {
    const [one, two] = [folderWith(files()), folderWith(files())];
    const expected = await runCli(['lint', '.', '--fix', '--jobs', '1'], { cwd: one });
    expect(await runCli(['lint', '.', '--fix', '--jobs', '2'], { cwd: two })).toEqual(expected);
    expect(expected.err).toMatch(/\d\d findings fixed/);
    for (const name of Object.keys(files())) {
      expect(readFileSync(join(two, name), 'utf8')).toBe(readFileSync(join(one, name), 'utf8'));
    }
  });

  test('stores the same for --cache', async () => {
    const cwd = folderWith(files());
    const [first, second] = [folderWith({}), folderWith({})];
    const run = (folder: string, jobs: string): Promise<Ran> =>
      runCli(['lint', '.', '--cache-folder', folder, '--jobs', jobs], { cwd });
    const expected = await run(first, '1');
    expect(await run(second, '2')).toEqual(expected);
    expect(await run(second, '1')).toEqual(expected);
  });

  test('refuses what is no number of threads', async () => {
    expect((await runCli(['lint', '.', '--jobs', '0'])).err).toContain('whole number of 1 or more');
  });
});

describe('threads', () => {
  const cwd = folderWith(files());
  const names = Object.keys(files()).filter((name) => name !== 'config.yaml');
  const read = () => names.map((name) => ({ name, text: readFileSync(join(cwd, name), 'utf8') }));

  test('read and check together', async () => {
    const threads = new LintThreads(3, names, cwd);
    let steps = 0;
    const { texts, failed } = await threads.read(() => steps++);
    expect(texts.map(({ name, text }) => ({ name, text }))).toEqual(read());
    expect(failed).toEqual([]);
    expect(steps).toBe(names.length);
    const graph = threads.graphOf(texts)!;
    let rules = 0;
    const found = await threads.lint(graph, { step: () => void rules++ });
    expect(resultOf(found)).toEqual(resultOf(lint(graphOfLoaded(loadManifests(read())))));
    expect(rules).toBe(RULES.length);
    const select = ['REF'];
    expect(resultOf(await threads.lint(graph, { select }))).toEqual(resultOf(lint(graph, { select })));
    threads.stop();
  });

  test('do not guess the objects of other texts', async () => {
    const threads = new LintThreads(2, names, cwd);
    const { texts } = await threads.read(() => undefined);
    expect(threads.graphOf(texts.slice(1))).toBeUndefined();
    threads.stop();
  });

  test('that cannot start fail what they are asked for, instead of leaving it unanswered', async () => {
    const threads = new LintThreads(2, names, cwd, join(cwd, 'missing.js'));
    await expect(threads.read(() => undefined)).rejects.toThrow('missing.js');
    threads.stop();
  });

  test('that end early leave the work to this one', async () => {
    const ending = join(folderWith({ 'ending.js': 'process.exit(3);' }), 'ending.js');
    const threads = new ThreadsOnDemand(2, { cwd }, ending);
    expect(await threads.read(names, () => undefined)).toBeUndefined();
    expect(threads.graphOf(read())).toBeUndefined();
    const graph = graphOfLoaded(loadManifests(read()));
    expect(await threads.lint(graph, {})).toEqual(lint(graph));
    threads.stop();
  });

  test('that end between reading and checking, too', async () => {
    const program = join(__dirname, '../../lib/cli/lint-worker.js');
    const text = `require('node:worker_threads').parentPort.on('message', ({ kind }) => {
      if (kind === 'check') process.exit(3);
    });
    require(${JSON.stringify(program)});`;
    const ending = join(folderWith({ 'ending.js': text }), 'ending.js');
    const threads = new ThreadsOnDemand(2, { cwd }, ending);
    const found = await threads.read(names, () => undefined);
    const graph = threads.graphOf(found!.texts)!;
    expect(await threads.lint(graph, {})).toEqual(lint(graph));
    threads.stop();
  });
});

/** With the fields of a fix as a person sees them: what another thread found has been read from a path. */
const shown = ({ fix, ...finding }: Finding): unknown => ({
  ...finding,
  fix: fix && {
    title: fix.title,
    edits: fix.edits.map(({ at, ...edit }) => ({ ...edit, at: `${at} of ${at.resource}` })),
  },
});
const resultOf = ({ findings, ...counts }: LintResult): unknown => ({ ...counts, findings: findings.map(shown) });
