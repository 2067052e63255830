// Stands for `node:path` in the browser, as on POSIX systems. The current folder is the root.
export const sep = '/';

export const isAbsolute = (path: string): boolean => path.startsWith('/');

export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const above = parts.at(-1);
    if (part === '..' && above !== undefined && above !== '..') parts.pop();
    else if (part !== '..' || !isAbsolute(path)) parts.push(part);
  }
  const text = parts.join('/');
  return isAbsolute(path) ? `/${text}` : text || '.';
}

export const join = (...parts: readonly string[]): string =>
  normalize(parts.filter((part) => part !== '').join('/') || '.');

export function resolve(...parts: readonly string[]): string {
  const from = parts.findLastIndex(isAbsolute);
  return normalize(`/${parts.slice(Math.max(0, from)).join('/')}`);
}

export function dirname(path: string): string {
  const at = path.replace(/\/+$/, '').lastIndexOf('/');
  return at < 0 ? '.' : path.slice(0, at) || '/';
}

export function basename(path: string, suffix = ''): string {
  const name = path.replace(/\/+$/, '').replace(/^.*\//, '');
  return suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export const extname = (path: string): string => /(?<=[^/])\.[^./]*$/.exec(path)?.[0] ?? '';

export function relative(from: string, to: string): string {
  const [here, there] = [from, to].map((path) => resolve(path).split('/').filter(Boolean));
  let same = 0;
  while (same < here.length && here[same] === there[same]) same++;
  return [...here.slice(same).map(() => '..'), ...there.slice(same)].join('/');
}

export const posix = { sep, isAbsolute, normalize, join, resolve, dirname, basename, extname, relative };
export default posix;
