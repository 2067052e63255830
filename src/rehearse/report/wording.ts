import { lengthOfTime } from '../../formats/go-duration';
import { trafficEnd, type RolloutModel } from '../../controller';
import type { Answer } from '../prometheus';
import type { RehearsedMeasurement, RehearsedUpdate } from '../run/result';
import type { Conditions, VersionBehaviour } from '../world/conditions';
import type { Tally } from '../world/ledger';
import { abortIncompleteText, outageText, versionsOf } from '../../plan';
import { percentage } from '../../formats/percentage';
import { sameLatency } from '../../traffic-model';

/** A readable value. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1e-4 && Math.abs(value) < 1e15
    ? String(Number(value.toPrecision(5)))
    : value.toExponential(3);
}

/** What Prometheus answered: `65.6`, `no series`, or the first values of several. */
export function answerText(answer: Answer | undefined): string {
  if (answer === undefined) return 'no answer';
  const values = answer.series.flatMap((series) => series.values);
  if (values.length === 0) return 'no series';
  const shown = values.slice(0, 4).map(figure).join(', ');
  const more = values.length > 4 ? `, … (${values.length} values)` : '';
  return values.length === 1
    ? shown
    : `${shown}${more}${answer.series.length > 1 ? ` of ${answer.series.length} series` : ''}`;
}

const tally = ({ requests, failures }: Tally): string =>
  `${requests.toLocaleString('en')} requests, ${failures.toLocaleString('en')} failed`;

/** What really happened in the window of a measurement. */
function trafficText({ traffic, window }: RehearsedMeasurement): string | undefined {
  if (traffic === undefined) return undefined;
  const others = traffic.besideUsers.requests > 0 ? `, and beside users ${tally(traffic.besideUsers)}` : '';
  return `in these ${lengthOfTime(window)} the canary had ${tally(traffic.canary)}${others}; the stable version ${tally(traffic.stable)}`;
}

/** The version that a value belongs to, if it is not the expected one. */
const surpriseText = ({ firstOf }: RehearsedMeasurement): string | undefined =>
  firstOf === 'stable' ? 'the first series is of a pod of the stable version' : undefined;

/** The text next to a value. */
export const behindText = (one: RehearsedMeasurement): string =>
  [surpriseText(one), trafficText(one), windowText(one)].filter((words) => words !== undefined).join('; ');

/** That a window holds less than it could, or nothing. */
function windowText({ window, filled }: RehearsedMeasurement): string | undefined {
  if (filled === undefined || filled >= window - 1e-9) return undefined;
  return filled === 0
    ? 'the canary had not been scraped yet'
    : `the canary had been scraped for ${lengthOfTime(filled)} of them`;
}

const reasonOfRestarts = ({ restartReason }: VersionBehaviour): string =>
  restartReason === 'OOMKilled' ? ' for its memory' : '';

/** The world in one line. */
export function conditionsText(
  { profile, canary, trafficStopsAt, prometheusUnreachable, approvalAfter }: Conditions,
  replayed: boolean,
): string {
  const rps =
    typeof profile.rps === 'number'
      ? `${profile.rps} ${profile.rps === 1 ? 'request' : 'requests'}/s`
      : `${Math.min(...profile.rps)} to ${Math.max(...profile.rps)} requests/s`;
  const slow = !sameLatency(canary.latency, profile.baselineLatency);
  const generated = [
    rps,
    canary.neverStarts
      ? 'the new version crashes before it serves'
      : `the new version fails ${percentage(canary.errorRate)} of its requests (today: ${percentage(profile.baselineErrorRate)})`,
    slow && `its latency is ${lengthOfTime(canary.latency.p50)} (p50), ${lengthOfTime(canary.latency.p99)} (p99)`,
    (canary.restarts ?? 0) > 0 &&
      `each of its containers restarts ${canary.restarts} times an hour${reasonOfRestarts(canary)}`,
    canary.saturation !== undefined &&
      canary.saturation !== profile.baselineSaturation &&
      `it uses ${percentage(canary.saturation)} of its limits of memory and CPU (today: ${percentage(profile.baselineSaturation)})`,
    canary.crashesAfter !== undefined && `it crashes every ${lengthOfTime(canary.crashesAfter)}`,
    trafficStopsAt !== undefined && `traffic stops after ${lengthOfTime(trafficStopsAt)}`,
  ];
  const words = [
    // A recording has the requests of its own version.
    ...(replayed ? ['recorded metrics'] : generated),
    prometheusUnreachable &&
      `Prometheus cannot be reached${prometheusUnreachable.from === 0 ? '' : ` after ${lengthOfTime(prometheusUnreachable.from)}`}`,
    `pods start in ${lengthOfTime(profile.podStart)}`,
    approvalAfter === undefined ? 'no manual approval' : `manual approval after ${lengthOfTime(approvalAfter)}`,
  ];
  return words.filter(Boolean).join('; ');
}

/** `aborted after 10 min 30 s, 108 failed requests`, and the effects on all users. */
export function outcomeText(rollout: RolloutModel, update: RehearsedUpdate): string {
  const { outcome, endedAt, failedRequests } = update;
  const requests = failedRequests === 1 ? 'request' : 'requests';
  const failures = failedRequests === undefined ? '' : `, ${failedRequests.toLocaleString('en')} failed ${requests}`;
  return [`${outcome} after ${lengthOfTime(endedAt)}${failures}`, ...disruptionText(rollout, update)].join('; ');
}

function disruptionText(rollout: RolloutModel, update: RehearsedUpdate): string[] {
  const { outageSeconds, abortIncomplete, outcome, frames, endedAt } = update;
  const tail = outcome === 'aborted' ? trafficEnd(rollout, frames, endedAt) - endedAt : 0;
  const { fresh } = versionsOf(rollout);
  return [
    outageText(outageSeconds),
    abortIncomplete
      ? `${abortIncompleteText(rollout)} (failed requests are counted for ${lengthOfTime(tail)} after it)`
      : tail > 0 && `the ${fresh} gets requests until ${lengthOfTime(tail)} after the abort`,
  ].filter((words) => typeof words === 'string');
}

/** Which analysis a measurement belongs to. */
export const analysisText = ({ background, step, dryRun }: RehearsedMeasurement): string =>
  `${background ? 'background' : `step ${(step ?? 0) + 1}`}${dryRun ? ', dry run' : ''}`;
