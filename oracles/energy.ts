import type { OrderedSpace, Vector } from '../src/arithmetic/space.js';
import type { DifferentiableFunction } from '../src/problem/convex-function.js';
import { squaredNorm, type Ledger } from './ledger.js';
import { TallyBuilder, type Tally } from './tally.js';

/**
 * Energies of gradient methods, step by step, as equalities: what is left is Bregman divergences, whose signs convexity and L-smoothness give.
 * The gradient g that a step was made with may be inexact: `slip` is ∇f − g there. For arithmetics that round not at all, or bound
 * their own rounding.
 */
interface Step<S> {
  /** How many steps were made before. */
  readonly t: number;
  /** η */
  readonly rate: S;
  /** x_t and x_{t+1} */
  readonly x: Vector<S>;
  readonly next: Vector<S>;
  /** g_t */
  readonly gradient: Vector<S>;
  /** ∇f − g_t at the point where g_t was asked for */
  readonly slip: Vector<S>;
}

type Valued<S> = Pick<DifferentiableFunction<S>, 'value' | 'divergence' | 'minimiser'>;

export interface EnergyLedger<S> extends Ledger<S> {
  /** What inexact gradients may add to the energy in this step: 0 where they are exact. */
  readonly slack: Tally<S>;
}

/** Named summands without rounding bounds of their own. */
export function summands<S>(K: OrderedSpace<S>, terms: readonly (readonly [name: string, value: S])[]): TallyBuilder<S> {
  const tally = new TallyBuilder(K, 0);
  for (const [name, value] of terms) tally.add(name, value, () => K.zero);
  return tally;
}

/** c₁c₂… a */
function times<S>(K: OrderedSpace<S>, ...factors: readonly S[]): S {
  return factors.reduce((product, factor) => K.mul(product, factor));
}

/**
 * Gradient descent, x_{t+1} = x_t − ηg_t, E_t = tη(f(x_t) − f*) + ½‖x_t − x*‖²:
 * E_{t+1} = E_t − ηB_f(x*, x_t) − [(t + ½)η²‖g_t‖² − (t + 1)ηB_f(x_{t+1}, x_t)] + ⟨∇f(x_t) − g_t, η(x_t − x*) − (t + 1)η²g_t⟩.
 * The bracket is ≥ 0 for ηL ≤ 1 and t ≥ 0, since B_f(x_{t+1}, x_t) ≤ ½Lη²‖g_t‖²: energy does not grow.
 */
export function descentLedger<S>(K: OrderedSpace<S>, f: Valued<S>, { t, rate, x, next, gradient, slip }: Step<S>): EnergyLedger<S> {
  const half = K.div(K.one, K.from(2));
  const [before, after, square] = [K.from(t), K.from(t + 1), times(K, rate, rate)];
  const toward = K.minus(x, f.minimiser);
  const slack = K.dot(slip, K.axpy(K.neg(times(K, after, square)), gradient, K.scale(rate, toward)));
  return {
    lhs: summands(K, [
      [`${t + 1}η(f(x_${t + 1}) − f*)`, times(K, after, rate, f.value(next))],
      [`½‖x_${t + 1} − x*‖²`, times(K, half, squaredNorm(K, K.minus(next, f.minimiser)))],
    ]),
    rhs: summands(K, [
      [`${t}η(f(x_${t}) − f*)`, times(K, before, rate, f.value(x))],
      [`½‖x_${t} − x*‖²`, times(K, half, squaredNorm(K, toward))],
      [`−ηB_f(x*, x_${t})`, K.neg(times(K, rate, f.divergence(f.minimiser, x)))],
      [`−(${t} + ½)η²‖g_${t}‖²`, K.neg(times(K, K.add(before, half), square, squaredNorm(K, gradient)))],
      [`${t + 1}ηB_f(x_${t + 1}, x_${t})`, times(K, after, rate, f.divergence(next, x))],
      [`⟨∇f(x_${t}) − g_${t}, …⟩`, slack],
    ]),
    slack: summands(K, [[`⟨∇f(x_${t}) − g_${t}, η(x_${t} − x*) − ${t + 1}η²g_${t}⟩`, slack]]),
  };
}

export interface MomentumStep<S> extends Step<S> {
  readonly momentum: S;
  /** x_{t−1}; x_0 for t = 0. */
  readonly previous: Vector<S>;
}

/** z = x + m/(1 − m)(x − x⁻): where Heavy Ball is going. */
export function headedFor<S>(K: OrderedSpace<S>, momentum: S, x: Vector<S>, previous: Vector<S>): Vector<S> {
  return K.axpy(K.div(momentum, K.sub(K.one, momentum)), K.minus(x, previous), x);
}

/**
 * Heavy Ball at constant η and m, x_{t+1} = x_t − ηg_t + m(x_t − x_{t−1}). With z_t = x_t + m/(1 − m)(x_t − x_{t−1}), which moves by −η/(1 − m)g_t,
 * V_t = ½‖z_t − x*‖² + ηm/(1 − m)²(f(x_{t−1}) − f*) and x_{−1} = x_0:
 * V_{t+1} + η/(1 − m)(f(x_t) − f*) = V_t − η/(1 − m)B_f(x*, x_t) − ηm/(1 − m)²B_f(x_{t−1}, x_t) + ½η²/(1 − m)²‖g_t‖² + η/(1 − m)⟨∇f(x_t) − g_t, z_t − x*⟩.
 * B_f(x*, x_t) ≥ ‖∇f(x_t)‖²/(2L), so that for η ≤ (1 − m)/L the sum of the three middle terms is ≤ 0. Summed up, with f(x_0) − f* ≤ ½L‖x_0 − x*‖²
 * and Jensen: f(x_0 + … + x_{T−1} over T) − f* ≤ ‖x_0 − x*‖²/(2T)·(Lm/(1 − m) + (1 − m)/η) (Ghadimi, Feyzmahdavian, Johansson 2015).
 */
export function heavyBallLedger<S>(K: OrderedSpace<S>, f: Valued<S>, { t, rate, momentum, previous, x, next, gradient, slip }: MomentumStep<S>): EnergyLedger<S> {
  const half = K.div(K.one, K.from(2));
  const long = K.div(rate, K.sub(K.one, momentum));
  const coupling = times(K, K.div(momentum, K.sub(K.one, momentum)), long);
  const [z, after] = [headedFor(K, momentum, x, previous), headedFor(K, momentum, next, x)];
  const toward = K.minus(z, f.minimiser);
  const slack = times(K, long, K.dot(slip, toward));
  return {
    lhs: summands(K, [
      [`½‖z_${t + 1} − x*‖²`, times(K, half, squaredNorm(K, K.minus(after, f.minimiser)))],
      [`ηm/(1 − m)²(f(x_${t}) − f*)`, times(K, coupling, f.value(x))],
      [`η/(1 − m)(f(x_${t}) − f*)`, times(K, long, f.value(x))],
    ]),
    rhs: summands(K, [
      [`½‖z_${t} − x*‖²`, times(K, half, squaredNorm(K, toward))],
      [`ηm/(1 − m)²(f(x_${t - 1}) − f*)`, times(K, coupling, f.value(previous))],
      [`−η/(1 − m)B_f(x*, x_${t})`, K.neg(times(K, long, f.divergence(f.minimiser, x)))],
      [`−ηm/(1 − m)²B_f(x_${t - 1}, x_${t})`, K.neg(times(K, coupling, f.divergence(previous, x)))],
      [`½η²/(1 − m)²‖g_${t}‖²`, times(K, half, long, long, squaredNorm(K, gradient))],
      [`⟨∇f(x_${t}) − g_${t}, …⟩`, slack],
    ]),
    // ‖g‖² = ‖∇f‖² − 2⟨g, ∇f − g⟩ − ‖∇f − g‖²: what the sign of the middle terms loses.
    slack: summands(K, [
      [`η/(1 − m)⟨∇f(x_${t}) − g_${t}, z_${t} − x*⟩`, slack],
      [`−η²/(1 − m)²⟨g_${t}, ∇f(x_${t}) − g_${t}⟩`, K.neg(times(K, long, long, K.dot(gradient, slip)))],
    ]),
  };
}

export interface AcceleratedStep<S> extends Step<S> {
  /** y_{t+1}, where g was asked for. */
  readonly query: Vector<S>;
  /** s_t and s_{t+1}, s_{t+1}² − s_{t+1} = s_t²; 0 and 1 for t = 0. */
  readonly weightBefore: S;
  readonly weight: S;
}

/**
 * Nesterov's method as FISTA has it, x_{t+1} = y_{t+1} − ηg, s = s_{t+1}. With v_t = sy_{t+1} − (s − 1)x_t − x*, which is s_t x_t − (s_t − 1)x_{t−1} − x* and
 * moves by −sηg, and E_t = 2ηs_t²(f(x_t) − f*) + ‖v_t‖²:
 * E_{t+1} = E_t − s²η[η‖g‖² − 2B_f(x_{t+1}, y_{t+1})] − 2sη[(s − 1)B_f(x_t, y_{t+1}) + B_f(x*, y_{t+1})] + 2sη⟨∇f(y_{t+1}) − g, v_t − sηg⟩.
 * For ηL ≤ 1 both brackets are ≥ 0, and E_0 = ‖x_0 − x*‖²: f(x_T) − f* ≤ ‖x_0 − x*‖²/(2ηs_T²) ≤ 2‖x_0 − x*‖²/(η(T + 1)²) (Beck, Teboulle 2009).
 */
export function acceleratedLedger<S>(K: OrderedSpace<S>, f: Valued<S>, { t, rate, x, next, query, weightBefore, weight: s, gradient, slip }: AcceleratedStep<S>): EnergyLedger<S> {
  const two = K.from(2);
  const pulled = (point: Vector<S>): Vector<S> => K.minus(K.minus(K.scale(s, point), K.scale(K.sub(s, K.one), x)), f.minimiser);
  const [v, after] = [pulled(query), pulled(next)];
  const step = times(K, s, rate);
  const slack = times(K, two, step, K.dot(slip, K.axpy(K.neg(step), gradient, v)));
  return {
    lhs: summands(K, [
      [`2ηs_${t + 1}²(f(x_${t + 1}) − f*)`, times(K, two, step, s, f.value(next))],
      [`‖v_${t + 1}‖²`, squaredNorm(K, after)],
    ]),
    rhs: summands(K, [
      [`2ηs_${t}²(f(x_${t}) − f*)`, times(K, two, rate, weightBefore, weightBefore, f.value(x))],
      [`‖v_${t}‖²`, squaredNorm(K, v)],
      [`−s²η²‖g_${t + 1}‖²`, K.neg(times(K, step, step, squaredNorm(K, gradient)))],
      [`2s²ηB_f(x_${t + 1}, y_${t + 1})`, times(K, two, step, s, f.divergence(next, query))],
      [`−2s(s − 1)ηB_f(x_${t}, y_${t + 1})`, K.neg(times(K, two, step, K.sub(s, K.one), f.divergence(x, query)))],
      [`−2sηB_f(x*, y_${t + 1})`, K.neg(times(K, two, step, f.divergence(f.minimiser, query)))],
      [`⟨∇f(y_${t + 1}) − g_${t + 1}, …⟩`, slack],
    ]),
    slack: summands(K, [[`2sη⟨∇f(y_${t + 1}) − g_${t + 1}, v_${t} − sηg_${t + 1}⟩`, slack]]),
  };
}
