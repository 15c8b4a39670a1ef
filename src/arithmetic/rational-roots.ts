import { rational, ratio, type Rational } from './rational.js';
import { isReal, type RealSpace, type Space } from './space.js';

/** ⌊√n⌋ by Newton's method. */
function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

function root(a: Rational): Rational {
  const [p, q] = [integerRoot(a.n), integerRoot(a.d)];
  if (a.s < 0n || p * p !== a.n || q * q !== a.d) throw new RangeError(`expected the square of a rational, got ${a.toFraction()}`);
  return ratio(p, q);
}

function irrational(name: string): (a: Rational) => never {
  return (a) => {
    throw new RangeError(`expected a function with rational values, got ${name}(${a.toFraction()})`);
  };
}

/** The rationals with √ where it is rational: what takes roots can be run exactly on squares, and throws a RangeError elsewhere. */
export const rationalRoots: RealSpace<Rational> = {
  ...rational,
  real: true,
  sqrt: root,
  exp: irrational('exp'),
  log: irrational('log'),
  log1p: irrational('log1p'),
};

/** K, where it has roots; the rationals with those that are rational, where K is the rationals without. */
export const withRoots = <S>(K: Space<S>): RealSpace<S> => (isReal(K) ? K : (rationalRoots as never));
