import { ZeroDivisionError, arraySpace, parseFraction, type Space } from './space.js';

/** 2⁶¹ − 1, a Mersenne prime: a false identity of degree d passes a random case with probability ≤ d / 2⁶¹ (Schwartz–Zippel). */
export const MODULUS = (1n << 61n) - 1n;

function reduce(a: bigint): bigint {
  // 2⁶¹ ≡ 1: fold the high bits down instead of dividing. Products of two residues are < 2¹²², one fold leaves < 2⁶².
  const folded = (a & MODULUS) + (a >> 61n);
  return folded >= MODULUS ? folded - MODULUS : folded;
}

/** a⁻¹ by the extended Euclidean algorithm. */
function inverse(a: bigint): bigint {
  let [r, s] = [MODULUS, a];
  let [x, y] = [0n, 1n];
  while (s !== 0n) {
    const q = r / s;
    [r, s] = [s, r - q * s];
    [x, y] = [y, x - q * y];
  }
  return x < 0n ? x + MODULUS : x;
}

function residue(a: bigint): bigint {
  const r = a % MODULUS;
  return r < 0n ? r + MODULUS : r;
}

/** The integers modulo 2⁶¹ − 1. It has no order: inequalities do not compile in it. */
export const primeField: Space<bigint> = arraySpace<bigint>({
  name: 'prime-field',
  exact: true,
  zero: 0n,
  one: 1n,
  add: (a, b) => (a + b >= MODULUS ? a + b - MODULUS : a + b),
  sub: (a, b) => (a >= b ? a - b : a - b + MODULUS),
  mul: (a, b) => reduce(a * b),
  div(a, b) {
    if (b === 0n) throw new ZeroDivisionError(String(a), 'the integers modulo 2^61 - 1');
    return reduce(a * inverse(b));
  },
  neg: (a) => (a === 0n ? 0n : MODULUS - a),
  equal: (a, b) => a === b,
  from(data) {
    const { numerator, denominator } = parseFraction(data);
    const d = residue(denominator);
    if (d === 0n) throw new RangeError(`expected a denominator that is not a multiple of 2^61 - 1, got ${data}`);
    return d === 1n ? residue(numerator) : reduce(residue(numerator) * inverse(d));
  },
  format: (a) => a.toString(),
});
