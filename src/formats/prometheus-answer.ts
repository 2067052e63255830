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
  readonly data?: { readonly resultType: 'scalar' | 'vector' | 'matrix' | 'string'; readonly result: unknown };
}

/** Reads a response of Prometheus's HTTP API. Undefined if the text is not one. */
export function parseAnswer(text: string): WireAnswer | undefined {
  try {
    const parsed = JSON.parse(text) as WireAnswer;
    return typeof parsed === 'object' && parsed !== null && 'status' in parsed ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers as Prometheus writes them in JSON: `+Inf` and `NaN` among them. */
export const numberOf = (text: string): number =>
  /^[+-]?Inf$/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
