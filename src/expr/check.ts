import { goRegExpProblem } from '../formats/go-regexp';
import { mapChildren, type BinaryNode, type BuiltinNode, type CallNode, type ExprNode, type MemberNode } from './ast';
import type { Engine } from './engine';
import { ExpressionError, UnsupportedExpression, type Span } from './errors';
import { ARGO_FUNCTIONS } from './names';
import { assignable, combined, comparable, either, elementOf, isAny, isBool, isString, sameKind } from './relations';
import { ANY, BOOL, FLOAT, INT, INT64, MAP, NIL, STRING, UNKNOWN } from './types';
import { anysHolding, goType, isInteger, isNumber, sliceOf, typeName, type GoType } from './types';
import { checkFunction } from './signatures';
import { fromBytes } from './value';

/** The type of a node, and for array literals the type that all elements share. */
interface Known {
  readonly type: GoType;
  readonly elem?: GoType;
}

/**
 * Checks a condition's types as expr does when it compiles, knowing the type of `result`, and writes each node's type
 * into the tree. Arguments of isNaN and isInf that are integer literals become floats, hence the returned tree.
 * Throws ExpressionError for what does not fit, UnsupportedExpression for what cannot be judged.
 */
export function checkTypes(ast: ExprNode, result: GoType, expression: string, engine: Engine): ExprNode {
  const checker = new Checker(result, expression, engine);
  return checker.root(ast);
}

class Checker {
  private readonly loops: { readonly element: GoType; readonly names: { readonly [name: string]: GoType } }[] = [];
  private readonly variables: { readonly name: string; readonly known: Known }[] = [];
  /** Nodes that were replaced while their parent was checked. */
  private readonly replaced = new Map<ExprNode, ExprNode>();

  constructor(
    private readonly result: GoType,
    private readonly expression: string,
    private readonly engine: Engine,
  ) {}

  root(ast: ExprNode): ExprNode {
    this.visit(ast);
    return this.substitute(ast);
  }

  private substitute(node: ExprNode): ExprNode {
    if (this.replaced.size === 0) return node;
    return replaceAll(node, this.replaced);
  }

  private fail(span: Span, message: string): never {
    throw new ExpressionError(message, 'check', { from: span.from, to: span.to });
  }

  private refuse(span: Span, what: string): never {
    throw new UnsupportedExpression(what, this.expression, { from: span.from, to: span.to });
  }

  private visit(node: ExprNode): Known {
    const known = this.know(node);
    node.type = known.type;
    return known;
  }

  private typeOf(node: ExprNode): GoType {
    return this.visit(node).type;
  }

  private know(node: ExprNode): Known {
    switch (node.kind) {
      case 'nil':
        return { type: NIL };
      case 'bool':
        return { type: BOOL };
      case 'integer':
        return { type: INT };
      case 'float':
        return { type: FLOAT };
      case 'string':
        return { type: STRING };
      case 'constant':
        return { type: node.type ?? ANY };
      case 'identifier':
        return this.identifier(node.name, node);
      case 'unary': {
        const type = this.typeOf(node.node);
        if (node.operator === '!' || node.operator === 'not') {
          if (isBool(type) || isAny(type)) return { type: BOOL };
        } else if (isNumber(type) || isAny(type)) {
          return { type: isAny(type) ? UNKNOWN : type };
        }
        return this.fail(node, `'${node.operator}' cannot be applied to ${typeName(type)}`);
      }
      case 'binary':
        return { type: this.binary(node) };
      case 'conditional': {
        const condition = this.typeOf(node.condition);
        if (!isBool(condition) && !isAny(condition)) {
          this.fail(node.condition, `${typeName(condition)} is used as a condition, which must be a bool`);
        }
        const then = this.typeOf(node.then);
        const otherwise = this.typeOf(node.otherwise);
        if (then.kind === 'nil') return { type: otherwise };
        if (otherwise.kind === 'nil') return { type: then };
        return { type: this.either(then, otherwise) };
      }
      case 'chain':
        return this.visit(node.node);
      case 'member':
        return { type: this.member(node) };
      case 'slice': {
        const type = this.typeOf(node.node);
        if (!['any', 'string', 'slice'].includes(type.kind)) this.fail(node, `cannot slice ${typeName(type)}`);
        if (isAny(type) && this.engine.skipsSliceEnds) return this.uncheckedSlice([node.start, node.end]);
        for (const end of [node.start, node.end]) {
          if (end === undefined) continue;
          const index = this.typeOf(end);
          if (!isInteger(index) && !isAny(index)) this.fail(end, `a slice index is ${typeName(index)}, not an integer`);
        }
        return { type };
      }
      case 'call':
        return { type: this.call(node) };
      case 'builtin':
        return { type: this.builtin(node) };
      case 'closure': {
        const type = this.typeOf(node.node);
        if (type.kind === 'nil') this.fail(node.node, 'a closure cannot be nil');
        return { type };
      }
      case 'pointer': {
        const scope = this.loops.at(-1);
        if (scope === undefined) return this.fail(node, `'#' stands for an element, which only a closure has`);
        const type = node.name === '' ? scope.element : scope.names[node.name];
        if (type === undefined) this.fail(node, `unknown pointer #${node.name}`);
        return { type };
      }
      case 'let':
        return this.declaration(node);
      case 'array': {
        const types = node.nodes.map((item) => this.typeOf(item));
        if (this.engine.knowsElements) {
          const uniform = types.every((type, i) => i === 0 || sameKind(types[i - 1], type));
          return { type: uniform ? anysHolding(types.at(-1) ?? UNKNOWN) : sliceOf(ANY) };
        }
        const same = types.every((type) => type.kind === types[0].kind && type.kind !== 'nil');
        return { type: sliceOf(ANY), elem: same ? types.at(-1) : undefined };
      }
      case 'sequence':
        return node.nodes.map((item) => this.visit(item)).at(-1)!;
      case 'map':
        for (const { key, value } of node.pairs) {
          this.visit(key);
          this.visit(value);
        }
        return { type: MAP };
    }
  }

  /** The type of `condition ? then : otherwise`, neither of which is nil. */
  private either(then: GoType, otherwise: GoType): GoType {
    if (!assignable(then, otherwise, this.engine)) return UNKNOWN;
    if (!this.engine.knowsElements || then.kind !== 'slice' || otherwise.kind !== 'slice') return then;
    const [one, other] = [elementOf(then, this.engine), elementOf(otherwise, this.engine)];
    return assignable(one, other, this.engine) && assignable(other, one, this.engine) ? then : sliceOf(ANY);
  }

  /** The value of a bound that upstream does not check is unknown, unless it is a number literal. */
  private uncheckedSlice(ends: readonly (ExprNode | undefined)[]): Known {
    for (const end of ends) {
      const number = end?.kind === 'unary' ? end.node : end;
      if (number !== undefined && number.kind !== 'integer') this.refuse(number, 'a computed slice is not supported');
    }
    return { type: UNKNOWN };
  }

  /** Whether a map may have such a key. */
  private isKey(type: GoType): boolean {
    return isAny(type) || isString(type) || (type.kind === 'nil' && !this.engine.refusesNil);
  }

  private identifier(name: string, node: Span): Known {
    const variable = this.variables.find((item) => item.name === name);
    if (variable) return variable.known;
    if (name === 'result') return { type: this.result };
    if (name === '$env') this.refuse(node, `'$env' is not supported`);
    if (ARGO_FUNCTIONS.has(name) || name in this.engine.functions)
      this.refuse(node, `the function '${name}' is not called`);
    return this.fail(node, `unknown name ${name}`);
  }

  private declaration(node: ExprNode & { kind: 'let' }): Known {
    const taken = ['result', ...ARGO_FUNCTIONS, ...Object.keys(this.engine.functions)].includes(node.name);
    if (taken || this.variables.some(({ name }) => name === node.name))
      this.fail(node, `cannot redeclare ${node.name}`);
    this.variables.push({ name: node.name, known: this.visit(node.value) });
    const known = this.visit(node.body);
    this.variables.pop();
    return known;
  }

  private binary(node: BinaryNode): GoType {
    const l = this.typeOf(node.left);
    const { type: r, elem } = this.visit(node.right);
    const numbers = isNumber(l) && isNumber(r);
    const strings = isString(l) && isString(r);
    switch (node.operator) {
      case '==':
      case '!=':
        if (comparable(l, r)) return BOOL;
        break;
      case 'or':
      case '||':
      case 'and':
      case '&&':
        if ((isBool(l) && isBool(r)) || either(l, r, isBool)) return BOOL;
        break;
      case '<':
      case '>':
      case '<=':
      case '>=':
        if (numbers || strings || either(l, r, isNumber, isString)) return BOOL;
        break;
      case '-':
      case '*':
        if (numbers) return combined(l, r, this.engine);
        if (either(l, r, isNumber)) return UNKNOWN;
        break;
      case '/':
      case '**':
      case '^':
        if (numbers || either(l, r, isNumber)) return FLOAT;
        break;
      case '%':
        if (isInteger(l) && isInteger(r)) return combined(l, r, this.engine);
        if (either(l, r, isInteger)) return this.engine.promotesIntegers ? INT : ANY;
        break;
      case '+':
        if (numbers) return combined(l, r, this.engine);
        if (strings) return STRING;
        if (either(l, r, isNumber, isString)) return UNKNOWN;
        break;
      case 'in':
        if (this.membership(node, l, r, elem)) return BOOL;
        break;
      case 'matches':
        if (node.right.kind === 'string') this.pattern(node.right, node.right.value);
        if (strings || either(l, r, isString)) return BOOL;
        break;
      case 'contains':
      case 'startsWith':
      case 'endsWith':
        if (strings || either(l, r, isString)) return BOOL;
        break;
      case '..':
        if ((isInteger(l) && isInteger(r)) || either(l, r, isInteger)) {
          return this.engine.knowsElements ? anysHolding(INT) : sliceOf(INT);
        }
        break;
      case '??':
        if (l.kind === 'nil') return r;
        if (r.kind === 'nil') return l;
        return assignable(r, l, this.engine) ? l : UNKNOWN;
      default:
        return this.fail(node, `unknown operator '${node.operator}'`);
    }
    return this.fail(node, `invalid operation: ${node.operator} (mismatched types ${typeName(l)} and ${typeName(r)})`);
  }

  /** A pattern that is written out is compiled together with the condition. */
  private pattern(span: Span, text: string): void {
    const problem = goRegExpProblem(fromBytes(text));
    if (problem !== undefined) this.fail(span, problem);
  }

  private membership(node: BinaryNode, l: GoType, r: GoType, elem: GoType | undefined): boolean {
    if (r.kind === 'map') {
      if (!this.isKey(l)) this.fail(node, `a map has no keys of type ${typeName(l)}`);
      return true;
    }
    if (r.kind === 'slice') {
      if (!comparable(l, elementOf(r, this.engine)) || (elem !== undefined && !comparable(l, elem))) {
        this.fail(node, `${typeName(l)} is never in an array of ${typeName(elem ?? elementOf(r, this.engine))}`);
      }
      return true;
    }
    return (isAny(l) && isString(r)) || isAny(r);
  }

  private member(node: MemberNode): GoType {
    const base = this.typeOf(node.node);
    const property = this.typeOf(node.property);
    if (base.kind === 'any') return UNKNOWN;
    if (base.kind === 'map') {
      if (!this.isKey(property)) {
        this.fail(node.property, `a map has no keys of type ${typeName(property)}`);
      }
      return base.elem;
    }
    if (base.kind === 'slice') {
      if (!isInteger(property) && !isAny(property)) {
        this.fail(node.property, `array elements are selected by an integer, not by ${typeName(property)}`);
      }
      return elementOf(base, this.engine);
    }
    return this.fail(node, `${typeName(base)} has no elements to select`);
  }

  private call(node: CallNode): GoType {
    if (node.callee.kind !== 'identifier') {
      const callee = this.typeOf(node.callee);
      if (!isAny(callee)) this.fail(node, `${typeName(callee)} is not callable`);
      // The controller calls what it finds without looking at the arguments' types.
      return UNKNOWN;
    }
    const { name } = node.callee;
    if (!ARGO_FUNCTIONS.has(name) || this.variables.some((variable) => variable.name === name)) {
      const { type } = this.identifier(name, node.callee);
      if (!isAny(type)) this.fail(node, `${typeName(type)} is not callable`);
      return UNKNOWN;
    }
    const wanted = name === 'default' ? 2 : 1;
    if (node.args.length !== wanted) {
      this.fail(node, `${name} takes ${wanted} argument${wanted > 1 ? 's' : ''}, not ${node.args.length}`);
    }
    const types = node.args.map((arg) => this.typeOf(arg));
    if (name === 'isNaN' || name === 'isInf') {
      if (isInteger(types[0])) this.replaced.set(node.args[0], asFloats(node.args[0]));
      else if (!['float64', 'any', ...(this.engine.refusesNil ? [] : ['nil'])].includes(types[0].kind)) {
        this.fail(node.args[0], `cannot use ${typeName(types[0])} as argument (type float64) to call ${name}`);
      }
    }
    if (name === 'asInt') return INT64;
    if (name === 'asFloat') return FLOAT;
    return name === 'default' ? ANY : BOOL;
  }

  private builtin(node: BuiltinNode): GoType {
    const { functions, predicates, checksEveryKey } = this.engine;
    if (functions[node.name] === 'refused') this.refuse(node, `the function '${node.name}' is not supported`);
    if (node.name in predicates) return this.predicate(node);
    if (!checksEveryKey && node.name === 'get' && node.args.length === 2 && isAny(this.typeOf(node.args[0]))) {
      // Upstream does not check the key then, and the value of an unchecked expression is unknown.
      const [, key] = node.args;
      if (key.kind !== 'string' && key.kind !== 'integer') this.refuse(key, 'a computed key in get() is not supported');
      return ANY;
    }
    const types = node.args.map((arg) => this.typeOf(arg));
    return checkFunction(node.name, types, this.engine, (message) => this.fail(node, message));
  }

  private predicate(node: BuiltinNode): GoType {
    const [subject, closure, initial] = node.args;
    const collection = this.typeOf(subject);
    if (collection.kind !== 'slice' && collection.kind !== 'any') {
      return this.fail(subject, `builtin ${node.name} takes only array (got ${typeName(collection)})`);
    }
    const element = collection.kind === 'slice' ? elementOf(collection, this.engine) : UNKNOWN;
    if (closure === undefined) return node.name === 'count' ? INT : element;
    const names: { [name: string]: GoType } =
      node.name === 'map' ? { index: INT } : node.name === 'reduce' ? { index: INT, acc: UNKNOWN } : {};
    this.loops.push({ element, names });
    const type = this.typeOf(closure);
    this.loops.pop();
    if (initial !== undefined) this.visit(initial);
    if (node.name === 'map') return this.engine.knowsElements ? anysHolding(type) : sliceOf(type);
    if (node.name === 'reduce') return type;
    if (node.name === 'sum') return goType(type);
    if (!isBool(type) && !isAny(type)) this.fail(closure, `predicate should return boolean (got ${typeName(type)})`);
    switch (node.name) {
      case 'filter':
        if (collection.kind === 'any') return sliceOf(ANY);
        return this.engine.knowsElements ? anysHolding(element) : collection;
      case 'find':
      case 'findLast':
        return element;
      case 'count':
      case 'findIndex':
      case 'findLastIndex':
        return INT;
      default:
        return BOOL;
    }
  }
}

/** Integer literals under +, - and * become floats where a float64 is wanted. */
function asFloats(node: ExprNode): ExprNode {
  if (node.kind === 'integer') {
    return { kind: 'float', value: Number(node.value), type: FLOAT, from: node.from, to: node.to };
  }
  if (node.kind === 'unary') return { ...node, node: asFloats(node.node) };
  if (node.kind === 'binary' && ['+', '-', '*'].includes(node.operator)) {
    return { ...node, left: asFloats(node.left), right: asFloats(node.right) };
  }
  return node;
}

function replaceAll(node: ExprNode, replaced: ReadonlyMap<ExprNode, ExprNode>): ExprNode {
  const found = replaced.get(node);
  return mapChildren(found ?? node, (child) => replaceAll(child, replaced));
}
