import { dualSpace, type Dual } from '../../oracles/dual.js';
import { isOrdered, type Matrix, type Space, type Vector } from '../arithmetic/space.js';
import type { MetaCase } from '../generator/meta-case.js';
import type { Subject } from '../subject.js';
import type { Round } from '../trajectory.js';

/** ∇h_t(w_t), Dφ(x, w): derivatives that are taken of values, by dual numbers. */
export interface MetaDerivatives<S> {
  /** ∇h_t(w_t), h_t(w) = f((1 − ρ_t)x̄_{t−1} + ρ_tφ(x̄_{t−1}, w)) (Section 2). */
  readonly metaLossGradient: (round: Round<S>) => Vector<S>;
  /** Dφ(x, w), from φ(x, ·) around w. */
  readonly jacobian: (x: Vector<S>, w: Vector<S>) => Matrix<S>;
}

/** What the case's f and φ say of themselves over dual numbers. Neither ∇f at x̄_t nor the rule's Jacobian product is used. */
export function metaDerivatives<S>(K: Space<S>, subject: Subject, data: MetaCase): MetaDerivatives<S> {
  const D = dualSpace(K);
  const f = isOrdered(D) ? subject.convexFunction(D, data.function) : subject.differentiableFunction(D, data.function);
  const rule = subject.updateRule(D, data.rule, f.dimension, f.gradient);
  const constant = (a: S): Dual<S> => ({ value: a, derivative: K.zero });
  const lift = (v: Vector<S>): Vector<Dual<S>> => D.vector(v.length, (i) => constant(v[i]!));
  /** w + εe_j */
  const moved = (w: Vector<S>, j: number): Vector<Dual<S>> => D.vector(w.length, (i) => ({ value: w[i]!, derivative: i === j ? K.one : K.zero }));
  return {
    metaLossGradient({ alpha, alphaSumBefore, previousAverage, w }) {
      const alphaSum = K.add(alphaSumBefore, alpha);
      const rho = K.div(alpha, alphaSum);
      // 1 − ρ_t as a quotient: that difference cancels where ρ_t is near 1.
      const base = D.scale(constant(K.div(alphaSumBefore, alphaSum)), lift(previousAverage));
      const state = lift(previousAverage);
      return K.vector(w.length, (j) => f.value(D.axpy(constant(rho), rule.apply(state, moved(w, j)), base)).derivative);
    },
    jacobian(x, w) {
      const state = lift(x);
      const columns = Array.from({ length: w.length }, (_, j) => rule.apply(state, moved(w, j)));
      return Array.from({ length: x.length }, (_, i) => K.vector(w.length, (j) => columns[j]![i]!.derivative));
    },
  };
}
