import { memoize } from './memoize';

/** What a message is about: a text, or something that is shown as one if there is a problem. */
interface Subject {
  toString(): string;
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/**
 * What is wrong with a name that must be a DNS label (RFC 1123), as those of Services, ports' hosts and our parts must
 * be, or undefined.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function dnsLabelProblem(what: Subject, value: string): string | undefined {
  if (value.length <= 63 && LABEL.test(value)) return undefined;
  return (
    `${what.toString()} is ${quoted(value)}, which is no DNS label; ` +
    "use at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit" +
    suggestion(value)
  );
}

/**
 * What is wrong with the name of a port (IANA_SVC_NAME: at most 15 characters with a letter in them), or undefined.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports
 */
export function portNameProblem(what: Subject, value: string): string | undefined {
  if (value.length <= 15 && LABEL.test(value) && /[a-z]/.test(value) && !value.includes('--')) return undefined;
  return `${what.toString()} is ${quoted(value)}, which is no port name; use at most 15 lower-case letters, digits and '-', such as 'http'`;
}

/** What is wrong with a port number, or undefined. */
export function portNumberProblem(what: Subject, value: number): string | undefined {
  if (Number.isInteger(value) && value >= 1 && value <= 65535) return undefined;
  return `${what.toString()} is ${value}, which is no port; use a whole number from 1 to 65535`;
}

/**
 * What is wrong with a host as Istio's Gateways and VirtualServices write it, or undefined: `*`, `*.example.com`, a
 * full name, or a short one.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService
 */
export function hostProblem(what: Subject, value: string): string | undefined {
  if (value === '*') return undefined;
  const name = value.startsWith('*.') ? value.slice(2) : value;
  const labels = name.split('.');
  if (value.length <= 253 && labels.every((label) => label.length <= 63 && LABEL.test(label))) return undefined;
  const scheme = /^[a-z]+:\/\/([^/:]+)/i.exec(value);
  const hint = scheme ? `, here '${scheme[1]}'` : '';
  return `${what.toString()} is ${quoted(value)}, which is no host; give a DNS name such as 'shop.example.com', '*.example.com' or '*', with no scheme, port or path${hint}`;
}

/**
 * What is wrong with a label's value, or undefined.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
 */
export function labelValueProblem(what: Subject, value: string): string | undefined {
  if (value === '' || (value.length <= 63 && QUALIFIED_PART.test(value))) return undefined;
  return `${what.toString()} is ${quoted(value)}, which is no label value; use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit`;
}

/** Whether a text is a DNS name of at most 253 characters, as the names of most objects are. */
export const isSubdomain = (text: string): boolean => text.length <= 253 && SUBDOMAIN.test(text);

/** Whether a text is the key of a label: a name of at most 63 characters, which may have a domain and a slash before it. */
export const isQualifiedName = memoize((key): boolean => {
  const parts = key.split('/');
  if (parts.length > 2) return false;
  const name = parts[parts.length - 1];
  if (parts.length === 2 && !isSubdomain(parts[0])) return false;
  return name.length <= 63 && QUALIFIED_PART.test(name);
});

/** A value for a message: quoted, with control characters escaped, and truncated. */
export function quoted(value: string): string {
  const shown = JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value).slice(1, -1);
  return `'${shown.replace(/\\"/g, '"')}'`;
}

function suggestion(value: string): string {
  const corrected = value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return corrected === '' || corrected === value ? '' : `, here '${corrected}'`;
}
