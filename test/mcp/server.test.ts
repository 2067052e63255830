import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { TOOLS } from '../../src/mcp/tools';
import { inTermsOf } from '../../src/mcp/wording';
import { folderWith } from '../cli/run-cli';

jest.setTimeout(60_000);

const MAIN = join(__dirname, '../../lib/cli/main.js');
const CANARY_FILE = `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: checkout, namespace: shop }
spec:
  image: registry.example.com/checkout:1.4.2
  port: 8080
  hosts: [checkout.example.com]
  prometheus: http://prometheus.monitoring:9090
  steps: [{ setWeight: 50 }, { pause: { duration: 10m } }, analysis]
`;
const BROKEN = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: checkout } }
  strategy: { canary: { canaryService: checkout, stableService: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: app, image: 'registry.example.com/checkout:1' }] }
`;

/** A client of the library, which speaks to the command over standard input and output. */
async function session(folder: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [MAIN, 'mcp'], cwd: folder }));
  return client;
}

interface Answer {
  readonly text: string;
  readonly isError: boolean;
}

describe('the server of the Model Context Protocol', () => {
  let folder: string;
  let client: Client;
  beforeAll(async () => {
    folder = folderWith({ 'apps/checkout/canary.yaml': CANARY_FILE, 'broken.yaml': BROKEN });
    mkdirSync(join(folder, 'links'));
    symlinkSync('/etc', join(folder, 'links/etc'));
    client = await session(folder);
  });
  afterAll(() => client.close());

  async function call(name: string, args: Record<string, unknown>): Promise<Answer> {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const [{ text }] = content as { text: string }[];
    return { text, isError: isError === true };
  }

  test('lists its tools, which read only', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['lint', 'explain_rule', 'plan', 'simulate', 'explain']);
    for (const { annotations, inputSchema } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true });
      expect(inputSchema.type).toBe('object');
    }
  });

  test('lints files of its folder, and findings are an answer', async () => {
    const { text, isError } = await call('lint', { paths: ['broken.yaml'] });
    expect(isError).toBe(false);
    expect(text).toContain('"ROL001"');
    expect(text).toContain('broken.yaml');
  });

  test('lints a text that is no file', async () => {
    const { text } = await call('lint', { manifests: BROKEN });
    expect(text).toContain('"ROL001"');
  });

  test('plans, simulates, and explains a rule', async () => {
    expect((await call('plan', { paths: ['apps'] })).text).toContain('shop/checkout');
    const simulated = await call('simulate', { paths: ['apps'], errorRate: 0.2, runs: 50, rps: 40 });
    expect(simulated).toMatchObject({ isError: false });
    expect(simulated.text).toContain('20 %');
    expect((await call('explain_rule', { rule: 'ROL001' })).text).toContain('one Service for two roles');
  });

  test.each([
    [{ paths: ['../other'] }, '"../other" is no file or folder below the folder of the server'],
    [{ paths: ['/etc/passwd'] }, '"/etc/passwd" is no file or folder below the folder'],
    [{ paths: ['links/etc'] }, '"links/etc" is no file or folder below the folder'],
    [{ paths: ['apps'], manifests: '' }, '"manifests" stands in place of "paths"; give one of them'],
    [{ paths: 'apps' }, '"paths" must be a list of strings'],
    [{ output: 'x' }, 'lint has no option "output"'],
    [{ constructor: 'x' }, 'lint has no option "constructor"'],
    [{ failOn: 3 }, '"failOn" must be a string'],
    [{ failOn: 'never' }, '"failOn" must be one of error, warning, advice, note'],
  ])('refuses %j', async (args, message) => {
    const { text, isError } = await call('lint', args);
    expect(isError).toBe(true);
    expect(text).toContain(message);
  });

  test('takes a path that looks like an option for a path', async () => {
    const { text, isError } = await call('lint', { paths: ['--output=stolen'] });
    expect(isError).toBe(true);
    expect(text).toContain('is no file or folder below');
  });

  test('calls options as its tools do, not as the command line does', async () => {
    const bad = await call('simulate', { paths: ['apps'], runs: -5 });
    expect(bad).toMatchObject({ isError: true });
    expect(bad.text).toContain('"runs');
    expect(bad.text).not.toContain('--runs');
    const few = await call('simulate', { paths: ['apps'], runs: 20, suggest: true, errorRate: 0.0001 });
    expect(few.text).not.toMatch(/--(runs|error-rate|latency-p99|restarts|saturation)/);
    const planned = await call('plan', { paths: ['apps'] });
    expect(planned.text).toContain('("podStart")');
    expect((await call('plan', { paths: ['apps'], podStart: '90s' })).text).toContain('1 min 30 s');
  });

  test('says which options only the command line has, and leaves commands as they are', async () => {
    const rule = (await call('explain_rule', { rule: 'SCH011' })).text;
    expect(rule).toContain('"argoRollouts"');
    expect(rule).toMatch(
      /--istio, --prometheus-operator: only `cdk8s-canary lint` on the command line has these options/,
    );
    const [tool] = TOOLS.filter(({ name }) => name === 'simulate');
    expect(inTermsOf(tool, 'give fewer --runs\nkubectl argo rollouts undo x --rollout=2\n')).toBe(
      'give fewer "runs"\nkubectl argo rollouts undo x --rollout=2\n',
    );
  });

  test('says what a command refuses', async () => {
    const { text, isError } = await call('plan', { paths: ['apps'], rollout: 'shop/chekout' });
    expect(isError).toBe(true);
    expect(text).toContain('chekout');
    expect(await call('unknown', {})).toEqual({ isError: true, text: 'there is no tool "unknown"' });
  });
});
