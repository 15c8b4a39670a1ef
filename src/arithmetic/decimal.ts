import { mathjs } from './mathjs.js';
import { ZeroDivisionError, arraySpace, parseFraction, type RealSpace } from './space.js';

/** What this package uses of mathjs's BigNumber (decimal.js). */
export interface Decimal {
  readonly plus: (other: Decimal) => Decimal;
  readonly minus: (other: Decimal) => Decimal;
  readonly times: (other: Decimal) => Decimal;
  readonly div: (other: Decimal) => Decimal;
  readonly neg: () => Decimal;
  readonly abs: () => Decimal;
  readonly sqrt: () => Decimal;
  readonly exp: () => Decimal;
  readonly ln: () => Decimal;
  readonly cmp: (other: Decimal) => number;
  readonly eq: (other: Decimal) => boolean;
  readonly isZero: () => boolean;
  readonly toNumber: () => number;
  readonly toString: () => string;
}

// mathjs's types leave the constructor out.
const { BigNumber: bundled } = mathjs as unknown as { BigNumber: { readonly clone: (config: { readonly precision: number }) => new(value: string | number) => Decimal } };

/**
 * Decimals of `digits` significant digits, each operation rounded to nearest.
 * @throws {RangeError} digits outside 1 … 10,000.
 */
export function decimal(digits: number): RealSpace<Decimal> {
  if (!(Number.isInteger(digits) && digits >= 1 && digits <= 10_000)) {
    throw new RangeError(`expected a precision of 1 to 10000 digits, got ${digits}`);
  }
  // Not mathjs.create(…, { precision }): the bundle's ignores it, and every number would have 64 digits.
  const BigNumber = bundled.clone({ precision: digits });
  const one = new BigNumber(1);
  return {
    ...arraySpace<Decimal>({
      name: 'decimal',
      exact: false,
      zero: new BigNumber(0),
      one,
      add: (a, b) => a.plus(b),
      sub: (a, b) => a.minus(b),
      mul: (a, b) => a.times(b),
      div(a, b) {
        if (b.isZero()) throw new ZeroDivisionError(a.toString(), 'decimals');
        return a.div(b);
      },
      neg: (a) => a.neg(),
      equal: (a, b) => a.eq(b),
      from(data) {
        const { numerator, denominator } = parseFraction(data);
        return new BigNumber(numerator.toString()).div(new BigNumber(denominator.toString()));
      },
      format: (a) => a.toString(),
    }),
    ordered: true,
    real: true,
    compare: (a, b) => a.cmp(b),
    lessOrEqual: (a, b) => a.cmp(b) <= 0,
    // NaN stays NaN, on either side, as Math.max and Math.min have it.
    max: (a, b) => (a.cmp(b) >= 0 || !a.eq(a) ? a : b),
    min: (a, b) => (a.cmp(b) <= 0 || !a.eq(a) ? a : b),
    abs: (a) => a.abs(),
    toNumber: (a) => a.toNumber(),
    sqrt: (a) => a.sqrt(),
    exp: (a) => a.exp(),
    log: (a) => a.ln(),
    // decimal.js has no log1p: for a below the precision, 1 + a loses digits of a, but log(1 + a) stays right in absolute error.
    log1p: (a) => one.plus(a).ln(),
  };
}
