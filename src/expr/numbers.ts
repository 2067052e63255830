import type { ExprNode } from './ast';
import type { Engine } from './engine';
import { ExpressionError } from './errors';
import type { Token } from './lex';

/** A number as it is written in an expression. Throws ExpressionError if it is not a number. */
export function numberNode(token: Token, engine: Engine): ExprNode {
  const { from, to } = token;
  const fail = (message: string): never => {
    throw new ExpressionError(message, 'parse', { from, to });
  };
  const written = token.value.replaceAll('_', '');
  const text = engine.hasRadixes ? written.toLowerCase() : written;
  const radix = /^0x[0-9a-fA-F]+$/.test(text) || (engine.hasRadixes && /^0(b[01]+|o[0-7]+)$/.test(text));
  if (!text.includes('x') && /[.eE]/.test(text)) {
    const value = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
    if (!Number.isFinite(value)) fail(`'${token.value}' is not a number`);
    return { kind: 'float', value, from, to };
  }
  if (!radix && !/^\d+$/.test(text)) fail(`'${token.value}' is not an integer`);
  const value = BigInt(radix ? text : text.replace(/^0+(?=\d)/, ''));
  if (value >= 2n ** 63n) fail(`'${token.value}' does not fit in 64 bits`);
  return { kind: 'integer', value, from, to };
}
