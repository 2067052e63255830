/** A series of an answer: one sample for an instant, one a step for a range. */
export interface WireSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [seconds: number, value: string];
  readonly values?: readonly (readonly [seconds: number, value: string])[];
  /** Samples of native histograms, in place of `values`; only their times matter here. */
  readonly histograms?: readonly (readonly [seconds: number, histogram: object])[];
}

/** The format of Prometheus's HTTP API, which exports of range queries have too. */
export interface WireAnswer {
  readonly status: string;
  readonly error?: string;
  readonly warnings?: string[];
  /** VictoriaMetrics says so where a part of its storage did not answer. */
  readonly isPartial?: unknown;
  readonly data?: { readonly resultType: 'scalar' | 'vector' | 'matrix' | 'string'; readonly result: unknown };
}

/** Reads a response of Prometheus's HTTP API. Undefined if the text is not one. */
export function parseAnswer(text: string): WireAnswer | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isObject(parsed) || typeof parsed.status !== 'string') return undefined;
    const { status, error, warnings, data } = parsed;
    if (error !== undefined && typeof error !== 'string') return undefined;
    if (warnings !== undefined && !isTexts(warnings)) return undefined;
    return status !== 'success' || isData(data) ? (parsed as unknown as WireAnswer) : undefined;
  } catch {
    return undefined;
  }
}

interface Json {
  readonly [key: string]: unknown;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (values: unknown): boolean =>
  Array.isArray(values) && values.every((value) => typeof value === 'string');

/** A file may have anything in place of what a server sends. */
function isData(data: unknown): boolean {
  if (!isObject(data)) return false;
  const { resultType, result } = data;
  if (resultType === 'scalar' || resultType === 'string') return isSample(result);
  if (resultType !== 'vector' && resultType !== 'matrix') return false;
  return Array.isArray(result) && result.every(isSeries);
}

function isSeries(series: unknown): boolean {
  if (!isObject(series)) return false;
  const { metric, value, values, histograms } = series;
  return (
    (metric === undefined || (isObject(metric) && isTexts(Object.values(metric)))) &&
    (value === undefined || isSample(value)) &&
    (values === undefined || (Array.isArray(values) && values.every(isSample))) &&
    (histograms === undefined || (Array.isArray(histograms) && histograms.every(isTimed)))
  );
}

const isTimed = (sample: unknown): boolean =>
  Array.isArray(sample) && sample.length === 2 && typeof sample[0] === 'number';

const isSample = (sample: unknown): boolean => isTimed(sample) && typeof (sample as unknown[])[1] === 'string';

/** Numbers as Prometheus writes them in JSON: `+Inf` and `NaN` among them. */
export const numberOf = (text: string): number =>
  /^[+-]?Inf$/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
