import { setTimeout } from 'node:timers/promises';
import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { numberOf, parseAnswer, type WireAnswer, type WireSeries } from '../formats/prometheus-answer';
import type { Connection } from './connection';
import { type MetricsSource, QueryFailed, type TimedSeries, type TimeRange } from './source';
import { BrokenOff, type HttpAnswer, send, TimedOut, TooLarge } from './transport';

/** Prometheus refuses more than 11000 steps in one answer. */
const STEPS_A_REQUEST = 10_000;

/** After so many queries without an answer in time, no other is sent. */
const MOST_LATE = 3;

/** Statuses of gateways and of limits of rates that are over soon: the same is asked again. */
const PASSING = new Set([429, 502, 503]);
/** The seconds before a query is sent again; after the last, it is not. */
const WAITS = [0.5, 1.5];

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
  /** Asking again did not help with the query before. */
  private inVain = false;
  /** It has answered a query: it is the API of a Prometheus. */
  private answered = false;
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
    let answer = await this.patiently(path, form);
    // Some gateways let GET pass alone.
    if (answer.status === 405 && this.method === 'POST') {
      this.method = 'GET';
      answer = await this.patiently(path, form);
    }
    return this.read(answer);
  }

  /** Asks again where the reason that there is no answer may be gone in a moment: a query changes nothing. */
  private async patiently(path: string, form: Record<string, string>): Promise<HttpAnswer> {
    for (let repeated = 0; ; repeated++) {
      const last = repeated === WAITS.length || this.inVain;
      let wait = WAITS[repeated];
      try {
        const answer = await this.ask(path, form);
        const passing = isPassing(answer);
        const stated = Number(answer.headers['retry-after']) || 0;
        if (last || !passing || stated > this.connection.timeout) {
          this.inVain = passing;
          return answer;
        }
        wait = Math.max(wait, stated);
      } catch (error) {
        if (last || !this.answered || !(error instanceof BrokenOff)) {
          this.inVain = true;
          throw this.unreachable(error);
        }
      }
      await setTimeout(wait * 1000);
    }
  }

  /** Whether no query will be answered, or this one alone is not. */
  private unreachable(error: unknown): unknown {
    if (error instanceof QueryFailed || error instanceof InputError) return error;
    const why = this.safe(reason(error));
    if (error instanceof BrokenOff && this.answered) return new QueryFailed(`the connection breaks off: ${why}`);
    return new InputError(`${this.address} cannot be reached${this.way}: ${why}`);
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
      throw error;
    }
  }

  private get way(): string {
    const { proxy } = this.connection;
    return proxy === undefined ? '' : ` through the proxy ${proxy.url.origin} of the environment`;
  }

  private read(answer: HttpAnswer): readonly TimedSeries[] {
    const { status, headers, body } = answer;
    const parsed = parseAnswer(body);
    if (parsed?.status === 'success' && status < 300) {
      this.answered = true;
      for (const warning of parsed.warnings ?? []) this.warnings.add(this.safe(warning));
      if (parsed.isPartial === true) this.warnings.add(PARTIAL);
      return seriesOf(parsed);
    }
    this.refuse(answer);
    const page = pageText(String(headers['content-type'] ?? ''), body);
    const said = this.safe(parsed?.error ?? page ?? body).slice(0, 300);
    // A server that answered before is the API: one query is too much for it, or for a gateway before it.
    if (parsed !== undefined || status >= 500 || OF_ONE_QUERY.has(status))
      throw new QueryFailed(said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`);
    if (this.answered && isTorn(body)) throw new QueryFailed(`its answer breaks off after ${body.length} characters`);
    throw new InputError(
      page !== undefined
        ? `${this.address} answers with a web page (HTTP ${status}), not as the API of Prometheus does; is a login before it, or a part of the path missing, such as /prometheus?`
        : `${this.address} does not answer as the API of Prometheus does (HTTP ${status}): ${said || 'its answer is empty'}`,
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
    if (status === 407)
      throw new InputError(
        `${this.address} cannot be reached${this.way}: the proxy asks for credentials (HTTP 407); give them in its address`,
      );
    if (status === 404)
      throw new InputError(
        `${this.address} has no query API (HTTP 404); is a part of the path missing, such as /prometheus (Mimir) or /select/0/prometheus (VictoriaMetrics), or one too much, such as /graph?`,
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
    const shown = this.connection.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return oneLine(shown.trim());
  }
}

const seconds = (at: number): string => (at / 1000).toFixed(3);

/** VictoriaMetrics marks such answers, where Thanos has a warning. */
const PARTIAL = 'the answers are partial: a part of the storage did not answer (isPartial)';

/** Statuses that are about one query: it is wrong, too long or too much. */
const OF_ONE_QUERY = new Set([400, 408, 413, 414, 422, 429]);

/** An answer that may differ in a moment. An error that Prometheus itself reports is permanent. */
const isPassing = ({ status, body }: HttpAnswer): boolean =>
  status === 429 || ((PASSING.has(status) || isTorn(body)) && parseAnswer(body) === undefined);

/** Whether a text is the beginning of JSON. */
const isTorn = (body: string): boolean => /^\s*\{/.test(body) && !/\}\s*$/.test(body);

/** The text of a web page; undefined where it is none. */
function pageText(type: string, body: string): string | undefined {
  if (!/html/.test(type) && !body.trimStart().startsWith('<')) return undefined;
  // The beginning says what page it is; all of a long one would take long to read.
  const start = body.slice(0, 10_000);
  const [, title] = /<title[^>]*>([^<]*)/i.exec(start) ?? [];
  return (title ?? start.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
}

/** Where a redirection leads, without credentials and parameters, which may be secrets. */
function redirection(location: string, from: string): string {
  try {
    const { protocol, host, pathname } = new URL(location, from);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'another address';
  }
}

const CERTIFICATE_WANTED = 'it asks for a certificate; give --tls-cert-file and --tls-key-file';
const CERTIFICATE_REFUSED = 'it refuses the certificate of --tls-cert-file';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve',
  ECONNRESET: 'the connection was closed; is it http:// or https://?',
  EPIPE: 'the connection was closed; is it http:// or https://?',
  EPROTO: 'it does not speak TLS; is it http://?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; give --tls-ca-file',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority; give --tls-ca-file',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority; give --tls-ca-file',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown authority; give --tls-ca-file',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: CERTIFICATE_WANTED,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: CERTIFICATE_WANTED,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: CERTIFICATE_REFUSED,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: CERTIFICATE_REFUSED,
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
      ...(histograms ?? []).map(([at]) => ({ at: Math.round(at * 1000), value: NaN })),
    ],
  }));
}

const sample = ([at, value]: readonly [number, string]): { at: number; value: number } => ({
  at: Math.round(at * 1000),
  value: numberOf(value),
});
