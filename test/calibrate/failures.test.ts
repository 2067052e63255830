import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
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
