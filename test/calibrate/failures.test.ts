import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { folderWith, runCli } from '../cli/run-cli';
import { ERROR_RATE, manifestsWith } from './history';

const SECRET = 'hunter2-secret';

/** Calibrates against a server that answers so, with a token. */
async function against(answer: RequestListener): Promise<{ code: number; out: string; err: string }> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const { port } = server.address() as AddressInfo;
    const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE), token: `${SECRET}\n` });
    const address = `http://127.0.0.1:${port}`;
    return await runCli(
      ['calibrate', 'rollout.yaml', '--prometheus', address, '--bearer-token-file', 'token', '--timeout', '1s'],
      { cwd },
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test.each<[string, number, string, string, RegExp]>([
  ['refused credentials', 401, 'text/plain', `bad token ${SECRET}`, /asks for credentials \(HTTP 401\)/],
  ['a lack of rights', 403, 'text/plain', `no ${SECRET}`, /forbids the query \(HTTP 403\)/],
  ['a web page', 200, 'text/html', '<html></html>', /answers with a web page/],
  ['an error that repeats the token', 500, 'text/plain', `bad ${SECRET}`, /HTTP 500: bad \*\*\*/],
])('%s ends in a message without the secret', async (_, status, type, body, message) => {
  const { code, out, err } = await against((_request, response) => {
    response.writeHead(status, { 'Content-Type': type }).end(body);
  });
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(out + err).not.toContain(SECRET);
});

test('a server without an answer ends in a message', async () => {
  const { code, err } = await against(() => undefined);
  expect(code).toBe(2);
  expect(err).toContain('no answer within 1 s');
});

/** What a server was asked. */
interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A Prometheus without any series, whose clock is so many seconds ahead. */
const emptyPrometheus =
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

async function calibrateAt(
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

const plain = (port: number): string => `http://127.0.0.1:${port}`;
const secure = (port: number): string => `https://localhost:${port}`;
/** A certificate for `localhost` that no authority signed. */
const selfSigned = () =>
  generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });

test('an address at which nothing listens, and a host that does not exist', async () => {
  const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE) });
  const at = (address: string): ReturnType<typeof runCli> =>
    runCli(['calibrate', 'rollout.yaml', '--prometheus', address], { cwd });
  expect(await at('http://127.0.0.1:1')).toEqual({
    code: 2,
    out: '',
    err: 'cdk8s-canary: http://127.0.0.1:1 cannot be reached: nothing listens there\n',
  });
  const unknown = await at('http://prometheus.invalid:9090');
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('http://prometheus.invalid:9090 cannot be reached: the host name does not resolve');
});

test('a certificate of an unknown authority is refused, unless it is trusted', async () => {
  const { private: key, cert } = await selfSigned();
  const secureServer = (): Server => createSecureServer({ key, cert }, emptyPrometheus());
  const refused = await calibrateAt(secureServer(), secure);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('its certificate is self-signed; give --tls-ca-file');
  const certificate = join(folderWith({ 'certificate.pem': cert }), 'certificate.pem');
  expect((await calibrateAt(secureServer(), secure, '--tls-ca-file', certificate)).code).toBe(1);
  expect((await calibrateAt(secureServer(), secure, '--insecure')).code).toBe(1);
});

test('https:// where there is no TLS says so', async () => {
  const { code, err } = await calibrateAt(createServer(emptyPrometheus()), (port) => `https://127.0.0.1:${port}`);
  expect(code).toBe(2);
  expect(err).toContain('it does not speak TLS; is it http://?');
});

test.each([
  [3600, 'ahead of'],
  [-3600, 'behind'],
])('a clock that is %s s off is a note, and its own time is used', async (ahead, how) => {
  const { code, out } = await calibrateAt(createServer(emptyPrometheus(ahead)), plain, '-f', 'json');
  expect(code).toBe(1);
  const [{ notes, to }] = JSON.parse(out) as { notes: string[]; to: string }[];
  expect(notes.join()).toMatch(new RegExp(`the clock of Prometheus is .* ${how} this machine's`));
  expect(Math.abs(new Date(to).getTime() - Date.now() - ahead * 1000)).toBeLessThan(60_000);
});

test('partial answers, as Thanos gives them, are noted', async () => {
  const warnings = ['some store did not answer'];
  const { out } = await calibrateAt(createServer(emptyPrometheus(0, { warnings })), plain, '-f', 'json');
  expect((JSON.parse(out) as { notes: string[] }[])[0].notes).toContain('some store did not answer');
});

test('selectors that cannot be checked do not pass', async () => {
  const answer = emptyPrometheus();
  let asked = 0;
  const overloaded: RequestListener = (request, response) => {
    asked++;
    if (asked === 1) answer(request, response);
    else response.writeHead(503).end('too busy');
  };
  const { code, out } = await calibrateAt(createServer(overloaded), plain);
  expect(code).toBe(1);
  expect(out).toContain('was not checked: HTTP 503: too busy');
});

test('a range that no history has is refused', async () => {
  const { code, err } = await calibrateAt(createServer(emptyPrometheus()), plain, '--range', '99999y');
  expect(code).toBe(2);
  expect(err).toContain('Give at most 10y.');
});

test('the tenant of Mimir is named in every request, below its path', async () => {
  const asked: Asked[] = [];
  const at = (port: number): string => `${plain(port)}/prometheus`;
  await calibrateAt(createServer(emptyPrometheus(0, {}, asked)), at, '--tenant', 'shop');
  expect(asked.length).toBeGreaterThan(2);
  for (const { url, headers } of asked) {
    expect(url).toMatch(/^\/prometheus\/api\/v1\/query(_range)?$/);
    expect(headers['x-scope-orgid']).toBe('shop');
  }
});

test('a gateway that lets GET pass alone is asked by GET', async () => {
  const asked: Asked[] = [];
  const answer = emptyPrometheus(0, {}, asked);
  const { code } = await calibrateAt(
    createServer((request, response) => {
      if (request.method === 'POST') response.writeHead(405).end();
      else answer(request, response);
    }),
    (port) => `${plain(port)}/select/0/prometheus`,
  );
  expect(code).toBe(1);
  expect(asked.map(({ method }) => method)).not.toContain('POST');
  expect(asked[0].url).toMatch(/^\/select\/0\/prometheus\/api\/v1\/query\?query=/);
});

test('a redirect is not followed, and gets no credentials', async () => {
  const asked: Asked[] = [];
  const login = createServer(emptyPrometheus(0, {}, asked));
  await new Promise<void>((done) => login.listen(0, '127.0.0.1', done));
  const { port: elsewhere } = login.address() as AddressInfo;
  const { code, err } = await calibrateAt(
    createServer((_, response) => response.writeHead(302, { Location: `http://127.0.0.1:${elsewhere}/` }).end()),
    (port) => `http://reader:${SECRET}@127.0.0.1:${port}`,
  );
  login.close();
  expect(code).toBe(2);
  expect(err).toContain('redirects to');
  expect(err).not.toContain(SECRET);
  expect(asked).toEqual([]);
});

test.each<[string, (port: number) => string, readonly string[]]>([
  ['in the address', (port) => `http://reader:${SECRET}@127.0.0.1:${port}`, []],
  ['in a file', plain, ['--username', 'reader', '--password-file', 'password']],
  ['in a header', plain, ['--header', `X-Key: ${SECRET}`]],
])('credentials %s are sent, and neither shown nor written', async (_, address, options) => {
  const asked: Asked[] = [];
  const server = createServer(emptyPrometheus(0, { warnings: [`for ${SECRET}`] }, asked));
  const { code, out, err, cwd } = await calibrateAt(server, address, '-o', 'traffic.yaml', ...options);
  expect(code).toBe(1);
  const basic = `Basic ${Buffer.from(`reader:${SECRET}`).toString('base64')}`;
  for (const { headers } of asked)
    expect([headers.authorization, headers['x-key']]).toContain(headers['x-key'] ?? basic);
  const written = readFileSync(join(cwd, 'traffic.yaml'), 'utf8');
  for (const text of [out, err, written]) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(basic.slice(6));
  }
});
