import { joinLines } from '../../formats/encode/terminal';
import { clock } from '../../formats/go-duration';
import { type Emphasis, fullName, stepText, percent } from '../../plan';
import { canaryShare, type Frame, type RolloutModel } from '../../controller';
import { assumptionsText } from '../../simulate';
import type { Rehearsal, RehearsalEvent, RehearsedMeasurement, RehearsedUpdate } from '../run/result';
import { analysisText, answerText, behindText, conditionsText, outcomeText } from './wording';

const WIDTH = 9;

/** Writes the progress of a rehearsal to a terminal, a few lines for each event. */
export class LiveText {
  private last: { step?: number; share: number } | undefined;
  private pending: Frame | undefined;
  private readonly shown = new Set<string>();

  constructor(
    private readonly rollout: RolloutModel,
    private readonly emphasis: Emphasis,
    private readonly write: (text: string) => void,
  ) {}

  handle(event: RehearsalEvent): void {
    switch (event.type) {
      case 'update':
        this.last = this.pending = undefined;
        this.begin(event);
        return;
      case 'frame':
        // Of several changes at one time, only the last is observable.
        if (this.pending && this.pending.time < event.frame.time) this.flush();
        this.pending = event.frame;
        return;
      case 'measurement':
        this.flush();
        this.measurement(event.measurement);
        return;
      case 'end':
        this.flush(event.update.endedAt);
        this.end(event.update);
    }
  }

  private begin({ retry, conditions, replayed }: RehearsalEvent & { readonly type: 'update' }): void {
    const { strong, soft } = this.emphasis;
    const title = retry ? 'retry' : fullName(this.rollout);
    if (retry) this.write('\n');
    this.write(joinLines([`${strong(title)}  ${soft(conditionsText(conditions, replayed))}`]));
  }

  private flush(until = Infinity): void {
    const frame = this.pending;
    this.pending = undefined;
    if (frame === undefined || frame.promoted || frame.aborted || frame.time > until) return;
    const { stepIndex: step } = frame;
    const share = canaryShare(this.rollout, frame);
    if (this.last && this.last.step === step && this.last.share === share) return;
    this.last = { step, share };
    const given = step === undefined ? undefined : this.rollout.steps[step];
    const words = given === undefined ? 'all pods start' : `${step! + 1}  ${stepText(given, this.rollout)}`;
    this.write(joinLines([`${clock(frame.time).padStart(WIDTH)}  ${percent(100 * share).padStart(5)}  ${words}`]));
  }

  private measurement(measurement: RehearsedMeasurement): void {
    const { at, metric, phase, query, condition, message, answer } = measurement;
    const { soft } = this.emphasis;
    const indent = ' '.repeat(WIDTH + 9);
    const said = answer === undefined && message !== undefined ? message : answerText(answer);
    const lines = [
      `${clock(at).padStart(WIDTH)}         ${metric} (${analysisText(measurement)}): ${query === undefined ? 'not a query' : said} → ${this.verdict(phase)}`,
    ];
    if (query !== undefined && !this.shown.has(query)) {
      this.shown.add(query);
      lines.push(
        ...query
          .trim()
          .split('\n')
          .map((line) => soft(`${indent}  ${line}`)),
        soft(`${indent}  ${condition}`),
      );
    }
    if (answer !== undefined && message !== undefined) lines.push(soft(`${indent}${message}`));
    const behind = behindText(measurement);
    if (behind !== '') lines.push(soft(`${indent}${behind}`));
    this.write(joinLines(lines));
  }

  private verdict(phase: RehearsedMeasurement['phase']): string {
    const { good, bad, strong } = this.emphasis;
    return phase === 'Successful' ? good(phase) : phase === 'Inconclusive' ? strong(phase) : bad(phase);
  }

  private end(update: RehearsedUpdate): void {
    const { good, bad, strong, soft } = this.emphasis;
    const emphasised = update.outcome === 'promoted' ? good : update.outcome === 'aborted' ? bad : strong;
    const why = update.message && update.outcome !== 'promoted' ? soft(`  ${update.message}`) : '';
    const end = emphasised(outcomeText(this.rollout, update));
    this.write(joinLines([`${clock(update.endedAt).padStart(WIDTH)}         ${end}${why}`]));
  }
}

/** What stands below a rehearsal. */
export function closingText(
  { prometheus, seed, replayed, notes, assumptions }: Rehearsal,
  { soft, strong }: Emphasis,
): string {
  const how = replayed
    ? `real metrics, replayed into Prometheus ${prometheus}`
    : `Prometheus ${prometheus}, fed with what the monitors scrape; seed ${seed}`;
  const lines = ['', soft(how)];
  lines.push(...assumptionsText(assumptions, strong));
  if (notes.length > 0) lines.push('', strong('Notes'), ...notes.map((note) => `  ${note}`));
  return joinLines(lines);
}

/** A finished rehearsal, as it would have been reported. */
export function rehearsalText(rehearsal: Rehearsal, emphasis: Emphasis): string {
  const parts: string[] = [];
  const live = new LiveText(rehearsal.rollout, emphasis, (text) => parts.push(text));
  rehearsal.updates.forEach((update, i) => {
    live.handle({ type: 'update', retry: i > 0, conditions: update.conditions, replayed: rehearsal.replayed });
    for (const event of inOrder(update)) live.handle(event);
    live.handle({ type: 'end', update });
  });
  parts.push(closingText(rehearsal, emphasis));
  return parts.join('');
}

function inOrder({ frames, measurements }: RehearsedUpdate): RehearsalEvent[] {
  const events: (RehearsalEvent & { readonly time: number })[] = [
    ...frames.map((frame) => ({ type: 'frame' as const, frame, time: frame.time })),
    ...measurements.map((measurement) => ({ type: 'measurement' as const, measurement, time: measurement.at })),
  ];
  return events.sort((a, b) => a.time - b.time);
}
