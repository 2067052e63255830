/** A share as people read it: enough digits, and none that are not sure. */
export function percentage(value: number): string {
  const hundred = value * 100;
  if (hundred > 0 && hundred < 0.1) return '< 0.1 %';
  return `${hundred >= 99.95 || hundred === 0 ? Math.round(hundred) : hundred < 10 ? hundred.toFixed(1) : hundred.toFixed(hundred > 90 ? 1 : 0)} %`;
}
