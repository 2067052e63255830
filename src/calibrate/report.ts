import { markdownText } from '../formats/encode/markdown';
import { joinLines } from '../formats/encode/terminal';
import { lengthOfTime } from '../formats/go-duration';
import type { Emphasis } from '../plan';
import { inPercent, rounded } from './figures';
import { updatesLines } from './updates-text';
import type { Calibration, CheckReport, Episode, Finding, ReplayReport, SelectorReport } from './result';

/** A line of a report, and how bad it is. */
interface Line {
  readonly text: string;
  readonly severity?: Finding['severity'];
}

interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** For a terminal. */
export function calibrationText(calibration: Calibration, { strong, soft, good, bad }: Emphasis): string {
  const text = sectionsOf(calibration).flatMap(({ title, lines }) => [
    '',
    strong(title),
    ...lines.map((line) => {
      const shown = `  ${marked(line)}`;
      if (line.severity === 'problem') return bad(shown);
      return line.severity === 'note' ? soft(shown) : shown;
    }),
  ]);
  const summary = summaryOf(calibration);
  return joinLines([strong(headline(calibration)), summary.fine ? good(summary.text) : bad(summary.text), ...text]);
}

/** For a pull request. */
export function calibrationMarkdown(calibration: Calibration): string {
  const text = sectionsOf(calibration).flatMap(({ title, lines }) => [
    '',
    `#### ${markdownText(title)}`,
    '',
    ...lines.map((line) => `- ${markdownText(marked(line))}`),
  ]);
  return [`### ${markdownText(headline(calibration))}`, '', summaryOf(calibration).text, ...text, ''].join('\n');
}

const marked = ({ text, severity }: Line): string =>
  severity === undefined || severity === 'note' ? text : `${severity}: ${text}`;

/** Values of a list; of a longer one the spread is shown, and the profile has them all. */
const MOST_SHOWN = 24;

const day = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');

const headline = ({ rollout, address, from, to }: Calibration): string =>
  `${rollout}: ${day(from)} to ${day(to)} UTC, ${address}`;

function summaryOf({ checks, queries }: Calibration): { readonly text: string; readonly fine: boolean } {
  const problems = checks.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'problem').length;
  const alarms = checks.filter(({ replay, dryRun }) => !dryRun && replay !== undefined && replay.stopped > 0).length;
  const replayed = checks.filter(({ replay }) => replay !== undefined && replay.runs > 0).length;
  return {
    text: `${count(checks.length, 'check')}, ${replayed} replayed: ${count(problems, 'problem')}, ${alarms} with false alarms (${count(queries, 'query')})`,
    fine: problems + alarms === 0,
  };
}

const count = (many: number, what: string): string =>
  `${many} ${many === 1 ? what : what.endsWith('y') ? `${what.slice(0, -1)}ies` : `${what}s`}`;

function sectionsOf({ measured, missing, checks, updates, notes }: Calibration): Section[] {
  const fields = measured.map(({ field, value, from }): Line => ({ text: `${field}: ${shown(value)} (${from})` }));
  return [
    { title: 'Measured', lines: fields },
    { title: 'Not measured', lines: missing.map(({ what, why }): Line => ({ text: `${what}: ${why}` })) },
    ...checks.map((check) => ({
      title: `Check ${check.metric} (${check.place})${check.dryRun ? ', dry run' : ''}`,
      lines: linesOf(check),
    })),
    { title: 'All checks together', lines: updates ? updatesLines(updates).map((text): Line => ({ text })) : [] },
    { title: 'Notes', lines: notes.map((text): Line => ({ text })) },
  ].filter(({ lines }) => lines.length > 0);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length > MOST_SHOWN ? `${value.length} values` : `[${value.join(', ')}]`;
  return typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([key, one]) => `${key} ${String(one)} s`)
        .join(', ')
    : String(value);
}

function linesOf({ selectors, findings, replay, notReplayed }: CheckReport): Line[] {
  return [
    ...selectors.map(selectorLine),
    ...findings.map(({ message, severity }): Line => ({ text: message, severity })),
    ...(replay ? replayLines(replay) : []),
    ...(notReplayed === undefined ? [] : [{ text: `not replayed: ${notReplayed}` }]),
  ];
}

function selectorLine({ selector, series, samplesInWindow, window }: SelectorReport): Line {
  const samples = samplesInWindow === undefined ? '' : `, ${rounded(samplesInWindow)} samples in [${window}]`;
  return { text: `${selector}: ${series} series${samples}` };
}

function replayLines(replay: ReplayReport): Line[] {
  const { measurements, failed, inconclusive, errors, step, runs, stopped, paused, measurementsInRun } = replay;
  const bad = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
    ...(errors > 0 ? [`${errors} in error`] : []),
  ];
  const range = `${day(replay.from)} to ${day(replay.to)}`;
  const lines: Line[] = [
    {
      text: `stable version, ${range}: ${count(measurements, 'measurement')} every ${lengthOfTime(step)}, ${bad.length === 0 ? 'all passed' : bad.join(', ')}`,
    },
  ];
  if (runs === 0)
    lines.push({
      severity: 'warning',
      text: `the history is too short for a run of ${count(measurementsInRun, 'measurement')}: false alarms are not known`,
    });
  else if (stopped > 0)
    lines.push({
      severity: 'problem',
      text: `false alarms: ${stopped} of ${runs} runs of ${count(measurementsInRun, 'measurement')} would have aborted the stable version (${inPercent(stopped / runs)})`,
    });
  else lines.push({ text: `no false alarm in ${runs} runs of ${count(measurementsInRun, 'measurement')}` });
  if (paused > 0)
    lines.push({
      severity: 'warning',
      text: `${paused} of ${runs} runs would have paused the rollout (${inPercent(paused / runs)})`,
    });
  for (const episode of replay.episodes) lines.push({ text: episodeText(episode) });
  return lines;
}

function episodeText({ from, to, measurements, value }: Episode): string {
  const worst = value === undefined ? 'no value' : Number.isNaN(value) ? 'NaN' : `up to ${rounded(value)}`;
  return `  ${day(from)} to ${day(to)}: ${count(measurements, 'measurement')} did not pass, ${worst}`;
}
