/**
 * What one step of an element-wise optimizer in float32 may come to. For each formula, and each element: the interval that
 * holds its result in whatever order a program evaluates it, with fused multiply-adds or without, and with subnormal numbers
 * kept or flushed to 0. The formula is evaluated in float64; the interval grows by what the roundings on the way to the last one
 * may add up to (Higham, Accuracy and Stability of Numerical Algorithms, Lemma 3.1), and its ends are rounded as the last operation rounds,
 * which rounding, being monotone, carries over exactly.
 */

/** Unit roundoff of float32. */
const U = 2 ** -24;
/** The smallest normal number of float32: what flushing to 0, or rounding among subnormal numbers, changes at most. */
const FLUSH = 2 ** -126;
/** More than the roundings of this module's own float64 come to, relative to the largest number on the way. */
const OWN = 2 ** -49;

const { abs, fround, max } = Math;

/** At least (1 + u)^k − 1. */
const grown = (k: number): number => k * U * (1 + k * U);

/** A number that a program may hold in float64, or round to float32 first: one rounding more, unless float32 has it. */
const roundings = (constant: number): number => (fround(constant) === constant ? 0 : 1);

/** What became of the elements of a tensor: added up over tensors and steps. */
export interface Account {
  elements: number;
  /** How many are, bit for bit, what the formula gives with its operations in the order written, each rounded. */
  literal: number;
  outside: number;
  /** The first that is outside of its interval. */
  first: Outside | null;
}

export interface Outside {
  readonly element: number;
  readonly got: number;
  readonly low: number;
  readonly high: number;
}

export const emptyAccount = (): Account => ({ elements: 0, literal: 0, outside: 0, first: null });

function add(account: Account, elements: number, literal: number): void {
  account.elements += elements;
  account.literal += literal;
}

function note(account: Account, element: number, got: number, value: number, error: number, floor: number): void {
  const [low, high] = [max(fround(value - error), floor), max(fround(value + error), floor)];
  // A NaN is never inside.
  if (low <= got && got <= high) return;
  account.outside++;
  account.first ??= { element, got, low, high };
}

/** x' = x − η(g + λx): gradient descent with weight decay λ. */
export function descent(
  account: Account,
  { x, g, after }: { readonly x: Float32Array; readonly g: Float32Array; readonly after: Float32Array },
  rate: number,
  decay: number,
): void {
  const [rate32, decay32] = [fround(rate), fround(decay)];
  const decayed = decay === 0 ? 0 : 1;
  const growth = grown(1 + roundings(rate) + decayed * (2 + roundings(decay))) + OWN;
  const flushed = FLUSH * (4 + abs(rate) * (1 + 2 * abs(decay)));
  let literal = 0;
  for (let i = 0; i < x.length; i++) {
    const xi = x[i]!;
    const gi = g[i]!;
    const got = after[i]!;
    const direction = decayed === 0 ? gi : fround(gi + fround(decay32 * xi));
    if (got === fround(xi - fround(rate32 * direction))) {
      literal++;
      continue;
    }
    const error = growth * abs(rate) * (abs(gi) + abs(decay * xi)) + OWN * abs(xi) + flushed;
    note(account, i, got, xi - rate * (gi + decay * xi), error, -Infinity);
  }
  add(account, x.length, literal);
}

/** What SGD with momentum is configured with: b' = mb + (1 − d)(g + λx), x' = x − ηb', or x − η(g + λx + mb') in Nesterov's variant. */
export interface MomentumConstants {
  readonly rate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly decay: number;
}

/** b' = mb + (1 − d)(g + λx); in the first step b' = g + λx. */
export function momentumBuffer(
  account: Account,
  { x, g, b, after }: { readonly x: Float32Array; readonly g: Float32Array; readonly b: Float32Array; readonly after: Float32Array },
  { momentum, dampening, decay }: MomentumConstants,
  first: boolean,
): void {
  const [m, fresh] = first ? [0, 1] : [momentum, 1 - dampening];
  const [m32, fresh32, decay32] = [fround(m), fround(fresh), fround(decay)];
  const decayed = decay === 0 ? 0 : 1;
  // 1 − d may itself be rounded, and the coefficient 1 multiplies nothing.
  const ofGradient = grown((fresh === 1 ? 0 : 3) + decayed * (2 + roundings(decay))) + OWN;
  const ofBuffer = grown(1 + roundings(m)) + OWN;
  const flushed = FLUSH * (4 + abs(m) + 2 * abs(fresh) * (1 + abs(decay)));
  let literal = 0;
  for (let i = 0; i < x.length; i++) {
    // In the first step nothing is in the buffer yet, and what stands there may be anything.
    const xi = x[i]!;
    const gi = g[i]!;
    const bi = first ? 0 : b[i]!;
    const got = after[i]!;
    const direction = decayed === 0 ? gi : fround(gi + fround(decay32 * xi));
    if (got === fround(fround(m32 * bi) + fround(fresh32 * direction))) {
      literal++;
      continue;
    }
    const error = ofGradient * abs(fresh) * (abs(gi) + abs(decay * xi)) + ofBuffer * abs(m * bi) + flushed;
    note(account, i, got, m * bi + fresh * (gi + decay * xi), error, -Infinity);
  }
  add(account, x.length, literal);
}

/** x' = x − ηb', or x − η(g + λx + mb') in Nesterov's variant; b' is the buffer after this step. */
export function momentumDescent(
  account: Account,
  { x, g, b, after }: { readonly x: Float32Array; readonly g: Float32Array; readonly b: Float32Array; readonly after: Float32Array },
  { rate, momentum, nesterov, decay }: MomentumConstants,
): void {
  if (!nesterov) {
    descent(account, { x, g: b, after }, rate, 0);
    return;
  }
  const [rate32, m32, decay32] = [fround(rate), fround(momentum), fround(decay)];
  const decayed = decay === 0 ? 0 : 1;
  const ofGradient = grown(2 + roundings(rate) + decayed * (2 + roundings(decay))) + OWN;
  const ofBuffer = grown(3 + roundings(rate) + roundings(momentum)) + OWN;
  const flushed = FLUSH * (4 + abs(rate) * (3 + abs(momentum) + 2 * abs(decay)));
  let literal = 0;
  for (let i = 0; i < x.length; i++) {
    const xi = x[i]!;
    const gi = g[i]!;
    const bi = b[i]!;
    const got = after[i]!;
    const direction = decayed === 0 ? gi : fround(gi + fround(decay32 * xi));
    if (got === fround(xi - fround(rate32 * fround(direction + fround(m32 * bi))))) {
      literal++;
      continue;
    }
    const error = abs(rate) * (ofGradient * (abs(gi) + abs(decay * xi)) + ofBuffer * abs(momentum * bi)) + OWN * abs(xi) + flushed;
    note(account, i, got, xi - rate * (gi + decay * xi + momentum * bi), error, -Infinity);
  }
  add(account, x.length, literal);
}

/** x' = x − w⊙g: the step that element-wise rates take. */
export function elementwiseDescent(
  account: Account,
  { x, g, w, after }: { readonly x: Float32Array; readonly g: Float32Array; readonly w: Float32Array; readonly after: Float32Array },
): void {
  const growth = grown(1) + OWN;
  let literal = 0;
  for (let i = 0; i < x.length; i++) {
    const xi = x[i]!;
    const gi = g[i]!;
    const wi = w[i]!;
    const got = after[i]!;
    const step = wi * gi;
    if (got === fround(xi - fround(step))) {
      literal++;
      continue;
    }
    note(account, i, got, xi - step, growth * abs(step) + OWN * abs(xi) + FLUSH * (3 + abs(wi) + abs(gi)), -Infinity);
  }
  add(account, x.length, literal);
}

/** The gradients of this step and of the one before, the rates before and after. */
export interface Rates {
  readonly g: Float32Array;
  readonly before: Float32Array;
  readonly w: Float32Array;
  readonly after: Float32Array;
}

/** w' = max{w + β g⁻⊙g, 0}: rates that are meta-learned without optimism. */
export function metaRates(account: Account, { g, before, w, after }: Rates, beta: number): void {
  const beta32 = fround(beta);
  const growth = grown(2 + roundings(beta)) + OWN;
  let literal = 0;
  for (let i = 0; i < w.length; i++) {
    const gi = g[i]!;
    const pi = before[i]!;
    const wi = w[i]!;
    const got = after[i]!;
    const product = pi * gi;
    if (got === max(fround(wi + fround(beta32 * fround(product))), 0)) {
      literal++;
      continue;
    }
    const step = beta * product;
    note(account, i, got, wi + step, growth * abs(step) + OWN * abs(wi) + FLUSH * (3 + abs(beta) * (2 + abs(gi) + abs(pi))), 0);
  }
  add(account, w.length, literal);
}

/** w' = max{w + β[g⊙(g + g⁻) − g⁻⊙g⁻], 0}: with optimism. All of the bracket is multiplied by β. */
export function optimisticRates(account: Account, { g, before, w, after }: Rates, beta: number): void {
  const beta32 = fround(beta);
  // g² passes through a sum, two products and a difference; in other orders two sums hold w as well.
  const growth = grown(4 + roundings(beta)) + OWN;
  const sums = 2 * U * (1 + U) + OWN;
  let literal = 0;
  for (let i = 0; i < w.length; i++) {
    const gi = g[i]!;
    const pi = before[i]!;
    const wi = w[i]!;
    const got = after[i]!;
    const bracket = fround(fround(gi * fround(gi + pi)) - fround(pi * pi));
    if (got === max(fround(wi + fround(beta32 * bracket)), 0)) {
      literal++;
      continue;
    }
    const size = abs(beta) * (gi * gi + abs(gi * pi) + pi * pi);
    const error = growth * size + sums * (abs(wi) + size) + FLUSH * (5 + abs(beta) * (4 + 3 * (abs(gi) + abs(pi))));
    note(account, i, got, wi + beta * (gi * (gi + pi) - pi * pi), error, 0);
  }
  add(account, w.length, literal);
}
