import { nearestDouble, parseFraction, sameLength, type RealSpace, type Vector } from './space.js';

/** Double precision on `Float64Array`. Sums run left to right, so that results are the same on every machine. */
export const float64: RealSpace<number> = {
  name: 'float64',
  exact: false,
  ordered: true,
  real: true,
  zero: 0,
  one: 1,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  equal: (a, b) => a === b,
  from(data) {
    if (typeof data === 'number' && Number.isFinite(data)) return data;
    const { numerator, denominator } = parseFraction(data);
    return nearestDouble(numerator, denominator);
  },
  format: (a) => (Object.is(a, -0) ? '-0' : String(a)),
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : a === b ? 0 : NaN),
  lessOrEqual: (a, b) => a <= b,
  max: Math.max,
  min: Math.min,
  abs: Math.abs,
  toNumber: (a) => a,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log1p: Math.log1p,
  log: Math.log,
  vector(length, entry) {
    const out = new Float64Array(length);
    for (let i = 0; i < length; i++) out[i] = entry(i);
    return out;
  },
  zeros: (length) => new Float64Array(length),
  dot,
  dotDifference(g, x, y) {
    const n = sameLength(g, x);
    sameLength(x, y);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += g[i]! * (x[i]! - y[i]!);
    return sum;
  },
  squaredDistance(x, y) {
    const n = sameLength(x, y);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const difference = x[i]! - y[i]!;
      sum += difference * difference;
    }
    return sum;
  },
  plus(x, y) {
    const out = new Float64Array(sameLength(x, y));
    for (let i = 0; i < out.length; i++) out[i] = x[i]! + y[i]!;
    return out;
  },
  minus(x, y) {
    const out = new Float64Array(sameLength(x, y));
    for (let i = 0; i < out.length; i++) out[i] = x[i]! - y[i]!;
    return out;
  },
  scale(a, x) {
    const out = new Float64Array(x.length);
    for (let i = 0; i < out.length; i++) out[i] = a * x[i]!;
    return out;
  },
  axpy(a, x, y) {
    const out = new Float64Array(sameLength(x, y));
    for (let i = 0; i < out.length; i++) out[i] = a * x[i]! + y[i]!;
    return out;
  },
  hadamard(x, y) {
    const out = new Float64Array(sameLength(x, y));
    for (let i = 0; i < out.length; i++) out[i] = x[i]! * y[i]!;
    return out;
  },
  apply(A, x) {
    const out = new Float64Array(A.length);
    for (let i = 0; i < out.length; i++) out[i] = dot(A[i]!, x);
    return out;
  },
  image(A, x, b) {
    const out = new Float64Array(sameLength(A, b));
    for (let i = 0; i < out.length; i++) out[i] = dot(A[i]!, x) + b[i]!;
    return out;
  },
  applyTranspose(A, y, columns) {
    const n = sameLength(A, y);
    const out = new Float64Array(columns);
    for (let i = 0; i < n; i++) {
      const row = A[i]!;
      const factor = y[i]!;
      for (let j = 0; j < columns; j++) out[j]! += row[j]! * factor;
    }
    return out;
  },
};

function dot(x: Vector<number>, y: Vector<number>): number {
  const n = sameLength(x, y);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i]! * y[i]!;
  return sum;
}
