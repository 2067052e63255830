import { YamlError, YamlNode, type YamlProblem, type YamlStyle } from './node';
import { Scanner, Token } from './scanner';
import type { Directive, ScannedTag } from './scan-tag';

/** Nesting beyond this is refused: no manifest has it, and everything that walks a value would exhaust the stack. */
export const DEEPEST = 200;

/** What stands in a text: at most one document, because Go's reader takes no more. */
export interface ParsedText {
  /** Undefined where there is no document. */
  readonly root?: YamlNode;
  /** Whether the document has aliases. */
  readonly aliases: boolean;
  /** Where comments begin and end: two offsets each. */
  readonly comments: readonly number[];
  /** The position of text after the document, which Go's reader drops without an error. */
  readonly rest?: number;
}

/** The shorthand of a tag, and what it stands for. */
const TAG_PREFIXES = new Map([
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
]);

/**
 * Parses a part of a text.
 *
 * @throws YamlError
 */
export function parseText(text: string, from: number, to: number): ParsedText {
  return new Parser(text, from, to).parse();
}

/** Where the comments of a text begin and end. What follows something broken is searched for anything like a comment. */
export function commentsIn(text: string, from: number, to: number): readonly number[] {
  const parser = new Parser(text, from, to);
  try {
    return parser.parse().comments;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const comments = parser.comments.filter((offset) => offset <= error.from);
    for (const found of text.slice(error.from, to).matchAll(/#[^\r\n]*/g)) {
      const start = error.from + found.index;
      comments.push(start, start + found[0].length);
    }
    return comments;
  }
}

/** Builds nodes from tokens, by the grammar of libyaml. */
class Parser {
  private readonly scanner: Scanner;
  private readonly anchors = new Map<string, YamlNode>();
  private prefixes: ReadonlyMap<string, string> = TAG_PREFIXES;
  private aliases = false;
  private depth = 0;
  /** Brackets and braces that are not closed yet. */
  private readonly unclosed: YamlNode[] = [];

  constructor(text: string, from: number, to: number) {
    this.scanner = new Scanner(text, from, to);
  }

  get comments(): number[] {
    return this.scanner.comments;
  }

  parse(): ParsedText {
    const { scanner } = this;
    let token = scanner.peek();
    const explicit = token === Token.Directive || token === Token.DocumentStart;
    if (explicit) token = this.startDocument();
    let root: YamlNode | undefined;
    if (token !== Token.StreamEnd) {
      const empty = token === Token.Directive || token === Token.DocumentStart || token === Token.DocumentEnd;
      root = explicit && empty ? this.empty(scanner.from) : this.node(true, false);
    }
    const { comments } = scanner;
    const next = root && scanner.peek();
    if (next === Token.DocumentEnd) {
      scanner.skip();
      return { root, aliases: this.aliases, comments, rest: this.restAfterEnd() };
    }
    const rest = next === undefined || next === Token.StreamEnd ? undefined : scanner.from;
    return { root, aliases: this.aliases, comments, rest };
  }

  /** Reads directives and `---`; gives the token behind. */
  private startDocument(): Token {
    const { scanner } = this;
    let version = false;
    let token = scanner.peek();
    const prefixes = new Map<string, string>();
    for (; token === Token.Directive; token = scanner.peek()) {
      const directive = scanner.payload as Directive;
      const { from, to } = scanner;
      if (directive.name === 'YAML') {
        if (version) throw new YamlError('%YAML is given twice', from, to);
        version = true;
        if (!/^0?1\.0?1$/.test(directive.version)) {
          throw new YamlError(
            `kubectl reads YAML 1.1 and refuses %YAML ${directive.version}; leave the line out`,
            from,
            to,
          );
        }
      } else {
        if (prefixes.has(directive.handle)) throw new YamlError(`%TAG ${directive.handle} is given twice`, from, to);
        prefixes.set(directive.handle, directive.prefix);
      }
      scanner.skip();
    }
    if (prefixes.size > 0) this.prefixes = new Map([...TAG_PREFIXES, ...prefixes]);
    if (token !== Token.DocumentStart) this.expect("'---' behind the directives");
    scanner.skip();
    return scanner.peek();
  }

  /** What follows `...`. It may be broken: it is not read. */
  private restAfterEnd(): number | undefined {
    const { scanner } = this;
    try {
      while (scanner.peek() === Token.DocumentEnd) scanner.skip();
      return scanner.peek() === Token.StreamEnd ? undefined : scanner.from;
    } catch (error) {
      return (error as YamlProblem).from;
    }
  }

  /** An empty node: null. */
  private empty(at: number): YamlNode {
    return new YamlNode('scalar', at, at, 'plain', '', '');
  }

  private node(inBlock: boolean, mayBeIndentless: boolean): YamlNode {
    const { scanner } = this;
    let token = scanner.peek();
    if (token === Token.Scalar) return this.scalar('');
    if (token === Token.Alias) return this.alias();
    const { from } = scanner;
    let to = from;
    let tag = '';
    let anchor: string | undefined;
    for (let tagged = false; ; token = scanner.peek()) {
      if (token === Token.Anchor && anchor === undefined) anchor = scanner.text;
      else if (token === Token.Tag && !tagged) {
        tag = this.tagOf(scanner.payload as ScannedTag);
        tagged = true;
      } else break;
      to = scanner.to;
      scanner.skip();
    }
    switch (token) {
      case Token.Scalar:
        return this.hold(anchor, this.scalar(tag));
      case Token.FlowListStart:
        return this.flowList(this.open('list', 'flow', tag, anchor));
      case Token.FlowMapStart:
        return this.flowMap(this.open('map', 'flow', tag, anchor));
      case Token.BlockListStart:
        if (inBlock) return this.blockList(this.open('list', 'block', tag, anchor));
        break;
      case Token.BlockMapStart:
        if (inBlock) return this.blockMap(this.open('map', 'block', tag, anchor));
        break;
      case Token.BlockEntry:
        if (mayBeIndentless) return this.indentlessList(this.open('list', 'block', tag, anchor));
        break;
    }
    if (anchor === undefined && tag === '') this.expect('a value');
    return this.hold(anchor, new YamlNode('scalar', from, to, 'plain', '', tag));
  }

  /** A list or object that begins here. It is known by its anchor to what stands in it. */
  private open(kind: 'list' | 'map', style: YamlStyle, tag: string, anchor: string | undefined): YamlNode {
    const { from } = this.scanner;
    return this.hold(anchor, new YamlNode(kind, from, from, style, '', tag));
  }

  private hold(anchor: string | undefined, node: YamlNode): YamlNode {
    if (anchor !== undefined) this.anchors.set(anchor, node);
    return node;
  }

  private tagOf({ handle, suffix }: ScannedTag): string {
    if (handle === '') return suffix;
    const prefix = this.prefixes.get(handle);
    if (prefix !== undefined) return prefix + suffix;
    const { from, to } = this.scanner;
    throw new YamlError(`the tag '${handle}${suffix}' is explained by no %TAG line; leave it out`, from, to);
  }

  private scalar(tag: string): YamlNode {
    const { scanner } = this;
    const node = new YamlNode('scalar', scanner.from, scanner.to, scanner.style, scanner.text, tag);
    scanner.skip();
    return node;
  }

  private alias(): YamlNode {
    const { scanner } = this;
    const name = scanner.text;
    const node = new YamlNode('alias', scanner.from, scanner.to, 'plain', name, '');
    node.target = this.anchors.get(name);
    if (node.target === undefined) {
      throw new YamlError(`there is no anchor '&${name}' above this alias`, node.from, node.to);
    }
    this.aliases = true;
    scanner.skip();
    return node;
  }

  private enter(node: YamlNode): void {
    if (++this.depth <= DEEPEST) return;
    throw new YamlError(`nested more than ${DEEPEST} levels deep`, node.from, node.from + 1);
  }

  private blockMap(map: YamlNode): YamlNode {
    const { scanner } = this;
    this.enter(map);
    scanner.skip();
    const { items } = map;
    for (let token = scanner.peek(); token !== Token.BlockEnd; token = scanner.peek()) {
      if (token !== Token.Key) this.expect('another key of this object');
      const key = this.part();
      items.push(key, scanner.peek() === Token.Value ? this.part() : this.empty(key.to));
    }
    return this.leave(map);
  }

  /** A key or a value of an object, behind the token that announces it. */
  private part(): YamlNode {
    const { scanner } = this;
    const { to } = scanner;
    scanner.skip();
    const token = scanner.peek();
    if (token === Token.Key || token === Token.Value || token === Token.BlockEnd) return this.empty(to);
    return this.node(true, true);
  }

  private blockList(list: YamlNode): YamlNode {
    const { scanner } = this;
    this.enter(list);
    scanner.skip();
    for (let token = scanner.peek(); token !== Token.BlockEnd; token = scanner.peek()) {
      if (token !== Token.BlockEntry) this.expect("another '- ' item of this list");
      const { to } = scanner;
      scanner.skip();
      token = scanner.peek();
      const missing = token === Token.BlockEntry || token === Token.BlockEnd;
      list.items.push(missing ? this.empty(to) : this.node(true, false));
    }
    return this.leave(list);
  }

  /** A list whose items are as little indented as the key above them. */
  private indentlessList(list: YamlNode): YamlNode {
    const { scanner } = this;
    this.enter(list);
    for (let token = scanner.peek(); token === Token.BlockEntry; token = scanner.peek()) {
      const { to } = scanner;
      scanner.skip();
      token = scanner.peek();
      const missing =
        token === Token.BlockEntry || token === Token.Key || token === Token.Value || token === Token.BlockEnd;
      list.items.push(missing ? this.empty(to) : this.node(true, false));
      list.to = list.items[list.items.length - 1].to;
    }
    this.depth--;
    return list;
  }

  /** Closes a block, which ends where the last thing in it ends. */
  private leave(block: YamlNode): YamlNode {
    const { items } = block;
    this.scanner.skip();
    this.depth--;
    if (items.length > 0) block.to = items[items.length - 1].to;
    return block;
  }

  private flowList(list: YamlNode): YamlNode {
    const { scanner } = this;
    this.enter(list);
    this.unclosed.push(list);
    scanner.skip();
    for (let token = scanner.peek(); token !== Token.FlowListEnd; token = scanner.peek()) {
      if (list.items.length > 0) {
        if (token !== Token.FlowEntry) this.expect("',' or ']'");
        scanner.skip();
        token = scanner.peek();
        if (token === Token.FlowListEnd) break;
      }
      list.items.push(token === Token.Key ? this.flowPair() : this.node(false, false));
    }
    return this.close(list);
  }

  /** An object of one key that stands in a list without braces, as in `[a: b]`. */
  private flowPair(): YamlNode {
    const { scanner } = this;
    const map = new YamlNode('map', scanner.from, scanner.from, 'flow', '', '');
    this.enter(map);
    scanner.skip();
    let token = scanner.peek();
    if (token === Token.Value || token === Token.FlowEntry || token === Token.FlowListEnd) {
      map.items.push(this.empty(scanner.to));
      // libyaml passes this token, whatever it is.
      scanner.skip();
    } else map.items.push(this.node(false, false));
    token = scanner.peek();
    let value: YamlNode | undefined;
    if (token === Token.Value) {
      scanner.skip();
      token = scanner.peek();
      if (token !== Token.FlowEntry && token !== Token.FlowListEnd) value = this.node(false, false);
    }
    map.items.push(value ?? this.empty(map.items[0].to));
    map.to = map.items[1].to;
    this.depth--;
    return map;
  }

  private flowMap(map: YamlNode): YamlNode {
    const { scanner } = this;
    const { items } = map;
    this.enter(map);
    this.unclosed.push(map);
    scanner.skip();
    for (let token = scanner.peek(); token !== Token.FlowMapEnd; token = scanner.peek()) {
      if (items.length > 0) {
        if (token !== Token.FlowEntry) this.expect("',' or '}'");
        scanner.skip();
        token = scanner.peek();
        if (token === Token.FlowMapEnd) break;
      }
      if (token === Token.Key) {
        scanner.skip();
        items.push(this.flowPart() ?? this.empty(scanner.from));
        let value: YamlNode | undefined;
        if (scanner.peek() === Token.Value) {
          scanner.skip();
          value = this.flowPart();
        }
        items.push(value ?? this.empty(items[items.length - 1].to));
      } else {
        const key = this.node(false, false);
        items.push(key, this.empty(key.to));
      }
    }
    return this.close(map);
  }

  private flowPart(): YamlNode | undefined {
    const token = this.scanner.peek();
    if (token === Token.Value || token === Token.FlowEntry || token === Token.FlowMapEnd) return undefined;
    return this.node(false, false);
  }

  private close(collection: YamlNode): YamlNode {
    collection.to = this.scanner.to;
    this.unclosed.pop();
    this.scanner.skip();
    this.depth--;
    return collection;
  }

  private expect(what: string): never {
    const { scanner } = this;
    const token = scanner.peek();
    const { from, to } = scanner;
    const bracket = this.unclosed.pop();
    if (bracket && (token === Token.StreamEnd || token === Token.DocumentStart || token === Token.DocumentEnd)) {
      const [opening, closing] = bracket.kind === 'list' ? '[]' : '{}';
      throw new YamlError(
        `'${opening}' is opened here and not closed; add '${closing}'`,
        bracket.from,
        bracket.from + 1,
      );
    }
    const found = FOUND[token] ?? `'${scanner.cursor.text.slice(from, Math.min(to, from + 40)).split(/[\r\n]/)[0]}'`;
    throw new YamlError(`expected ${what}, found ${found}; check the indentation and the brackets`, from, to);
  }
}

const FOUND: { readonly [token: number]: string | undefined } = {
  [Token.StreamEnd]: 'the end of the text',
  [Token.DocumentStart]: "the next document ('---')",
  [Token.DocumentEnd]: "the end of the document ('...')",
  [Token.BlockEnd]: 'a line that is indented less',
  [Token.BlockMapStart]: 'a key that is indented otherwise',
  [Token.BlockListStart]: 'a list that is indented otherwise',
};
