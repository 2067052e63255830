import { type ClientRequest, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { connect as tlsConnect, type SecureContextOptions } from 'node:tls';
import type { Connection } from './connection';

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What is sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** No answer is read beyond this, so that no server fills the memory. */
const LARGEST_BODY = 64 * 1024 * 1024;

/** The server took longer than the time-out. */
export class TimedOut extends Error {}

/** The answer is larger than what is read. */
export class TooLarge extends Error {}

/** The connection was closed before the answer was complete. */
export class BrokenOff extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE']);

/** Sends a request, through the proxy where there is one. Redirects are answers: credentials follow none. */
export async function send(url: URL, request: HttpRequest, connection: Connection): Promise<HttpAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const open = new Set<ClientRequest>();
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => {
      failed(new TimedOut(`no answer within ${connection.timeout} s`));
      for (const one of open) one.destroy();
    }, connection.timeout * 1000);
  });
  try {
    return await Promise.race([exchange(url, request, connection, open), late]);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw BROKEN_OFF.has(code) ? new BrokenOff(code) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(
  url: URL,
  request: HttpRequest,
  connection: Connection,
  open: Set<ClientRequest>,
): Promise<HttpAnswer> {
  const { proxy, certificates } = connection;
  const { ca, client, insecure } = certificates;
  const tls: SecureContextOptions & { rejectUnauthorized?: boolean } = {
    ...(ca === undefined ? {} : { ca }),
    ...client,
    ...(insecure ? { rejectUnauthorized: false } : {}),
  };
  const options: RequestOptions = { method: request.method, headers: request.headers, ...tls };
  if (proxy === undefined)
    return read((url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options), request, open);
  const authorization = proxy.authorization === undefined ? {} : { 'Proxy-Authorization': proxy.authorization };
  const way = { host: bare(proxy.url.hostname), port: proxy.url.port || 80 };
  if (url.protocol === 'http:') {
    const headers = { ...request.headers, ...authorization, Host: url.host };
    return read(httpRequest({ ...options, ...way, path: url.href, headers }), request, open);
  }
  const socket = await tunnel(url, { ...way, headers: authorization }, open);
  const servername = bare(url.hostname);
  const secured = tlsConnect({ socket, servername, ...tls });
  return read(httpsRequest(url, { ...options, agent: false, createConnection: () => secured }), request, open);
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

function tunnel(url: URL, way: RequestOptions, open: Set<ClientRequest>): Promise<Socket> {
  const target = `${url.hostname}:${url.port || 443}`;
  const headers = { ...(way.headers as Record<string, string>), Host: target };
  return new Promise((done, failed) => {
    const sent = httpRequest({ ...way, method: 'CONNECT', path: target, headers });
    open.add(sent);
    sent.on('error', failed);
    sent.on('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) done(socket as Socket);
      else {
        socket.destroy();
        failed(new Error(`the proxy refuses the connection (HTTP ${statusCode})`));
      }
    });
    sent.end();
  });
}

function read(sent: ClientRequest, { body }: HttpRequest, open: Set<ClientRequest>): Promise<HttpAnswer> {
  open.add(sent);
  return new Promise((done, failed) => {
    sent.on('error', failed);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= LARGEST_BODY) return;
        failed(new TooLarge(`the answer is larger than ${LARGEST_BODY / 1024 / 1024} MiB`));
        sent.destroy();
      });
      response.on('error', failed);
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.end(body);
  });
}
