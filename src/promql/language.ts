import { lookUp, PROMETHEUS, PROMETHEUS_FUNCTIONS, type Availability, type Entry } from '../versions';
import type { ParsedPromql } from './parse';
import { childOf, expressionsIn, type SyntaxNode, syntaxOf } from './syntax';

/** A part of a query that not every release of Prometheus knows. */
export interface LanguageUse {
  /** Where it stands, in UTF-16 code units. */
  readonly from: number;
  readonly to: number;
  /** As it is written, or what it is: `` `holt_winters` ``, `arithmetic in durations`. */
  readonly what: string;
  /** Which releases have it. */
  readonly entry: Entry<Availability>;
}

const RANGE_FUNCTIONS = new Set(['DurationMinOf', 'DurationMaxOf', 'DurationStep', 'DurationRange']);

/**
 * The parts of a query that not every release knows, in their order. Empty where the query does not parse. `text` is what
 * the author wrote, where something as long was parsed in its place.
 */
export function languageUses({ tree, errors, query }: ParsedPromql, text = query): readonly LanguageUse[] {
  const found: LanguageUse[] = [];
  if (errors.length === 0) collect(syntaxOf(tree), text, found);
  return found.sort((a, b) => a.from - b.from);
}

/** The first part of a query that a release does not know, or knows only behind a feature flag. */
export function unknownTo(
  release: string,
  uses: readonly LanguageUse[],
): { readonly use: LanguageUse; readonly availability: 'absent' | 'flag' } | undefined {
  for (const wanted of ['absent', 'flag'] as const) {
    const use = uses.find(({ entry }) => lookUp(entry, release) === wanted);
    if (use) return { use, availability: wanted };
  }
  return undefined;
}

function collect(node: SyntaxNode, text: string, found: LanguageUse[]): void {
  const add = ({ from, to }: SyntaxNode, what: string, entry: Entry<Availability>): void => {
    found.push({ from, to, what, entry });
  };
  const written = text.slice(node.from, node.to);
  switch (node.name) {
    case 'FunctionIdentifier':
    case 'AggregateOp': {
      const entry = PROMETHEUS_FUNCTIONS.get(written.toLowerCase());
      if (entry) add(node, `\`${written}\``, entry);
      break;
    }
    case 'AnchoredExpr':
    case 'SmoothedExpr': {
      const word = node.children[node.children.length - 1];
      add(word, `\`${text.slice(word.from, word.to)}\``, PROMETHEUS.anchoredRanges);
      break;
    }
    case 'MatrixSelector': {
      const at = expressionsIn(node).find(({ name }) => name === 'StepInvariantExpr');
      const preset = at && childOf(at, 'AtModifierPreprocessors');
      if (preset) add(preset, `\`@ ${text.slice(preset.from, preset.to)}()\` before a range`, PROMETHEUS.atBeforeRange);
      break;
    }
    case 'FillModifier':
      add(node, `\`${written.replace(/\s*\([^]*$/, '')}\``, PROMETHEUS.fillModifiers);
      break;
    case 'TrimUpper':
    case 'TrimLower':
      add(node, `the operator \`${written}\``, PROMETHEUS.trimming);
      break;
    case 'DurationExpr':
    case 'OffsetDurationExpr':
      duration(node, text, add);
      return;
    case 'NumberDurationLiteral':
      if (isNewNumber(written)) add(node, `the number \`${written}\``, PROMETHEUS.numericDurations);
      break;
    case 'LabelName':
      break;
    case 'QuotedLabelName':
      add(node, `the name ${written} in quotes`, PROMETHEUS.utf8Names);
      break;
  }
  for (const child of node.children) collect(child, text, found);
}

/** `5m` as a number, and `1_000`; an argument in braces is none of them. */
const isNewNumber = (written: string): boolean =>
  !written.includes('{') && (/\d_\d/.test(written) || (/\d(ms|[smhdwy])/.test(written) && !/^[-+]?0x/i.test(written)));

/** A plain `5m` is known to all; `300` in its place, and everything that is computed, is not. */
function duration(
  node: SyntaxNode,
  text: string,
  add: (node: SyntaxNode, what: string, entry: Entry<Availability>) => void,
): void {
  const written = text.slice(node.from, node.to).trim();
  if (written.includes('{{')) return;
  const sign = childOf(node, 'UnaryOp') && node.name === 'OffsetDurationExpr' ? 1 : 0;
  const computed =
    node.children.some(({ name }) => RANGE_FUNCTIONS.has(name) || name === 'DurationExpr') || /^[^(]*\(/.test(written);
  if (computed && (node.name === 'DurationExpr' || !/^-?\d/.test(written))) {
    add(node, `the duration \`${written}\``, PROMETHEUS.durationExpressions);
  } else if (/^[\d._]+$/.test(written.slice(sign).trim())) {
    add(node, `the duration \`${written}\` without a unit`, PROMETHEUS.numericDurations);
  }
}
