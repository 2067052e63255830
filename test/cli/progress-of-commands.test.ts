import { join } from 'node:path';
import { Readable } from 'node:stream';
import { COMMANDS } from '../../src/cli/commands';
import { run } from '../../src/cli/run';
import { appName, repository } from '../lint-cache/repository';
import { folderWith } from './run-cli';

/** What commands that work on many objects show, and their arguments. */
const LONG: Readonly<Record<string, readonly [shown: RegExp, ...args: string[]]>> = {
  lint: [/\rchecking rule \d+ of \d+/, 'apps'],
  synth: [/\rrendered 50 of 60/, 'specs', '--out', 'out', '--no-cache', '--jobs', '1'],
  adopt: [/\radopting workload \d+ of 3/, 'plain', '--format', 'json'],
  plan: [/\rplanning rollout \d+ of 3/, 'apps'],
  simulate: [/\rsimulating rollout \d+ of 3/, 'apps', '--runs', '20'],
  upgrade: [/\rcomparing rollout \d+ of 3/, 'apps', '--from', 'argo-rollouts=1.9', '--to', 'argo-rollouts=1.10'],
  diff: [/\rcomparing object \d+ of \d+/, 'apps', '--cluster', 'apps'],
};

/** These show progress too, and need a Prometheus: `test/rehearse` and `test/calibrate` run them. */
const WITH_PROMETHEUS = ['rehearse', 'test', 'calibrate'];

/** These work on one app, serve an editor, or only convert what they read. They show how many files they have read. */
const SHORT = [
  'show',
  'init',
  'as-deployments',
  'schema',
  'krm',
  'design',
  'explain',
  'lsp',
  'mcp',
  'completion',
  'man',
];

const spec = (name: string): string => `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: ${name} }
spec:
  image: registry.example.com/${name}:1
  port: 8080
  prometheus: http://prometheus.monitoring:9090
`;

const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: 'registry.example.com/${name}:1' }] }
`;

/** What a command writes to standard error, where each look at the clock takes a while. */
async function errorsOf(args: readonly string[], progress: boolean): Promise<string> {
  const specs = Array.from({ length: 60 }, (_, nth) => [`specs/${appName(nth)}/canary.yaml`, spec(appName(nth))]);
  const plain = [0, 1, 2].map((nth) => [`plain/${nth}.yaml`, deployment(appName(nth))]);
  const cwd = folderWith(Object.fromEntries([...repository(3), ...specs, ...plain]));
  let now = 1_800_000_000_000;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += 1500));
  let written = '';
  try {
    await run([...args], {
      cwd,
      env: { XDG_CACHE_HOME: join(cwd, 'caches') },
      stdin: Readable.from([]),
      out: () => undefined,
      err: (text) => void (written += text),
      colour: false,
      progress,
    });
  } finally {
    clock.mockRestore();
  }
  return written;
}

test('every command is said to be long or short', () => {
  const all = [...Object.keys(LONG), ...WITH_PROMETHEUS, ...SHORT];
  expect(COMMANDS.map(({ name }) => name).sort()).toEqual(all.sort());
});

test.each(Object.entries(LONG))(
  '%s shows its progress on a terminal, and nowhere else',
  async (name, [shown, ...args]) => {
    const terminal = await errorsOf([name, ...args], true);
    expect(terminal).toMatch(shown);
    // Nothing of it stays.
    expect(terminal.slice(terminal.lastIndexOf('\r'))).toMatch(/^\r.\[K/);
    expect(await errorsOf([name, ...args], false)).not.toContain('\r');
  },
);
