import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { folderWith, runCli } from '../cli/run-cli';
import { ERROR_RATE, manifestsWith } from './history';
import { calibrateAt, emptyPrometheus, secure, SECRET, selfSigned } from './servers';

describe('a proxy', () => {
  const through = async (proxy: string): Promise<{ code: number; err: string }> => {
    const cwd = folderWith({ 'rollout.yaml': manifestsWith(ERROR_RATE) });
    const env = { HTTP_PROXY: proxy };
    return runCli(['calibrate', 'rollout.yaml', '--prometheus', 'http://prometheus.invalid'], { cwd, env });
  };
  const listening = async (answer: RequestListener): Promise<Server> => {
    const server = createServer(answer);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return server;
  };

  test('that does not listen is named, without its credentials', async () => {
    const { code, err } = await through(`http://me:${SECRET}@127.0.0.1:1`);
    expect(code).toBe(2);
    expect(err).toContain(
      'http://prometheus.invalid cannot be reached through the proxy http://127.0.0.1:1 of the environment: nothing',
    );
    expect(err).not.toContain(SECRET);
  });

  test('with credentials that are not encoded is refused', async () => {
    const { code, err } = await through(`http://me:50%${SECRET}@127.0.0.1:1`);
    expect(code).toBe(2);
    expect(err).toContain('HTTP_PROXY: the user name or the password has a % that encodes nothing');
    expect(err).not.toContain(SECRET);
  });

  test('that repeats its credentials does not have them shown', async () => {
    const given: (string | undefined)[] = [];
    const server = await listening((request, response) => {
      given.push(request.headers['proxy-authorization']);
      response.writeHead(500).end(`${SECRET} ${request.headers['proxy-authorization']}`);
    });
    const { err } = await through(`http://me:${SECRET}@127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    expect(given[0]).toBe(`Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`);
    expect(err).toContain('HTTP 500: *** Basic ***');
  });

  test('that asks for credentials says so', async () => {
    const server = await listening((_, response) => response.writeHead(407).end('who are you?'));
    const { code, err } = await through(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    expect(code).toBe(2);
    expect(err).toContain('the proxy asks for credentials (HTTP 407)');
  });
});

test('a certificate is shown to a server that asks for one, with its key', async () => {
  const { private: key, cert } = await selfSigned();
  const other = await selfSigned();
  const folder = folderWith({ cert, key, 'other-key': other.private });
  const options = (keyFile: string): string[] => [
    '--tls-ca-file',
    join(folder, 'cert'),
    '--tls-cert-file',
    join(folder, 'cert'),
    '--tls-key-file',
    join(folder, keyFile),
  ];
  const server = (): Server =>
    createSecureServer({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: true }, emptyPrometheus());
  expect((await calibrateAt(server(), secure, ...options('key'))).code).toBe(1);
  const without = await calibrateAt(server(), secure, '--tls-ca-file', join(folder, 'cert'));
  expect(without.code).toBe(2);
  expect(without.err).toMatch(/certificate.*--tls-cert-file/);
  const mixed = await calibrateAt(server(), secure, ...options('other-key'));
  expect(mixed.err).toMatch(/other-key is not the key of the certificate in .*cert/);
  const none = await calibrateAt(server(), secure, ...options('cert'));
  expect(none.err).toMatch(/holds no private key that can be read; give one as PEM, without a passphrase/);
});
