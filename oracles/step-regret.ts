import type { Matrix, OrderedSpace, Vector } from '../src/arithmetic/space.js';
import { summands } from './energy.js';
import { squaredNorm, type Ledger } from './ledger.js';

/** One step of gradient descent in the norm of a diagonal H: next = x − ηc H⁻¹g. */
export interface MetricStep<S> {
  readonly t: number;
  /** η */
  readonly rate: S;
  /** c: what the loss is weighed with. */
  readonly weight: S;
  /** The diagonal of H, > 0. */
  readonly metric: Vector<S>;
  readonly x: Vector<S>;
  readonly next: Vector<S>;
  readonly gradient: Vector<S>;
}

/** ‖v‖²_H */
export function metricNorm<S>(K: OrderedSpace<S>, metric: Vector<S>, v: Vector<S>): S {
  return K.dot(metric, K.hadamard(v, v));
}

/** ‖g‖² in the dual norm of H. */
export function dualNorm<S>(K: OrderedSpace<S>, metric: Vector<S>, g: Vector<S>): S {
  return Array.from(g).reduce((sum, entry, i) => K.add(sum, K.div(K.mul(entry, entry), metric[i]!)), K.zero);
}

/** c⟨g_t, x_t − u⟩ = ‖x_t − u‖²_H/(2η) − ‖x_{t+1} − u‖²_H/(2η) + ½ηc²‖g_t‖²_{H⁻¹}: the square completed, for every u. */
export function stepRegretLedger<S>(K: OrderedSpace<S>, { t, rate, weight, metric, x, next, gradient }: MetricStep<S>, u: Vector<S>): Ledger<S> {
  const half = K.div(K.one, K.from(2));
  const distance = (v: Vector<S>): S => K.div(K.mul(half, metricNorm(K, metric, K.minus(v, u))), rate);
  return {
    lhs: summands(K, [[`⟨g_${t}, x_${t} − u⟩`, K.mul(weight, K.dot(gradient, K.minus(x, u)))]]),
    rhs: summands(K, [
      [`‖x_${t} − u‖²/(2η)`, distance(x)],
      [`−‖x_${t + 1} − u‖²/(2η)`, K.neg(distance(next))],
      [`½η‖g_${t}‖²`, K.mul(K.mul(K.mul(half, rate), K.mul(weight, weight)), dualNorm(K, metric, gradient))],
    ]),
  };
}

/** One step of Algorithm 3 with μ = ½‖·‖²: x_t = A w_t + b, w_{t+1} = w_t − βAᵀ(x_t − z_t). */
export interface TargetStep<S> {
  readonly t: number;
  readonly rate: S;
  readonly jacobian: Matrix<S>;
  readonly offset: Vector<S>;
  readonly x: Vector<S>;
  readonly target: Vector<S>;
  readonly w: Vector<S>;
  readonly next: Vector<S>;
}

/** A v */
const image = <S>(K: OrderedSpace<S>, A: Matrix<S>, v: Vector<S>): Vector<S> => K.vector(A.length, (i) => K.dot(A[i]!, v));

/** ℓ_t = A_tᵀ(x_t − z_t) */
export function targetLoss<S>(K: OrderedSpace<S>, { jacobian, x, target, w }: Pick<TargetStep<S>, 'jacobian' | 'x' | 'target' | 'w'>): Vector<S> {
  const miss = K.minus(x, target);
  return K.vector(w.length, (j) => jacobian.reduce((sum, row, i) => K.add(sum, K.mul(row[j]!, miss[i]!)), K.zero));
}

/**
 * How far from its target a step ends, against any fixed u:
 * ½‖x_t − z_t‖² = ½‖φ(x_{t−1}, u) − z_t‖² + ‖w_t − u‖²/(2β) − ‖w_{t+1} − u‖²/(2β) + ½β‖ℓ_t‖² − ½‖A_t(w_t − u)‖².
 */
export function targetLedger<S>(K: OrderedSpace<S>, step: TargetStep<S>, u: Vector<S>): Ledger<S> {
  const { t, rate, jacobian, offset, x, target, w, next } = step;
  const half = K.div(K.one, K.from(2));
  const other = K.plus(image(K, jacobian, u), offset);
  const halved = (v: Vector<S>): S => K.mul(half, squaredNorm(K, v));
  return {
    lhs: summands(K, [[`½‖x_${t} − z_${t}‖²`, halved(K.minus(x, target))]]),
    rhs: summands(K, [
      [`½‖φ(x_${t - 1}, u) − z_${t}‖²`, halved(K.minus(other, target))],
      [`‖w_${t} − u‖²/(2β)`, K.div(halved(K.minus(w, u)), rate)],
      [`−‖w_${t + 1} − u‖²/(2β)`, K.neg(K.div(halved(K.minus(next, u)), rate))],
      [`½β‖ℓ_${t}‖²`, K.mul(rate, halved(targetLoss(K, step)))],
      [`−½‖A_${t}(w_${t} − u)‖²`, K.neg(halved(image(K, jacobian, K.minus(w, u))))],
    ]),
  };
}
