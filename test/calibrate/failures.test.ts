import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { folderWith, runCli } from '../cli/run-cli';
import { ERROR_RATE, manifestsWith } from './history';
import { type Asked, calibrateAt, emptyPrometheus, plain, secure, SECRET, selfSigned } from './servers';

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

/** Answers a few requests, counted from 1, otherwise than the others. */
function exceptFor(
  different: (request: number) => boolean,
  how: RequestListener,
  others = emptyPrometheus(),
): RequestListener {
  let requests = 0;
  return (request, response) => {
    if (different(++requests)) how(request, response);
    else others(request, response);
  };
}

const FAILURES: readonly (readonly [string, RequestListener, RegExp])[] = [
  ['an overload', (_, response) => response.writeHead(503).end('too busy'), /HTTP 503: too busy/],
  [
    'the page of a gateway',
    (_, response) =>
      response
        .writeHead(502, { 'Content-Type': 'text/html' })
        .end('<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'),
    /HTTP 502: 502 Bad Gateway$/m,
  ],
  [
    'a limit of requests',
    (_, response) => response.writeHead(429, { 'Retry-After': '0.01' }).end('{"status":"error","error":"slower"}'),
    /HTTP 429: slower/,
  ],
  ['a connection that is closed', ({ socket }) => socket.destroy(), /the connection breaks off/],
  [
    'an answer that breaks off',
    (_, response) => response.writeHead(200).end('{"status":"success","data":{"resul'),
    /its answer breaks off after 34 characters/,
  ],
];

describe.each(FAILURES)('%s', (_, how, message) => {
  const unanswered = async (answer: RequestListener): Promise<{ code: number; out: string; count: number }> => {
    const { code, out } = await calibrateAt(createServer(answer), plain);
    return { code, out, count: Number(/(\d+) quer(?:y|ies) got no answer/.exec(out)?.[1] ?? 0) };
  };

  test('that passes is asked again', async () => {
    expect((await unanswered(exceptFor((request) => request === 5, how))).count).toBe(0);
  });

  test('that stays costs the queries, and says why', async () => {
    const { code, out, count } = await unanswered(exceptFor((request) => request > 1, how));
    expect(code).toBe(1);
    expect(out).toMatch(message);
    expect(count).toBeGreaterThan(2);
  });
});

test('a query that is too much for a gateway costs this query alone', async () => {
  const tooMuch: RequestListener = (_, response) => response.writeHead(413).end('too large');
  const { code, out } = await calibrateAt(createServer(exceptFor((request) => request === 3, tooMuch)), plain);
  expect(code).toBe(1);
  expect(out).toContain('1 query got no answer: HTTP 413: too large');
});

test('what was measured of one rollout is not lost where the next one cannot be', async () => {
  const asked: Asked[] = [];
  const answer = emptyPrometheus(0, {}, asked);
  const expired: RequestListener = (_, response) => response.writeHead(401).end();
  let clocks = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => (body.includes('query=time') ? clocks++ : undefined));
    (clocks > 1 ? expired : answer)(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const one = manifestsWith(ERROR_RATE);
  const cwd = folderWith({
    'a.yaml': one,
    'b.yaml': one.replace(/checkout/g, 'cart').replace(/health/g, 'cart-health'),
  });
  const address = plain((server.address() as AddressInfo).port);
  const { code, out, err } = await runCli(['calibrate', '.', '--prometheus', address], { cwd });
  server.close();
  expect(code).toBe(2);
  expect(err).toContain('asks for credentials (HTTP 401)');
  expect(out).toMatch(/^shop\/(checkout|cart): /m);
});

test('an error of Prometheus itself is not asked for again', async () => {
  const late: RequestListener = (_, response) =>
    response.writeHead(503).end('{"status":"error","errorType":"timeout","error":"query timed out"}');
  const asked: Asked[] = [];
  const server = createServer(exceptFor((request) => request === 3, late, emptyPrometheus(0, {}, asked)));
  const { out } = await calibrateAt(server, plain);
  expect(out).toContain('1 query got no answer: HTTP 503: query timed out');
});

test('partial answers, as VictoriaMetrics marks them, are noted', async () => {
  const { out } = await calibrateAt(createServer(emptyPrometheus(0, { isPartial: true })), plain);
  expect(out).toContain('the answers are partial: a part of the storage did not answer');
});

test('a secret is hidden as JSON and addresses have it, too', async () => {
  const secret = 'two "words" & more';
  const server = createServer((_, response) =>
    response.writeHead(200).end(JSON.stringify({ message: secret, at: encodeURIComponent(secret) })),
  );
  const { code, err } = await calibrateAt(server, plain, '--header', `X-Key: ${secret}`);
  expect(code).toBe(2);
  expect(err).toContain('{"message":"***","at":"***"}');
});

test.each<[readonly string[], RegExp]>([
  [['--header', 'X-Team: a', '--header', 'x-team: b'], /--header states x-team, and so does another --header/],
  [['--header', 'x-scope-orgid: a', '--tenant', 'b'], /--header states X-Scope-OrgID, and so does --tenant/],
  [['--header', 'Authorization: a', '--bearer-token-file', 'password'], /states Authorization, and so does another/],
  [['--header', 'Content-Length: 3'], /Content-Length follows from the query; leave it out/],
  [['--tenant', ''], /--tenant: give the name of a tenant/],
  [['--tenant', 'a\nb'], /--tenant: give the name of a tenant/],
  [['--timeout', '1000h'], /above 0 of at most 24h/],
  [['--timeout', '0s'], /above 0 of at most 24h/],
  [['--tls-ca-file', 'password'], /--tls-ca-file: password holds no certificate; give PEM/],
  [['--tls-cert-file', 'password'], /--tls-cert-file and --tls-key-file belong together/],
  [['--tls-ca-file', 'password', '--insecure'], /--insecure accepts any certificate, and --tls-ca-file does not/],
])('%j is refused before anything is sent', async (options, message) => {
  const asked: Asked[] = [];
  const { code, err } = await calibrateAt(createServer(emptyPrometheus(0, {}, asked)), plain, ...options);
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(err).not.toContain(SECRET);
  expect(asked).toEqual([]);
});

test('credentials that cannot be sent are named by their option, not shown', async () => {
  const at = (port: number): string => `http://reader:50%${SECRET}@127.0.0.1:${port}`;
  const inAddress = await calibrateAt(createServer(emptyPrometheus()), at);
  expect(inAddress.code).toBe(2);
  expect(inAddress.err).toContain('--prometheus: the user name or the password has a % that encodes nothing');
  const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE), token: `${SECRET} €\n` });
  const args = ['calibrate', 'rollout.yaml', '--prometheus', 'http://127.0.0.1:1', '--bearer-token-file', 'token'];
  const inFile = await runCli(args, { cwd });
  expect(inFile.code).toBe(2);
  expect(inFile.err).toContain('--bearer-token-file: token holds characters that no token has');
  expect(inAddress.err + inFile.err).not.toContain(SECRET);
});
