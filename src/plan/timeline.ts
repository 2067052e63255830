import { CHART_STYLE, widthOf, wrapped } from '../charts';
import { markupText } from '../formats/encode/markup';
import { lengthOfTime } from '../formats/go-duration';
import { plural } from '../formats/plural';
import { headline, momentText } from './picture';
import { endOf, passagesOf } from './passages';
import type { Plan, Stretch } from './plan';
import { fullName, percent, stepText, versionsOf } from './wording';

/** How a timeline is drawn. */
interface TimelineOptions {
  /** In CSS pixels. @default 720 */
  readonly width?: number;
  /** Tells the pictures of one page apart. @default 'timeline' */
  readonly id?: string;
}

/** A line of the timeline: a stretch of time, a step that takes none, or the end. */
interface Line {
  readonly when: string;
  readonly share: number | undefined;
  readonly number: string;
  readonly words: string;
  readonly more: string;
  readonly colour: string;
}

const ROW = 44;

const WAITS: { readonly [waits in Stretch['waits']]: string } = {
  pods: 'pods start',
  pause: 'pause',
  person: 'waits for manual approval',
  analysis: 'analysis',
  experiment: 'experiment',
  promotion: 'all pods start',
};

/**
 * The plan from top to bottom, a line for each step: for narrow windows, and for plans of many steps. Steps that take no
 * time are there, too.
 */
export function timelineOf(plan: Plan, { width = 720, id = 'timeline' }: TimelineOptions = {}): string {
  const lines = linesOf(plan);
  const bar = Math.round(Math.min(180, width * 0.2));
  const left = 104;
  const title = wrapped(fullName(plan.rollout), width - 32, 18);
  const head = wrapped(headline(plan), width - 32);
  const top = 24 + title.length * 22 + head.length * 17;
  let y = top;
  const parts = lines.map((line) => {
    const room = width - left - bar - 24;
    const indent = line.number === '' ? 0 : widthOf(line.number) + 8;
    const words = wrapped(line.words, room - indent);
    const more = line.more === '' ? [] : wrapped(line.more, room);
    const begin = y;
    y += Math.max(ROW, (words.length + more.length) * 16 + 12);
    const x = left + bar + 12;
    return [
      `<line x1="16" x2="${width - 16}" y1="${begin}" y2="${begin}" stroke="var(--line)"/>`,
      text(left - 10, begin + 18, line.when, 'soft', 'end'),
      ...(line.share === undefined
        ? [`<path d="M ${left} ${begin + 14} l 5 -5 l 5 5 l -5 5 Z" fill="var(--pinned)"/>`]
        : [
            `<rect x="${left}" y="${begin + 8}" width="${bar}" height="12" rx="2" fill="var(--stable)" stroke="var(--line)"/>`,
            `<rect x="${left}" y="${begin + 8}" width="${Math.round((line.share / 100) * bar)}" height="12" rx="2" fill="${line.colour}"/>`,
            text(left, begin + 35, percent(line.share), 'strong'),
          ]),
      ...(line.number === '' ? [] : [text(x, begin + 18, line.number, 'soft')]),
      ...words.map((one, i) => text(x + indent, begin + 18 + i * 16, one)),
      ...more.map((one, i) => text(x, begin + 18 + (words.length + i) * 16, one, 'soft')),
    ].join('\n');
  });
  const height = y + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${markupText(`Plan of ${fullName(plan.rollout)}`)}</title>`,
    `<desc id="${id}-desc">${markupText(`${headline(plan)}. ${lines.map(({ when, share, words }) => `${when} ${share === undefined ? '' : `${percent(share)} `}${words}`).join('; ')}.`)}</desc>`,
    `<style>${CHART_STYLE}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="var(--paper)"/>`,
    ...title.map((one, i) => `<text x="16" y="${28 + i * 22}" class="strong" font-size="18">${markupText(one)}</text>`),
    ...head.map((one, i) => text(16, 30 + title.length * 22 + i * 17 - 6, one, 'soft')),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function linesOf(plan: Plan): Line[] {
  const { fresh } = versionsOf(plan.rollout);
  const lines = passagesOf(plan).map(({ at, stretch, step }): Line => {
    const when = momentText(at);
    const number = step === undefined ? 'end' : `${step + 1}`;
    const words =
      step === undefined ? 'all pods of the new version start' : stepText(plan.rollout.steps[step], plan.rollout);
    if (stretch === undefined)
      return { when, share: undefined, number, words: `${words}: takes no time`, more: '', colour: '' };
    const { from, to, waits, share, canary } = stretch;
    const length = waits === 'person' ? 'no limit' : lengthOfTime(to.seconds - from.seconds);
    const more = `${WAITS[waits]}, ${length}; ${plural(canary, 'pod')} of the ${fresh}`;
    return { when, share, number, words, more, colour: waits === 'person' ? 'var(--pinned)' : 'var(--canary)' };
  });
  if (plan.ending === 'promoted') {
    const when = momentText(endOf(plan));
    lines.push({ when, share: 100, number: '', words: 'promoted', more: '', colour: 'var(--good)' });
  }
  return lines;
}

const text = (x: number, y: number, words: string, kind = '', anchor = 'start'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}"${kind === '' ? '' : ` class="${kind}"`}>${markupText(words)}</text>`;
