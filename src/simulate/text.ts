import { joinLines } from '../formats/encode/terminal';
import { lengthOfTime } from '../formats/go-duration';
import { percentage } from '../formats/percentage';
import { fullName, type Emphasis } from '../plan';
import { disruptionText, seenText } from './effects';
import { type RolloutModel } from '../controller';
import type { DecidingMetric } from './decisions';
import type { Simulation } from './simulate';
import type { Share } from './statistics';
import { regressionText } from './regression';
import type { Suggestion } from './suggest';
import type { TrafficProfile } from '../traffic-model';

const WIDTH = 24;

const withInterval = ({ value, low, high }: Share): string =>
  `${percentage(value).padStart(7)}${spread(low, high, '  (95 %: ', ')')}`;

/** Nothing where both ends read the same. */
const spread = (low: number, high: number, before: string, after: string): string =>
  percentage(low) === percentage(high) ? '' : `${before}${percentage(low)} to ${percentage(high)}${after}`;

const count = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 0 : 1);

function sureness({ method, convergence: { converged, halfWidth } }: Simulation): string {
  if (method === 'computed') return 'probabilities and times are computed, not drawn';
  return converged ? `margin of error ${percentage(halfWidth)}` : 'NOT converged: give more --runs';
}

/** The simulation for a terminal. */
export function simulationText(simulation: Simulation, { strong, soft, good, bad }: Emphasis): string {
  const { profile, confidence, detectionSeconds: caught, failedRequests: failed, falseAlarm } = simulation;
  const rps =
    typeof profile.rps === 'number'
      ? `${profile.rps} requests/s`
      : `${Math.min(...profile.rps)} to ${Math.max(...profile.rps)} requests/s`;
  const lines = [
    `${strong(simulation.rollout)}  a version that ${regressionText(profile)}, at ${rps}`,
    soft(
      `${simulation.runs.toLocaleString('en')} updates, seed ${simulation.seed}; ${profile.scrapeInterval === 0 ? 'no scrapes' : `scrapes every ${lengthOfTime(profile.scrapeInterval)}`}, pods start in ${lengthOfTime(profile.podStart)}${simulation.waitsForPerson ? `, manual approval after ${lengthOfTime(profile.approvalAfter)}` : ''}; ${sureness(simulation)}`,
    ),
    '',
    `  aborted   ${withInterval(confidence.aborted)}`,
    `  paused    ${withInterval(confidence.paused)}`,
    `  promoted  ${confidence.promoted.value > 0.05 ? bad(withInterval(confidence.promoted)) : good(withInterval(confidence.promoted))}`,
    '',
  ];
  lines.push(
    caught === null
      ? bad('  never caught')
      : `  caught after ${lengthOfTime(caught.mean)} on average (median ${lengthOfTime(caught.p50)}, p95 ${lengthOfTime(caught.p95)})`,
    `  ${count(failed.mean)} failed requests on average (p95 ${count(failed.p95)}) of ${count(simulation.affectedUsers)} users; ${percentage(simulation.errorBudget.mean)} of the error budget of ${simulation.errorBudget.days} days at ${simulation.errorBudget.slo * 100} %`,
    `  a healthy version is stopped in ${interval(falseAlarm, 'of updates ')}`,
  );
  for (const { metric, probability } of simulation.noData) {
    const worst = Math.max(0, ...probability);
    if (worst === 0) continue;
    const first = probability.slice(0, 5).map(percentage).join(', ');
    lines.push(
      `  ${metric} finds no data: ${first}${probability.length > 5 ? ', …' : ''} (measurement by measurement)`,
    );
  }
  lines.push(...disruptionText(simulation).map((one) => bad(`  ${one}`)), ...decidedText(simulation));
  lines.push(...familyText(simulation, strong));
  lines.push('', strong('Which version would be caught'));
  const heads = Math.max(13, ...simulation.detectionCurve.map(({ what }) => what.length));
  for (const { what, value, low, high, detectionSeconds } of simulation.detectionCurve) {
    const filled = Math.round(value * WIDTH);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
    const after = detectionSeconds === null ? '' : `after ${lengthOfTime(detectionSeconds)}`;
    lines.push(
      `  ${aligned(what, heads)}  ${bar} ${percentage(value).padStart(7)}  ${soft(spread(low, high, '(', ')  '))}${after}`.trimEnd(),
    );
  }
  if (simulation.faults.length > 0)
    lines.push('', strong('Faults of the controller'), ...simulation.faults.map((one) => `  ${one}`));
  lines.push(...assumptionsText(simulation.assumptions, strong));
  return joinLines(lines);
}

/** The words on the left, the figure on the right. */
function aligned(what: string, width: number): string {
  const [, words, figure] = /^(\S+) (.*)$/.exec(what) ?? ['', what, ''];
  return `${words} ${figure.padStart(width - words.length - 1)}`;
}

/** What all checks do together, and each of them alone. */
function familyText({ together, alone }: Simulation, strong: Emphasis['strong']): string[] {
  if (alone.length === 0) return [];
  const name = Math.max(...alone.map(({ check }) => check.length), 'all together'.length);
  const cell = ({ value, low, high }: Share): string =>
    `${percentage(value).padStart(7)} ${spread(low, high, '(', ')')}`.padEnd(28);
  const missed = ({ value, low, high }: Share): Share => ({ value: 1 - value, low: 1 - high, high: 1 - low });
  const row = (check: string, falseAlarm: Share, missing: Share): string =>
    `  ${check.padEnd(name)}  ${cell(falseAlarm)}${cell(missing)}`.trimEnd();
  return [
    '',
    strong('False aborts and misses'),
    `  ${''.padEnd(name)}  ${'stops a healthy version'.padEnd(28)}misses this version`,
    row('all together', together.falseAlarm, together.missed),
    ...alone.map(({ check, falseAlarm, caught }) => row(check, falseAlarm, missed(caught))),
  ];
}

/** The block of assumptions, the same in every text. */
export function assumptionsText(assumptions: readonly string[], strong: Emphasis['strong']): string[] {
  return assumptions.length === 0 ? [] : ['', strong('Assumptions'), ...assumptions.map((one) => `  ${one}`)];
}

/** Which metrics ended the updates, with what they had measured. */
function decidedText({ decidedBy, falseAlarmBy }: Simulation): string[] {
  const line = (one: DecidingMetric): string => {
    const { metric, step, share: part, limits } = one;
    const where = step === undefined ? 'background' : `step ${step + 1}`;
    const limit = limits.length === 0 ? '' : `, limit ${limits.join(' and ')}`;
    return `    ${metric} (${where}) in ${percentage(part)}: ${seenText(one)}${limit}`;
  };
  const block = (title: string, found: readonly DecidingMetric[]): string[] =>
    found.length === 0 ? [] : [`  ${title}`, ...found.map(line)];
  return [...block('stopped by', decidedBy), ...block('a healthy version is stopped by', falseAlarmBy)];
}

/** A suggestion as a YAML file that says in comments what it achieves. */
export function suggestionText(
  rollout: RolloutModel,
  { caught, falseAlarm, seconds, changes, alone, kept, assumptions }: Suggestion,
  yaml: string,
  byHand: readonly string[],
  profile: TrafficProfile,
): string {
  const lines = [
    `${fullName(rollout)}: ${lengthOfTime(seconds)} to promotion`,
    `catches ${interval(caught)} of updates with a version that ${regressionText(profile)}`,
    `stops ${interval(falseAlarm)} of updates with a version that behaves as today's`,
    ...(changes.length === 0 ? ['as it is: nothing to change'] : []),
    ...changes.map(({ path, from, to }) => `  ${path}: ${from} -> ${to}`),
    ...byHand.map((sentence) => `by hand: ${sentence}`),
    ...(alone.length === 0 ? [] : ['each check alone:']),
    ...alone.map(
      (one) => `  ${one.check}: stops ${interval(one.falseAlarm)} of healthy versions, catches ${interval(one.caught)}`,
    ),
    ...(kept.length === 0 ? [] : [`kept, because this regression does not change them: ${kept.join(', ')}`]),
    ...(assumptions.length === 0 ? [] : ['assumptions:', ...assumptions.map((one) => `  ${one}`)]),
  ];
  return `${lines.map((line) => `# ${line}\n`).join('')}${yaml}`;
}

const interval = ({ value, low, high }: Share, what = ''): string =>
  `${percentage(value)} ${what}${spread(low, high, '(95 %: ', ')')}`.trim();
