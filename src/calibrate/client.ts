import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { numberOf, parseAnswer, type WireAnswer, type WireSeries } from '../formats/prometheus-answer';
import type { Connection } from './connection';
import { type MetricsSource, QueryFailed, type TimedSeries, type TimeRange } from './source';
import { type HttpAnswer, send, TimedOut, TooLarge } from './transport';

/** Prometheus refuses more than 11000 steps in one answer. */
const STEPS_A_REQUEST = 10_000;

/** After so many queries without an answer in time, no other is sent. */
const MOST_LATE = 3;

/** The query API of Prometheus, which Thanos, Mimir and VictoriaMetrics have too. It reads only. */
export class PrometheusClient implements MetricsSource {
  /** Warnings of the answers, such as partial ones. */
  readonly warnings = new Set<string>();
  /** Requests that were sent. */
  sent = 0;
  /** Why queries got no answer, with their number: what they would have told is not known. */
  readonly unanswered = new Map<string, number>();
  private method: 'GET' | 'POST' = 'POST';
  /** Queries one after the other that got no answer in time. */
  private late = 0;
  private readonly known = new Map<string, Promise<readonly TimedSeries[]>>();

  constructor(
    private readonly connection: Connection,
    private readonly mostQueries: number,
  ) {}

  get address(): string {
    return this.connection.address;
  }

  /** The server's time, in milliseconds since 1970. Throws InputError where Prometheus cannot be asked. */
  async now(): Promise<number> {
    let answer: readonly TimedSeries[];
    try {
      answer = await this.evaluate('/api/v1/query', { query: 'time()' });
    } catch (error) {
      if (error instanceof QueryFailed) throw new InputError(`${this.address}: ${error.message}`);
      throw error;
    }
    const seconds = answer[0]?.samples[0]?.value;
    if (seconds === undefined || !Number.isFinite(seconds))
      throw new InputError(`${this.address} does not evaluate time(), so it is no Prometheus`);
    return seconds * 1000;
  }

  query(query: string, at: number): Promise<readonly TimedSeries[]> {
    return this.once('/api/v1/query', { query, time: seconds(at) });
  }

  async queryRange(query: string, { start, end, step }: TimeRange): Promise<readonly TimedSeries[]> {
    const merged = new Map<string, { labels: TimedSeries['labels']; samples: TimedSeries['samples'][number][] }>();
    const stretch = (STEPS_A_REQUEST - 1) * step * 1000;
    for (let from = start; from <= end; from += stretch + step * 1000) {
      const form = { query, start: seconds(from), end: seconds(Math.min(end, from + stretch)), step: String(step) };
      for (const { labels, samples } of await this.once('/api/v1/query_range', form)) {
        const key = JSON.stringify(Object.entries(labels).sort());
        const one = merged.get(key) ?? { labels, samples: [] };
        merged.set(key, one);
        for (const sample of samples) one.samples.push(sample);
      }
    }
    return [...merged.values()];
  }

  /** Asks the same only once. */
  private once(path: string, form: Record<string, string>): Promise<readonly TimedSeries[]> {
    const key = JSON.stringify([path, form]);
    let answer = this.known.get(key);
    if (answer === undefined) this.known.set(key, (answer = this.counted(this.evaluate(path, form))));
    return answer;
  }

  private async counted<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof QueryFailed)
        this.unanswered.set(error.message, (this.unanswered.get(error.message) ?? 0) + 1);
      throw error;
    }
  }

  private async evaluate(path: string, form: Record<string, string>): Promise<readonly TimedSeries[]> {
    let answer = await this.ask(path, form);
    // Some gateways let GET pass alone.
    if (answer.status === 405 && this.method === 'POST') {
      this.method = 'GET';
      answer = await this.ask(path, form);
    }
    return this.read(answer);
  }

  private async ask(path: string, form: Record<string, string>): Promise<HttpAnswer> {
    if (this.sent >= this.mostQueries)
      throw new QueryFailed(`the limit of ${this.mostQueries} queries is reached; raise --max-queries`);
    this.sent++;
    const { connection } = this;
    const body = new URLSearchParams(form).toString();
    const url = new URL(`${connection.address}${path}${this.method === 'GET' ? `?${body}` : ''}`);
    const headers = { Accept: 'application/json', ...connection.headers };
    const posted = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(Buffer.byteLength(body)),
    };
    try {
      const answer = await (this.method === 'GET'
        ? send(url, { method: 'GET', headers }, connection)
        : send(url, { method: 'POST', headers: { ...headers, ...posted }, body }, connection));
      this.late = 0;
      return answer;
    } catch (error) {
      if (error instanceof TimedOut) {
        const what = `${error.message}; raise --timeout, or shorten --range`;
        if (++this.late < MOST_LATE) throw new QueryFailed(what);
        throw new InputError(`${this.address}: ${MOST_LATE} queries one after the other got ${what}`);
      }
      if (error instanceof TooLarge) throw new QueryFailed(error.message);
      throw new InputError(`${this.address} cannot be reached: ${this.safe(reason(error))}`);
    }
  }

  private read(answer: HttpAnswer): readonly TimedSeries[] {
    const { status, headers, body } = answer;
    const parsed = parseAnswer(body);
    if (parsed?.status === 'success' && status < 300) {
      for (const warning of parsed.warnings ?? []) this.warnings.add(this.safe(warning));
      return seriesOf(parsed);
    }
    this.refuse(answer);
    const said = this.safe(parsed?.error ?? body).slice(0, 300);
    if (parsed !== undefined || status >= 500 || status === 422 || status === 400 || status === 429)
      throw new QueryFailed(said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`);
    const type = String(headers['content-type'] ?? '');
    throw new InputError(
      /html/.test(type) || body.trimStart().startsWith('<')
        ? `${this.address} answers with a web page (HTTP ${status}), not as the API of Prometheus does; is a login before it, or a part of the path missing, such as /prometheus?`
        : `${this.address} does not answer as the API of Prometheus does (HTTP ${status}): ${said}`,
    );
  }

  /** Throws if no other query would succeed either. */
  private refuse({ status, headers }: HttpAnswer): void {
    if (status === 401)
      throw new InputError(
        `${this.address} asks for credentials (HTTP 401); check --bearer-token-file, --username and --password-file, or --header`,
      );
    if (status === 403)
      throw new InputError(
        `${this.address} forbids the query (HTTP 403); these credentials need the right to query metrics, and a tenant may have to be named with --tenant`,
      );
    if (status === 404)
      throw new InputError(
        `${this.address} has no query API (HTTP 404); is a part of the path missing, such as /prometheus (Mimir) or /select/0/prometheus (VictoriaMetrics)?`,
      );
    if (status >= 300 && status < 400) {
      const to = redirection(String(headers.location ?? ''), this.address);
      throw new InputError(
        `${this.address} redirects to ${this.safe(to)} (HTTP ${status}), which is not followed; give the address of the API itself, and credentials if a login is asked for`,
      );
    }
  }

  /** Text of a server, without control characters and without what must not be shown. */
  private safe(text: string): string {
    let shown = oneLine(text.trim());
    for (const secret of this.connection.secrets) shown = shown.replaceAll(secret, '***');
    return shown;
  }
}

const seconds = (at: number): string => (at / 1000).toFixed(3);

/** Where a redirection leads, without credentials and parameters, which may be secrets. */
function redirection(location: string, from: string): string {
  try {
    const { protocol, host, pathname } = new URL(location, from);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'another address';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve',
  ECONNRESET: 'the connection was closed; is it http:// or https://?',
  EPROTO: 'it does not speak TLS; is it http://?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; give --tls-ca-file',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority; give --tls-ca-file',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority; give --tls-ca-file',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown authority; give --tls-ca-file',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

function reason(error: unknown): string {
  const { code, message, errors } = error as NodeJS.ErrnoException & { errors?: readonly NodeJS.ErrnoException[] };
  return REASONS[code ?? errors?.[0]?.code ?? ''] ?? (message || String(code));
}

function seriesOf({ data }: WireAnswer): readonly TimedSeries[] {
  if (data === undefined || data.resultType === 'string') return [];
  if (data.resultType === 'scalar') {
    return [{ labels: {}, samples: [sample(data.result as [number, string])] }];
  }
  return (data.result as readonly WireSeries[]).map(({ metric, value, values, histograms }) => ({
    labels: metric,
    samples: [
      ...(values ?? (value ? [value] : [])).map(sample),
      // The content of a native histogram is read with functions; here it is a sample without a number.
      ...(histograms ?? []).map(([at]) => ({ at: at * 1000, value: NaN })),
    ],
  }));
}

const sample = ([at, value]: readonly [number, string]): { at: number; value: number } => ({
  at: at * 1000,
  value: numberOf(value),
});
