import ICAL from 'ical.js';
import type { Moment, Plan, Stretch } from './plan';
import { percent, stepText } from './wording';

/** A time during which nothing is to be changed. */
export interface Freeze {
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
}

/** A stretch of a plan with its time of day. */
export interface DatedStretch {
  readonly from: Date;
  readonly to: Date;
  readonly what: string;
  /** The freezes into which it falls with some traffic on the new version, or waiting for a person. */
  readonly freezes: readonly Freeze[];
  /** Manual approvals lie before it, so that this is the earliest time. */
  readonly atEarliest: boolean;
}

/** Occurrences of one event that are looked at: a daily one of some years. */
const MOST_OCCURRENCES = 3000;

/**
 * The events of a calendar (RFC 5545) that touch a time, those that recur among them.
 * Throws an Error with the reason where the text is no calendar.
 */
function freezesIn(text: string, from: Date, to: Date): Freeze[] {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const found = calendar.getAllSubcomponents('vevent').flatMap((component) => {
    const event = new ICAL.Event(component);
    if (event.isRecurrenceException()) return [];
    const name = event.summary || 'a freeze without a name';
    if (!event.isRecurring()) return [{ name, from: event.startDate.toJSDate(), to: event.endDate.toJSDate() }];
    const times = event.iterator();
    const freezes: Freeze[] = [];
    for (let i = 0; i < MOST_OCCURRENCES; i++) {
      const next = times.next() as ReturnType<typeof times.next> | null;
      if (next === null) break;
      const { startDate, endDate, item } = event.getOccurrenceDetails(next);
      if (startDate.toJSDate() >= to) break;
      freezes.push({ name: item.summary || name, from: startDate.toJSDate(), to: endDate.toJSDate() });
    }
    return freezes;
  });
  return found.filter((freeze) => freeze.from < to && freeze.to > from).sort((a, b) => +a.from - +b.from);
}

/** The stretches of a plan that starts at a time, with the freezes that they fall into. */
export function datedStretches(plan: Plan, start: Date, calendar: string | undefined): DatedStretch[] {
  const at = ({ seconds }: Moment): Date => new Date(+start + seconds * 1000);
  const freezes =
    calendar === undefined ? [] : freezesIn(calendar, start, at({ seconds: plan.seconds + 1, persons: 0 }));
  return plan.stretches.map((stretch) => {
    const [from, to] = [at(stretch.from), at(stretch.to)];
    const counts = stretch.share > 0 || stretch.waits === 'person';
    const inside = (freeze: Freeze): boolean =>
      +from === +to ? freeze.from <= from && freeze.to > from : freeze.from < to && freeze.to > from;
    return {
      from,
      to,
      what: wordsOf(plan, stretch),
      freezes: counts ? freezes.filter(inside) : [],
      atEarliest: stretch.from.persons > 0,
    };
  });
}

function wordsOf({ rollout }: Plan, { step, share, waits }: Stretch): string {
  const words =
    step === undefined
      ? 'all pods of the new version start'
      : `step ${step + 1}: ${stepText(rollout.steps[step], rollout)}`;
  return `${percent(share)}, ${words}${waits === 'person' && !words.includes('waits') ? ', waits for manual approval' : ''}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A time of day as people write it, in the time zone of the machine. */
const dateText = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;

/** The times of a plan and its freezes, a line each. */
export function calendarLines(dated: readonly DatedStretch[]): string[] {
  return dated.map(({ from, what, freezes, atEarliest }) => {
    const when = `${dateText(from)}${atEarliest ? ' at the earliest' : ''}`;
    const frozen = freezes.map(({ name, to }) => `FREEZE: ${name}, until ${dateText(to)}`);
    return [`${when}  ${what}`, ...frozen].join('; ');
  });
}
