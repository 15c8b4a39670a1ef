import { ratio, type Rational } from './rational.js';

/** √a where it is rational, else null: for cases that are drawn so that AdaGrad's roots are. */
export function exactRoot(a: Rational): Rational | null {
  if (a.compare(ratio(0)) < 0) return null;
  const [p, q] = [integerRoot(a.n), integerRoot(a.d)];
  return p * p === a.n && q * q === a.d ? ratio(p, q) : null;
}

/** ⌊√n⌋ by Newton's iteration from above. */
function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
