import type { Span } from './errors';
import type { GoType } from './types';
import type { GoValue } from './value';

interface NodeBase extends Span {
  /** Filled by the type check, which needs to know what kind of result is measured. */
  type?: GoType;
}

export interface NilNode extends NodeBase {
  readonly kind: 'nil';
}
export interface BoolNode extends NodeBase {
  readonly kind: 'bool';
  readonly value: boolean;
}
export interface IntegerNode extends NodeBase {
  readonly kind: 'integer';
  readonly value: bigint;
}
export interface FloatNode extends NodeBase {
  readonly kind: 'float';
  readonly value: number;
}
/** The value is held as one character a byte of its UTF-8 form, as Go measures and cuts strings. */
export interface StringNode extends NodeBase {
  readonly kind: 'string';
  readonly value: string;
}
/** What folding makes of constant arrays and ranges. */
export interface ConstantNode extends NodeBase {
  readonly kind: 'constant';
  readonly value: GoValue;
}
export interface IdentifierNode extends NodeBase {
  readonly kind: 'identifier';
  readonly name: string;
}
export interface UnaryNode extends NodeBase {
  readonly kind: 'unary';
  readonly operator: string;
  readonly node: ExprNode;
}
export interface BinaryNode extends NodeBase {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: ExprNode;
  readonly right: ExprNode;
  /** `in` over constants of one kind is compiled into a map look-up, which accepts that kind only. */
  readonly lookup?: 'string' | 'int';
}
export interface ConditionalNode extends NodeBase {
  readonly kind: 'conditional';
  readonly condition: ExprNode;
  readonly then: ExprNode;
  readonly otherwise: ExprNode;
}
export interface MemberNode extends NodeBase {
  readonly kind: 'member';
  readonly node: ExprNode;
  readonly property: ExprNode;
  readonly optional: boolean;
}
export interface ChainNode extends NodeBase {
  readonly kind: 'chain';
  readonly node: ExprNode;
}
export interface SliceNode extends NodeBase {
  readonly kind: 'slice';
  readonly node: ExprNode;
  readonly start?: ExprNode;
  readonly end?: ExprNode;
}
export interface CallNode extends NodeBase {
  readonly kind: 'call';
  readonly callee: ExprNode;
  readonly args: readonly ExprNode[];
}
export interface BuiltinNode extends NodeBase {
  readonly kind: 'builtin';
  readonly name: string;
  readonly args: readonly ExprNode[];
  /** Set by the optimiser: what is made of each element that passes (`map(filter(…), …)` in one loop). */
  readonly map?: ExprNode;
  /** Set by the optimiser: finding nothing is an error (`filter(…)[0]`). */
  readonly throws?: boolean;
}
export interface ClosureNode extends NodeBase {
  readonly kind: 'closure';
  readonly node: ExprNode;
}
export interface PointerNode extends NodeBase {
  readonly kind: 'pointer';
  /** Empty for `#`, else the name behind it (`#index`, `#acc`). */
  readonly name: string;
}
export interface LetNode extends NodeBase {
  readonly kind: 'let';
  readonly name: string;
  readonly value: ExprNode;
  readonly body: ExprNode;
}
/** `a; b; c`: each is evaluated, and the last is the value. */
export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly nodes: readonly ExprNode[];
}
export interface ArrayNode extends NodeBase {
  readonly kind: 'array';
  readonly nodes: readonly ExprNode[];
}
export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly pairs: readonly { readonly key: ExprNode; readonly value: ExprNode }[];
}

/** A node of a condition's syntax tree, with its place in the text. */
export type ExprNode =
  | NilNode
  | BoolNode
  | IntegerNode
  | FloatNode
  | StringNode
  | ConstantNode
  | IdentifierNode
  | UnaryNode
  | BinaryNode
  | ConditionalNode
  | MemberNode
  | ChainNode
  | SliceNode
  | CallNode
  | BuiltinNode
  | ClosureNode
  | PointerNode
  | LetNode
  | SequenceNode
  | ArrayNode
  | MapNode;

/** The node with each child replaced by what `change` makes of it. */
export function mapChildren(node: ExprNode, change: (child: ExprNode) => ExprNode): ExprNode {
  const optional = (child: ExprNode | undefined): ExprNode | undefined => (child === undefined ? child : change(child));
  switch (node.kind) {
    case 'unary':
    case 'chain':
    case 'closure':
      return { ...node, node: change(node.node) };
    case 'binary':
      return { ...node, left: change(node.left), right: change(node.right) };
    case 'conditional':
      return {
        ...node,
        condition: change(node.condition),
        then: change(node.then),
        otherwise: change(node.otherwise),
      };
    case 'member':
      return { ...node, node: change(node.node), property: change(node.property) };
    case 'slice':
      return { ...node, node: change(node.node), start: optional(node.start), end: optional(node.end) };
    case 'call':
      return { ...node, callee: change(node.callee), args: node.args.map(change) };
    case 'builtin':
      return { ...node, args: node.args.map(change), map: optional(node.map) };
    case 'let':
      return { ...node, value: change(node.value), body: change(node.body) };
    case 'array':
    case 'sequence':
      return { ...node, nodes: node.nodes.map(change) };
    case 'map':
      return { ...node, pairs: node.pairs.map(({ key, value }) => ({ key: change(key), value: change(value) })) };
    default:
      return { ...node };
  }
}

/** Every node of the tree, parents before children. */
export function walk(node: ExprNode, visit: (node: ExprNode) => void): void {
  visit(node);
  mapChildren(node, (child) => {
    walk(child, visit);
    return child;
  });
}
