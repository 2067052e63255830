import { Command } from 'commander';
import { Readable } from 'node:stream';
import { COMMANDS } from '../../src/cli/commands';
import { defectReport, run } from '../../src/cli/run';
import { folderWith, runCli } from './run-cli';
import { spec } from './run';

const io = {
  cwd: '.',
  env: {},
  stdin: Readable.from([]),
  out: () => undefined,
  err: () => undefined,
  colour: false,
  progress: false,
};

async function configured(name: string): Promise<Command> {
  const command = new Command(name);
  const { load } = COMMANDS.find((one) => one.name === name)!;
  (await load()).configure(command, io, () => undefined);
  return command;
}

/** Commands without a result of their own: `init` creates files, `krm`, `lsp` and `mcp` speak a protocol, a shell reads the rest. */
const NO_RESULT = ['init', 'krm', 'lsp', 'mcp', 'completion', 'man'];
const READ_MANIFESTS = ['lint', 'adopt', 'plan', 'upgrade', 'simulate', 'rehearse', 'calibrate', 'test'];
const RENDER_SPECS = ['lint', 'show', 'plan', 'upgrade', 'simulate', 'rehearse', 'calibrate', 'test', 'synth'];

const named = (names: readonly string[]): [string][] =>
  COMMANDS.map(({ name }): [string] => [name]).filter(([name]) => names.includes(name));

describe('every command that prints a result', () => {
  test.each(COMMANDS.map(({ name }) => [name]).filter(([name]) => !NO_RESULT.includes(name)))(
    '%s has -f, --format and -o, --output',
    async (name) => {
      const { options } = await configured(name);
      const flags = options.filter(({ hidden }) => !hidden).map((option) => option.flags);
      expect(flags).toContain('-f, --format <format>');
      expect(flags.some((one) => /^-o, --output <(file|dir)>$/.test(one))).toBe(true);
    },
  );

  test.each(COMMANDS.map(({ name }) => [name]))('%s gives one short option one meaning', async (name) => {
    const { options } = await configured(name);
    const meanings = {
      '-f': '--format',
      '-o': '--output',
      '-e': '--env',
      '-j': '--jobs',
      '-n': '--namespace',
      '-w': '--watch',
    };
    for (const { short, long } of options) if (short) expect(meanings).toHaveProperty(short, long);
  });
});

describe('every command that reads manifests', () => {
  test.each(named(READ_MANIFESTS))(
    '%s reads the current folder unless told otherwise, and may read -',
    async (name) => {
      const [argument] = (await configured(name)).registeredArguments;
      expect(argument.defaultValue).toEqual(['.']);
      expect(argument.description).toContain('- for standard input');
    },
  );

  test.each(named(RENDER_SPECS))('%s has -e, --env', async (name) => {
    const { options } = await configured(name);
    expect(options.map(({ short, long }) => [short, long])).toContainEqual(['-e', '--env']);
  });
});

test('every option and argument has a description, which begins in lower case and has no full stop', async () => {
  for (const { name } of COMMANDS) {
    const { options, registeredArguments } = await configured(name);
    for (const { description, hidden } of [
      ...options,
      ...registeredArguments.map((one) => ({ ...one, hidden: false })),
    ]) {
      if (!hidden) expect([name, description]).toEqual([name, expect.stringMatching(/^[a-zA-Z].*[^.]$/)]);
    }
  }
});

describe('canary files are read where manifests are', () => {
  const overlay = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: checkout }
spec: { steps: [{ setWeight: 25 }, { pause: {} }, analysis] }
`;
  const files = { 'checkout.canary.yaml': spec('checkout'), 'checkout.canary.staging.yaml': overlay };

  test('in the current folder', async () => {
    const { code, out } = await runCli(['plan'], { cwd: folderWith(files) });
    expect(code).toBe(0);
    expect(out).toContain('50 %');
  });

  test('for an environment', async () => {
    const { out } = await runCli(['plan', '--env', 'staging'], { cwd: folderWith(files) });
    expect(out).toContain('25 %');
  });

  test('from standard input', async () => {
    const { code, out } = await runCli(['plan', '-'], { cwd: folderWith({}), stdin: spec('checkout') });
    expect(code).toBe(0);
    expect(out).toContain('50 %');
  });

  test('by lint, which judges what they render to', async () => {
    const { out } = await runCli(['lint', '--select', 'ANA,ROL', '-f', 'json'], { cwd: folderWith(files) });
    expect(JSON.parse(out)).toMatchObject({ summary: { resources: expect.any(Number) } });
    expect((JSON.parse(out) as { summary: { resources: number } }).summary.resources).toBeGreaterThan(4);
  });

  test('but not twice if their rendered manifests are next to them', async () => {
    const folder = folderWith(files);
    expect((await runCli(['synth', '-o', 'rendered'], { cwd: folder })).code).toBe(0);
    const { out } = await runCli(['plan', '-f', 'json'], { cwd: folder });
    expect(JSON.parse(out)).toHaveLength(1);
  });

  test('--env without a canary file is refused', async () => {
    const cwd = folderWith({ 'a.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: a }\n' });
    const { code, err } = await runCli(['lint', '--env', 'staging'], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining('--env staging is for canary files')]);
  });

  test('a canary file that is not valid is reported with its place', async () => {
    const cwd = folderWith({ 'a.canary.yaml': spec('a', '  prot: 80\n') });
    const { code, err } = await runCli(['lint'], { cwd });
    expect([code, err]).toEqual([2, expect.stringMatching(/a\.canary\.yaml:\d+:\d+: .*prot/)]);
  });
});

test('JSON has one shape, whether there is one rollout or several', async () => {
  const cwd = folderWith({ 'a.canary.yaml': spec('a'), 'b.canary.yaml': spec('b') });
  for (const command of [['plan'], ['simulate', '--runs', '10'], ['show']]) {
    const one = await runCli([...command, 'a.canary.yaml', '--format', 'json'], { cwd });
    const two = await runCli([...command, '--format', 'json'], { cwd });
    expect([JSON.parse(one.out), JSON.parse(two.out)].map((list: unknown[]) => list.length)).toEqual([1, 2]);
  }
});

test('a defect is reported as one, and not as wrong input', async () => {
  const [errors, code] = await failingWith(new TypeError('x is not a function'));
  expect(code).toBe(2);
  expect(errors).toMatch(/^cdk8s-canary: this is a defect of cdk8s-canary \d/);
  expect(errors).toContain('https://github.com/cdk8s-canary/cdk8s-canary/issues');
  expect(errors).toContain('TypeError: x is not a function');
  expect(defectReport('text')).toContain('text');
});

/** Runs a command whose standard input is broken in a way that nobody foresaw. */
async function failingWith(error: Error): Promise<[string, number]> {
  let errors = '';
  const stdin = new Readable({ read: () => undefined });
  stdin.destroy(error);
  const code = await run(['krm'], { ...io, stdin, err: (text) => void (errors += text) });
  return [errors, code];
}
