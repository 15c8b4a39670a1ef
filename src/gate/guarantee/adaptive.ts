import { summands } from '../../../oracles/energy.js';
import { stepRegretLedger } from '../../../oracles/step-regret.js';
import { balls as K, type Ball } from '../../arithmetic/ball.js';
import type { Vector } from '../../arithmetic/space.js';
import type { Guarantee } from './guarantee.js';
import type { Seen } from './seen.js';
import { equal, most, side } from './statement.js';

/** H_t = √s_t + ε, or √(s_t + ε), and s_t = Σ_{s≤t} g_s², for t = 1 … T. */
function metrics({ gradients, settings, n }: Seen): { readonly metric: Vector<Ball>; readonly squares: Vector<Ball> }[] {
  const epsilon = settings.number('epsilon');
  let squares = K.zeros(n);
  return gradients.map((g) => {
    squares = K.plus(squares, K.hadamard(g, g));
    const sums = squares;
    return { squares: sums, metric: K.vector(n, (i) => (settings.flag('epsilonInside') ? K.sqrt(K.add(sums[i]!, epsilon)) : K.add(K.sqrt(sums[i]!), epsilon))) };
  });
}

/** max_t (x_{t,i} − u_i)² over t = 1 … T */
function reach(seen: Seen, u: Vector<Ball>): Vector<Ball> {
  const away = seen.points('x').slice(0, seen.T).map((x) => K.minus(x, u));
  return away.map((v) => K.hadamard(v, v)).reduce((most, square) => K.vector(seen.n, (i) => K.max(most[i]!, square[i]!)));
}

/**
 * Σ⟨g_t, x_t − u⟩ = Σ_t (‖x_t − u‖²_{H_t} − ‖x_{t+1} − u‖²_{H_t})/(2η) + ½ηΣ‖g_t‖²_{H_t⁻¹}. H_t does not shrink, so with D_i² = max_t (x_{t,i} − u_i)² the
 * first sum is ≤ ΣD_i²H_{T,i}/(2η), and Σ_t g_{t,i}²/√s_{t,i} ≤ 2√s_{T,i} bounds the second (Duchi, Hazan, Singer 2011). Jensen makes it a bound on f.
 */
export const adagrad: Guarantee = {
  ledger: '⟨g_t, x_t − u⟩ = (‖x_t − u‖²_{H_t} − ‖x_{t+1} − u‖²_{H_t})/(2η) + ½η‖g_t‖²_{H_t⁻¹} for u = x* and u = x_0, H_t = √s_t + ε, inside: √(s_t + ε), s_t = Σ_{s≤t} g_s²',
  bound: 'f((x_0 + … + x_{T−1})/T) − f* ≤ R/T, R = Σ⟨g_t, x_t − x*⟩ ≤ Σ_i[max_t(x_{t,i} − x*_i)²H_{T,i}/(2η) + η√s_{T,i}]',
  hypotheses: ['f convex, ∇f(x*) = 0', 'constant η > 0'],
  needs: ['x'],
  tamed: (data) => data,
  outside: () => null,
  steps(seen) {
    const [x, rate, all] = [seen.points('x'), seen.settings.number('learningRate'), metrics(seen)];
    return seen.gradients.flatMap((gradient, t) =>
      ([['x*', seen.f!.minimiser], ['x_0', seen.start]] as const).map(([name, u]) =>
        equal(
          t + 1,
          `⟨g_${t}, x_${t} − u⟩ = (‖x_${t} − u‖²_H − ‖x_${t + 1} − u‖²_H)/(2η) + ½η‖g_${t}‖²_{H⁻¹}, u = ${name}`,
          stepRegretLedger(K, { t, rate, weight: K.one, metric: all[t]!.metric, x: x[t]!, next: x[t + 1]!, gradient }, u),
        )
      )
    );
  },
  promises(seen) {
    const { T, settings, gradients } = seen;
    const last = metrics(seen).at(-1);
    if (last === undefined) return [];
    const f = seen.f!;
    const [x, rate, u] = [seen.points('x'), settings.number('learningRate'), f.minimiser];
    const far = reach(seen, u);
    const regret = gradients.map((g, t) => [`⟨g_${t}, x_${t} − x*⟩`, K.dot(g, K.minus(x[t]!, u))] as const);
    const inexact = gradients.map((_, t) => [`⟨∇f(x_${t}) − g_${t}, x_${t} − x*⟩`, K.dot(seen.slip(t + 1), K.minus(x[t]!, u))] as const);
    const average = K.scale(K.div(K.one, K.from(T)), x.slice(0, T).reduce((sum, point) => K.plus(sum, point)));
    return [
      most(T, 'Σ⟨g_t, x_t − x*⟩ ≤ Σ_i[max_t(x_{t,i} − x*_i)²H_{T,i}/(2η) + η√s_{T,i}]', {
        lhs: summands(K, regret),
        rhs: summands(
          K,
          Array.from(far, (square, i) => [`entry ${i}`, K.add(K.div(K.mul(square, last.metric[i]!), K.mul(K.from(2), rate)), K.mul(rate, K.sqrt(last.squares[i]!)))]),
        ),
      }),
      most(T, 'T(f((x_0 + … + x_{T−1})/T) − f*) ≤ Σ⟨g_t, x_t − x*⟩', {
        lhs: side('T(f(average) − f*)', K.mul(K.from(T), f.value(average))),
        rhs: summands(K, [...regret, ...inexact]),
      }),
    ];
  },
};
