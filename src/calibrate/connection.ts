import { resolve } from 'node:path';
import { InputError } from '../formats/input-error';
import { readTextFile } from '../formats/text-file';

/** The user's options for the address of Prometheus and the authentication. */
export interface ConnectionFlags {
  readonly prometheus?: string;
  readonly header?: readonly string[];
  readonly bearerTokenFile?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly tlsCaFile?: string;
  readonly insecure?: boolean;
  readonly tenant?: string;
  /** Seconds. */
  readonly timeout: number;
}

/** Where Prometheus is, and what a request to it needs. Secrets are in `headers` and in `secrets` alone. */
export interface Connection {
  /** Without credentials, without a slash at its end. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What must never be shown. */
  readonly secrets: readonly string[];
  readonly ca?: string;
  readonly insecure: boolean;
  readonly proxy?: URL;
  readonly timeout: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the options of a connection. Throws InputError, whose message names no secret. */
export function connectionOf(flags: ConnectionFlags, env: Environment, cwd: string): Connection {
  const url = addressOf(flags.prometheus);
  const secrets: string[] = [];
  const headers: Record<string, string> = {};
  for (const given of flags.header ?? []) {
    const at = given.indexOf(':');
    const name = given.slice(0, at).trim();
    const value = given.slice(at + 1).trim();
    if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]+$/.test(value))
      throw new InputError("--header: give a name and a value, such as --header 'X-Team: shop'");
    headers[name] = value;
    secrets.push(value, ...value.split(/\s+/).slice(1));
  }
  if (flags.tenant !== undefined) headers['X-Scope-OrgID'] = flags.tenant;
  const authorization = authorizationOf(flags, url, secrets, cwd);
  const stated = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (authorization !== undefined && stated)
    throw new InputError('--header states Authorization, and so does another option; give one of them');
  if (authorization !== undefined) headers.Authorization = authorization;
  if (authorization !== undefined) secrets.push(authorization.replace(/^\w+ /, ''));
  url.username = '';
  url.password = '';
  return {
    address: url.href.replace(/\/+$/, ''),
    headers,
    secrets: secrets.filter((one) => one.length > 2).sort((a, b) => b.length - a.length),
    ca: flags.tlsCaFile === undefined ? undefined : read(flags.tlsCaFile, '--tls-ca-file', cwd),
    insecure: flags.insecure === true,
    proxy: proxyOf(url, env),
    timeout: flags.timeout,
  };
}

function addressOf(given: string | undefined): URL {
  if (given === undefined) throw new InputError('--prometheus: give the address, such as http://localhost:9090');
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    // The text is not repeated: it may hold a password.
    throw new InputError('--prometheus is no URL; give one such as http://localhost:9090');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new InputError(`--prometheus begins with ${url.protocol}; give http:// or https://`);
  if (url.search !== '' || url.hash !== '')
    throw new InputError('--prometheus has a query or a fragment; give the address alone, and credentials by --header');
  url.pathname = url.pathname.replace(/\/api\/v1(\/query(_range)?)?\/?$/, '');
  return url;
}

function authorizationOf(flags: ConnectionFlags, url: URL, secrets: string[], cwd: string): string | undefined {
  const { bearerTokenFile, username, passwordFile } = flags;
  const ways = [bearerTokenFile, username, url.username || undefined].filter((one) => one !== undefined);
  if (ways.length > 1)
    throw new InputError(
      'give one of --bearer-token-file, --username with --password-file, and credentials in the address',
    );
  if ((username === undefined) !== (passwordFile === undefined))
    throw new InputError('--username and --password-file belong together; give both');
  if (bearerTokenFile !== undefined) return `Bearer ${secretIn(bearerTokenFile, '--bearer-token-file', secrets, cwd)}`;
  if (username !== undefined && passwordFile !== undefined)
    return basic(username, secretIn(passwordFile, '--password-file', secrets, cwd));
  if (url.username === '') return undefined;
  const password = decodeURIComponent(url.password);
  secrets.push(password, url.password);
  return basic(decodeURIComponent(url.username), password);
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

function secretIn(file: string, option: string, secrets: string[], cwd: string): string {
  const secret = read(file, option, cwd).trim();
  if (secret === '' || /[\r\n]/.test(secret)) throw new InputError(`${option}: ${file} must hold one line`);
  secrets.push(secret);
  return secret;
}

function read(file: string, option: string, cwd: string): string {
  try {
    return readTextFile(resolve(cwd, file));
  } catch (error) {
    throw new InputError(`${option}: cannot read ${file}: ${(error as Error).message}`);
  }
}

/** The proxy of the environment, as curl and Go read it; loopback is always asked directly. */
function proxyOf(url: URL, env: Environment): URL | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const given = env[name] || env[name.toUpperCase()];
  if (!given || isExempt(url, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined;
  let proxy: URL;
  try {
    proxy = new URL(given.includes('://') ? given : `http://${given}`);
  } catch {
    throw new InputError(`${name.toUpperCase()} is no URL; give one such as http://proxy:3128`);
  }
  if (proxy.protocol !== 'http:')
    throw new InputError(`${name.toUpperCase()} begins with ${proxy.protocol}; only http:// proxies are supported`);
  return proxy;
}

function isExempt({ hostname, port }: URL, list: string): boolean {
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return true;
  return list
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '')
    .some((one) => {
      const [host, onPort] = one.split(/:(?=\d+$)/);
      if (onPort !== undefined && onPort !== port) return false;
      const bare = host.replace(/^\*?\./, '');
      return host === '*' || hostname === bare || hostname.endsWith(`.${bare}`);
    });
}
