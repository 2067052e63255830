/**
 * Quantities of Kubernetes: `500m`, `1.5`, `512Mi`, `1e3`.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
interface Quantity {
  /** In billionths, the smallest unit that Kubernetes keeps. */
  readonly nano: bigint;
  readonly format: 'decimal' | 'binary' | 'exponent';
}

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO = 10n ** 9n;
/** More digits or a higher exponent would only use memory. */
const MOST_DIGITS = 40;

function parse(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([a-zA-Z]{0,2})|[eE]([+-]?\d{1,3}))$/.exec(text);
  if (!match || text.length > MOST_DIGITS) return undefined;
  const [, sign, whole, fraction = '', suffix = '', exponent] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n);
  const binary = BINARY.indexOf(suffix);
  if (exponent === undefined && suffix !== '' && binary > 0) {
    return { nano: divide(digits * NANO * 1024n ** BigInt(binary), 10n ** BigInt(fraction.length)), format: 'binary' };
  }
  const decimal = DECIMAL.indexOf(suffix);
  if (exponent === undefined && decimal < 0) return undefined;
  const power = (exponent === undefined ? (decimal - 3) * 3 : Number(exponent)) + 9 - fraction.length;
  if (Math.abs(power) > 2 * MOST_DIGITS) return undefined;
  const nano = power >= 0 ? digits * 10n ** BigInt(power) : divide(digits, 10n ** BigInt(-power));
  return { nano, format: exponent === undefined ? 'decimal' : 'exponent' };
}

/** Kubernetes rounds amounts below a billionth away from zero. */
function divide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by === 0n ? quotient : quotient + (value < 0n ? -1n : 1n);
}

/** The value of a quantity; undefined for text that is not a quantity. */
export function readQuantity(value: unknown): number | undefined {
  const quantity = parse(String(value));
  return quantity && Number(quantity.nano) / 1e9;
}

/** The form in which Kubernetes writes a quantity: `2Gi` for `2048Mi`, `1` for `1000m`. Undefined if the text is not a quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parse(text);
  if (quantity === undefined) return undefined;
  const { nano, format } = quantity;
  if (nano === 0n) return '0';
  const size = nano < 0n ? -nano : nano;
  if (format === 'binary' && size >= 1024n * NANO && size % NANO === 0n) {
    let mantissa = nano / NANO;
    let unit = 0;
    while (mantissa % 1024n === 0n && unit < BINARY.length - 1) [mantissa, unit] = [mantissa / 1024n, unit + 1];
    return `${mantissa}${BINARY[unit]}`;
  }
  let mantissa = nano;
  let unit = 0;
  while (mantissa % 1000n === 0n && unit < DECIMAL.length - 1) [mantissa, unit] = [mantissa / 1000n, unit + 1];
  if (format === 'exponent') return unit === 3 ? String(mantissa) : `${mantissa}e${(unit - 3) * 3}`;
  return `${mantissa}${DECIMAL[unit]}`;
}
