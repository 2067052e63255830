import { readFileSync } from 'node:fs';
import { folderWith, runCli } from './run-cli';

const ROLLOUT = readFileSync('test/fixtures/start-of-update/rollout.yaml', 'utf8');
/** Nobody comes at weekends. */
const WEEK = `rps: [${Array.from({ length: 168 }, (_, hour) => (hour < 120 ? 50 : 0)).join(', ')}]\nerrorRate: 50%\n`;

const simulate = (profile: string, ...more: string[]): ReturnType<typeof runCli> =>
  runCli(['simulate', 'rollout.yaml', '--profile', 'traffic.yaml', '--runs', '20', '-f', 'json', ...more], {
    cwd: folderWith({ 'rollout.yaml': ROLLOUT, 'traffic.yaml': profile }),
  });

interface Json {
  readonly profile: { readonly startsAt?: number; readonly startsOn?: string };
  readonly failedRequests: { readonly p95: number } | null;
}

test('an update gets the traffic of the day and hour at which it starts', async () => {
  const friday = await simulate(WEEK, '--start', '2026-12-04T16:00Z');
  const [busy] = JSON.parse(friday.out) as Json[];
  expect(busy.profile).toMatchObject({ startsAt: 57_600, startsOn: 'Friday' });
  expect(busy.failedRequests!.p95).toBeGreaterThan(0);
  const saturday = await simulate(WEEK, '--start', '2026-12-05T16:00Z');
  const [calm] = JSON.parse(saturday.out) as Json[];
  expect(calm.profile.startsOn).toBe('Saturday');
  expect(calm.failedRequests?.p95 ?? 0).toBe(0);
});

test('a profile over the day takes the time alone', async () => {
  const { out } = await simulate('rps: [1, 2]\n', '--start', '2026-12-04T16:00Z');
  const [{ profile }] = JSON.parse(out) as Json[];
  expect(profile).toMatchObject({ startsAt: 57_600 });
  expect(profile).not.toHaveProperty('startsOn');
});

test('where all times are the same, a start is refused', async () => {
  const { code, err } = await simulate('rps: 5\n', '--start', '2026-12-04T16:00Z');
  expect(code).toBe(2);
  expect(err).toContain('--start needs a profile whose rps is a list');
});
