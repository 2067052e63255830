import { Command } from 'commander';
import { XMLValidator } from 'fast-xml-parser';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { COMMANDS } from '../../src/cli/commands';
import type { Io } from '../../src/cli/io';
import { run } from '../../src/cli/run';
import { Folder, PROGRAM } from './run';

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
      trafficRouting: { istio: { virtualService: { name: ${text}, routes: [${text}] } } }
      steps:
        - setWeight: 10
        - pause: { duration: 10m }
        - analysis: { templates: [{ templateName: ${text} }] }
        - setHeaderRoute: { name: ${text}, match: [{ headerName: ${text}, headerValue: { exact: a } }] }
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

/** What a reader of the format must not find. */
function check(format: string, out: string): void {
  if (['json', 'sarif', 'gitlab'].includes(format)) {
    JSON.parse(out);
  } else if (format === 'junit' || format === 'svg') {
    expect(XMLValidator.validate(out)).toBe(true);
    expect(out).not.toMatch(/<(script|img)|<svg onload/);
  } else if (format === 'html') {
    expect(out).not.toMatch(/<(script|img)|<svg onload/);
  } else if (format === 'github') {
    for (const line of out.trimEnd().split('\n')) expect(line).toMatch(/^::(error|warning|notice) /);
    expect(out.match(/^::/gm)?.length).toBe(out.match(/^::\w+ file=/gm)?.length);
  } else if (format !== 'yaml') {
    expect(out).not.toMatch(/^\s*::|##\[|##vso\[/m);
    expect(out).not.toMatch(/^\s*(# )?FORGED/m);
    // Markdown: what is left outside of code has no tag.
    if (format === 'markdown')
      expect(out.replace(/\\</g, '').replace(/(`+)[^`].*?\1/gs, '')).not.toMatch(/<(script|img|svg)/);
  }
}

/** These need a Prometheus, a cluster or files of their own, or write none of these names. */
const APART = [
  ...['rehearse', 'test', 'init', 'schema', 'explain', 'diff', 'show', 'krm', 'synth'],
  ...['calibrate', 'completion', 'design', 'lsp', 'man', 'mcp'],
];
const READING = COMMANDS.map(({ name }) => name).filter((name) => !APART.includes(name));

test('every command is one that is checked here, or known to be apart', () => {
  expect(READING).toEqual(expect.arrayContaining(['lint', 'plan', 'simulate', 'adopt', 'as-deployments']));
  expect(COMMANDS.map(({ name }) => name)).toEqual(expect.arrayContaining(APART));
});

describe.each(READING)('%s', (name) => {
  test('encodes hostile names in every format', async () => {
    for (const format of await formatsOf(name)) {
      let seen = '';
      for (const hostile of NAMES) {
        const { io: given, said } = io(manifests(hostile));
        const args = [name, '-', ...(format === undefined ? [] : ['--format', format])];
        if (name === 'simulate') args.push('--runs', '5', '--assume', `${hostile}=success`);
        if (name === 'upgrade') args.push('--from', 'argo-rollouts=1.7', '--to', 'argo-rollouts=1.10');
        await run(args, given);
        expect(said.err).not.toContain('this is a defect');
        // A command that refuses writes no result.
        if (said.out !== '') check(format ?? 'text', said.out);
        seen += said.out;
      }
      // The names are shown, so that what was checked is there.
      if (format !== 'summary' && !['adopt', 'simulate', 'upgrade'].includes(name)) expect(seen).toContain('FORGED');
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
