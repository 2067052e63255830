import { Panic } from './operators';
import { typeName } from './types';
import { integer, isIntegral, typeOf, wrap, type GoValue } from './value';

const panic = (message: string): never => {
  throw new Panic(message);
};

function int(value: GoValue, name: string): bigint {
  return isIntegral(value) ? integer(value) : panic(`cannot use ${typeName(typeOf(value))} as an int to call ${name}`);
}

function shifted(name: string, value: bigint, count: bigint): bigint {
  if (count < 0n) return panic(`invalid operation: negative shift count ${count} (type int)`);
  if (name === 'bitshl') return count > 63n ? 0n : wrap(value << count);
  const from = name === 'bitushr' ? BigInt.asUintN(64, value) : value;
  return wrap(from >> (count > 64n ? 64n : count));
}

/** The functions over the bits of integers. */
export function callOverBits(name: string, args: readonly GoValue[]): GoValue {
  const x = int(args[0], name);
  if (name === 'bitnot') return ~x;
  const y = int(args[1], name);
  switch (name) {
    case 'bitand':
      return x & y;
    case 'bitor':
      return x | y;
    case 'bitxor':
      return x ^ y;
    case 'bitnand':
      return x & ~y;
    default:
      return shifted(name, x, y);
  }
}
