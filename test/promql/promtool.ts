// The unit tests of Prometheus itself, by which a query is put to the engine that will run it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A series and its values, in the notation of promtool: `0+10x60` is 0, 10, 20 … 600. */
export type InputSeries = readonly [series: string, values: string];

/** A query at a time, over series that are scraped each thirty seconds. */
export interface QueryCase {
  readonly series: readonly InputSeries[];
  readonly query: string;
  /** Since the first scrape, as `59m50s`. */
  readonly at: string;
  /** The one value, on a series without labels; undefined where there is to be no series. */
  readonly expected: number | undefined;
  /** How far off it may be. */
  readonly within?: number;
  /** Groups of rules, as the spec of a PrometheusRule has them. */
  readonly rules?: { readonly groups: readonly object[] };
}

const PROMTOOL = process.env.PROMTOOL ?? 'promtool';
const found = spawnSync(PROMTOOL, ['--version'], { encoding: 'utf8' }).status === 0;

/**
 * Describes what promtool judges. Without it there is nothing to be judged by, which is said aloud, and is a failure where
 * it decides about a change.
 */
export function describeWithPromtool(name: string, tests: () => void): void {
  if (found) return describe(name, tests);
  const missing = `${name}: needs promtool, which comes with Prometheus (apt-get install prometheus); set PROMTOOL to its path`;
  if (process.env.CI === 'true') {
    test(name, () => {
      throw new Error(missing);
    });
    return;
  }
  process.stderr.write(`\nSKIPPED  ${missing}\n`);
  describe.skip(name, tests);
}

/** What promtool finds wrong with each of the cases, by name: nothing where all is as expected. One process for all. */
export function judge(cases: ReadonlyMap<string, QueryCase>): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    const files = [...cases].map(([name, one], i) => {
      const file = join(folder, `${i}.yaml`);
      const rules = join(folder, `${i}-rules.yaml`);
      if (one.rules) writeFileSync(rules, stringify(one.rules));
      writeFileSync(file, stringify({ rule_files: one.rules ? [rules] : [], ...queryTest(one) }));
      return [name, file] as const;
    });
    // Successes go to one stream and failures to the other, without the file's name: only together are they in order.
    const paths = files.map(([, file]) => file);
    const { stdout } = spawnSync('sh', ['-c', 'exec "$0" "$@" 2>&1', PROMTOOL, 'test', 'rules', ...paths], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    // Before 3.x it writes `Unit Testing:  file`, since then `Processing test file: file`.
    const parts = stdout.split(/^(?:Unit Testing:|Processing test file:) +/m).slice(1);
    const said = new Map(
      parts.map((part) => [part.split('\n', 1)[0].trim(), part.slice(part.indexOf('\n') + 1).trim()]),
    );
    return new Map(
      files.map(([name, file]) => {
        const verdict = said.get(file);
        if (verdict === undefined) return [name, `promtool did not come to it: ${stdout}`];
        return [name, verdict === 'SUCCESS' ? '' : verdict];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A case as promtool takes it. Its values are compared digit by digit, so the difference is taken here; that leaves one
 * series without labels only where the query has given one.
 */
function queryTest({ series, query, at, expected, within = 1e-6 }: QueryCase): object {
  const none = expected === undefined;
  return {
    evaluation_interval: '30s',
    tests: [
      {
        interval: '30s',
        input_series: series.map(([one, values]) => ({ series: one, values })),
        promql_expr_test: [
          {
            expr: none ? query : `abs((\n${query}\n) - ${expected}) <= bool ${within}`,
            eval_time: at,
            exp_samples: none ? [] : [{ labels: '{}', value: 1 }],
          },
        ],
      },
    ],
  };
}
