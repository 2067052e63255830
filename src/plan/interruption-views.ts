import type { Version } from '../controller';
import { markdownText } from '../formats/encode/markdown';
import { joinLines } from '../formats/encode/terminal';
import { lengthOfTime } from '../formats/go-duration';
import type { InterruptedMoment, InterruptingEvent, Interruption } from './interruption';
import { percent } from './wording';

const EVENTS: { readonly [event in InterruptingEvent]: string } = {
  retry: 'an aborted update is retried',
  'another-update': 'another version comes during the update',
  rollback: 'the template goes back to the version before the update',
  autoscaling: 'an autoscaler changes the number of replicas',
};

const ENDINGS: { readonly [ending in Interruption['ending']]: string } = {
  promoted: 'complete',
  aborted: 'aborted',
  waiting: 'waits for manual approval',
  stuck: 'never completes',
};

/** The versions that take part. */
const versionsOf = ({ moments }: Interruption): Version[] =>
  (['old', 'new', 'next'] as const).filter(
    (version) => version !== 'next' || moments.some(({ shares, pods }) => shares.next > 0 || pods.next > 0),
  );

const title = ({ rollout, event, at }: Interruption): string => `${rollout}  ${EVENTS[event]}, at ${lengthOfTime(at)}`;

const ending = ({ ending: how, seconds }: Interruption): string =>
  how === 'promoted' || how === 'aborted'
    ? `${ENDINGS[how]} ${seconds < 1 ? 'at once' : `after ${lengthOfTime(seconds)}`}`
    : ENDINGS[how];

function cellsOf({ seconds, step, shares, pods, what }: InterruptedMoment, versions: readonly Version[]): string[] {
  return [
    lengthOfTime(seconds),
    versions.map((version) => percent(shares[version])).join(' + '),
    versions.map((version) => pods[version]).join(' + '),
    step === undefined ? 'end' : `${step + 1}`,
    what,
  ];
}

/** The interruption for a terminal. */
export function interruptionText(plan: Interruption): string {
  const versions = versionsOf(plan);
  const head = ['', `traffic (${versions.join(' + ')})`, 'pods', 'step', ''];
  const rows = [head, ...plan.moments.map((moment) => cellsOf(moment, versions))];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = [`${title(plan)}: ${ending(plan)}`, ''];
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i])));
    lines.push(`  ${cells.join('  ')}`.trimEnd());
  }
  for (const [heading, sentences] of blocksOf(plan)) lines.push('', heading, ...sentences.map((one) => `  ${one}`));
  return joinLines(lines);
}

/** The interruption for a pull request. */
export function interruptionMarkdown(plan: Interruption): string {
  const versions = versionsOf(plan);
  const lines = [
    `## ${markdownText(title(plan))}`,
    '',
    `The update is ${ending(plan)}.`,
    '',
    `| when | traffic (${versions.join(' + ')}) | pods | step | what happens |`,
    '| --- | --- | --- | --- | --- |',
    ...plan.moments.map((moment) => `| ${cellsOf(moment, versions).map(markdownText).join(' | ')} |`),
  ];
  for (const [heading, sentences] of blocksOf(plan)) {
    lines.push('', `**${heading}**`, '', ...sentences.map((one) => `- ${markdownText(one)}`));
  }
  return `${lines.join('\n')}\n`;
}

const blocksOf = ({ warnings, notes }: Interruption): (readonly [heading: string, sentences: readonly string[]])[] =>
  (
    [
      ['Warnings', warnings],
      ['Assumptions', notes],
    ] as const
  ).filter(([, sentences]) => sentences.length > 0);
