import { adagrad } from '../algorithm/adagrad.js';
import { heavyBall } from '../algorithm/heavy-ball.js';
import { momentum } from '../algorithm/momentum.js';
import { nesterov } from '../algorithm/nesterov.js';
import { gradientDescent } from '../algorithm/gradient-descent.js';
import type { Space, Vector } from '../arithmetic/space.js';
import { saboteurs as theoretical, type Saboteur } from '../saboteur/index.js';
import { saboteur } from '../saboteur/saboteur.js';

/** x_{t+1} = x_t + v_{t+1}, v_{t+1} = step(v_t, g_t, η_t): the velocity form, in which frameworks slip. Returns x_0, x_1, …. */
function withVelocity<S>(
  K: Space<S>,
  gradient: (x: Vector<S>) => Vector<S>,
  start: Vector<S>,
  rates: readonly S[],
  step: (v: Vector<S>, g: Vector<S>, rate: S) => { v: Vector<S>; move: Vector<S> },
): Vector<S>[] {
  const path = [start];
  let [x, v] = [start, K.zeros(start.length)];
  for (const rate of rates) {
    const next = step(v, gradient(x), rate);
    v = next.v;
    x = K.plus(x, next.move);
    path.push(x);
  }
  return path;
}

/** Slips of optimizers as they ship, beside those of the theory's methods. */
const shipped: readonly Saboteur[] = [
  saboteur('nesterov-momentum-sign', 'algorithm', 'x −= η(g − m b) with nesterov', {
    momentum: (K, gradient, start, { rates, momentum: m, nesterov: lookahead, dampening }) => {
      if (!lookahead) return momentum(K, gradient, start, { rates, momentum: m, dampening, nesterov: false });
      return withVelocity(K, gradient, start, rates, (b, g, rate) => {
        const v = K.axpy(m, b, g);
        return { v, move: K.scale(K.neg(rate), K.axpy(K.neg(m), v, g)) };
      });
    },
  }),
  saboteur('momentum-multiplies-gradient', 'algorithm', 'v ← v + m g', {
    momentum: (K, gradient, start, { rates, momentum: m }) =>
      withVelocity(K, gradient, start, rates, (b, g, rate) => {
        const v = K.axpy(m, g, b);
        return { v, move: K.scale(K.neg(rate), v) };
      }),
    heavyBall: (K, gradient, start, rates, momenta) => {
      let t = 0;
      return withVelocity(K, gradient, start, rates, (b, g, rate) => {
        const v = K.axpy(momenta[t++]!, g, b);
        return { v, move: K.scale(K.neg(rate), v) };
      });
    },
  }),
  saboteur('momentum-holds-steps', 'algorithm', 'v = m v − η_t g, x += v: the same as b = m b + g only while η does not vary', {
    momentum: (K, gradient, start, { rates, momentum: m, dampening, nesterov: lookahead }) =>
      withVelocity(K, gradient, start, rates, (v, g, rate) => {
        const fresh = K.scale(K.neg(K.mul(rate, K.sub(K.one, dampening))), g);
        const next = K.axpy(m, v, fresh);
        return { v: next, move: lookahead ? K.axpy(m, next, K.scale(K.neg(rate), g)) : next };
      }),
  }),
  saboteur('momentum-lost', 'algorithm', 'the momentum is never used', {
    momentum: (K, gradient, start, config) => momentum(K, gradient, start, { ...config, momentum: K.zero }),
    heavyBall: (K, gradient, start, rates, momenta) => heavyBall(K, gradient, start, rates, momenta.map(() => K.zero)),
  }),
  saboteur('momentum-signed-in-the-buffer', 'algorithm', 'b = −m b + g', {
    momentum: (K, gradient, start, config) => momentum(K, gradient, start, { ...config, momentum: K.neg(config.momentum) }),
  }),
  saboteur('squares-not-summed', 'algorithm', 's = g²: the sum of squares is forgotten', {
    adagrad: (K, gradient, start, { rates, epsilon, epsilonInside }) => {
      const path = [start];
      for (const rate of rates) {
        // Every step is the first one.
        const [, next] = adagrad(K, gradient, path.at(-1)!, { rates: [rate], epsilon, epsilonInside });
        path.push(next!);
      }
      return path;
    },
  }),
  saboteur('epsilon-lost', 'algorithm', 'ε = 0', { adagrad: (K, gradient, start, config) => adagrad(K, gradient, start, { ...config, epsilon: K.from(1e-30) }) }),
  saboteur('accumulator-starts-at-a-tenth', 'algorithm', 's_0 = 0.1', {
    adagrad: (K, gradient, start, { rates, epsilon, epsilonInside }) => {
      const path = [start];
      let s = K.vector(start.length, () => K.from('1/10'));
      for (const rate of rates) {
        const x = path.at(-1)!;
        const g = gradient(x);
        s = K.plus(s, K.hadamard(g, g));
        const sums = s;
        path.push(K.vector(x.length, (i) => K.sub(x[i]!, K.div(K.mul(rate, g[i]!), epsilonInside ? K.sqrt(K.add(sums[i]!, epsilon)) : K.add(K.sqrt(sums[i]!), epsilon)))));
      }
      return path;
    },
  }),
  saboteur('ascends', 'algorithm', 'x + ηg', {
    gradientDescent: (K, gradient, start, rate, steps) => gradientDescent(K, gradient, start, K.neg(rate), steps),
    nesterov: (K, gradient, start, rates, momenta) => nesterov(K, gradient, start, rates.map(K.neg), momenta),
  }),
  saboteur('query-is-the-iterate', 'algorithm', 'the gradient is asked for at x_t, not at y_{t+1}', {
    nesterov: (K, gradient, start, rates, momenta) => nesterov(K, gradient, start, rates, momenta).map(({ x }, t, all) => ({ query: t === 0 ? start : all[t - 1]!.x, x })),
  }),
  saboteur('rate-of-the-first-step', 'algorithm', 'η_1 for every t: a schedule is ignored', {
    momentum: (K, gradient, start, config) => momentum(K, gradient, start, { ...config, rates: config.rates.map(() => config.rates[0]!) }),
    adagrad: (K, gradient, start, config) => adagrad(K, gradient, start, { ...config, rates: config.rates.map(() => config.rates[0]!) }),
    heavyBall: (K, gradient, start, rates, momenta) => heavyBall(K, gradient, start, rates.map(() => rates[0]!), momenta),
    nesterov: (K, gradient, start, rates, momenta) => nesterov(K, gradient, start, rates.map(() => rates[0]!), momenta),
  }),
];

/** Every known mistake that an optimizer may make. */
export const gateSaboteurs: readonly Saboteur[] = [...theoretical, ...shipped];
