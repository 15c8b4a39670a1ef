/**
 * The smallest decimal of so many significant digits that is not below x ≥ 0, as a double of that size prints: what is printed of a bound is one, too.
 * @param exact "p" or "p/q". @throws {RangeError} a number below 0.
 */
export function roundedUp(exact: string, digits: number): string {
  const [p, q = '1'] = exact.split('/');
  return ratioUp(BigInt(p!), BigInt(q), digits);
}

function ratioUp(n: bigint, d: bigint, digits: number): string {
  if (n < 0n) throw new RangeError(`expected a number ≥ 0, got ${n}/${d}`);
  if (n === 0n) return '0';
  // The power of ten of the first digit.
  let exponent = String(n).length - String(d).length;
  if (exponent >= 0 ? n < d * 10n ** BigInt(exponent) : n * 10n ** BigInt(-exponent) < d) exponent -= 1;
  const shift = digits - 1 - exponent;
  const [top, bottom] = shift >= 0 ? [n * 10n ** BigInt(shift), d] : [n, d * 10n ** BigInt(-shift)];
  const number = String((top + bottom - 1n) / bottom);
  exponent += number.length - digits;
  const shown = number.replace(/0+$/, '');
  if (exponent < -6 || exponent > 20) return `${shown[0]}${shown.length > 1 ? `.${shown.slice(1)}` : ''}e${exponent < 0 ? '' : '+'}${exponent}`;
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${shown}`;
  const whole = shown.padEnd(exponent + 1, '0');
  return whole.length > exponent + 1 ? `${whole.slice(0, exponent + 1)}.${whole.slice(exponent + 1)}` : whole;
}

/** The same of a number that a double ≥ 0 is the nearest to: 0.1 is 1/10, and not what the double has beyond it. */
export function doubleUp(x: number, digits: number): string {
  if (!Number.isFinite(x)) return String(x);
  let [n, d] = [Math.max(0, x * (1 - Number.EPSILON)), 1n];
  // Doubling is exact, and every double ends as a whole number.
  for (; !Number.isInteger(n); n *= 2) d *= 2n;
  return ratioUp(BigInt(n), d, digits);
}
