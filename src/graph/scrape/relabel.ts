import { createHash } from 'node:crypto';
import { expandTemplate, WholeGoRegExp } from '../../formats/go-regexp';
import type { Field } from '../resource';

/** The action of a rule. */
export type RelabelAction =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'keepequal'
  | 'dropequal'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase';

/**
 * One rule of `relabelings` or `metricRelabelings`. Absent fields have Prometheus's defaults.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 */
export interface RelabelRule {
  /** @default 'replace' */
  readonly action?: RelabelAction;
  /** @default none */
  readonly sourceLabels?: readonly string[];
  /** @default ';' */
  readonly separator?: string;
  /** @default '(.*)' */
  readonly regex?: string;
  /** @default none */
  readonly targetLabel?: string;
  /** @default '$1' */
  readonly replacement?: string;
  /** @default none */
  readonly modulus?: number;
}

const DEFAULT_REGEX = '(.*)';
const DEFAULT_REPLACEMENT = '$1';
const DEFAULT_SEPARATOR = ';';
const ACTIONS: readonly string[] = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] satisfies RelabelAction[];

/** A rule as in a monitor. An empty text means that the field is absent, except for separator and replacement. */
export function readRelabelRule(field: Field): RelabelRule {
  const text = (key: string): string | undefined => field.get(key).string || undefined;
  const sourceLabels = field
    .get('sourceLabels')
    .items()
    .flatMap(({ string }) => string ?? []);
  return {
    action: text('action')?.toLowerCase() as RelabelAction | undefined,
    sourceLabels: sourceLabels.length > 0 ? sourceLabels : undefined,
    separator: field.get('separator').string,
    regex: text('regex'),
    targetLabel: text('targetLabel'),
    replacement: field.get('replacement').string,
    modulus: field.get('modulus').number || undefined,
  };
}

/** Whether a text makes names of labels before Prometheus 3.0, with groups of the regular expression (`$1`, `${1}`). */
function isLegacyTemplate(text: string): boolean {
  return /^[a-zA-Z_$]/.test(text) && text.replace(/\$(?:\{\w+\}|\w+)/g, '').replace(/\w/g, '') === '';
}

const NEED_TARGET: readonly string[] = ['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'];

/** Names of labels before Prometheus 3.0. */
const LEGACY_NAME = /^[a-zA-Z_]\w*$/;

/**
 * Why the operator rejects a rule, and with it the whole monitor. Undefined if it does not.
 *
 * @param utf8Names Whether the release of Prometheus takes any text for a name, as from 3.0 on. Before it the operator refuses
 * a `targetLabel` with a group of the regular expression, too, which Prometheus itself takes.
 */
export function relabelProblem(field: Field, utf8Names = true): string | undefined {
  const rule = readRelabelRule(field);
  const { action = 'replace', regex = DEFAULT_REGEX, replacement = DEFAULT_REPLACEMENT } = rule;
  if (!ACTIONS.includes(action)) return `no action is called '${action}'; there are ${ACTIONS.join(', ')}`;
  const syntax = WholeGoRegExp.problem(regex);
  if (syntax !== undefined) return `regex '${regex}' is none that Prometheus reads: ${syntax}`;
  if (action === 'hashmod' && rule.modulus === undefined) return 'hashmod needs a modulus above 0';
  if (NEED_TARGET.includes(action) && rule.targetLabel === undefined) return `${action} needs a targetLabel`;
  const plain = replacement === DEFAULT_REPLACEMENT;
  if (['lowercase', 'uppercase', 'keepequal', 'dropequal'].includes(action) && !plain) {
    return `${action} takes no replacement`;
  }
  if (!utf8Names) {
    const { targetLabel } = rule;
    if (NEED_TARGET.includes(action) && !LEGACY_NAME.test(targetLabel!)) {
      return `targetLabel '${targetLabel}' is no name of a label before Prometheus 3.0`;
    }
    if (action === 'labelmap' && !isLegacyTemplate(replacement)) {
      return `replacement '${replacement}' makes no names of labels before Prometheus 3.0`;
    }
  }
  if (action === 'labelmap' && replacement === '') return 'labelmap needs a replacement that is not empty';
  const extra =
    rule.modulus !== undefined || (rule.separator !== undefined && rule.separator !== DEFAULT_SEPARATOR) || !plain;
  if (['keepequal', 'dropequal'].includes(action) && (extra || regex !== DEFAULT_REGEX)) {
    return `${action} takes only sourceLabels and targetLabel`;
  }
  if (['labeldrop', 'labelkeep'].includes(action)) {
    if (extra || rule.sourceLabels !== undefined || rule.targetLabel !== undefined) return `${action} takes only regex`;
  }
  return undefined;
}

/**
 * Applies rules to labels in place, in order. Returns false if a rule drops the target or series; the labels then have
 * no meaning.
 */
export function relabel(labels: Map<string, string>, rules: readonly RelabelRule[]): boolean {
  return rules.every((rule) => apply(labels, rule));
}

function apply(labels: Map<string, string>, rule: RelabelRule): boolean {
  const { sourceLabels = [], separator = DEFAULT_SEPARATOR, targetLabel = '' } = rule;
  const value = sourceLabels.map((name) => labels.get(name) ?? '').join(separator);
  const regex = (): WholeGoRegExp => WholeGoRegExp.of(rule.regex ?? DEFAULT_REGEX);
  switch (rule.action ?? 'replace') {
    case 'replace':
      replace(labels, value, regex(), targetLabel, rule.replacement ?? DEFAULT_REPLACEMENT);
      return true;
    case 'keep':
      return regex().test(value);
    case 'drop':
      return !regex().test(value);
    case 'keepequal':
      return (labels.get(targetLabel) ?? '') === value;
    case 'dropequal':
      return (labels.get(targetLabel) ?? '') !== value;
    case 'hashmod':
      setLabel(labels, targetLabel, hashMod(value, rule.modulus ?? 1));
      return true;
    case 'lowercase':
      setLabel(labels, targetLabel, lowercase(value));
      return true;
    case 'uppercase':
      setLabel(labels, targetLabel, uppercase(value));
      return true;
    case 'labelmap':
      // If several labels map to one name, the last of them wins. Prometheus does not define an order for the labels of
      // a target.
      for (const [name, each] of [...labels]) {
        const match = regex().match(name);
        if (match !== undefined) setLabel(labels, expandTemplate(rule.replacement ?? DEFAULT_REPLACEMENT, match), each);
      }
      return true;
    case 'labeldrop':
      for (const name of [...labels.keys()]) if (regex().test(name)) labels.delete(name);
      return true;
    case 'labelkeep':
      for (const name of [...labels.keys()]) if (!regex().test(name)) labels.delete(name);
      return true;
  }
}

function replace(
  labels: Map<string, string>,
  value: string,
  regex: WholeGoRegExp,
  targetLabel: string,
  replacement: string,
): void {
  const match = regex.match(value);
  if (match === undefined) return;
  const target = expandTemplate(targetLabel, match);
  if (target === '') return; // no name of a label
  setLabel(labels, target, expandTemplate(replacement, match));
}

/** An empty label is the same as an absent one. */
export function setLabel(labels: Map<string, string>, name: string, value: string): void {
  if (value === '') labels.delete(name);
  else labels.set(name, value);
}

/** The last eight bytes of the MD5 sum, as a number, modulo the modulus. */
function hashMod(value: string, modulus: number): string {
  const sum = createHash('md5').update(value).digest('hex');
  return String(BigInt(`0x${sum.slice(16)}`) % BigInt(modulus));
}

/** Character by character, as in Go: `ß` stays, and a sigma does not depend on its neighbours. */
const lowercase = (text: string): string => Array.from(text, (char) => simple(char, char.toLowerCase())).join('');
const uppercase = (text: string): string => Array.from(text, (char) => simple(char, char.toUpperCase())).join('');

function simple(char: string, changed: string): string {
  const letters = [...changed];
  if (letters.length === 1) return changed;
  return char === 'İ' ? 'i' : char;
}
