import { counted, progressLine } from '../../src/cli/output';
import type { Io } from '../../src/cli/io';

function terminal(progress: boolean): { readonly io: Io; readonly written: string[] } {
  const written: string[] = [];
  return { io: { progress, err: (text: string) => void written.push(text) } as Io, written };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Works on items, each for a while. */
function work(io: Io, count: number, each: number): number[] {
  const done: number[] = [];
  for (const item of counted(
    Array.from({ length: count }, (_, i) => i),
    'simulating rollout',
    io,
  )) {
    jest.advanceTimersByTime(each);
    done.push(item);
  }
  return done;
}

test('work of more than half a second shows a line that counts up, and removes it at the end', () => {
  const { io, written } = terminal(true);
  expect(work(io, 4, 600)).toEqual([0, 1, 2, 3]);
  expect(written).toEqual([...[1, 2, 3, 4].map((done) => `\rsimulating rollout ${done} of 4`), '\r\u001b[K']);
});

test('short work, work on one item and output that is no terminal show none', () => {
  const [short, one, log] = [terminal(true), terminal(true), terminal(false)];
  work(short.io, 100, 2);
  work(one.io, 1, 5000);
  work(log.io, 4, 5000);
  expect([short, one, log].map(({ written }) => written)).toEqual([[], [], []]);
});

test('the line is removed where the work fails', () => {
  const { io, written } = terminal(true);
  expect(() => {
    for (const item of counted([1, 2, 3], 'planning rollout', io)) {
      jest.advanceTimersByTime(1000);
      if (item === 2) throw new Error('broken');
    }
  }).toThrow('broken');
  expect(written.at(-1)).toBe('\r\u001b[K');
});

test('the line is written at most ten times a second', () => {
  const { io, written } = terminal(true);
  const line = progressLine(io, 'reading', 1000);
  for (let i = 0; i < 1000; i++) {
    jest.advanceTimersByTime(2);
    line.step();
  }
  expect(written.length).toBeLessThan(20);
});
