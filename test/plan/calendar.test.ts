import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../../src/cli/run';

const event = (more: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:test',
    'BEGIN:VEVENT',
    'UID:1',
    'SUMMARY:Sale',
    more,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-calendar-'));
  writeFileSync(join(folder, 'app.yaml'), readFileSync('dist/quickstart.k8s.yaml', 'utf8'));
  writeFileSync(join(folder, 'sale.ics'), event('DTSTART:20261204T160200Z\r\nDTEND:20261204T180000Z'));
  writeFileSync(
    join(folder, 'fridays.ics'),
    event('DTSTART:20260102T160200Z\r\nDTEND:20260102T180000Z\r\nRRULE:FREQ=WEEKLY'),
  );
  writeFileSync(join(folder, 'broken.ics'), 'no calendar');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function plan(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const io = { cwd: folder, env: {}, stdin: Readable.from([]), colour: false, progress: false };
  const code = await run(['plan', 'app.yaml', ...args], {
    ...io,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

test.each(['sale.ics', 'fridays.ics'])(
  'a plan that falls into a freeze of %s says when, and fails if that is asked',
  async (file) => {
    const given = ['--start', '2026-12-04T16:00Z', '--calendar', file];
    const { code, out } = await plan(...given);
    expect(code).toBe(0);
    expect(out).toMatch(/50 %, step 3: analysis .*; FREEZE: Sale, until /);
    expect((await plan(...given, '--fail-on-freeze')).code).toBe(1);
    expect((await plan(...given, '--format', 'markdown')).out).toContain('FREEZE: Sale');
  },
);

test('a plan that ends before the freeze, or starts after it, does not fail', async () => {
  for (const start of ['2026-12-04T15:50Z', '2026-12-04T18:00Z']) {
    const { code, out } = await plan('--start', start, '--calendar', 'sale.ics', '--fail-on-freeze');
    expect({ start, code, frozen: out.includes('FREEZE') }).toEqual({ start, code: 0, frozen: false });
  }
});

test('options that need each other, and calendars that cannot be read, are refused', async () => {
  expect(await plan('--calendar', 'sale.ics')).toMatchObject({ code: 2 });
  expect(await plan('--start', 'tomorrow')).toMatchObject({ code: 2 });
  expect(await plan('--start', '2026-12-04T16:00', '--format', 'svg')).toMatchObject({ code: 2 });
  const { code, err } = await plan('--start', '2026-12-04T16:00', '--calendar', 'broken.ics');
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('broken.ics') });
});
