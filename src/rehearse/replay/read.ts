import { oneLine } from '../../formats/encode/terminal';
import { numberOf, parseAnswer } from '../../formats/prometheus-answer';
import type { SeriesLabels } from '../prometheus';
import { RehearsalProblem } from '../problem';

/** A recorded sample: milliseconds since 1970; undefined is the mark that the series has ended. */
interface KeptSample {
  readonly at: number;
  readonly value: number | undefined;
}

/** A recorded series, with samples in the order of their times. */
export interface KeptSeries {
  readonly labels: SeriesLabels;
  readonly samples: readonly KeptSample[];
}

/**
 * Reads metrics with timestamps: the JSON of a range query (or several, one a line), an OpenMetrics dump (`promtool tsdb
 * dump-openmetrics`), or what `promtool tsdb dump` writes. Throws RehearsalProblem.
 *
 * @param name as it is shown to the user
 */
export function readKept(name: string, text: string): KeptSeries[] {
  const series = text.trimStart().startsWith('{"') ? fromJson(name, text) : fromText(name, text);
  if (series.length === 0) throw new RehearsalProblem(`${name} has no samples in it`);
  return series;
}

interface WireMatrix {
  readonly metric?: Record<string, string>;
  readonly values?: readonly [number, string][];
}

function fromJson(name: string, text: string): KeptSeries[] {
  const whole = parseAnswer(text);
  const answers = whole ? [whole] : text.trim().split('\n').map(parseAnswer);
  const collector = new Collector();
  answers.forEach((answer, i) => {
    const where = answers.length > 1 ? `${name}:${i + 1}` : name;
    if (answer === undefined) throw new RehearsalProblem(`${where} is no answer of Prometheus's API, nor OpenMetrics`);
    if (answer.status !== 'success') {
      throw new RehearsalProblem(
        `${where} is an answer that says '${oneLine(String(answer.error ?? answer.status))}', not a range of values`,
      );
    }
    if (answer.data?.resultType !== 'matrix') {
      throw new RehearsalProblem(
        `${where} is the answer to an instant query; export a range: /api/v1/query_range?query=…&start=…&end=…&step=…`,
      );
    }
    for (const { metric = {}, values = [] } of answer.data.result as readonly WireMatrix[]) {
      if (metric.__name__ === undefined) {
        throw new RehearsalProblem(
          `${where} has a series without a name (${JSON.stringify(metric)}): export the series themselves, not a sum or a rate of them, such as query=http_requests_total`,
        );
      }
      for (const [seconds, value] of values) collector.add(metric, seconds * 1000, numberOf(value));
    }
  });
  return collector.series();
}

const LINE =
  /^([a-zA-Z_:][a-zA-Z0-9_:.]*)?\s*(?:\{(.*)\})?\s*(\S+)(?:\s+(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?))?(?:\s+#.*)?$/i;
/** A sample of a native histogram, as `promtool tsdb dump` writes it. */
const NATIVE = /[}\s]\s*\{count:/;
const LABEL = /\s*"?([a-zA-Z_][a-zA-Z0-9_.]*)"?\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/gy;

function fromText(name: string, text: string): KeptSeries[] {
  const collector = new Collector();
  text.split('\n').forEach((line, i) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const where = `${name}:${i + 1}`;
    if (NATIVE.test(trimmed)) {
      throw new RehearsalProblem(
        `${where}  '${trimmed.slice(0, 80)}' is a sample of a native histogram, which is not replayed; choose other series, such as promtool tsdb dump --match='http_requests_total'`,
      );
    }
    const match = LINE.exec(trimmed);
    const labels = match && labelsOf(match[2] ?? '');
    if (match === null || labels === null || (match[1] === undefined && labels.__name__ === undefined)) {
      throw new RehearsalProblem(
        `${where}  '${trimmed.slice(0, 80)}' is no sample, such as name{label="value"} 42 1767225600`,
      );
    }
    const [, metric, , value, time] = match;
    if (time === undefined) {
      throw new RehearsalProblem(
        `${where}  the sample has no timestamp: a scrape is one moment, a replay needs many; use promtool tsdb dump-openmetrics`,
      );
    }
    const number = numberOf(value);
    if (Number.isNaN(number) && !/^[+-]?nan$/i.test(value))
      throw new RehearsalProblem(`${where}  '${value}' is no number`);
    // OpenMetrics counts seconds; `tsdb dump` has no name before the braces, and milliseconds.
    const at = metric === undefined ? Number(time) : Number(time) * 1000;
    collector.add(metric === undefined ? labels : { __name__: metric, ...labels }, at, number);
  });
  return collector.series().map(({ labels, samples }) => ({ labels, samples: withEnds(samples) }));
}

/**
 * A dump writes the mark that a series has ended as NaN, and so the values that are not numbers. After the mark, there is
 * nothing, or a number when the target has come back; a NaN among others of its kind is a value.
 */
function withEnds(samples: readonly KeptSample[]): readonly KeptSample[] {
  const isNaNAt = (i: number): boolean => Number.isNaN(samples[i]?.value);
  return samples.map((one, i) =>
    isNaNAt(i) && i > 0 && !isNaNAt(i - 1) && !isNaNAt(i + 1) ? { at: one.at, value: undefined } : one,
  );
}

function labelsOf(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let end = 0;
  for (let match = LABEL.exec(text); match !== null; match = LABEL.exec(text)) {
    labels[match[1]] = match[2].replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
    end = LABEL.lastIndex;
  }
  return text.slice(end).trim() === '' ? labels : null;
}

class Collector {
  private readonly found = new Map<string, { labels: SeriesLabels; samples: { at: number; value: number }[] }>();

  add(labels: SeriesLabels, at: number, value: number): void {
    const sorted = Object.keys(labels).sort();
    const key = JSON.stringify(sorted.map((label) => [label, labels[label]]));
    let series = this.found.get(key);
    if (series === undefined) this.found.set(key, (series = { labels, samples: [] }));
    series.samples.push({ at, value });
  }

  series(): KeptSeries[] {
    return [...this.found.values()].map(({ labels, samples }) => ({
      labels,
      samples: samples.sort((a, b) => a.at - b.at).filter(({ at }, i) => i === 0 || samples[i - 1].at < at),
    }));
  }
}
