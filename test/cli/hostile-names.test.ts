import { Command } from 'commander';
import { XMLValidator } from 'fast-xml-parser';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { COMMANDS } from '../../src/cli/commands';
import type { Io } from '../../src/cli/io';
import { run } from '../../src/cli/run';
import { logLines, visible } from '../../src/formats/encode/terminal';
import { readDocument } from '../../src/formats/yaml';
import { describeReal } from '../rehearse/real';
import { sample } from '../sample';
import { Folder, PROGRAM } from './run';
import { folderWith } from './run-cli';

/** Names that mean something to a terminal, a log, Markdown, HTML or XML; each with a word by which it is found again. */
const NAMES = [
  'x\n::error::FORGED',
  'x\n# FORGED',
  'x\r\n  ::set-output name=a::FORGED',
  '##[error]FORGED ##vso[task.complete]',
  '<script>FORGED</script><img src=x onerror=FORGED>',
  '"><svg onload=FORGED>]]>',
  '`]\n```\nFORGED | b',
  '\ud83d\ude00 \u202eFORGED',
  '\u001b[8m\u001b[31m\u009b2J\u202eFORGED',
];

function manifests(name: string): string {
  const text = JSON.stringify(name);
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: ${text}, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: ${text}, image: ${text} }] }
  strategy:
    canary:
      canaryService: ${text}
      stableService: shop-stable
      trafficRouting: { istio: { virtualService: { name: ${text}, routes: [${text}] } }, managedRoutes: [{ name: ${text} }] }
      steps:
        - setWeight: 10
        - pause: { duration: 10m }
        - analysis: { templates: [{ templateName: ${text} }] }
        - setHeaderRoute: { name: ${text}, match: [{ headerName: x-version, headerValue: { exact: a } }] }
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: ${text}, namespace: shop }
spec:
  metrics:
    - name: ${text}
      interval: 1m
      count: 5
      successCondition: ${JSON.stringify(`result[0] < 0.05 && "${name.replace(/["\\\n\r]/g, ' ')}" != ""`)}
      provider: { prometheus: { address: http://p, query: 'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))' } }
`;
}

/** The formats of a command; one that has none is run as it is. */
async function formatsOf(name: string): Promise<readonly (string | undefined)[]> {
  const command = new Command(name);
  const entry = COMMANDS.find((one) => one.name === name)!;
  (await entry.load()).configure(command, io('').io, () => undefined);
  return command.options.find(({ long }) => long === '--format')?.argChoices ?? [undefined];
}

function io(input: string): { readonly io: Io; readonly said: { out: string; err: string } } {
  const said = { out: '', err: '' };
  return {
    said,
    io: {
      cwd: __dirname,
      env: {},
      stdin: Readable.from([Buffer.from(input)]),
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      colour: false,
      progress: false,
    },
  };
}

/** What a CI system would obey in its log. */
const COMMAND = /^\s*::|##\[|##vso\[/m;
/** What a terminal would obey, and what turns the direction of a text. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** What a reader of the format must not find. */
function check(format: string, out: string): void {
  if (['json', 'sarif', 'gitlab'].includes(format)) {
    JSON.parse(out);
    expect(out).not.toMatch(UNSEEN);
  } else if (format === 'junit' || format === 'svg') {
    expect(XMLValidator.validate(out)).toBe(true);
    expect(out).not.toMatch(/<(script|img)|<svg onload/);
    expect(out).not.toMatch(COMMAND);
  } else if (format === 'html') {
    expect(out).not.toMatch(/<(script|img)|<svg onload/);
    expect(out).not.toMatch(COMMAND);
  } else if (format === 'github') {
    for (const line of out.trimEnd().split('\n')) expect(line).toMatch(/^::(error|warning|notice) /);
    expect(out.match(/^::/gm)?.length).toBe(out.match(/^::\w+ file=/gm)?.length);
    expect(out).not.toMatch(UNSEEN);
  } else if (format !== 'yaml') {
    expect(out).not.toMatch(COMMAND);
    expect(out).not.toMatch(UNSEEN);
    expect(out).not.toMatch(/^\s*(# )?FORGED/m);
    // Markdown: what is left outside of code has no tag.
    if (format === 'markdown')
      expect(out.replace(/\\</g, '').replace(/(`+)[^`].*?\1/gs, '')).not.toMatch(/<(script|img|svg)/);
  }
}

/** These write no name that stands in a file. `design` writes pages alone, which are looked at below. */
const APART = ['init', 'schema', 'completion', 'man', 'lsp', 'mcp', 'design'];
/** These need files of their own, or a server. */
const OWN_FILES = ['rehearse', 'test', 'explain', 'diff', 'show', 'krm', 'synth', 'calibrate'];
const READING = COMMANDS.map(({ name }) => name).filter((name) => ![...APART, ...OWN_FILES].includes(name));

test('every command is one that is checked here, or known to be apart', () => {
  expect(READING).toEqual(expect.arrayContaining(['lint', 'plan', 'simulate', 'adopt', 'as-deployments', 'upgrade']));
  expect(COMMANDS.map(({ name }) => name)).toEqual(expect.arrayContaining([...APART, ...OWN_FILES]));
});

describe.each(READING)('%s', (name) => {
  test('encodes hostile names in every format', async () => {
    for (const format of await formatsOf(name)) {
      let seen = '';
      for (const hostile of sample(NAMES, 3)) {
        const { io: given, said } = io(manifests(hostile));
        const args = [name, '-', ...(format === undefined ? [] : ['--format', format])];
        if (name === 'simulate') args.push('--runs', '5', '--assume', `${hostile}=success`);
        if (name === 'upgrade') args.push('--from', 'argo-rollouts=1.7', '--to', 'argo-rollouts=1.10');
        await run(args, given);
        checkLog(said.err);
        // A command that refuses writes no result.
        if (said.out !== '') check(format ?? 'text', said.out);
        seen += said.out;
      }
      // The names are shown, so that what was checked is there.
      if (format !== 'summary' && !['adopt', 'simulate', 'upgrade'].includes(name)) expect(seen).toContain('FORGED');
    }
  });
});

/** A canary file with a name in every place that takes any text, and in some that do not. */
const canaryFile = (name: string): object => ({
  apiVersion: 'cdk8s-canary.dev/v1',
  kind: 'CanaryApp',
  metadata: { name: 'shop', namespace: 'shop', labels: { a: name } },
  spec: { image: name, port: 8080, hosts: [name], prometheus: name, env: { [name]: name }, [name]: 1, replicas: name },
});

const scenarios = (name: string): object => ({
  manifests: 'a.yaml',
  traffic: { rps: 20 },
  scenarios: [
    { name, version: 'fails', expect: 'promoted' },
    { name: `${name}2`, version: 'healthy', expect: name },
  ],
});

const rightScenarios = (name: string): object => ({
  manifests: 'a.yaml',
  traffic: { rps: 20 },
  scenarios: [{ name, version: 'fails', expect: 'promoted' }],
});

const ABORTED = readFileSync(join(__dirname, '../fixtures/explain/aborted.yaml'), 'utf8');
const QUICKSTART = readFileSync(join(__dirname, '../../dist/quickstart.k8s.yaml'), 'utf8');

/** Objects of a cluster in which names, images and messages are another text. */
const cluster = (name: string): string =>
  JSON.stringify(readDocument(ABORTED).value, (key, value: unknown) =>
    typeof value === 'string' && ['image', 'message', 'reason', 'value', 'node', 'phase2', 'templateName'].includes(key)
      ? name
      : value,
  );

interface Case {
  readonly files?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly args: readonly string[];
}

/** What the commands that need files of their own are given. */
const CASES: Readonly<Record<string, (name: string) => Case>> = {
  explain: (name) => ({ input: cluster(name), args: ['explain', '-'] }),
  'diff of differences': (name) => ({
    files: { 'git.yaml': ABORTED, 'cluster.yaml': cluster(name) },
    args: ['diff', 'git.yaml', '--cluster', 'cluster.yaml'],
  }),
  'diff of objects that are missing': (name) => ({
    files: { 'git.yaml': manifests(name), 'cluster.yaml': manifests(`${name}2`) },
    args: ['diff', 'git.yaml', '--cluster', 'cluster.yaml'],
  }),
  'show of a file': (name) => ({
    files: { 'shop.canary.yaml': JSON.stringify(canaryFile(name)) },
    args: ['show', '.'],
  }),
  'show of standard input': (name) => ({ input: JSON.stringify(canaryFile(name)), args: ['show', '-'] }),
  synth: (name) => ({
    files: { 'shop.canary.yaml': JSON.stringify(canaryFile(name)) },
    args: ['synth', '.', '-o', '-'],
  }),
  'synth --check': (name) => ({
    files: { 'shop.canary.yaml': JSON.stringify(canaryFile(name)) },
    args: ['synth', '.', '-o', 'out', '--check'],
  }),
  krm: (name) => ({
    input: JSON.stringify({ kind: 'ResourceList', items: [canaryFile(name)], functionConfig: { kind: name } }),
    args: ['krm'],
  }),
  'test with a scenario that is wrong': (name) => ({
    files: { 'a.yaml': QUICKSTART, 'a.scenarios.yaml': JSON.stringify(scenarios(name)) },
    args: ['test', '.', '--engine', 'simulation'],
  }),
  test: (name) => ({
    files: { 'a.yaml': QUICKSTART, 'a.scenarios.yaml': JSON.stringify(rightScenarios(name)) },
    args: ['test', '.', '--engine', 'simulation'],
  }),
  'test --coverage': (name) => ({
    files: { 'a.yaml': QUICKSTART, 'a.scenarios.yaml': JSON.stringify(rightScenarios(name)) },
    args: ['test', '.', '--coverage'],
  }),
  'lint of canary files': (name) => ({
    files: { 'shop.canary.yaml': JSON.stringify(canaryFile(name)) },
    args: ['lint', '.'],
  }),
  'lint with a configuration': (name) => ({
    files: {
      'a.yaml': QUICKSTART,
      '.cdk8s-canary.yaml': JSON.stringify({ [name]: 1, select: [name], baseline: name }),
    },
    args: ['lint', '.'],
  }),
  'simulate with a profile': (name) => ({
    files: { 'a.yaml': QUICKSTART, 'p.yaml': JSON.stringify({ [name]: 1, rps: name }) },
    args: ['simulate', 'a.yaml', '--profile', 'p.yaml', '--runs', '2'],
  }),
  'rehearse with a replay': (name) => ({
    files: { 'a.yaml': QUICKSTART, 'r.json': JSON.stringify({ status: name, error: name }) },
    args: ['rehearse', 'a.yaml', '--replay', 'r.json'],
  }),
};

const ALL_AT_ONCE = NAMES.join('\n');

/** What a log shows: a name has made up no line and no command. */
function checkLog(err: string): void {
  expect(err).not.toContain('this is a defect');
  check('text', logLines(visible(err)));
}

describe.each(Object.entries(CASES))('%s', (what, given) => {
  test('encodes hostile names in every format', async () => {
    for (const format of await formatsOf(what.split(' ')[0])) {
      for (const hostile of what.startsWith('test') ? [ALL_AT_ONCE] : [ALL_AT_ONCE, NAMES[0], NAMES[6]]) {
        const { files = {}, input = '', args } = given(hostile);
        const { io: shown, said } = io(input);
        const cwd = folderWith(files);
        await run([...args, ...(format === undefined ? [] : ['--format', format])], { ...shown, cwd });
        checkLog(said.err);
        if (said.out !== '') check(args[0] === 'krm' ? 'yaml' : (format ?? 'text'), said.out);
      }
    }
  });
});

test('calibrate encodes hostile names in every format, those of a server too', async () => {
  let name = '';
  const server = createServer((_request, response) => {
    const series = { metric: { __name__: 'x', pod: name, service: name }, value: [1, '1'], values: [[1, name]] };
    response.end(
      JSON.stringify({ status: name === '' ? 'success' : 'error', error: name, data: { result: [series] } }),
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  for (const format of await formatsOf('calibrate')) {
    for (const hostile of [ALL_AT_ONCE, NAMES[0]]) {
      for (const answer of ['', hostile]) {
        name = answer;
        const { io: given, said } = io(manifests(hostile));
        const args = [
          'calibrate',
          '-',
          '--prometheus',
          `http://127.0.0.1:${port}`,
          '--range',
          '1h',
          '-f',
          String(format),
        ];
        await run(args, given);
        checkLog(said.err);
        if (said.out !== '') check(format ?? 'text', said.out);
      }
    }
  }
  server.close();
});

describeReal('with a Prometheus', () => {
  test('rehearse encodes hostile names in every format', async () => {
    for (const format of await formatsOf('rehearse')) {
      const { io: given, said } = io('');
      const cwd = folderWith({ 'a.yaml': manifests(ALL_AT_ONCE) });
      const args = ['rehearse', 'a.yaml', '-f', String(format)];
      await run(args, { ...given, cwd, env: { PATH: process.env.PATH } });
      checkLog(said.err);
      if (said.out !== '') check(format ?? 'text', said.out);
    }
  });
});

test('a page of design has the scripts that it always has, whatever names it holds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  const scripts = new Set<number>();
  for (const hostile of ['shop', ...NAMES]) {
    const { io: given } = io(manifests(hostile));
    await run(['design', '-', '-o', join(folder, 'page.html')], given);
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    if (hostile !== 'shop') expect(page).toContain('FORGED');
    expect(page).not.toMatch(/<script>FORGED|<svg onload|<img src=x/);
    scripts.add(page.match(/<script\b/g)?.length ?? 0);
  }
  expect(scripts.size).toBe(1);
});

test('a log finds no command in what goes to standard error', () => {
  const folder = new Folder({});
  const { status, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, 'plan', '::error::FORGED.yaml', '##[error]FORGED.yaml'],
    {
      cwd: folder.path,
      encoding: 'utf8',
    },
  );
  folder.remove();
  expect(status).toBe(2);
  expect(stderr.match(/FORGED/g)?.length).toBeGreaterThan(1);
  expect(stderr).not.toMatch(/^\s*::|##\[/m);
});
