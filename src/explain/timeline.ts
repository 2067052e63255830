import { CHART_STYLE } from '../charts';
import { markupAttribute, markupText } from '../formats/encode/markup';
import { lengthOfTime } from '../formats/go-duration';
import type { Plan } from '../plan';
import type { Happening } from './story';

const LEFT = 60;
const RIGHT = 24;
/** Below this width there is room for three times only. */
const NARROW = 600;
const LANE = 84;
const PLAN_FLOOR = 24 + LANE;
const REAL_FLOOR = PLAN_FLOOR + 34 + LANE;
const HEIGHT = REAL_FLOOR + 46;
/** An event of the controller. */
const WEIGHT = /^TrafficWeightUpdated: .*\bto (\d+)/;

interface Part {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/**
 * The traffic that the plan gives to the new version, and below it what happened, on one scale of time that begins with the
 * update. A manual approval takes no time in the plan.
 *
 * @param plan undefined where the rollout cannot be planned
 * @param story not empty, in the order of time
 * @param width in pixels
 */
export function timeline(plan: Plan | undefined, story: readonly Happening[], width: number): string {
  const begun = story[0].at.getTime();
  const seconds = ({ at }: Happening): number => (at.getTime() - begun) / 1000;
  const lasted = seconds(story[story.length - 1]);
  const length = Math.max(lasted, plan?.seconds ?? 0, 1);
  const x = (at: number): number => round(LEFT + (Math.min(at, length) / length) * (width - LEFT - RIGHT));
  const planned = (plan?.stretches ?? []).reduce<Part[]>((parts, { from, to, share }) => {
    const last = parts.at(-1);
    if (last?.share === share) parts.pop();
    return [...parts, { from: last?.share === share ? last.from : from.seconds, to: to.seconds, share }];
  }, []);
  const approvals = (plan?.stretches ?? []).filter(({ waits }) => waits === 'person').map(({ from }) => from.seconds);
  const time = (at: Date): string => `${at.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
  const label = `${plan ? `The plan lasts ${lengthOfTime(plan.seconds)}. ` : ''}What happened took ${lengthOfTime(Math.round(lasted))} from ${time(story[0].at)} on`;
  return [
    `<svg class="chart" role="img" aria-label="${markupAttribute(label)}" width="${width}" viewBox="0 0 ${width} ${HEIGHT}" xmlns="http://www.w3.org/2000/svg">`,
    `<style>${CHART_STYLE}</style>`,
    `<rect width="${width}" height="${HEIGHT}" fill="var(--paper)"/>`,
    ...(plan ? [laneText('plan', PLAN_FLOOR, width), ...area(planned, x, PLAN_FLOOR)] : []),
    ...approvals.map((at) => {
      const place = x(at);
      return `<g><title>manual approval</title><line x1="${place}" x2="${place}" y1="${PLAN_FLOOR - LANE}" y2="${PLAN_FLOOR}" stroke="var(--ink)" stroke-width="2" stroke-dasharray="4 3"/></g>`;
    }),
    laneText('reality', REAL_FLOOR, width),
    ...area(sharesIn(story, seconds, lasted), x, REAL_FLOOR),
    ...story.map((one) => {
      const place = x(seconds(one));
      const colour = one.bad ? 'var(--bad)' : 'var(--good)';
      return `<g><title>${markupText(`${time(one.at)} ${one.text}`)}</title><line x1="${place}" x2="${place}" y1="${REAL_FLOOR - LANE}" y2="${REAL_FLOOR + 6}" stroke="${colour}" stroke-width="1.5"/><circle cx="${place}" cy="${REAL_FLOOR + 8}" r="5" fill="${colour}"/></g>`;
    }),
    ...(width < NARROW ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((part) => {
      const anchor = part === 0 ? 'start' : part === 1 ? 'end' : 'middle';
      return `<text x="${x(part * length)}" y="${HEIGHT - 8}" text-anchor="${anchor}" class="soft">${lengthOfTime(Math.round(part * length))}</text>`;
    }),
    '</svg>',
  ].join('\n');
}

const round = (value: number): number => Math.round(value * 10) / 10;

const laneText = (name: string, floor: number, width: number): string =>
  [
    `<text x="0" y="${floor - LANE + 12}" class="strong">${name}</text>`,
    `<line x1="${LEFT}" x2="${width - RIGHT}" y1="${floor}" y2="${floor}" stroke="var(--line)" stroke-width="1"/>`,
  ].join('');

/** The share of the new version over time: a full lane is all traffic. */
const area = (parts: readonly Part[], x: (at: number) => number, floor: number): string[] =>
  parts.flatMap(({ from, to, share }) => {
    const [left, width, height] = [x(from), round(x(to) - x(from)), round((share / 100) * LANE)];
    if (share === 0 || width <= 0) return [];
    const rect = `<rect x="${left}" y="${round(floor - height)}" width="${width}" height="${height}" fill="var(--canary-soft)" stroke="var(--canary-line)"/>`;
    const text =
      width < 34
        ? ''
        : `<text x="${round(left + width / 2)}" y="${round(floor - height - 4)}" text-anchor="middle">${share} %</text>`;
    return [`<g><title>${share} %</title>${rect}${text}</g>`];
  });

/** The weights that events of the controller tell. */
function sharesIn(story: readonly Happening[], seconds: (one: Happening) => number, end: number): Part[] {
  const changes = story.flatMap((one) => {
    const share = WEIGHT.exec(one.text)?.[1];
    return share === undefined ? [] : [{ from: seconds(one), share: Number(share) }];
  });
  return changes.map((one, i) => ({ ...one, to: changes[i + 1]?.from ?? end }));
}
