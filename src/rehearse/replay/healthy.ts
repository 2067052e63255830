import { QueryFailed, type RecordedHistory, replayRecorded, type UpdatesReport } from '../../calibrate';
import { RehearsalProblem } from '../problem';
import type { PrometheusApi } from '../prometheus';
import type { KeptSeries } from './read';
import { readRecording } from './replay';

/** A recording of a time in which the app was healthy. */
export interface HealthyRecording extends Omit<RecordedHistory, 'address'> {
  /** Where it is. */
  readonly file: string;
  /** As it is shown to the user. @default file */
  readonly name?: string;
  /** Seconds between two beginnings of the rollout. */
  readonly every: number;
}

/** Samples of a series in one request. */
const SAMPLES_A_REQUEST = 2000;

/**
 * Begins a rollout again and again over recorded metrics of a healthy time, and counts how often its checks would have
 * stopped the healthy version. The Prometheus must be empty. Throws RehearsalProblem where there is nothing to replay.
 */
export async function replayHealthy(
  api: PrometheusApi,
  { file, name = file, every, ...history }: HealthyRecording,
): Promise<UpdatesReport> {
  const kept = readRecording(file, name);
  await write(api, kept);
  const start = kept.reduce((first, { samples }) => Math.min(first, samples[0].at), Infinity);
  const end = kept.reduce((last, { samples }) => Math.max(last, samples[samples.length - 1].at), -Infinity);
  try {
    return await replayRecorded({ ...history, address: api.address }, { start, end, every });
  } catch (error) {
    if (!(error instanceof QueryFailed)) throw error;
    throw new RehearsalProblem(`${name}: ${error.message}`);
  }
}

/** In the order of time, as Prometheus takes samples best. */
async function write(api: PrometheusApi, kept: readonly KeptSeries[]): Promise<void> {
  const longest = Math.max(...kept.map(({ samples }) => samples.length));
  for (let i = 0; i < longest; i += SAMPLES_A_REQUEST) {
    const part = kept.map(({ labels, samples }) => ({ labels, samples: samples.slice(i, i + SAMPLES_A_REQUEST) }));
    await api.write(part.filter(({ samples }) => samples.length > 0));
  }
}
