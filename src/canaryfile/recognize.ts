import { readDocuments } from '../formats/yaml';

const GROUP = 'cdk8s-canary.dev/';
/** At the beginning of a line, as nearly every file has it. Texts inside of other objects are indented. */
const OF_A_DOCUMENT = /^kind:[^\S\n]*["']?CanaryApp\b/m;
/** JSON and the flow style of YAML, on one line or several. */
const ANYWHERE = /(?:^|[\s{,])["']?kind["']?\s*:\s*["']?CanaryApp\b/;

/**
 * Whether a text holds an app in the language of canary files, rather than defaults or manifests, in whatever style of
 * YAML. Most texts are not parsed.
 */
export function holdsApp(text: string): boolean {
  if (!text.includes(GROUP) || !ANYWHERE.test(text)) return false;
  // A text that cannot be read is reported as the canary file that it seems to be.
  return (
    OF_A_DOCUMENT.test(text) || readDocuments(text).some(({ value, error }) => error !== undefined || isApp(value))
  );
}

function isApp(value: unknown): boolean {
  const { apiVersion, kind } = (value ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return kind === 'CanaryApp' && typeof apiVersion === 'string' && apiVersion.startsWith(GROUP);
}
