import type { Field } from '../../graph';
import { type Details, groupOf, type Rule } from '../../rules';

/**
 * Texts that envsubst and Flux replace (`${DOMAIN}`, `${DOMAIN:=example.com}`), variables of kustomize, templates, and names in
 * angle brackets (`<CLUSTER_NAME>`); not the arguments of an analysis.
 */
const PLACEHOLDER =
  /\$\{[A-Za-z_]\w*(:?[-=+?][^}]*)?\}|\$\([A-Za-z_][\w.]*\)|\{\{(?!\s*args\.)[^}]*\}\}|<[A-Z][A-Z0-9_-]+>/;

const ALL_PLACEHOLDERS = new RegExp(PLACEHOLDER, 'g');

/** In queries and conditions a placeholder is part of a text that says more, and its rules know about arguments. */
const READ_AS_TEXT = new Set(['PRM', 'CON', 'ANA']);

/** The fix of a finding about a placeholder. */
export const PLACEHOLDER_HINT = 'it holds a placeholder: lint what replaces it';

/**
 * Whether a finding is about a value that something else replaces before the manifest is applied. It cannot be judged
 * then, and the finding is a note.
 */
export function isPlaceholder({ code }: Rule, { string }: Field, { on, within }: Details): boolean {
  // A rule that points into the text has read it.
  if (on === 'key' || within !== undefined || string === undefined || !PLACEHOLDER.test(string)) return false;
  const group = groupOf(code);
  // A placeholder beside a credential does not make it a secret.
  if (group === 'SEC') return /^(bearer|basic|token)?\s*$/i.test(string.replace(ALL_PLACEHOLDERS, '').trim());
  return !READ_AS_TEXT.has(group);
}
