import { memoize } from '../formats/memoize';
import type { ExprNode, StringNode } from './ast';
import { checkDepth, DEEPEST, TooDeep } from './depth';
import { ENGINES, NEWEST_ENGINE, type Engine, type EngineRelease } from './engine';
import { ExpressionError, UnsupportedExpression, type Span } from './errors';
import { tokenize, type Token } from './lex';
import { numberNode } from './numbers';
import type { Argument } from './names';
import { BINARY, COMPARISONS, NEGATED, RIGHT_ASSOCIATIVE, UNARY } from './precedence';

const own = (table: object, key: string): boolean => Object.prototype.hasOwnProperty.call(table, key);

/** A condition's syntax tree, or the place where it is not in the grammar. */
export interface ParsedCondition {
  readonly expression: string;
  readonly ast?: ExprNode;
  /** Present when the expression does not parse: the controller then reports every measurement as Error. */
  readonly error?: Span & { readonly message: string };
  /** Present when the expression is nested too deeply to be judged: nothing is said about what the controller does. */
  readonly beyond?: UnsupportedExpression;
}

const shared: { readonly [release in EngineRelease]: (expression: string) => ParsedCondition } = {
  '1.15.5': memoize((expression) => parseAfresh(expression, ENGINES['1.15.5'])),
  '1.17.7': memoize((expression) => parseAfresh(expression, ENGINES['1.17.7'])),
};

/**
 * Parses a condition by the grammar of an engine. Never throws. The tree is shared with everybody who asks for the same
 * condition: it is for reading.
 */
export function parseCondition(expression: string, release: EngineRelease = NEWEST_ENGINE): ParsedCondition {
  return shared[release](expression);
}

/** As `parseCondition`, with a new tree that the caller may change. */
export function parseAfresh(expression: string, engine: Engine): ParsedCondition {
  try {
    const ast = new Parser(tokenize(expression, engine), engine).parse();
    checkDepth(ast, expression);
    return { expression, ast };
  } catch (error) {
    if (error instanceof TooDeep) {
      const what = `it is nested more than ${DEEPEST} levels deep`;
      return { expression, beyond: new UnsupportedExpression(what, expression, error.span) };
    }
    if (!(error instanceof ExpressionError)) throw error;
    return { expression, error: { ...error.span, message: error.message } };
  }
}

class Parser {
  private position = 0;
  private closures = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly engine: Engine,
  ) {}

  parse(): ExprNode {
    const node = this.sequence();
    if (this.current.kind !== 'end') this.unexpected();
    return node;
  }

  private get current(): Token {
    return this.tokens[this.position];
  }

  /** Where the token before the current one ended: the end of what has been read. */
  private get readTo(): number {
    return this.tokens[Math.max(0, this.position - 1)].to;
  }

  private fail(message: string, token = this.current): never {
    throw new ExpressionError(message, 'parse', { from: token.from, to: token.to });
  }

  private unexpected(token = this.current): never {
    return this.fail(token.kind === 'end' ? 'unexpected end of the expression' : `unexpected '${token.value}'`, token);
  }

  private next(): Token {
    const token = this.current;
    if (token.kind === 'end') this.unexpected();
    this.position++;
    return token;
  }

  private is(kind: Token['kind'], value?: string): boolean {
    return this.current.kind === kind && (value === undefined || this.current.value === value);
  }

  private accept(kind: Token['kind'], value: string): boolean {
    if (!this.is(kind, value)) return false;
    this.next();
    return true;
  }

  private expect(kind: Token['kind'], value?: string): Token {
    if (!this.is(kind, value)) this.unexpected();
    return this.next();
  }

  /** One expression, or several with `;` between them. A `;` may end the whole, but nothing that is closed. */
  private sequence(): ExprNode {
    const first = this.expression(0);
    const nodes = [first];
    while (this.engine.hasSequences && this.accept('operator', ';')) {
      if (this.current.kind === 'end') break;
      nodes.push(this.expression(0));
    }
    return nodes.length === 1 ? first : { kind: 'sequence', nodes, from: first.from, to: this.readTo };
  }

  private expression(precedence: number): ExprNode {
    if (++this.depth > DEEPEST) throw new TooDeep(this.current);
    const node = this.operation(precedence);
    this.depth--;
    return node;
  }

  private operation(precedence: number): ExprNode {
    if (precedence === 0 && this.is('operator', 'let')) return this.declaration();
    if (precedence === 0 && this.is('operator', 'if')) return this.branches();
    let left = this.primary();
    let previous = '';
    let operator = this.current;
    while (operator.kind === 'operator') {
      let negation: Token | undefined;
      if (operator.value === 'not') {
        const negated = this.tokens[this.position + 1];
        if (!this.engine.losesNegation) {
          if (!NEGATED.has(negated.value)) this.unexpected(negated);
          if (BINARY[negated.value] < precedence) break;
        }
        // Where negation is lost, the `not` is consumed even when the operator behind it is not read here.
        this.next();
        negation = operator;
        operator = this.current;
      }
      if (!own(BINARY, operator.value) || BINARY[operator.value] < precedence) break;
      this.next();
      if (operator.value === '|') {
        left = this.pipe(left);
      } else if (this.engine.chainsComparisons && COMPARISONS.has(operator.value)) {
        if (previous === '??') this.mixed(operator);
        left = this.comparisons(left, operator);
      } else {
        if (previous === '??' && operator.value !== '??') this.mixed(operator);
        const binding = BINARY[operator.value];
        const right = this.expression(RIGHT_ASSOCIATIVE.has(operator.value) ? binding : binding + 1);
        left = { kind: 'binary', operator: operator.value, left, right, from: left.from, to: this.readTo };
        if (negation) left = { kind: 'unary', operator: 'not', node: left, from: left.from, to: left.to };
      }
      previous = operator.value;
      operator = this.current;
    }
    return precedence === 0 ? this.conditional(left) : left;
  }

  private mixed(operator: Token): never {
    return this.fail(`'${operator.value}' and '??' cannot be mixed without parentheses`, operator);
  }

  /** `a < b <= c` is `a < b && b <= c`. Stands behind the first operator. */
  private comparisons(first: ExprNode, operator: Token): ExprNode {
    let [left, token] = [first, operator];
    let all: ExprNode | undefined;
    for (;;) {
      const right = this.expression(BINARY[operator.value] + 1);
      const one: ExprNode = { kind: 'binary', operator: token.value, left, right, from: left.from, to: this.readTo };
      all = all ? { kind: 'binary', operator: '&&', left: all, right: one, from: all.from, to: this.readTo } : one;
      token = this.current;
      if (token.kind !== 'operator' || !COMPARISONS.has(token.value)) return all;
      this.next();
      left = right;
    }
  }

  /** `if a { b } else if c { d } else { e }`. */
  private branches(): ExprNode {
    const { from } = this.expect('operator', 'if');
    const condition = this.expression(0);
    const then = this.block();
    this.expect('operator', 'else');
    const otherwise = this.is('operator', 'if') ? this.expression(0) : this.block();
    return { kind: 'conditional', condition, then, otherwise, from, to: this.readTo };
  }

  private block(): ExprNode {
    this.expect('bracket', '{');
    const node = this.sequence();
    this.expect('bracket', '}');
    return node;
  }

  private declaration(): ExprNode {
    const { from } = this.expect('operator', 'let');
    const name = this.expect('identifier').value;
    this.expect('operator', '=');
    const value = this.expression(0);
    this.expect('operator', ';');
    const body = this.sequence();
    return { kind: 'let', name, value, body, from, to: this.readTo };
  }

  private conditional(condition: ExprNode): ExprNode {
    let node = condition;
    while (this.accept('operator', '?')) {
      let then = node;
      if (!this.accept('operator', ':')) {
        then = this.expression(0);
        this.expect('operator', ':');
      }
      const otherwise = this.expression(0);
      node = { kind: 'conditional', condition: node, then, otherwise, from: node.from, to: this.readTo };
    }
    return node;
  }

  private primary(): ExprNode {
    const token = this.current;
    if (token.kind === 'operator' && own(UNARY, token.value)) {
      this.next();
      const node = this.expression(UNARY[token.value]);
      return this.postfix({ kind: 'unary', operator: token.value, node, from: token.from, to: this.readTo });
    }
    if (this.accept('bracket', '(')) {
      const node = this.sequence();
      this.expect('bracket', ')');
      return this.postfix(node);
    }
    if (token.kind === 'operator' && (token.value === '#' || token.value === '.')) {
      if (this.closures === 0) this.fail(`'${token.value}' stands for an element, which only a closure has`);
      let name = '';
      if (this.accept('operator', '#') && this.is('identifier')) name = this.next().value;
      const to = token.value === '#' ? this.readTo : token.from;
      return this.postfix({ kind: 'pointer', name, from: token.from, to });
    }
    if (this.accept('operator', '::')) return this.postfix(this.call(this.expect('identifier'), []));
    return this.secondary();
  }

  private secondary(): ExprNode {
    const token = this.current;
    const { from, to } = token;
    switch (token.kind) {
      case 'identifier':
        this.next();
        if (token.value === 'true' || token.value === 'false') {
          return { kind: 'bool', value: token.value === 'true', from, to };
        }
        if (token.value === 'nil') return { kind: 'nil', from, to };
        return this.postfix(
          this.is('bracket', '(') ? this.call(token, []) : { kind: 'identifier', name: token.value, from, to },
        );
      case 'number':
        this.next();
        return numberNode(token, this.engine);
      case 'string':
        this.next();
        if (!this.engine.hasRawTexts) return { kind: 'string', value: token.value, from, to };
        return this.postfix({ kind: 'string', value: token.value, from, to });
    }
    if (this.is('bracket', '[')) return this.postfix(this.array());
    if (this.is('bracket', '{')) return this.postfix(this.map());
    return this.unexpected();
  }

  /** Behind a name: its arguments. `piped` is what came before a `|`. */
  private call(name: Token, piped: ExprNode[]): ExprNode {
    const { from } = piped[0] ?? name;
    if (own(this.engine.predicates, name.value)) {
      const args = this.loopArguments(this.engine.predicates[name.value], piped);
      return { kind: 'builtin', name: name.value, args, from, to: this.readTo };
    }
    const args = [...piped, ...this.args()];
    const to = this.readTo;
    if (own(this.engine.functions, name.value)) return { kind: 'builtin', name: name.value, args, from, to };
    const callee: ExprNode = { kind: 'identifier', name: name.value, from: name.from, to: name.to };
    return { kind: 'call', callee, args, from, to };
  }

  private loopArguments(wanted: readonly Argument[], piped: readonly ExprNode[]): ExprNode[] {
    this.expect('bracket', '(');
    const args = [...piped];
    for (const [i, argument] of wanted.slice(piped.length).entries()) {
      if (argument.endsWith('?') && this.is('bracket', ')')) break;
      if (i > 0) this.expect('operator', ',');
      args.push(argument.startsWith('closure') ? this.closure() : this.expression(0));
    }
    if (this.engine.allowsTrailingCommas) this.accept('operator', ',');
    this.expect('bracket', ')');
    return args;
  }

  private pipe(left: ExprNode): ExprNode {
    return this.call(this.expect('identifier'), [left]);
  }

  private args(): ExprNode[] {
    this.expect('bracket', '(');
    const nodes: ExprNode[] = [];
    while (!this.is('bracket', ')')) {
      if (nodes.length > 0) {
        this.expect('operator', ',');
        if (this.engine.allowsTrailingCommas && this.is('bracket', ')')) break;
      }
      nodes.push(this.expression(0));
    }
    this.next();
    return nodes;
  }

  private closure(): ExprNode {
    const { from } = this.current;
    const braces = this.accept('bracket', '{');
    this.closures++;
    const node = braces ? this.sequence() : this.expression(0);
    this.closures--;
    if (braces) this.expect('bracket', '}');
    return { kind: 'closure', node, from, to: this.readTo };
  }

  private array(): ExprNode {
    const { from } = this.expect('bracket', '[');
    const nodes: ExprNode[] = [];
    while (!this.is('bracket', ']')) {
      if (nodes.length > 0) {
        this.expect('operator', ',');
        if (this.is('bracket', ']')) break;
      }
      nodes.push(this.expression(0));
    }
    this.next();
    return { kind: 'array', nodes, from, to: this.readTo };
  }

  private map(): ExprNode {
    const { from } = this.expect('bracket', '{');
    const pairs: { key: ExprNode; value: ExprNode }[] = [];
    while (!this.is('bracket', '}')) {
      if (pairs.length > 0) {
        this.expect('operator', ',');
        if (this.is('bracket', '}')) break;
      }
      const key = this.key();
      this.expect('operator', ':');
      pairs.push({ key, value: this.expression(0) });
    }
    this.next();
    return { kind: 'map', pairs, from, to: this.readTo };
  }

  private key(): ExprNode {
    const token = this.current;
    if (token.kind === 'number' || token.kind === 'string' || token.kind === 'identifier') {
      this.next();
      return { kind: 'string', value: token.value, from: token.from, to: token.to };
    }
    if (!this.is('bracket', '(')) this.fail('a map key is a name, a string, a number or an expression in parentheses');
    return this.expression(0);
  }

  private postfix(start: ExprNode): ExprNode {
    let node = start;
    for (;;) {
      const { from } = node;
      if (this.is('operator', '.') || this.is('operator', '?.')) {
        const optional = this.next().value === '?.';
        if (optional && this.engine.hasOptionalIndex && this.accept('bracket', '[')) {
          node = this.index(node, from, true);
          continue;
        }
        const name = this.next();
        if (name.kind !== 'identifier' && !(name.kind === 'operator' && /^[\p{L}_$]/u.test(name.value))) {
          this.fail('expected a name', name);
        }
        const property: StringNode = { kind: 'string', value: name.value, from: name.from, to: name.to };
        const chained = node.kind === 'chain';
        const base = node.kind === 'chain' ? node.node : node;
        node = { kind: 'member', node: base, property, optional, from, to: name.to };
        if (this.is('bracket', '(')) {
          const args = this.args();
          node = { kind: 'call', callee: node, args, from, to: this.readTo };
        }
        if (chained || optional) node = { kind: 'chain', node, from, to: this.readTo };
      } else if (this.accept('bracket', '[')) {
        node = this.index(node, from, false);
      } else {
        return node;
      }
    }
  }

  /** Behind `[`: an index, or a slice, either end of which may be missing. */
  private index(node: ExprNode, from: number, optional: boolean): ExprNode {
    let start: ExprNode | undefined;
    if (!this.is('operator', ':')) {
      start = this.expression(0);
      if (this.accept('bracket', ']')) {
        const member: ExprNode = { kind: 'member', node, property: start, optional, from, to: this.readTo };
        return optional ? { kind: 'chain', node: member, from, to: this.readTo } : member;
      }
    }
    this.expect('operator', ':');
    const end = this.is('bracket', ']') ? undefined : this.expression(0);
    this.expect('bracket', ']');
    return { kind: 'slice', node, start, end, from, to: this.readTo };
  }
}
