import type { Space, Vector } from '../arithmetic/space.js';
import type { FeasibleSet } from '../problem/feasible-set.js';
import type { Play } from '../trajectory.js';
import { formulas as standard, type BetaIndex, type Formulas, type Projection } from './formulas.js';

/** How an online learner on W forms its plays. */
export interface LearnerConfig<S> {
  /** W */
  readonly set: FeasibleSet<S>;
  /** α_1 … α_T */
  readonly alpha: readonly S[];
  /** β_0 … β_T: T + 1 of them, of which `index` says which is used when. */
  readonly beta: readonly S[];
  /** Whether round t uses β_t or β_{t−1}. */
  readonly index: BetaIndex;
  /** Whether sums are projected, or steps. */
  readonly projection: Projection;
  /** The regulariser is ‖w − centre‖²/(2β); 0 if it is left out. */
  readonly centre?: Vector<S>;
  /** w_1, where it is not what the regulariser says: the statements as printed leave it free. */
  readonly first?: Vector<S>;
}

/** g_1 … g_T and, where there are any, the hints g̃_1 … g̃_T. */
export interface LinearLosses<S> {
  /** g_1 … g_T */
  readonly losses: readonly Vector<S>[];
  /** g̃_1 … g̃_T; left out: no hints. */
  readonly hints?: readonly Vector<S>[];
}

/**
 * AO-FTRL, Eq. (4): u_t = argmin_W ⟨S_{t−1} + α_t g̃_t, u⟩ + ‖u − c‖²/(2η_t) against given linear losses.
 * @throws {RangeError} sequences of different lengths.
 */
export function aoFtrl<S>(K: Space<S>, config: LearnerConfig<S>, { losses, hints }: LinearLosses<S>, steps: Formulas = standard): Play<S>[] {
  const T = losses.length;
  if (config.alpha.length !== T || (hints !== undefined && hints.length !== T)) {
    throw new RangeError(`expected ${T} weights and hints for ${T} losses, got ${config.alpha.length} and ${hints?.length ?? T}`);
  }
  const learner = onlineLearner(K, config, steps);
  return losses.map((loss, i) => {
    learner.predict(hints?.[i] ?? K.zeros(loss.length));
    return learner.reveal(loss);
  });
}

/** FTRL: the same without hints (Eq. 3 with α_s g_s). */
export function ftrl<S>(K: Space<S>, config: LearnerConfig<S>, losses: readonly Vector<S>[], steps: Formulas = standard): Play<S>[] {
  return aoFtrl(K, config, { losses }, steps);
}

export interface OnlineLearner<S> {
  /** u_t, given the hint g̃_t for the loss to come. */
  readonly predict: (hint: Vector<S>) => Vector<S>;
  /** Takes the loss g_t in, weighed with `weight` (α_t if it is left out), and returns the round. */
  readonly reveal: (loss: Vector<S>, weight?: S) => Play<S>;
}

/**
 * The learner as an object, for algorithms whose losses depend on its plays. `predict` and `reveal` alternate, T times.
 * @throws {RangeError} out of turn, on use.
 */
export function onlineLearner<S>(K: Space<S>, config: LearnerConfig<S>, steps: Formulas = standard): OnlineLearner<S> {
  const { set } = config;
  const centre = config.centre ?? K.zeros(set.dimension);
  let sum = K.zeros(set.dimension);
  let t = 0;
  let current: { eta: S; hint: Vector<S>; play: Vector<S>; unprojected: Vector<S> } | null = null;
  let last: Play<S> | null = null;

  const unprojectedPlay = (eta: S, hint: Vector<S>): Vector<S> => {
    if (t === 1 && config.first !== undefined) return config.first;
    const alpha = config.alpha[t - 1]!;
    if (config.projection === 'greedy' && last !== null) {
      const past = K.scale(last.alpha, last.hint);
      return steps.greedyStep(K, eta, last.play, K.scale(alpha, hint), K.scale(last.alpha, last.loss), past);
    }
    return steps.leader(K, eta, steps.optimisticSum(K, sum, alpha, hint), centre);
  };

  const outOfTurn = (): RangeError => new RangeError(`expected predict and reveal in turn, ${config.alpha.length} times`);
  return {
    predict(hint) {
      if (current !== null || t === config.alpha.length) throw outOfTurn();
      t += 1;
      const eta = steps.learningRate(config.beta, t, config.index);
      const unprojected = unprojectedPlay(eta, hint);
      const play = t === 1 && config.first !== undefined ? config.first : steps.project(set, unprojected);
      current = { eta, hint, play, unprojected };
      return play;
    },
    reveal(loss, weight) {
      if (current === null) throw outOfTurn();
      const alpha = config.alpha[t - 1]!;
      const sumBefore = sum;
      sum = steps.accumulate(K, sum, weight ?? alpha, loss);
      last = { t, alpha, eta: current.eta, play: current.play, loss, hint: current.hint, sumBefore, sum, unprojected: current.unprojected };
      current = null;
      return last;
    },
  };
}
