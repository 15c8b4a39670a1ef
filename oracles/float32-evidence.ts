/**
 * Which elements say something of the formula that they were judged by. Where numbers are small beside what they are added to, several formulas round to the same: whatever fits
 * one of them fits the others. An element tells a formula from another one where all that either may come to, in whatever order it is evaluated (as in
 * float32-steps), differs from all that the other may come to. A program that took the other formula is then outside of this one's interval there, and is found.
 */

/** Unit roundoff of float32. */
const U = 2 ** -24;
/** The smallest normal number of float32. */
const FLUSH = 2 ** -126;
/** Relative to the terms of a sum: more than the roundings on the way to it may change, of which no formula has more than six. */
const ON_THE_WAY = 7 * U;

const { abs, max } = Math;

/** What became of the elements of a tensor: added up over tensors and steps. */
export interface Evidence {
  /** How many were looked at. */
  looked: number;
  /** How many of them tell the formula from each of others, in the order in which its function names them. */
  readonly told: number[];
}

export const noEvidence = (): Evidence => ({ looked: 0, told: [] });

/** Adds what was found elsewhere. */
export function addEvidence(total: Evidence, looked: number, told: readonly number[]): void {
  total.looked += looked;
  for (const [i, count] of told.entries()) total.told[i] = (total.told[i] ?? 0) + count;
}

/** Of more elements than this only every 29th is looked at, for that costs time. Few dimensions of tensors are multiples of 29: all places in a row, and all channels, take part. */
const MANY = 4096;
const strideOf = ({ length }: Float32Array): number => (length > MANY ? 29 : 1);

/** Whether what is at most `error` from `value` rounds to other numbers than what is at most `error` from `other`. An end that is rounded moves by u of itself at most. */
const isApart = (value: number, other: number, error: number): boolean => abs(value - other) > 2 * (error + U * (abs(value) + abs(other)));

/** x' = x − η(g + λx), told from: x' = x; x' = x − ηg. */
export function descentTells(evidence: Evidence, { x, g }: { readonly x: Float32Array; readonly g: Float32Array }, rate: number, decay: number): void {
  const stride = strideOf(x);
  const flushed = FLUSH * (4 + abs(rate) * (1 + 2 * abs(decay)));
  let [looked, moved, decays] = [0, 0, 0];
  for (let i = 0; i < x.length; i += stride) {
    const xi = x[i]!;
    const gi = g[i]!;
    looked++;
    const error = ON_THE_WAY * abs(rate) * (abs(gi) + abs(decay * xi)) + flushed;
    const value = xi - rate * (gi + decay * xi);
    if (isApart(value, xi, error)) moved++;
    if (isApart(value, xi - rate * gi, error)) decays++;
  }
  addEvidence(evidence, looked, [moved, decays]);
}

/** The constants of SGD with momentum, as in float32-steps. */
interface MomentumConstants {
  readonly rate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly decay: number;
}

/** From the second step on b' = mb + (1 − d)(g + λx), told from: b' = b; b' = (1 − d)(g + λx); b' = mb + g + λx; b' = mb + (1 − d)g. */
export function momentumBufferTells(
  evidence: Evidence,
  { x, g, b }: { readonly x: Float32Array; readonly g: Float32Array; readonly b: Float32Array },
  { momentum, dampening, decay }: MomentumConstants,
): void {
  const stride = strideOf(x);
  const fresh = 1 - dampening;
  const most = max(abs(fresh), 1);
  const flushed = FLUSH * (4 + abs(momentum) + 2 * most * (1 + abs(decay)));
  let [looked, moved, keeps, dampens, decays] = [0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i += stride) {
    const gi = g[i]!;
    const bi = b[i]!;
    const decayed = decay * x[i]!;
    looked++;
    const error = ON_THE_WAY * (most * (abs(gi) + abs(decayed)) + abs(momentum * bi)) + flushed;
    const value = momentum * bi + fresh * (gi + decayed);
    if (isApart(value, bi, error)) moved++;
    if (isApart(value, fresh * (gi + decayed), error)) keeps++;
    if (isApart(value, momentum * bi + gi + decayed, error)) dampens++;
    if (isApart(value, momentum * bi + fresh * gi, error)) decays++;
  }
  addEvidence(evidence, looked, [moved, keeps, dampens, decays]);
}

/** What a step of SGD with momentum starts from: b is the buffer before it, b' the one after. */
interface MomentumStep {
  readonly x: Float32Array;
  readonly g: Float32Array;
  readonly b: Float32Array;
  readonly after: Float32Array;
}

/**
 * x' = x − ηb', or x − η(g + λx + mb') in Nesterov's variant, told from: x' = x; the other variant; x' = x − η(g + λx); x' with b in the place of b'; Nesterov's without λx.
 * In the first step b means nothing, and tells nothing.
 */
export function momentumDescentTells(evidence: Evidence, { x, g, b, after }: MomentumStep, { rate, momentum, nesterov, decay }: MomentumConstants, first: boolean): void {
  const stride = strideOf(x);
  const flushed = FLUSH * (4 + abs(rate) * (3 + abs(momentum) + 2 * abs(decay)));
  let [looked, moved, variant, keeps, fresh, decays] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i += stride) {
    const xi = x[i]!;
    const gi = g[i]!;
    const next = after[i]!;
    const old = first ? next : b[i]!;
    const slope = gi + decay * xi;
    looked++;
    const error = ON_THE_WAY * abs(rate) * (abs(gi) + abs(decay * xi) + (1 + abs(momentum)) * (abs(next) + abs(old))) + flushed;
    const ahead = xi - rate * (slope + momentum * next);
    const plain = xi - rate * next;
    const value = nesterov ? ahead : plain;
    if (isApart(value, xi, error)) moved++;
    if (isApart(ahead, plain, error)) variant++;
    if (isApart(value, xi - rate * slope, error)) keeps++;
    if (isApart(value, nesterov ? xi - rate * (slope + momentum * old) : xi - rate * old, error)) fresh++;
    if (isApart(ahead, xi - rate * (gi + momentum * next), error)) decays++;
  }
  addEvidence(evidence, looked, [moved, variant, keeps, fresh, decays]);
}

/** x' = x − w'⊙g, told from: x' = x; x' = x − w⊙g, with the rates before the step. */
export function elementwiseDescentTells(
  evidence: Evidence,
  { x, g, w, after }: { readonly x: Float32Array; readonly g: Float32Array; readonly w: Float32Array; readonly after: Float32Array },
): void {
  const stride = strideOf(x);
  let [looked, moved, fresh] = [0, 0, 0];
  for (let i = 0; i < x.length; i += stride) {
    const xi = x[i]!;
    const gi = g[i]!;
    const next = after[i]!;
    const old = w[i]!;
    looked++;
    const sizes = abs(next) + abs(old);
    const error = ON_THE_WAY * sizes * abs(gi) + FLUSH * (3 + sizes + abs(gi));
    const value = xi - next * gi;
    if (isApart(value, xi, error)) moved++;
    if (isApart(value, xi - old * gi, error)) fresh++;
  }
  addEvidence(evidence, looked, [moved, fresh]);
}

/**
 * From the second step on w' = max{w + β g⁻⊙g, 0}, or with optimism w' = max{w + β[g⊙(g + g⁻) − g⁻⊙g⁻], 0}, told from: w' = w; the other of the two.
 * What is clipped at 0 by both is alike.
 */
export function ratesTell(
  evidence: Evidence,
  { g, before, w }: { readonly g: Float32Array; readonly before: Float32Array; readonly w: Float32Array },
  beta: number,
  optimistic: boolean,
): void {
  const stride = strideOf(w);
  let [looked, moved, optimism] = [0, 0, 0];
  for (let i = 0; i < w.length; i += stride) {
    const gi = g[i]!;
    const pi = before[i]!;
    const wi = w[i]!;
    looked++;
    const size = abs(beta) * (gi * gi + abs(gi * pi) + pi * pi);
    // Two sums on the way may hold w as well.
    const error = ON_THE_WAY * size + 2 * U * (1 + U) * (abs(wi) + size) + FLUSH * (5 + abs(beta) * (4 + 3 * (abs(gi) + abs(pi))));
    const raised = max(wi + beta * (gi * (gi + pi) - pi * pi), 0);
    const standard = max(wi + beta * gi * pi, 0);
    if (isApart(optimistic ? raised : standard, wi, error)) moved++;
    if (isApart(raised, standard, error)) optimism++;
  }
  addEvidence(evidence, looked, [moved, optimism]);
}
