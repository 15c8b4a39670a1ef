import type { RealSpace, Space, Vector } from '../arithmetic/space.js';
import type { FeasibleSet } from '../problem/feasible-set.js';
import type { Play } from '../trajectory.js';
import type { LinearLosses } from './ao-ftrl.js';

/** One round with a norm of its own: ‖w‖²_(t) = Σ h_{t,i} w_i², dual ‖g‖²_(t),* = Σ g_i²/h_{t,i}. */
export interface AdaptivePlay<S> extends Omit<Play<S>, 'eta'> {
  /** h_t > 0, known when `play` is formed. */
  readonly metric: Vector<S>;
}

/** h_t, from the rounds before t. */
export type MetricRule<S> = (past: readonly AdaptivePlay<S>[]) => Vector<S>;

/** W as a product of intervals, the weights, and the rule that makes each norm. */
export interface AdaptiveConfig<S> {
  /** W = W_1 × … × W_m, an interval each: on such a W a minimiser in a diagonal norm is one coordinate by coordinate. */
  readonly intervals: readonly FeasibleSet<S>[];
  /** α_1 … α_T */
  readonly alpha: readonly S[];
  /** Makes h_t, round by round. */
  readonly metric: MetricRule<S>;
}

/**
 * AO-FTRL with a diagonal norm that changes (McMahan and Streeter 2010; Duchi, Hazan, Singer 2011): Eq. (4) with ½‖u‖²_(t) in place
 * of ‖u‖²/(2β_t): u_t = argmin_W ⟨S_{t−1} + α_t g̃_t, u⟩ + ½Σ h_{t,i} u_i².
 * @throws {RangeError} sequences of different lengths.
 */
export function adaptiveFtrl<S>(K: Space<S>, { intervals, alpha, metric }: AdaptiveConfig<S>, { losses, hints }: LinearLosses<S>): AdaptivePlay<S>[] {
  const [T, m] = [losses.length, intervals.length];
  if (alpha.length !== T || (hints !== undefined && hints.length !== T)) {
    throw new RangeError(`expected ${T} weights and hints for ${T} losses, got ${alpha.length} and ${hints?.length ?? T}`);
  }
  const plays: AdaptivePlay<S>[] = [];
  let sumBefore = K.zeros(m);
  for (const [i, loss] of losses.entries()) {
    const hint = hints?.[i] ?? K.zeros(m);
    const h = metric(plays);
    const predicted = K.axpy(alpha[i]!, hint, sumBefore);
    const unprojected = K.vector(m, (j) => K.neg(K.div(predicted[j]!, h[j]!)));
    const play = K.vector(m, (j) => intervals[j]!.project(K.vector(1, () => unprojected[j]!))[0]!);
    const sum = K.axpy(alpha[i]!, loss, sumBefore);
    plays.push({ t: i + 1, alpha: alpha[i]!, metric: h, play, loss, hint, sumBefore, sum, unprojected });
    sumBefore = sum;
  }
  return plays;
}

/**
 * AdaGrad's norm as far as it is known when w_t is formed: h_{t,i} = √(G_i² + Σ_{s<t}(α_s g_{s,i})²)/β, where G_i ≥ |α_t g_{t,i}| stands
 * in for the loss to come (Duchi, Hazan, Singer 2011 add δ for it).
 */
export function adagradMetric<S>(K: RealSpace<S>, beta: S, bounds: Vector<S>): MetricRule<S> {
  return (past) => {
    let squares = K.hadamard(bounds, bounds);
    for (const { alpha, loss } of past) {
      const weighed = K.scale(alpha, loss);
      squares = K.plus(squares, K.hadamard(weighed, weighed));
    }
    const sums = squares;
    return K.vector(sums.length, (i) => K.div(K.sqrt(sums[i]!), beta));
  };
}
