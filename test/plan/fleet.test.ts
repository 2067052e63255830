import { XMLValidator } from 'fast-xml-parser';
import { folderWith, runCli } from '../cli/run-cli';

interface App {
  readonly name: string;
  readonly wave?: number;
  readonly tier?: string;
  readonly namespace?: string;
  /** Minutes of the pause; undefined: until somebody approves. */
  readonly minutes?: number;
  /** Whether the update never ends. */
  readonly stuck?: boolean;
}

const rollout = ({
  name,
  wave,
  tier,
  namespace = 'shop',
  minutes,
  stuck,
}: App): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${name}
  namespace: ${namespace}
  annotations: { argocd.argoproj.io/sync-wave: '${wave ?? 0}' }
  labels: { app: ${name}${tier ? `, tier: ${tier}` : ''} }
spec:
  replicas: 2
  selector: { matchLabels: { app: checkout } }
  template: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: app, image: 'a:1' }] } }
  ${stuck ? 'paused: true' : 'minReadySeconds: 0'}
  strategy:
    canary:
      canaryService: ${name}-canary
      stableService: ${name}-stable
      trafficRouting: { istio: { virtualService: { name: ${name} } } }
      steps: [{ setWeight: 20 }, { pause: { ${minutes === undefined ? '' : `duration: ${minutes}m`} } }]
`;

const folder = (...apps: App[]): string => folderWith({ 'apps.yaml': apps.map(rollout).join('---\n') });
const plan = async (cwd: string, ...args: string[]) => runCli(['plan', ...args], { cwd });

const FLEET: App[] = [
  { name: 'late', wave: 2, minutes: 1 },
  { name: 'slow', wave: 1, minutes: 30 },
  { name: 'quick', wave: 1, minutes: 5 },
  { name: 'first', minutes: 10 },
];

// Each update takes its pause and 30 s twice: for the first pod of the canary, and for the others.
test('a fleet passes cohort by cohort, each as long as its slowest app', async () => {
  const { out, code } = await plan(folder(...FLEET), '--brief');
  expect(code).toBe(0);
  expect(out).toMatch(/Fleet {2}4 apps in 3 cohorts: 44 min until all are promoted\n/);
  expect(out).toMatch(/0:00 to 11:00 {2}sync wave 0: 1 app, the last is shop\/first\n/);
  expect(out).toMatch(/11:00 to 42:00 {2}sync wave 1: 2 apps, the last is shop\/slow\n {4}shop\/slow, shop\/quick\n/);
  expect(out).toMatch(/42:00 to 44:00 {2}sync wave 2: 1 app/);
  expect(out).toContain('assumed: a cohort begins when all apps of the one before are promoted');
});

test('one after the other takes the sum, and two at once what they leave each other', async () => {
  const same = [10, 5, 5].map((minutes, i) => ({ name: `app-${i}`, minutes }));
  expect((await plan(folder(...same), '--at-once', '1')).out).toContain('23 min until all are promoted');
  expect((await plan(folder(...same), '--at-once', '2')).out).toContain('12 min until all are promoted');
  expect((await plan(folder(...same))).out).toContain('11 min until all are promoted');
});

test('cohorts are divided by a label in the order that is given, by namespaces, or by waves', async () => {
  const cwd = folder(
    { name: 'a', tier: 'public', minutes: 1 },
    { name: 'b', tier: 'internal', minutes: 1, namespace: 'other' },
    { name: 'c', minutes: 1 },
  );
  const names = (out: string): string[] => [...out.matchAll(/ to \d\S* {2}(.*): 1 app,/g)].map(([, name]) => name);
  expect(names((await plan(cwd, '--cohorts', 'tier=public,internal')).out)).toEqual([
    'tier=public',
    'tier=internal',
    'without label tier',
  ]);
  expect(names((await plan(cwd, '--cohorts', 'tier')).out)).toEqual([
    'tier=internal',
    'tier=public',
    'without label tier',
  ]);
  expect((await plan(cwd, '--cohorts', 'namespace')).out).toMatch(/namespace other: 1 app.*[^]*namespace shop: 2 apps/);
});

test('an update that waits for approval adds a wait, and one that never ends holds the cohorts behind it', async () => {
  const waiting = await plan(folder({ name: 'a' }, { name: 'b' }, { name: 'c', wave: 1 }));
  expect(waiting.out).toContain('2 min until all are promoted plus 2 waits for manual approval');
  const stuck = await plan(folder({ name: 'a', stuck: true }, { name: 'c', wave: 1, minutes: 1 }));
  expect(stuck.code).toBe(1);
  expect(stuck.out).toContain('never complete, because shop/a is never promoted');
  expect(stuck.out).toContain('never begins: sync wave 1, 1 app');
});

test('Markdown, HTML and JSON have the cohorts, too', async () => {
  const cwd = folder(...FLEET);
  expect((await plan(cwd, '--format', 'markdown')).out).toContain('| sync wave 1 | 11:00 | 42:00 | 2 | shop/slow |');
  const { out } = await plan(cwd, '--format', 'html', '--brief');
  const [picture] = /<svg [^]*?<\/svg>/.exec(out)!;
  expect(XMLValidator.validate(picture)).toBe(true);
  expect(picture).toContain('<title>shop/quick: 11:00 to 17:00</title>');
  const plans = JSON.parse((await plan(cwd, '--format', 'json')).out) as {
    rollout: { name: string };
    cohort: { name: string; to: { seconds: number } };
  }[];
  expect(plans.find(({ rollout: { name } }) => name === 'quick')!.cohort).toMatchObject({
    name: 'sync wave 1',
    to: { seconds: 17 * 60 },
  });
});

test('options that mean nothing together are refused', async () => {
  const cwd = folder(...FLEET);
  expect(await plan(cwd, '--at-once', '0')).toMatchObject({ code: 2 });
  expect(await plan(cwd, '--cohorts', '=x')).toMatchObject({ code: 2 });
  expect(await plan(cwd, '--brief', '--format', 'json')).toMatchObject({ code: 2 });
  expect(await plan(cwd, '--cohorts', 'wave', '--format', 'svg')).toMatchObject({ code: 2 });
  expect(await plan(cwd, '--brief', '--event', 'first-sync')).toMatchObject({ code: 2 });
});
