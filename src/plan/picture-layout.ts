import type { Moment, Plan, Stretch } from './plan';

/** The least width of a picture, in its own units. */
const LEAST_WIDTH = 960;
export const LEFT = 56;
export const RIGHT = 28;
/** A wait for manual approval has no length; this is how wide it is drawn. */
const GATE = 112;
const MIN_COLUMN = 66;
/** How much of the time axis stays free behind the promotion. */
const TAIL = 56;

/** A stretch of time with its place on the axis. */
export interface Column {
  readonly stretch: Stretch;
  readonly x: number;
  readonly width: number;
}

/** The horizontal layout. */
export interface Axis {
  readonly columns: readonly Column[];
  /** Where the promotion happens. */
  readonly end: number;
  /** Of the whole picture: as much as its columns need. */
  readonly width: number;
  /** Whether every stretch is as wide as it is long. */
  readonly toScale: boolean;
  /** The place of a moment. */
  readonly at: (moment: Moment) => number;
}

/**
 * Lays time out from left to right: in proportion where there is room, but never so narrow that a stretch cannot be
 * read.
 */
export function layOut(plan: Plan): Axis {
  const length = ({ from, to }: Stretch): number => to.seconds - from.seconds;
  const gates = plan.stretches.filter(({ waits }) => waits === 'person').length;
  const least = LEFT + RIGHT + TAIL + gates * GATE + (plan.stretches.length - gates) * MIN_COLUMN;
  const width = Math.max(LEAST_WIDTH, least);
  const room = width - LEFT - RIGHT - TAIL - gates * GATE;
  const widths = proportionalWidths(
    plan.stretches.map((stretch) => (stretch.waits === 'person' ? 0 : length(stretch))),
    plan.stretches.map(({ waits }) => waits === 'person'),
    room,
  );
  let x = LEFT;
  const columns = plan.stretches.map((stretch, i) => {
    const column = { stretch, x, width: widths[i] };
    x += widths[i];
    return column;
  });
  const scales = columns
    .filter(({ stretch }) => stretch.waits !== 'person')
    .map((column) => column.width / Math.max(1e-9, length(column.stretch)));
  const toScale = Math.max(...scales) <= Math.min(...scales) * 1.001;
  return { columns, end: x, width, toScale, at: (moment) => place(columns, x, moment) };
}

function proportionalWidths(lengths: readonly number[], gates: readonly boolean[], room: number): number[] {
  const open = lengths.filter((_, i) => !gates[i]);
  const least = Math.min(MIN_COLUMN, room / Math.max(1, open.length)) - 1e-6;
  // Give the short ones their minimum, then share what is left among the others, until nothing changes any more.
  const narrow = new Set<number>();
  for (;;) {
    const rest = room - narrow.size * least;
    const total = lengths.reduce((sum, length, i) => (gates[i] || narrow.has(i) ? sum : sum + length), 0);
    const before = narrow.size;
    lengths.forEach((length, i) => {
      if (!gates[i] && !narrow.has(i) && (total === 0 || (length / total) * rest < least)) narrow.add(i);
    });
    if (narrow.size > before) continue;
    return lengths.map((length, i) => (gates[i] ? GATE : narrow.has(i) ? least : (length / total) * rest));
  }
}

function place(columns: readonly Column[], end: number, { seconds, persons }: Moment): number {
  let found = columns[0]?.x ?? LEFT;
  for (const { stretch, x, width } of columns) {
    const { from, to } = stretch;
    if (from.persons > persons || from.seconds > seconds) return found;
    if (stretch.waits === 'person') {
      found = to.persons <= persons ? x + width : x;
    } else {
      const share =
        to.seconds === from.seconds ? 1 : Math.min(1, (seconds - from.seconds) / (to.seconds - from.seconds));
      found = x + share * width;
    }
  }
  return Math.min(found, end);
}
