import { backward, cholesky, congruence, dot, forward, forwardRows, inverseOf, multiply, smallestEigenvalue, subtractProduct, symmetrise } from './linear-algebra.js';
import type { Program } from './program.js';

/** Multipliers that satisfy the dual constraints, in the later iterates but for rounding. λ_0 is the bound. */
export interface DualPoint {
  readonly multipliers: Float64Array;
  readonly bound: number;
}

export interface Solution {
  /** All iterates, of which the later ones are better. */
  readonly duals: readonly DualPoint[];
  /** The best primal point. */
  readonly gram: Float64Array;
  readonly values: Float64Array;
  readonly iterations: number;
  /** max(dual − primal objective, primal infeasibility)/|dual| of it. */
  readonly gap: number;
  /** Complementarity or infeasibility of the last iterate, relative to its bound. */
  readonly left: number;
}

/** A point that keeps this share of the way to the boundary stays inside: Mehrotra's. */
const STEP = 0.95;
/** Steps that together do not halve what is left: then there is no interior. */
const PATIENCE = 15;
/** The same once little is left: then rounding has taken over, and more steps make worse multipliers. */
const LITTLE_PATIENCE = 4;
/** Relative complementarity after which rounding the multipliers costs more than another step gains. */
const ENOUGH = 5e-10;
/** A barrier that halves each time is below the smallest double's rounding long before. */
const LIMIT = 200;
/**
 * Only a full step ends dual infeasibility, and without an end to it S is positive but for an error that rounding to exact numbers brings out. Until
 * then the barrier falls by no more than this, which keeps away from the boundary that would shorten the step.
 */
const CENTRED = 0.3;
/** All matrices start as multiples of the identity. Methods that diverge need larger ones; convergent ones take fewest steps from the first. */
const STARTS = [0.1, 1, 10, 1e2, 1e3, 1e4];
/** What a start that was too small for the problem never reaches. */
const SOLVED = 1e-6;

/**
 * Mehrotra's predictor–corrector method with the HKM direction (Helmberg et al., Kojima et al., Monteiro 1996–97), from an infeasible start. It
 * ends where rounding leaves no progress: nothing is believed on its word, as certificates are checked exactly.
 * @throws {Error} where not one step can be made.
 */
export function solve(program: Program): Solution {
  let best: Solution | null = null;
  for (const scale of STARTS) {
    const solution = solveFrom(program, scale);
    if (best === null || solution.left < best.left) best = solution;
    if (best.left < SOLVED) break;
  }
  if (best === null || best.duals.length === 0) throw new Error('expected a step of the interior-point method, got none: are the steps of the method finite?');
  return best;
}

function solveFrom(program: Program, scale: number): Solution {
  const state = new Iterate(program, scale);
  const duals: DualPoint[] = [];
  // The lowest merit so far, after each step.
  const lowest: number[] = [];
  let iterations = 0;
  let [gram, values, gap] = [state.G.slice(), state.f.slice(), Infinity];
  while (iterations < LIMIT && !idle(lowest, state.lambda[0]!) && !(state.merit() <= ENOUGH * state.lambda[0]!) && state.advance()) {
    iterations++;
    duals.push({ multipliers: state.lambda.slice(), bound: state.lambda[0]! });
    lowest.push(Math.min(lowest.at(-1) ?? Infinity, state.merit()));
    const measure = state.gap();
    if (measure < gap) [gram, values, gap] = [state.G.slice(), state.f.slice(), measure];
  }
  return { duals, gram, values, iterations, gap, left: state.merit() / state.lambda[0]! };
}

function idle(lowest: readonly number[], bound: number): boolean {
  const patience = lowest.length > 0 && lowest.at(-1)! < SOLVED * bound ? LITTLE_PATIENCE : PATIENCE;
  return lowest.length > patience && lowest.at(-1)! > lowest.at(-1 - patience)! / 2;
}

/** G, S ≻ 0, s, λ > 0, f with the residuals of both problems, and everything that a step needs. */
class Iterate {
  readonly #program: Program;
  readonly G: Float64Array;
  readonly f: Float64Array;
  readonly lambda: Float64Array;
  readonly #S: Float64Array;
  readonly #s: Float64Array;
  readonly #dG: Float64Array;
  readonly #dS: Float64Array;
  readonly #ds: Float64Array;
  readonly #df: Float64Array;
  readonly #dLambda: Float64Array;
  /** S⁻¹, and of both matrices the products of letters. */
  readonly #Z: Float64Array;
  readonly #lettersG: Float64Array;
  readonly #lettersZ: Float64Array;
  readonly #letters: Float64Array;
  readonly #tall: Float64Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #one: Float64Array;
  readonly #two: Float64Array;
  readonly #three: Float64Array;
  /** Second-order term of the predictor. */
  readonly #bent: Float64Array;
  readonly #target: Float64Array;
  readonly #complement: Float64Array;
  /** Lower triangles. */
  readonly #schur: Float64Array;
  readonly #factored: Float64Array;
  readonly #outer: Float64Array;
  readonly #incidence: Float64Array;
  readonly #primalResidual: Float64Array;
  readonly #dualResidual: Float64Array;
  readonly #balance: Float64Array;
  readonly #right: Float64Array;
  /** What the solution of the Schur complement's system leaves over, and then what is added to it. */
  readonly #step: Float64Array;
  readonly #stepValues: Float64Array;
  readonly #diagonal: Float64Array;
  readonly #offDiagonal: Float64Array;
  readonly #picked: Float64Array;
  /** (⟨G, S⟩ + ⟨s, λ⟩)/(n + p) */
  barrier = 1;

  constructor(program: Program, scale: number) {
    const { size: n, letterCount: m, values: K, constraints: { count: p } } = program;
    this.#program = program;
    const square = (): Float64Array => new Float64Array(n * n);
    const identity = (): Float64Array => Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? scale : 0));
    [this.G, this.#S] = [identity(), identity()];
    [this.#dG, this.#dS, this.#Z, this.#one, this.#two] = [square(), square(), square(), square(), square()];
    [this.#three, this.#bent, this.#target, this.#dualResidual] = [square(), square(), square(), square()];
    [this.#lettersG, this.#lettersZ, this.#letters] = [new Float64Array(m * m), new Float64Array(m * m), new Float64Array(m * m)];
    [this.f, this.#df, this.#balance, this.#stepValues] = [new Float64Array(K), new Float64Array(K), new Float64Array(K), new Float64Array(K)];
    [this.lambda, this.#s] = [new Float64Array(p).fill(scale), new Float64Array(p).fill(scale)];
    const each = (): Float64Array => new Float64Array(p);
    [this.#ds, this.#dLambda, this.#complement, this.#primalResidual, this.#right, this.#step] = [each(), each(), each(), each(), each(), each()];
    this.#picked = new Float64Array(6 * m);
    [this.#schur, this.#factored, this.#outer, this.#incidence] = [new Float64Array(p * p), new Float64Array(p * p), new Float64Array(K * K), new Float64Array(K * p)];
    [this.#diagonal, this.#offDiagonal] = [new Float64Array(n), new Float64Array(n)];
    this.#tall = new Float64Array(m * n);
    const rows = Array.from({ length: m }, (_, u) => program.letters.subarray(u * n, (u + 1) * n));
    this.#starts = Int32Array.from(rows, (row) => Math.max(0, row.findIndex((entry) => entry !== 0)));
    this.#ends = Int32Array.from(rows, (row) => 1 + row.findLastIndex((entry) => entry !== 0));
    this.#measureResiduals();
  }

  /** Whether the dual equations hold but for rounding, in entries that are sums of about as many products as there are multipliers. */
  #feasible(): boolean {
    const { count } = this.#program.constraints;
    const size = 1 + largest(this.lambda) + largest(this.#S);
    return Math.max(largest(this.#dualResidual), largest(this.#balance)) <= count * Number.EPSILON * size;
  }

  /** One step. @returns false where rounding spoils a factorisation. */
  advance(): boolean {
    const { size: n, constraints: { count: p } } = this.#program;
    this.#one.set(this.#S);
    if (!cholesky(this.#one, n)) return false;
    inverseOf(this.#one, n, this.#Z, this.#two);
    this.#products(this.G, this.#lettersG);
    this.#products(this.#Z, this.#lettersZ);
    this.#fillSchur();
    if (!this.#factor()) return false;
    this.#bent.fill(0);
    for (let k = 0; k < p; k++) this.#complement[k] = -this.#s[k]! * this.lambda[k]!;
    this.#direction(0);
    const [primal, dual] = this.#longest();
    const sigma = Math.max((this.#complementarity(primal, dual) / this.#complementarity(0, 0)) ** 2, this.#feasible() ? 0 : CENTRED);
    const mu = sigma * this.barrier;
    this.#bend();
    for (let k = 0; k < p; k++) this.#complement[k] = mu - this.#s[k]! * this.lambda[k]! - this.#ds[k]! * this.#dLambda[k]!;
    this.#direction(mu);
    const [farPrimal, farDual] = this.#longest();
    this.#move(Math.min(1, STEP * farPrimal), Math.min(1, STEP * farDual));
    this.#measureResiduals();
    return true;
  }

  /** Complementarity, or what is left of the largest residual while that is more. */
  merit(): number {
    return Math.max(this.barrier * (this.#program.size + this.lambda.length), largest(this.#dualResidual), largest(this.#balance));
  }

  /** max(dual − primal objective, primal infeasibility)/|dual|. */
  gap(): number {
    const { criterion: { letter, weight, value }, letterCount: m } = this.#program;
    this.#products(this.G, this.#lettersG);
    const primal = weight * this.#lettersG[letter * m + letter]! + (value < 0 ? 0 : this.f[value]!);
    const size = Math.abs(this.lambda[0]!);
    return Math.max(Math.abs(this.lambda[0]! - primal), largest(this.#primalResidual)) / size;
  }

  /** E Y Eᵀ for all letters. */
  #products(Y: Float64Array, into: Float64Array): void {
    const { size: n, letterCount: m, letters } = this.#program;
    multiply(letters, Y, this.#tall, m, n, n);
    for (let u = 0; u < m; u++) {
      // A letter is 0 from `ends` on, and a gradient before its `starts`.
      const [from, length] = [this.#starts[u]!, this.#ends[u]! - this.#starts[u]!];
      for (let v = 0; v <= u; v++) {
        const product = dot(letters, u * n + from, this.#tall, v * n + from, length);
        into[u * m + v] = product;
        into[v * m + u] = product;
      }
    }
  }

  /** ⟨A_k, Y⟩ from the products of letters. */
  #value(k: number, Y: Float64Array): number {
    const { letterCount: m, constraints: { a, plus, minus, head, tail, scale, curvature } } = this.#program;
    const [row, h, t] = [a[k]! * m, head[k]!, tail[k]!];
    return scale[k]! * (Y[row + plus[k]!]! - Y[row + minus[k]!]!) + curvature[k]! * (Y[h * m + h]! - 2 * Y[h * m + t]! + Y[t * m + t]!);
  }

  /** Σ weight_k A_k into `into`. */
  #sum(weights: Float64Array, into: Float64Array): void {
    const { size: n, letterCount: m, letters, constraints: { count, a, plus, minus, head, tail, scale, curvature } } = this.#program;
    const Q = this.#letters;
    Q.fill(0);
    for (let k = 0; k < count; k++) {
      const [w, row, h, t] = [weights[k]! * scale[k]!, a[k]! * m, head[k]!, tail[k]!];
      const c = weights[k]! * curvature[k]!;
      Q[row + plus[k]!] = Q[row + plus[k]!]! + w;
      Q[row + minus[k]!] = Q[row + minus[k]!]! - w;
      Q[h * m + h] = Q[h * m + h]! + c;
      Q[t * m + t] = Q[t * m + t]! + c;
      Q[h * m + t] = Q[h * m + t]! - 2 * c;
    }
    multiply(Q, letters, this.#tall, m, m, n);
    into.fill(0);
    for (let u = 0; u < m; u++) {
      for (let i = 0; i < n; i++) {
        const e = letters[u * n + i]!;
        if (e === 0) continue;
        for (let j = 0; j < n; j++) into[i * n + j] = into[i * n + j]! + e * this.#tall[u * n + j]!;
      }
    }
    symmetrise(into, n);
  }

  #measureResiduals(): void {
    const { size: n, letters, criterion, constraints: { count: p, rise, fall } } = this.#program;
    this.#products(this.G, this.#lettersG);
    this.#balance.fill(0);
    if (criterion.value >= 0) this.#balance[criterion.value] = 1;
    for (let k = 0; k < p; k++) {
      const [r, l] = [rise[k]!, fall[k]!];
      this.#primalResidual[k] = (k === 0 ? 1 : 0) - this.#value(k, this.#lettersG) - this.#s[k]! - (r < 0 ? 0 : this.f[r]!) + (l < 0 ? 0 : this.f[l]!);
      if (r >= 0) this.#balance[r] = this.#balance[r]! - this.lambda[k]!;
      if (l >= 0) this.#balance[l] = this.#balance[l]! + this.lambda[k]!;
    }
    const R = this.#dualResidual;
    this.#sum(this.lambda, R);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) R[i * n + j] = R[i * n + j]! - this.#S[i * n + j]! - criterion.weight * letters[criterion.letter * n + i]! * letters[criterion.letter * n + j]!;
    }
    this.barrier = this.#complementarity(0, 0) / (n + p);
  }

  /** ⟨G, S⟩ + ⟨s, λ⟩ after steps of these lengths. */
  #complementarity(primal: number, dual: number): number {
    let sum = 0;
    for (let i = 0; i < this.G.length; i++) sum += (this.G[i]! + primal * this.#dG[i]!) * (this.#S[i]! + dual * this.#dS[i]!);
    for (let k = 0; k < this.#s.length; k++) sum += (this.#s[k]! + primal * this.#ds[k]!) * (this.lambda[k]! + dual * this.#dLambda[k]!);
    return sum;
  }

  /** ⟨A_k, G A_l S⁻¹⟩ + s_k/λ_k on the diagonal, lower triangle. Products of letters make each entry a few lookups. */
  #fillSchur(): void {
    const { letterCount: m, constraints: { count: p, a, plus, minus, head, tail, scale, curvature } } = this.#program;
    const [X, Z, picked] = [this.#lettersG, this.#lettersZ, this.#picked];
    for (let k = 0; k < p; k++) {
      const [ak, pk, qk, hk, tk] = [a[k]! * m, plus[k]! * m, minus[k]! * m, head[k]! * m, tail[k]! * m];
      // Products of a, b and w with all letters, for G and for S⁻¹, side by side.
      for (let u = 0, at = 0; u < m; u++, at += 6) {
        picked[at] = X[ak + u]!;
        picked[at + 1] = X[pk + u]! - X[qk + u]!;
        picked[at + 2] = X[hk + u]! - X[tk + u]!;
        picked[at + 3] = Z[ak + u]!;
        picked[at + 4] = Z[pk + u]! - Z[qk + u]!;
        picked[at + 5] = Z[hk + u]! - Z[tk + u]!;
      }
      this.#fillRow(k, 0.5 * scale[k]!, curvature[k]!);
      this.#schur[k * p + k] = this.#schur[k * p + k]! + this.#s[k]! / this.lambda[k]!;
    }
  }

  #fillRow(k: number, half: number, c: number): void {
    const { constraints: { count: p, a, plus, minus, head, tail, scale, curvature } } = this.#program;
    const [schur, picked] = [this.#schur, this.#picked];
    for (let l = 0; l <= k; l++) {
      const al = 6 * a[l]!;
      const pl = 6 * plus[l]!;
      const ql = 6 * minus[l]!;
      const hl = 6 * head[l]!;
      const tl = 6 * tail[l]!;
      const halfL = 0.5 * scale[l]!;
      const cl = curvature[l]!;
      const aXb = picked[pl]! - picked[ql]!;
      const bXb = picked[pl + 1]! - picked[ql + 1]!;
      const aZb = picked[pl + 3]! - picked[ql + 3]!;
      const bZb = picked[pl + 4]! - picked[ql + 4]!;
      const onto = picked[al + 1]! * aZb + bXb * picked[al + 3]! + picked[al]! * bZb + aXb * picked[al + 4]!;
      const bent = (picked[hl + 1]! - picked[tl + 1]!) * (picked[hl + 3]! - picked[tl + 3]!) + (picked[hl]! - picked[tl]!) * (picked[hl + 4]! - picked[tl + 4]!);
      const across = picked[al + 2]! * (picked[pl + 5]! - picked[ql + 5]!) + (picked[pl + 2]! - picked[ql + 2]!) * picked[al + 5]!;
      const curved = (picked[hl + 2]! - picked[tl + 2]!) * (picked[hl + 5]! - picked[tl + 5]!);
      schur[k * p + l] = half * (halfL * onto + cl * bent) + c * (halfL * across + cl * curved);
    }
  }

  /**
   * The factor of the Schur complement, with a ridge of the size of its rounding, and more where that is not enough: where several multipliers are
   * optimal it becomes singular at the end. `#solve` takes the ridge out again.
   */
  #factor(): boolean {
    const { constraints: { count: p } } = this.#program;
    for (let ridge = p * Number.EPSILON; ridge < 1e-6; ridge *= 16) {
      this.#factored.set(this.#schur);
      for (let k = 0; k < p; k++) this.#factored[k * p + k] = this.#schur[k * p + k]! * (1 + ridge);
      if (cholesky(this.#factored, p)) return this.#fillOuter();
    }
    return false;
  }

  /** L⁻¹a for the columns a of f, and the factor of aᵀ(LLᵀ)⁻¹a. */
  #fillOuter(): boolean {
    const { values: K, constraints: { count: p, rise, fall } } = this.#program;
    const Y = this.#incidence;
    Y.fill(0);
    for (let k = 0; k < p; k++) {
      if (rise[k]! >= 0) Y[rise[k]! * p + k] = 1;
      if (fall[k]! >= 0) Y[fall[k]! * p + k] = -1;
    }
    forwardRows(this.#factored, p, p, Y, 0, K, p);
    for (let c = 0; c < K; c++) {
      for (let d = 0; d <= c; d++) this.#outer[c * K + d] = dot(Y, c * p, Y, d * p, p);
    }
    return cholesky(this.#outer, K);
  }

  /** The step towards complementarity μ, all residuals removed; `#complement` and `#bent` say what is aimed at. */
  #direction(mu: number): void {
    const { size: n, constraints: { count: p } } = this.#program;
    // T = μS⁻¹ − G − sym(G R S⁻¹) − bent
    this.#conjugate(this.#dualResidual, this.#target);
    for (let i = 0; i < n * n; i++) this.#target[i] = mu * this.#Z[i]! - this.G[i]! - this.#target[i]! - this.#bent[i]!;
    this.#products(this.#target, this.#letters);
    const h = this.#right;
    for (let k = 0; k < p; k++) h[k] = this.#value(k, this.#letters) + this.#complement[k]! / this.lambda[k]! - this.#primalResidual[k]!;
    this.#solve();
    this.#sum(this.#dLambda, this.#dS);
    for (let k = 0; k < p; k++) this.#ds[k] = (this.#complement[k]! - this.#s[k]! * this.#dLambda[k]!) / this.lambda[k]!;
    this.#conjugate(this.#dS, this.#dG);
    for (let i = 0; i < n * n; i++) {
      this.#dG[i] = this.#target[i]! - this.#dG[i]!;
      this.#dS[i] = this.#dS[i]! + this.#dualResidual[i]!;
    }
  }

  /** (M̃, −a; aᵀ, 0)(dλ, df) = (h, balance), refined until the residual no longer falls to a half. */
  #solve(): void {
    const { values: K, constraints: { count: p } } = this.#program;
    this.#dLambda.fill(0);
    this.#df.fill(0);
    for (let last = Infinity;;) {
      const size = this.#residual();
      if (!(size < 0.5 * last)) return;
      last = size;
      this.#correction();
      for (let k = 0; k < p; k++) this.#dLambda[k] = this.#dLambda[k]! + this.#step[k]!;
      for (let c = 0; c < K; c++) this.#df[c] = this.#df[c]! + this.#stepValues[c]!;
    }
  }

  /** What (dλ, df) leaves of the right side, into `#step` and `#stepValues`. @returns its size, each row relative to its pivot. */
  #residual(): number {
    const { values: K, constraints: { count: p, rise, fall } } = this.#program;
    const [r, e, x] = [this.#step, this.#stepValues, this.#dLambda];
    e.set(this.#balance);
    for (let k = 0; k < p; k++) {
      const [own, up, down] = [x[k]!, rise[k]!, fall[k]!];
      r[k] = this.#right[k]! + (up < 0 ? 0 : this.#df[up]!) - (down < 0 ? 0 : this.#df[down]!);
      if (up >= 0) e[up] = e[up]! - own;
      if (down >= 0) e[down] = e[down]! + own;
    }
    subtractProduct(this.#schur, p, x, r);
    let size = 0;
    for (let k = 0; k < p; k++) size = Math.max(size, Math.abs(r[k]!) / Math.sqrt(this.#schur[k * p + k]!));
    for (let c = 0; c < K; c++) size = Math.max(size, Math.abs(e[c]!));
    return size;
  }

  /** The system with `#step` and `#stepValues` on the right, solved in place. */
  #correction(): void {
    const { values: K, constraints: { count: p } } = this.#program;
    const [h, e, Y] = [this.#step, this.#stepValues, this.#incidence];
    forward(this.#factored, p, h);
    for (let c = 0; c < K; c++) e[c] = e[c]! - dot(Y, c * p, h, 0, p);
    forward(this.#outer, K, e);
    backward(this.#outer, K, e);
    for (let c = 0; c < K; c++) {
      for (let k = 0; k < p; k++) h[k] = h[k]! + e[c]! * Y[c * p + k]!;
    }
    backward(this.#factored, p, h);
  }

  /** sym(G Y S⁻¹) */
  #conjugate(Y: Float64Array, into: Float64Array): void {
    const n = this.#program.size;
    multiply(this.G, Y, this.#two, n, n, n);
    multiply(this.#two, this.#Z, into, n, n, n);
    symmetrise(into, n);
  }

  /** sym(dG dS S⁻¹): what the linear step leaves out. */
  #bend(): void {
    const n = this.#program.size;
    multiply(this.#dG, this.#dS, this.#two, n, n, n);
    multiply(this.#two, this.#Z, this.#bent, n, n, n);
    symmetrise(this.#bent, n);
  }

  /** How far the primal and the dual point may go until they leave their cones. */
  #longest(): [primal: number, dual: number] {
    const primal = Math.min(this.#longestMatrix(this.G, this.#dG), longestVector(this.#s, this.#ds));
    const dual = Math.min(this.#longestMatrix(this.#S, this.#dS), longestVector(this.lambda, this.#dLambda));
    return [Math.min(1 / STEP, primal), Math.min(1 / STEP, dual)];
  }

  #longestMatrix(X: Float64Array, dX: Float64Array): number {
    const n = this.#program.size;
    this.#one.set(X);
    if (!cholesky(this.#one, n)) return 0;
    this.#three.set(dX);
    congruence(this.#one, n, this.#three);
    const least = smallestEigenvalue(this.#three, n, this.#diagonal, this.#offDiagonal);
    return least < 0 ? -1 / least : Infinity;
  }

  #move(primal: number, dual: number): void {
    for (let i = 0; i < this.G.length; i++) {
      this.G[i] = this.G[i]! + primal * this.#dG[i]!;
      this.#S[i] = this.#S[i]! + dual * this.#dS[i]!;
    }
    for (let c = 0; c < this.f.length; c++) this.f[c] = this.f[c]! + primal * this.#df[c]!;
    for (let k = 0; k < this.#s.length; k++) {
      this.#s[k] = this.#s[k]! + primal * this.#ds[k]!;
      this.lambda[k] = this.lambda[k]! + dual * this.#dLambda[k]!;
    }
  }
}

function largest(x: Float64Array): number {
  let most = 0;
  for (const entry of x) most = Math.max(most, Math.abs(entry));
  return most;
}

function longestVector(x: Float64Array, dx: Float64Array): number {
  let longest = Infinity;
  for (let k = 0; k < x.length; k++) if (dx[k]! < 0) longest = Math.min(longest, -x[k]! / dx[k]!);
  return longest;
}
