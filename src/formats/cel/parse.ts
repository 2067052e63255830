import { memoize } from '../memoize';

/** An expression of CEL, as far as definitions of custom resources use the language. */
export type CelNode =
  | { readonly is: 'value'; readonly value: unknown }
  | { readonly is: 'list'; readonly items: readonly CelNode[] }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'field'; readonly of: CelNode; readonly name: string }
  | { readonly is: 'index'; readonly of: CelNode; readonly at: CelNode }
  | { readonly is: 'call'; readonly on?: CelNode; readonly name: string; readonly args: readonly CelNode[] }
  | { readonly is: 'operation'; readonly operator: string; readonly args: readonly CelNode[] };

const TOKEN =
  /\s*(?:(r?"""[\s\S]*?"""|r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(\|\||&&|[=!<>]=|[-+*/%!<>?:.,()[\]]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'word' | 'sign' | 'end';
  readonly text: string;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError('a sign that is not read here');
    const [, quoted, number, word, sign] = match;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: unquoted(quoted) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function unquoted(quoted: string): string {
  const raw = quoted.startsWith('r');
  const rest = raw ? quoted.slice(1) : quoted;
  const size = rest.startsWith('"""') ? 3 : 1;
  const inner = rest.slice(size, -size);
  if (raw) return inner;
  return inner.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign === 't' ? '\t' : sign));
}

/** The operators of two sides, from those that bind least. */
const LEVELS = [['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=', 'in'], ['+', '-'], ['*', '/', '%']];

class Parser {
  private next = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): CelNode {
    const node = this.choice();
    if (this.tokens[this.next].kind !== 'end') throw new SyntaxError('more than an expression');
    return node;
  }

  private choice(): CelNode {
    const condition = this.level(0);
    if (!this.takes('?')) return condition;
    const then = this.choice();
    this.needs(':');
    return { is: 'operation', operator: '?', args: [condition, then, this.choice()] };
  }

  private level(index: number): CelNode {
    if (index === LEVELS.length) return this.prefixed();
    let left = this.level(index + 1);
    for (;;) {
      const operator = LEVELS[index].find((one) => this.takes(one));
      if (operator === undefined) return left;
      left = { is: 'operation', operator, args: [left, this.level(index + 1)] };
    }
  }

  private prefixed(): CelNode {
    if (this.takes('!')) return { is: 'operation', operator: '!', args: [this.prefixed()] };
    if (this.takes('-')) return { is: 'operation', operator: 'negate', args: [this.prefixed()] };
    let node = this.primary();
    for (;;) {
      if (this.takes('.')) {
        const name = this.word();
        node = this.takes('(')
          ? { is: 'call', on: node, name, args: this.list(')') }
          : { is: 'field', of: node, name: unescaped(name) };
      } else if (this.takes('[')) {
        const at = this.choice();
        this.needs(']');
        node = { is: 'index', of: node, at };
      } else return node;
    }
  }

  private primary(): CelNode {
    const { kind, text } = this.tokens[this.next];
    if (kind === 'text' || kind === 'number') {
      this.next++;
      return { is: 'value', value: kind === 'text' ? text : Number(text) };
    }
    if (this.takes('(')) {
      const node = this.choice();
      this.needs(')');
      return node;
    }
    if (this.takes('[')) return { is: 'list', items: this.list(']') };
    const name = this.word();
    if (name === 'true' || name === 'false') return { is: 'value', value: name === 'true' };
    if (name === 'null') return { is: 'value', value: null };
    return this.takes('(') ? { is: 'call', name, args: this.list(')') } : { is: 'name', name };
  }

  private list(end: string): CelNode[] {
    const items: CelNode[] = [];
    while (!this.takes(end)) {
      items.push(this.choice());
      if (!this.takes(',')) {
        this.needs(end);
        break;
      }
    }
    return items;
  }

  private takes(text: string): boolean {
    const token = this.tokens[this.next];
    if (token.text !== text || (token.kind !== 'sign' && token.kind !== 'word')) return false;
    this.next++;
    return true;
  }

  private needs(text: string): void {
    if (!this.takes(text)) throw new SyntaxError(`'${text}' is missing`);
  }

  private word(): string {
    const { kind, text } = this.tokens[this.next];
    if (kind !== 'word') throw new SyntaxError('a name is missing');
    this.next++;
    return text;
  }
}

/** Fields whose names are words of CEL are written in underscores: `__namespace__`. */
const unescaped = (name: string): string => /^__(\w+)__$/.exec(name)?.[1] ?? name;

/** Reads an expression; undefined for what is not read here. */
export const parseCel = memoize((text): CelNode | undefined => {
  try {
    return new Parser(tokensOf(text)).whole();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
});
