import { ratio, rational, type Rational } from '../arithmetic/rational.js';
import type { Space, Vector } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { number, vector } from '../formula/unit.js';
import { approximate } from '../generator/meta-case.js';
import { signCase, simplerSigns, type SignCase } from '../generator/sign-case.js';
import { show, type Evidence } from '../outcome.js';
import type { Subject } from '../subject.js';
import type { Play } from '../trajectory.js';
import { LINEAR, learnerNames, lossNames } from './linear.js';
import { given, made, signature } from './names.js';
import type { Played, World } from './world.js';

/** AO-FTRL by Eq. (4) on [−1, 1]² against losses of which the hints know one coordinate. */
export const signs: World<SignCase> = {
  signature: signature({ ...LINEAR, u: made(vector('w', 'w'), 0), C: given(number('αf')), 'ln T': given(number('1')) }, {}),
  regrets: true,
  says: [
    'linear losses on W = [−1, 1]², α_t = 1; u the best fixed point of W',
    'AO-FTRL by Eq. (4) with β_t = β or β_t = 1/⌈√t⌉',
    'C ∈ {1, 2, 4} for the constant of O(log T), ln T rounded up to a fraction, and ‖u‖²/(2β_1) on top, which does not grow with T',
  ],
  cases: () => signCase,
  simpler: simplerSigns,
  play: playSigns,
};

/** An upper bound on ln T without roots or logarithms: T = 2ᵏ(1 + r), 0 ≤ r < 1: ln T ≤ k·7/10 + r, since ln 2 < 7/10 (e^0.7 > 1 + 0.7 + 0.7²/2 + 0.7³/6 > 2) and ln(1 + r) ≤ r. */
function logarithmBound(T: number): Rational {
  const k = Math.floor(Math.log2(T));
  const power = 2 ** k;
  return ratio(7 * k, 10).add(ratio(T - power, power));
}

/** E|ξ_1 + … + ξ_T| for fair signs: what every algorithm loses on average on these losses, whatever it does. */
function randomWalk(T: number): Rational {
  let [binomial, sum] = [1n, 0n];
  for (let k = 0; k <= T; k++) {
    sum += binomial * BigInt(Math.abs(T - 2 * k));
    binomial = (binomial * BigInt(T - k)) / BigInt(k + 1);
  }
  return ratio(sum, 2n ** BigInt(T));
}

function playSigns<S>(K: Space<S>, subject: Subject, data: SignCase): Played<S> | Rejected {
  const T = data.signs.length;
  if (T < 1 || !data.signs.every((sign) => Math.abs(approximate(sign)) === 1)) return rejected('a sign is not ±1');
  if (!(approximate(data.constant) >= 1) || (data.beta !== null && !(approximate(data.beta) > 0))) return rejected('expected C ≥ 1 and β > 0');
  const set = subject.feasibleSet(K, { kind: 'box', lower: ['-1', '-1'], upper: ['1', '1'] });
  const config = {
    set,
    alpha: data.signs.map(() => K.one),
    beta: Array.from({ length: T + 1 }, (_, t) => K.from(data.beta ?? `1/${Math.ceil(Math.sqrt(Math.max(t, 1)))}`)),
    index: 'equation-4',
    projection: 'lazy',
  } as const;
  const two = (a: S, b: S): Vector<S> => K.vector(2, (i) => (i === 0 ? a : b));
  const losses = { losses: data.signs.map((sign) => two(K.from(sign), K.one)), hints: data.signs.map(() => two(K.zero, K.one)) };
  const plays = subject.aoFtrl(K, config, losses);
  // A linear loss on a box: the best u is −1 where the sum is positive, else 1.
  const total = data.signs.reduce<number>((sum, sign) => sum + approximate(sign), 0);
  const u = two(K.from(total > 0 ? -1 : 1), K.from(-1));
  return {
    values: {
      K,
      constants: { T, n: 2, m: 2 },
      size: { x: 2, w: 2 },
      names: {
        ...learnerNames(config, plays),
        ...lossNames(losses),
        u: () => u,
        ε: () => K.from('1/2'),
        C: () => K.from(data.constant),
        'ln T': () => K.from(logarithmBound(T).toFraction()),
      },
      functions: {},
      sets: { W: set },
    },
    labels: [],
    still: false,
    evidence: evidence(K, data, plays, u),
  };
}

function evidence<S>(K: Space<S>, data: SignCase, plays: readonly Play<S>[], u: Vector<S>): Evidence {
  const T = plays.length;
  // What grows: the regret of the first T/4, T/2 and T rounds against their own best u, which pays −|S_{T,1}| − |S_{T,2}|.
  const regretOf = (horizon: number): string => {
    const sum = data.signs.slice(0, horizon).reduce<number>((total, sign) => total + approximate(sign), 0);
    return K.format(plays.slice(0, horizon).reduce((R, { loss, play }) => K.add(R, K.dot(loss, play)), K.from(Math.abs(sum) + horizon)));
  };
  return () => ({
    W: '[−1, 1]²',
    α: '1',
    g: '(ξ_t, 1)',
    'g̃': '(0, 1)',
    ε: '1/2',
    C: data.constant,
    T,
    β: data.beta ?? '1/⌈√t⌉',
    ξ: data.signs.map((sign) => (approximate(sign) > 0 ? '+' : '−')).join(''),
    u: show(K, u),
    w: [...plays.slice(0, 8).map(({ play }) => show(K, play)), ...(T > 8 ? ['…'] : [])],
    'R after T/4, T/2, T rounds': [Math.ceil(T / 4), Math.ceil(T / 2), T].map(regretOf),
    'ln T': logarithmBound(T).toFraction(),
    'mean over all ξ that no algorithm beats, E|ξ_1 + … + ξ_T|': rational.toNumber(randomWalk(T)).toPrecision(6),
  });
}
