/** The scheme and authority that Go's `url.Parse` reads; a path by itself has neither. */
export interface GoUrl {
  /** In lower case, such as `https`. */
  readonly scheme: string;
  /** With the port, if there is one. */
  readonly authority: string;
}

/**
 * An absolute URL or an absolute path, as Go's `url.ParseRequestURI` reads it, or undefined if it refuses the text.
 *
 * @see https://pkg.go.dev/net/url#ParseRequestURI
 */
export function readGoUrl(text: string): GoUrl | undefined {
  if (/[\u0000-\u001f\u007f]/.test(text)) return undefined;
  if (text.startsWith('/')) return { scheme: '', authority: '' };
  const [, scheme, rest] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  const authority = /^\/\/([^/?#]*)/.exec(rest)?.[1] ?? '';
  if (/[\s<>"{}|\\^`]/.test(authority)) return undefined;
  const port = /:([^\]]*)$/.exec(authority.replace(/^.*@/, ''));
  if (port !== null && !/^\d*$/.test(port[1])) return undefined;
  return { scheme: scheme.toLowerCase(), authority };
}
