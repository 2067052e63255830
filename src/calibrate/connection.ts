import { InputError } from '../formats/input-error';
import { type CertificateFlags, type Certificates, certificatesOf } from './certificates';
import { readOptionFile } from './option-file';

/** The user's options for the address of Prometheus and the authentication. */
export interface ConnectionFlags extends CertificateFlags {
  readonly prometheus?: string;
  readonly header?: readonly string[];
  readonly bearerTokenFile?: string;
  readonly username?: string;
  readonly passwordFile?: string;
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
  readonly certificates: Certificates;
  readonly proxy?: Proxy;
  readonly timeout: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the options of a connection. Throws InputError, whose message names no secret. */
export function connectionOf(flags: ConnectionFlags, env: Environment, cwd: string): Connection {
  const url = addressOf(flags.prometheus);
  const secrets: string[] = [];
  const headers = headersOf(flags, secrets);
  const authorization = authorizationOf(flags, url, secrets, cwd);
  if (authorization !== undefined) {
    state(headers, 'Authorization', authorization, 'another option');
    secrets.push(authorization.replace(/^\w+ /, ''));
  }
  const proxy = proxyOf(url, env, secrets);
  url.username = '';
  url.password = '';
  return {
    address: url.href.replace(/\/+$/, ''),
    headers,
    secrets: [...new Set(secrets.filter((one) => one.length > 2).flatMap(formsOf))].sort((a, b) => b.length - a.length),
    certificates: certificatesOf(flags, cwd),
    proxy,
    timeout: flags.timeout,
  };
}

/** A secret as servers repeat it: in JSON, and in an address. */
const formsOf = (secret: string): string[] => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];

/** Headers that describe the body of a request, which this program writes. */
const OF_THE_BODY = /^(content-(length|type|encoding)|transfer-encoding|connection|expect)$/i;
/** The characters that HTTP allows in the value of a header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

function headersOf({ header = [], tenant }: ConnectionFlags, secrets: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const given of header) {
    const at = given.indexOf(':');
    const name = given.slice(0, at).trim();
    const value = given.slice(at + 1).trim();
    if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !HEADER_VALUE.test(value))
      throw new InputError("--header: give a name and a value, such as --header 'X-Team: shop'");
    if (OF_THE_BODY.test(name)) throw new InputError(`--header: ${name} follows from the query; leave it out`);
    state(headers, name, value, 'another --header');
    secrets.push(value, ...value.split(/\s+/).slice(1));
  }
  if (tenant === undefined) return headers;
  if (!HEADER_VALUE.test(tenant)) throw new InputError('--tenant: give the name of a tenant, such as shop');
  state(headers, 'X-Scope-OrgID', tenant, '--tenant');
  return headers;
}

/** Adds a header; names of headers are the same in lower case. */
function state(headers: Record<string, string>, name: string, value: string, other: string): void {
  if (Object.keys(headers).some((one) => one.toLowerCase() === name.toLowerCase()))
    throw new InputError(`--header states ${name}, and so does ${other}; give one of them`);
  headers[name] = value;
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
  if (bearerTokenFile !== undefined) return bearer(bearerTokenFile, secrets, cwd);
  if (username !== undefined && passwordFile !== undefined)
    return basic(username, secretIn(passwordFile, '--password-file', secrets, cwd));
  if (url.username === '') return undefined;
  const { user, password } = credentialsIn(url, '--prometheus');
  secrets.push(password, url.password);
  return basic(user, password);
}

/** User name and password of an address. Throws InputError where they are not encoded as an address needs it. */
function credentialsIn(
  { username, password }: URL,
  where: string,
): { readonly user: string; readonly password: string } {
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw new InputError(`${where}: the user name or the password has a % that encodes nothing; write %25 for it`);
  }
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

function bearer(file: string, secrets: string[], cwd: string): string {
  const token = secretIn(file, '--bearer-token-file', secrets, cwd);
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new InputError(`--bearer-token-file: ${file} holds characters that no token has, such as spaces or umlauts`);
  return `Bearer ${token}`;
}

function secretIn(file: string, option: string, secrets: string[], cwd: string): string {
  const secret = readOptionFile(file, option, cwd).trim();
  if (secret === '' || /[\r\n]/.test(secret)) throw new InputError(`${option}: ${file} must hold one line`);
  secrets.push(secret);
  return secret;
}

/** A proxy, with the credentials for it. */
export interface Proxy {
  /** Without credentials. */
  readonly url: URL;
  readonly authorization?: string;
}

/** The proxy of the environment, as curl and Go read it; loopback is always asked directly. */
function proxyOf(url: URL, env: Environment, secrets: string[]): Proxy | undefined {
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
  if (proxy.username === '') return { url: proxy };
  const { user, password } = credentialsIn(proxy, name.toUpperCase());
  const authorization = basic(user, password);
  secrets.push(password, proxy.password, authorization.replace(/^\w+ /, ''));
  proxy.username = '';
  proxy.password = '';
  return { url: proxy, authorization };
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
