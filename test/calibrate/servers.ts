import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { folderWith, runCli } from '../cli/run-cli';
import { ERROR_RATE, manifestsWith } from './history';

export const SECRET = 'hunter2-secret';

/** What a server was asked. */
export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A Prometheus without any series, whose clock is so many seconds ahead. */
export const emptyPrometheus =
  (ahead = 0, more: object = {}, asked: Asked[] = []): RequestListener =>
  (request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const { url = '', method = '', headers } = request;
      asked.push({ url, method, headers });
      const query = new URLSearchParams(body || url.split('?')[1]).get('query');
      const now = Date.now() / 1000 + ahead;
      const data =
        query === 'time()'
          ? { resultType: 'scalar', result: [now, String(now)] }
          : { resultType: url.includes('query_range') ? 'matrix' : 'vector', result: [] };
      response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ status: 'success', data, ...more }));
    });
  };

export async function calibrateAt(
  server: Server,
  address: (port: number) => string,
  ...options: string[]
): Promise<{ code: number; out: string; err: string; cwd: string }> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE), password: `${SECRET}\n` });
    const { port } = server.address() as AddressInfo;
    const args = ['calibrate', 'rollout.yaml', '--prometheus', address(port), '--timeout', '5s', ...options];
    return { ...(await runCli(args, { cwd })), cwd };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

export const plain = (port: number): string => `http://127.0.0.1:${port}`;
export const secure = (port: number): string => `https://localhost:${port}`;
/** A certificate for `localhost` that no authority signed. */
export const selfSigned = () =>
  generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
