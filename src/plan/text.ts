import { type Emphasis, NO_EMPHASIS } from '../formats/encode/emphasis';
import { joinLines } from '../formats/encode/terminal';
import { lengthOfTime } from '../formats/go-duration';
import { headline } from './picture';
import type { Plan } from './plan';
import { analysisTexts, blocksOf, timetable, whatIfTable } from './table';
import { warningsOf } from './window';
import { fullName, versionsOf } from './wording';

const BAR = 20;

const indented = (text: string): string[] => text.split('\n').map((line) => `    ${line}`);

/** The plan for a terminal. */
export function planText(plan: Plan, { strong, soft, good, bad }: Emphasis = NO_EMPHASIS): string {
  const rows = timetable(plan);
  const { fresh, pods } = versionsOf(plan.rollout);
  const width = (key: 'when' | 'share' | 'pods'): number => Math.max(...rows.map((row) => row[key].length), key.length);
  const lines = [
    `${strong(fullName(plan.rollout))}  ${plan.ending === 'promoted' ? headline(plan) : bad(headline(plan))}`,
    soft(
      `at the earliest ${lengthOfTime(plan.earliest)} (pods at once), typically ${lengthOfTime(plan.seconds)} (pods ready after ${lengthOfTime(plan.assumptions.podStart + plan.rollout.minReadySeconds)})${plan.persons > 0 ? '; P is a wait for manual approval' : ''}; pods are ${pods}`,
    ),
    '',
  ];
  for (const { when, share, pods: counts, step, what, bad: isBad } of rows) {
    const filled = Math.round((parseFloat(share) / 100) * BAR);
    // A step that takes no time has no share of its own.
    const bar = share === '' ? ' '.repeat(BAR) : `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
    const number = step === '' ? '' : `${step.padStart(3)}  `;
    const words = step !== '' ? what : isBad ? bad(what) : good(what);
    lines.push(
      `  ${when.padStart(width('when'))}  ${share.padStart(width('share'))} ${bar}  ${counts.padStart(width('pods'))}  ${number || '     '}${words}`,
    );
  }
  for (const { title, metrics } of analysisTexts(plan)) {
    lines.push('', strong(title));
    for (const metric of metrics) {
      lines.push(`  ${metric.name}: ${metric.rhythm}${metric.as ? `; ${metric.as}` : ''}`);
      if (metric.condition) lines.push(...indented(metric.condition));
      if (metric.limits) lines.push(`    ${metric.limits}`);
      if (metric.sight) lines.push(`    ${metric.sight}`);
      if (metric.query) lines.push(...indented(metric.query).map(soft));
    }
  }
  lines.push('', strong('What if'));
  const whatIfs = whatIfTable(plan);
  const title = Math.max(...whatIfs.map((row) => row.title.length));
  for (const row of whatIfs) {
    const outcome = row.bad ? bad(row.outcome) : row.outcome;
    lines.push(`  ${row.title.padEnd(title)}  ${outcome} at ${row.when}; ${fresh} seen by ${row.exposure}`);
    if (row.why) lines.push(soft(`  ${' '.repeat(title)}  ${row.why}`));
  }
  const warnings = warningsOf(plan);
  if (warnings.length > 0) lines.push('', bad('Warnings'), ...warnings.map((warning) => `  ${warning}`));
  for (const { title: heading, sentences } of blocksOf(plan)) {
    lines.push('', strong(heading), ...sentences.map((one) => `  ${one}`));
  }
  return joinLines(lines);
}
