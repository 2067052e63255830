import { Prometheus } from '../../src/rehearse';
import { folderWith, runCli } from '../cli/run-cli';
import { BINARY } from '../rehearse/real';
import { type History, manifestsWith, writeHistory } from './history';

/** What a test reads of a report. */
export interface Json {
  readonly profile: Record<string, unknown>;
  readonly missing: readonly { readonly what: string; readonly why: string }[];
  readonly notes: readonly string[];
  readonly latencies: readonly { readonly seconds: number; readonly share: number }[];
  readonly queries: number;
  readonly checks: readonly {
    readonly metric: string;
    readonly selectors: readonly {
      readonly selector: string;
      readonly series: number;
      readonly samplesInWindow?: number;
    }[];
    readonly findings: readonly { readonly severity: string; readonly message: string }[];
    readonly replay?: {
      readonly query: string;
      readonly measurements: number;
      readonly failed: number;
      readonly errors: number;
      readonly runs: number;
      readonly stopped: number;
    };
    readonly notReplayed?: string;
  }[];
  readonly updates?: { readonly every: number; readonly aborted: number; readonly updates: number };
}

/** Lends a Prometheus that has a history, and takes it back. */
export async function withHistory<T>(history: History | undefined, use: (address: string) => Promise<T>): Promise<T> {
  const prometheus = await Prometheus.start(BINARY!);
  try {
    if (history) await writeHistory(prometheus, history);
    return await use(prometheus.api.address);
  } finally {
    await prometheus.stop();
  }
}

/** Calibrates a rollout with these metrics, and reads the result. */
export async function calibrated(
  address: string,
  metrics: string,
  ...options: string[]
): Promise<{ code: number; json: Json }> {
  const cwd = folderWith({ 'rollout.yaml': manifestsWith(metrics) });
  const args = ['calibrate', 'rollout.yaml', '--prometheus', address, '--range', '1d', '-f', 'json', ...options];
  const { code, out, err } = await runCli(args, { cwd });
  expect(err).toBe('');
  return { code, json: (JSON.parse(out) as Json[])[0] };
}
