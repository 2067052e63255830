import { Agent, request } from 'node:http';
import { numberOf, parseAnswer, type WireAnswer, type WireSeries } from '../../formats/prometheus-answer';
import { encodeWriteRequest, type Series } from './remote-write';

/** One series of an answer, with the labels that the query left. */
export interface AnsweredSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** One for an instant, one a step for a range. */
  readonly values: readonly number[];
}

/** What a query came to. */
export interface Answer {
  readonly type: 'scalar' | 'vector' | 'matrix' | 'string';
  /** One without labels for a scalar. */
  readonly series: readonly AnsweredSeries[];
  readonly warnings: readonly string[];
}

/** Prometheus refuses a request, and says why. */
export class PrometheusRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PrometheusRefused';
  }
}

/** A range, in milliseconds since 1970 and seconds. */
export interface QueriedRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The number of series in one request that a receiver accepts without special settings. */
const SERIES_A_REQUEST = 2000;

/** The parts of Prometheus's HTTP API that a rehearsal needs. */
export class PrometheusApi {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 4 });

  /**
   * @param address such as `http://127.0.0.1:9090`
   * @param explain returns why there is no response
   */
  constructor(
    readonly address: string,
    private readonly explain: () => Promise<Error>,
  ) {}

  async isReady(): Promise<boolean> {
    try {
      return (await this.send('GET', '/-/ready')).status === 200;
    } catch {
      return false;
    }
  }

  /** `2.42.0`. */
  async version(): Promise<string> {
    const { data } = JSON.parse((await this.ask('GET', '/api/v1/status/buildinfo')).body) as {
      data: { version: string };
    };
    return data.version;
  }

  /** Evaluates a query at an instant: milliseconds since 1970. Throws PrometheusRefused. */
  query(query: string, at: number): Promise<Answer> {
    return this.evaluate('/api/v1/query', { query, time: (at / 1000).toFixed(3) });
  }

  /** Evaluates a query over a range. Throws PrometheusRefused. */
  queryRange(query: string, { start, end, step }: QueriedRange): Promise<Answer> {
    const seconds = (time: number): string => (time / 1000).toFixed(3);
    return this.evaluate('/api/v1/query_range', {
      query,
      start: seconds(start),
      end: seconds(end),
      step: String(step),
    });
  }

  /** Writes samples. Throws PrometheusRefused. */
  async write(series: readonly Series[]): Promise<void> {
    for (let i = 0; i < series.length; i += SERIES_A_REQUEST) {
      const { status, body } = await this.ask('POST', '/api/v1/write', {
        body: encodeWriteRequest(series.slice(i, i + SERIES_A_REQUEST)),
        headers: {
          'Content-Type': 'application/x-protobuf',
          'Content-Encoding': 'snappy',
          'X-Prometheus-Remote-Write-Version': '0.1.0',
        },
      });
      if (status >= 300)
        throw new PrometheusRefused(`Prometheus does not take samples (HTTP ${status}): ${body.trim()}`);
    }
  }

  private async evaluate(path: string, form: Record<string, string>): Promise<Answer> {
    const { status, body } = await this.ask('POST', path, {
      body: Buffer.from(new URLSearchParams(form).toString()),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    const answer = parseAnswer(body);
    if (answer === undefined) throw new PrometheusRefused(`HTTP ${status}: ${body.trim().slice(0, 300)}`);
    if (answer.status !== 'success') throw new PrometheusRefused(answer.error ?? `HTTP ${status}`);
    return { ...readData(answer.data!), warnings: answer.warnings ?? [] };
  }

  private async ask(method: string, path: string, given: Given = {}): Promise<Response> {
    try {
      return await this.send(method, path, given);
    } catch {
      throw await this.explain();
    }
  }

  private send(method: string, path: string, { body, headers }: Given = {}): Promise<Response> {
    return new Promise((done, failed) => {
      const sent = request(
        this.address + path,
        { method, headers, agent: this.agent, timeout: 120_000 },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', failed);
          response.on('end', () =>
            done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      sent.on('error', failed);
      sent.on('timeout', () => sent.destroy(new Error('timeout')));
      sent.end(body);
    });
  }
}

interface Given {
  readonly body?: Uint8Array;
  readonly headers?: Record<string, string>;
}

interface Response {
  readonly status: number;
  readonly body: string;
}

function readData({ resultType, result }: NonNullable<WireAnswer['data']>): Omit<Answer, 'warnings'> {
  if (resultType === 'scalar') {
    return { type: 'scalar', series: [{ labels: {}, values: [numberOf((result as [number, string])[1])] }] };
  }
  if (resultType === 'string') return { type: 'string', series: [] };
  const series = (result as WireSeries[]).map(({ metric, value, values }) => ({
    labels: metric,
    values: (values ?? (value ? [value] : [])).map(([, text]) => numberOf(text)),
  }));
  return { type: resultType, series };
}
