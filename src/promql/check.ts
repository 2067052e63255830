import { WholeGoRegExp } from '../formats/go-regexp';
import { childOf, expressionsIn, labelsIn, type SyntaxNode, syntaxOf } from './syntax';
import { AGGREGATION_PARAMETERS, type PromqlType, signatureOf } from './functions';
import type { ParsedPromql, PromqlError } from './parse';
import { stringProblem, unquote } from './string-literal';

const COMPARISONS = new Set(['==', '!=', '>', '<', '>=', '<=']);
const SETS = new Set(['and', 'or', 'unless']);

/**
 * Errors that Prometheus reports in a query although its grammar accepts it: numbers and types of arguments, regular
 * expressions, selectors without a condition, places of `offset` and `@`, `bool` and the modifiers of matching. Empty
 * where the query does not parse, which `errors` says. `text` is what the author wrote, where something as long was
 * parsed in its place.
 *
 * @see https://github.com/prometheus/prometheus/blob/v3.5.0/promql/parser/parse.go
 */
export function promqlProblems({ tree, query, errors }: ParsedPromql, text = query): readonly PromqlError[] {
  const root = errors.length > 0 ? undefined : expressionsIn(syntaxOf(tree))[0];
  if (root === undefined) return [];
  const check = new Check(text);
  check.type(root);
  return check.problems;
}

class Check {
  readonly problems: PromqlError[] = [];

  constructor(private readonly text: string) {}

  /** The type of an expression; undefined where it is not known because of what is wrong inside. */
  type(node: SyntaxNode): PromqlType | undefined {
    const inner = expressionsIn(node);
    switch (node.name) {
      case 'ParenExpr':
        return this.type(inner[0]);
      case 'SmoothedExpr':
      case 'AnchoredExpr':
        return this.type(inner[0]);
      case 'OffsetExpr':
        return this.modified(node, inner[0], 'offset');
      case 'StepInvariantExpr':
        return this.modified(node, inner[0], '@');
      case 'UnaryExpr':
        return this.unary(node, inner[0]);
      case 'BinaryExpr':
        return this.binary(node, inner);
      case 'FunctionCall':
        return this.call(node);
      case 'AggregateExpr':
        return this.aggregate(node);
      case 'MatrixSelector':
        return this.range(node, inner[0]);
      case 'SubqueryExpr':
        this.emptyRange(node);
        this.expect(inner[0], 'instant vector', 'a subquery');
        return 'range vector';
      case 'VectorSelector':
        this.selector(node);
        return 'instant vector';
      case 'StringLiteral':
        this.string(node);
        return 'string';
      default:
        return 'scalar';
    }
  }

  private add({ from, to }: { readonly from: number; readonly to: number }, message: string): void {
    this.problems.push({ from, to, message });
  }

  private textOf({ from, to }: SyntaxNode): string {
    return this.text.slice(from, to);
  }

  private expect(node: SyntaxNode, wanted: PromqlType, who: string): void {
    const found = this.type(node);
    if (found === undefined || found === wanted) return;
    const hint = wanted === 'range vector' ? ', such as x[5m]' : '';
    this.add(node, `${who} takes ${withArticle(wanted)}${hint}, not ${withArticle(found)}`);
  }

  private modified(node: SyntaxNode, inner: SyntaxNode, modifier: 'offset' | '@'): PromqlType | undefined {
    let under = inner;
    const seen = new Set<string>([modifier]);
    while (under.name === 'OffsetExpr' || under.name === 'StepInvariantExpr') {
      const other = under.name === 'OffsetExpr' ? 'offset' : '@';
      if (seen.has(other)) this.add(node, `${other} is given twice`);
      seen.add(other);
      under = expressionsIn(under)[0];
    }
    if (!['VectorSelector', 'MatrixSelector', 'SubqueryExpr'].includes(under.name)) {
      this.add(node, `${modifier} must follow a selector, a range or a subquery directly`);
    }
    const at = modifier === '@' ? node.children.find(({ name }) => name === 'NumberDurationLiteral') : undefined;
    if (at && /inf|nan/i.test(this.textOf(at))) this.add(at, '@ takes a time in seconds');
    return this.type(inner);
  }

  private unary(node: SyntaxNode, inner: SyntaxNode): PromqlType | undefined {
    const type = this.type(inner);
    if (type === 'scalar' || type === 'instant vector' || type === undefined) return type;
    this.add(node, `the sign takes a scalar or an instant vector, not ${withArticle(type)}`);
    return undefined;
  }

  private range(node: SyntaxNode, inner: SyntaxNode): PromqlType | undefined {
    this.emptyRange(node);
    let under = inner;
    const modifiers = new Set<string>();
    while (under.name === 'OffsetExpr' || under.name === 'StepInvariantExpr') {
      // Prometheus overlooks `@ start()` and `@ end()` before a range, and takes them as if they stood after it.
      if (under.name === 'OffsetExpr') modifiers.add('offset');
      else if (!childOf(under, 'AtModifierPreprocessors')) modifiers.add('@');
      [under] = expressionsIn(under);
    }
    if (under.name !== 'VectorSelector') {
      this.add(node, 'a range can only follow a selector; a subquery is written [5m:]');
    } else if (modifiers.size > 0) {
      this.add(node, `${[...modifiers].join(' and ')} must follow the range, not precede it`);
    } else this.type(inner);
    return 'range vector';
  }

  private emptyRange(node: SyntaxNode): void {
    const duration = childOf(node, 'DurationExpr');
    if (!duration) return;
    const text = this.textOf(duration).trim();
    if (/^-?(0+(ms|[smhdwy]))+$|^-?0+(\.0+)?$|^-\s*[\d.]+(ms|[smhdwy])?$/.test(text))
      this.add(duration, 'the range must be longer than 0');
  }

  private call(node: SyntaxNode): PromqlType | undefined {
    const identifier = childOf(node, 'FunctionIdentifier')!;
    const name = this.textOf(identifier);
    const body = childOf(node, 'FunctionCallBody');
    const args = body ? expressionsIn(body) : [];
    const signature = signatureOf(name);
    if (signature === undefined) {
      for (const arg of args) this.type(arg);
      return undefined;
    }
    const { args: wanted, optional, repeated, returns } = signature;
    const [least, most] = [wanted.length - optional, repeated ? Infinity : wanted.length];
    if (args.length < least || args.length > most) {
      const range = repeated ? `at least ${least}` : least === most ? String(most) : `${least} to ${most}`;
      const noun = range === '1' || range === 'at least 1' ? 'argument' : 'arguments';
      this.add(node, `${name}() takes ${range} ${noun}, not ${args.length}`);
      for (const arg of args) this.type(arg);
      return returns;
    }
    args.forEach((arg, i) => this.expect(arg, wanted[Math.min(i, wanted.length - 1)], `${name}()`));
    return returns;
  }

  private aggregate(node: SyntaxNode): PromqlType {
    const name = this.textOf(childOf(node, 'AggregateOp')!).toLowerCase();
    const body = childOf(node, 'FunctionCallBody');
    const args = body ? expressionsIn(body) : [];
    const parameter = AGGREGATION_PARAMETERS.get(name);
    const wanted: PromqlType[] = [...(parameter ? [parameter] : []), 'instant vector'];
    if (args.length !== wanted.length) {
      const noun = wanted.length === 1 ? 'argument' : 'arguments';
      this.add(node, `${name}() takes ${wanted.length} ${noun}, not ${args.length}`);
      for (const arg of args) this.type(arg);
      return 'instant vector';
    }
    args.forEach((arg, i) => this.expect(arg, wanted[i], `${name}()`));
    return 'instant vector';
  }

  private binary(node: SyntaxNode, [left, right]: readonly SyntaxNode[]): PromqlType | undefined {
    const types = [this.type(left), this.type(right)];
    const token = node.children.find(
      ({ from, name }) => from >= left.to && name !== 'BoolModifier' && name !== 'LineComment',
    )!;
    const operator = this.textOf(token).toLowerCase();
    const bool = childOf(node, 'BoolModifier');
    if (bool && !COMPARISONS.has(operator)) this.add(bool, `bool can only follow a comparison, not ${operator}`);
    const sides = [left, right];
    types.forEach((type, i) => {
      if (type !== 'string' && type !== 'range vector') return;
      const hint = type === 'range vector' ? '; use rate() or increase() of it' : '';
      this.add(sides[i], `the operator ${operator} takes scalars and instant vectors, not ${withArticle(type)}${hint}`);
    });
    const scalars = types.filter((type) => type === 'scalar').length;
    if (scalars === 2 && COMPARISONS.has(operator) && !bool) {
      this.add(token, `a comparison of two scalars needs bool: ${operator} bool`);
    }
    if (scalars > 0 && SETS.has(operator)) {
      types.forEach((type, i) => {
        if (type === 'scalar') this.add(sides[i], `${operator} takes instant vectors, not a scalar; write vector(…)`);
      });
    }
    this.matching(node, operator, types);
    return scalars === 2 ? 'scalar' : 'instant vector';
  }

  private matching(node: SyntaxNode, operator: string, types: readonly (PromqlType | undefined)[]): void {
    const clause = childOf(node, 'MatchingModifierClause');
    if (!clause) return;
    const group = childOf(clause, 'GroupLeft') ?? childOf(clause, 'GroupRight');
    const lists = clause.children.filter(({ name }) => name === 'GroupingLabels');
    const labels = labelsIn(lists[0], this.text);
    const included = group
      ? labelsIn(
          lists.find(({ from }) => from > group.from),
          this.text,
        )
      : [];
    const on = childOf(clause, 'On') !== undefined;
    const both = on ? included.find((label) => labels.includes(label)) : undefined;
    if (both !== undefined) this.add(clause, `the label '${both}' must not be in on() and in the group modifier`);
    if (types.includes('scalar') || types.includes('string') || types.includes('range vector')) {
      if (labels.length > 0) this.add(clause, `${on ? 'on' : 'ignoring'}() needs an instant vector on both sides`);
    } else if (group && SETS.has(operator)) {
      this.add(group, `${operator} takes no group_left or group_right`);
    }
  }

  private selector(node: SyntaxNode): void {
    const name = childOf(node, 'Identifier');
    const list = childOf(node, 'LabelMatchers');
    let selects = name !== undefined;
    const names: string[] = name ? [this.textOf(name)] : [];
    for (const child of list ? list.children : []) {
      if (child.name === 'QuotedLabelName') {
        names.push(unquote(this.textOf(child)));
        selects = true;
        continue;
      }
      const label = childOf(child, 'LabelName') ?? childOf(child, 'QuotedLabelName');
      const operator = childOf(child, 'MatchOp');
      const value = childOf(child, 'StringLiteral');
      if (!label || !operator || !value) continue;
      const by = this.matcher(this.textOf(operator), value);
      selects ||= by;
      if (unquote(this.textOf(label)) === '__name__' && names.length > 0) {
        this.add(child, `the name of the metric is given twice: '${names[0]}' and ${this.textOf(value)}`);
      }
    }
    if (names.length > 1) this.add(node, `the name of the metric is given twice: '${names[0]}' and '${names[1]}'`);
    if (!selects) this.add(node, 'a selector needs a name, or a matcher that does not accept the empty value');
  }

  /** Whether a matcher does not accept the empty value. */
  private matcher(operator: string, literal: SyntaxNode): boolean {
    if (!this.string(literal)) return true;
    const value = unquote(this.textOf(literal));
    if (operator === '=') return value !== '';
    if (operator === '!=') return value === '';
    if (value.includes('{{')) return operator === '=~';
    const problem = WholeGoRegExp.problem(value);
    if (problem !== undefined) {
      this.add(literal, `${this.textOf(literal)} is not a valid regular expression: ${inGo(problem)}`);
      return true;
    }
    return WholeGoRegExp.of(value).test('') === (operator === '!~');
  }

  private string(node: SyntaxNode): boolean {
    const problem = stringProblem(this.textOf(node));
    if (problem !== undefined) this.add(node, problem);
    return problem === undefined;
  }
}

/** What Go says, without the anchors that are put around the pattern. */
const inGo = (problem: string): string => problem.replace(/^error parsing regexp: /, '').replace(/: `[^]*`$/, '');

const withArticle = (type: PromqlType): string => (type === 'instant vector' ? `an ${type}` : `a ${type}`);
