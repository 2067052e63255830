import { comparisons } from '../expr';

/**
 * A condition whose thresholds on the measured value are moved: a limit from above by the factor, a limit from below
 * such that what may be missing to 1, or to 100 %, grows by it.
 *
 * @param least what a comparison with the least acceptable value begins with: a success lies above it, a failure below
 */
export function moved(condition: string | undefined, factor: number, least: '<' | '>'): string | undefined {
  if (condition === undefined || factor === 1) return condition;
  let text = condition;
  const found = comparisons(condition).filter(({ subject }) => /^result(\[0\])?$/.test(subject));
  // From the end, so that the places of the others stay what they are.
  for (const { from, to, threshold, operator } of [...found].reverse()) {
    const part = text.slice(from, to);
    const value = operator.startsWith(least) ? leastOf(threshold, factor) : threshold * factor;
    const changed = part.replace(/-?(\d+\.?\d*|\.\d+)$/, String(Number(value.toPrecision(6))));
    text = text.slice(0, from) + changed + text.slice(to);
  }
  return text;
}

/** A least acceptable value, of which more or less may be missing. */
function leastOf(threshold: number, factor: number): number {
  const whole = [1, 100].find((one) => threshold > one / 2 && threshold <= one);
  return whole === undefined ? threshold / factor : whole - (whole - threshold) * factor;
}
