import { parser } from '@prometheus-io/lezer-promql';
import { memoize } from '../formats/memoize';

/** The tree of the Prometheus project's own grammar. */
export type PromqlTree = ReturnType<typeof parser.parse>;

/** A place in a query that the grammar of Prometheus does not accept. Offsets are in UTF-16 code units of the query. */
export interface PromqlError {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Levels of a tree. No query that people write has them, and everything that walks a tree would exhaust the stack. */
const DEEPEST = 400;

/**
 * Operators, brackets and calls outside of label matchers. Each can be a level of the tree, and with more than some
 * thousands the parser itself exhausts the stack.
 */
const MOST_OPERATORS = 1500;
const TOKENS =
  /#.*|\{(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`[^`]*`?|[^}"'`])*|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`[^`]*`?|([-+*/%^@([<>=!]|\b(?:and|or|unless|offset|atan2)\b)/gi;

/** Maximum number of errors of a query. After the first errors, the parser guesses. */
const MOST_ERRORS = 20;

/** A parsed query: its tree, and the places that do not parse. */
export interface ParsedPromql {
  readonly query: string;
  readonly tree: PromqlTree;
  readonly errors: readonly PromqlError[];
  /** Whether the one error is that the query is larger or deeper than what is parsed. */
  readonly beyond?: boolean;
}

/**
 * Parses a query by the official grammar, to which functions of older and newer releases are added. Which releases have
 * what is in it, `languageUses` says. Never throws: what does not parse is in `errors`.
 */
export function parsePromql(query: string): ParsedPromql {
  return parsed(query);
}

/** Functions that the grammar lacks, with one as long that it has. */
const STAND_INS: Readonly<Record<string, string>> = {
  holt_winters: 'day_of_month',
  min_of: 'absent',
  max_of: 'absent',
  integral: 'increase',
};

/** A query of the same length that the grammar of one release can read: what it lacks of others is replaced. */
function readable(query: string): string {
  return query.replace(/\b(?:holt_winters|min_of|max_of|integral)(?=\s*\()/g, (name, at: number) => {
    // In a duration, which the grammar knows, these are other functions.
    const before = query.slice(0, at);
    const inDuration = before.lastIndexOf('[') > before.lastIndexOf(']') || /\boffset\b[^[{]*$/.test(before);
    return inDuration ? name : STAND_INS[name];
  });
}

/** Where a query becomes too large to be parsed, if it does. */
function tooLarge(query: string): number | undefined {
  if (query.length <= MOST_OPERATORS) return undefined;
  let operators = 0;
  for (const found of query.matchAll(TOKENS)) {
    if (found[1] !== undefined && ++operators > MOST_OPERATORS) return found.index;
  }
  return undefined;
}

/** The parts of a query, by their names in the grammar. */
const PARTS: Readonly<Record<string, string>> = {
  MatrixSelector: 'the window of a range',
  SubqueryExpr: 'a subquery',
  VectorSelector: 'a selector',
  LabelMatchers: 'the matchers of a selector',
  UnquotedLabelMatcher: 'a matcher',
  QuotedLabelMatcher: 'a matcher',
  AggregateExpr: 'an aggregation',
  AggregateModifier: 'the by or without of an aggregation',
  GroupingLabels: 'a list of labels',
  FunctionCall: 'the call of a function',
  FunctionCallBody: 'the arguments of a function',
  BinaryExpr: 'an operation',
  BoolModifier: 'an operation',
  MatchingModifierClause: 'the on or ignoring of an operation',
  OffsetExpr: 'an offset',
  StepInvariantExpr: 'an @ modifier',
  ParenExpr: 'brackets',
  UnaryExpr: 'an operation',
  NumberDurationLiteral: 'a number',
  StringLiteral: 'a text',
};

const parsed = memoize((query): ParsedPromql => {
  const from = tooLarge(query);
  if (from !== undefined) {
    const message = `more than ${MOST_OPERATORS} operators and brackets; shorten it, or record a part of it by a rule`;
    return { query, tree: parser.parse(''), errors: [{ from, to: from + 1, message }], beyond: true };
  }
  const tree = parser.parse(readable(query));
  const errors: PromqlError[] = [];
  if (query.replace(/#.*$/gm, '').trim() === '') {
    errors.push({ from: 0, to: query.length, message: 'the query is empty' });
    return { query, tree, errors };
  }
  let levels = 0;
  let deep: PromqlError | undefined;
  tree.iterate({
    leave: () => void levels--,
    enter: (node) => {
      levels++;
      if (levels > DEEPEST && deep === undefined) {
        const message = `nested more than ${DEEPEST} levels deep; shorten it, or record a part of it by a rule`;
        deep = { from: node.from, to: Math.min(node.to, node.from + 1), message };
      }
      if (!node.type.isError || deep !== undefined || errors.length >= MOST_ERRORS) return;
      const before = PARTS[node.node.parent?.name ?? ''] ?? 'the query';
      const rest = query.slice(node.from, node.from + 20).split('\n')[0];
      const [variable] = /^(\$\w+|\$\{\w+[^}]*\}|\[\[\w+\]\])/.exec(query.slice(node.from)) ?? [];
      const called = rest.startsWith('(') ? /[A-Za-z_]\w*\s*$/.exec(query.slice(0, node.from))?.[0].trim() : undefined;
      const message =
        called !== undefined
          ? `'${called}' is no function of PromQL`
          : variable !== undefined
            ? `'${variable}' is a variable of Grafana, which Prometheus does not know; write its value`
            : rest === ''
              ? `it ends in the middle of ${before}`
              : `unexpected '${rest}' in ${before}`;
      errors.push({ from: node.from, to: Math.max(node.to, Math.min(node.from + 1, query.length)), message });
    },
  });
  // The parser also stops at some depth, and its message is then misleading.
  return deep ? { query, tree, errors: [deep], beyond: true } : { query, tree, errors };
});
