import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adagrad } from '../src/algorithm/adagrad.js';
import { adagradMetric, adaptiveFtrl } from '../src/algorithm/adaptive-ftrl.js';
import { aoFtrl, ftrl, onlineLearner, type LearnerConfig } from '../src/algorithm/ao-ftrl.js';
import { bootstrappedMetaGradient, bootstrappedTarget } from '../src/algorithm/bootstrapped-meta-gradient.js';
import { convexMetaLearning } from '../src/algorithm/convex-meta-learning.js';
import { gradientDescent } from '../src/algorithm/gradient-descent.js';
import { heavyBall } from '../src/algorithm/heavy-ball.js';
import { currentJacobianHint, givenHints, noHint, previousGradientHint, scaledHint } from '../src/algorithm/hint.js';
import { metaAdaGradDescent } from '../src/algorithm/meta-adagrad.js';
import { metaGradient } from '../src/algorithm/meta-gradient.js';
import { metaSgd, optimisticMetaSgd } from '../src/algorithm/meta-sgd.js';
import { momentum } from '../src/algorithm/momentum.js';
import { fistaWeights, nesterov } from '../src/algorithm/nesterov.js';
import { optimisticMetaLearning, type MetaLearningConfig } from '../src/algorithm/optimistic-meta-learning.js';
import { averagingRates, constantRate, corollaryOneRates, weights } from '../src/algorithm/weights.js';
import { decimal } from '../src/arithmetic/decimal.js';
import { float64 } from '../src/arithmetic/float64.js';
import { primeField } from '../src/arithmetic/prime-field.js';
import { ratio, rational, type Rational } from '../src/arithmetic/rational.js';
import type { OrderedSpace, Space, Vector } from '../src/arithmetic/space.js';
import { functionSpec, quadraticSpec } from '../src/generator/function.js';
import { linearCase, prepareLinear } from '../src/generator/linear-case.js';
import { metaCase, prepare, prepareIdentity, type MetaCase } from '../src/generator/meta-case.js';
import { rationalNumbers, vector } from '../src/generator/number.js';
import { numbers } from '../src/problem/body.js';
import { convexFunction, differentiableFunction } from '../src/problem/convex.js';
import { feasibleSet, type SetSpec } from '../src/problem/feasible-set.js';
import type { Num } from '../src/problem/shape.js';
import { reference } from '../src/subject.js';
import type { Round } from '../src/trajectory.js';
import { metaAdaGrad } from '../src/update-rule/meta-adagrad.js';
import { updateRule, type RuleSpec } from '../src/update-rule/update-rule.js';
import { exactly, holdsFor } from './support/exactly.js';
import { column, q } from './support/rationals.js';

const K = rational;
const lines = (...data: Num[]): Rational[][] => data.map((entry) => [q(entry)]);
const show = (points: readonly Vector<Rational>[]): string[] => points.map((point) => Array.from(point, K.format).join(' '));
const line: SetSpec = { kind: 'all', dimension: 1 };
const interval: SetSpec = { kind: 'box', lower: ['-1'], upper: ['1'] };

/** ∇f of f(x) = (scale/2)(x − centre)². */
const slope = (centre: Num, scale: Num = '1') => (x: Vector<Rational>): Vector<Rational> => K.vector(x.length, (i) => q(scale).mul(x[i]!.sub(q(centre))));

function learner(set: SetSpec, details: Partial<LearnerConfig<Rational>> & Pick<LearnerConfig<Rational>, 'alpha' | 'beta'>): LearnerConfig<Rational> {
  return { set: feasibleSet(K, set), index: 'equation-4', projection: 'lazy', ...details };
}

describe('FTRL and AO-FTRL', () => {
  test('lazy: −ηS is projected afresh; greedy: each step starts at the projected play', () => {
    const config = learner(interval, { alpha: column('1', '1', '1'), beta: column('1', '1', '1', '1') });
    const losses = lines('-3', '5/2', '1');
    const lazy = ftrl(K, config, losses);
    expect(show(lazy.map((p) => p.play))).toEqual(['0', '1', '1/2']);
    expect(show(lazy.map((p) => p.unprojected))).toEqual(['0', '3', '1/2']);
    expect(show(lazy.map((p) => p.sumBefore))).toEqual(['0', '-3', '-1/2']);
    expect(show(lazy.map((p) => p.sum))).toEqual(['-3', '-1/2', '1/2']);
    const greedy = ftrl(K, { ...config, projection: 'greedy' }, losses);
    expect(show(greedy.map((p) => p.play))).toEqual(['0', '1', '-1']);
    expect(show(greedy.map((p) => p.unprojected))).toEqual(['0', '3', '-3/2']);
  });

  test('η_t is β_t by Eq. (4), β_{t−1} by Algorithm 4', () => {
    const config = { alpha: column('1', '1'), beta: column('7', '1', '2') };
    const plays = (index: 'equation-4' | 'algorithm-4') => ftrl(K, learner(line, { ...config, index }), lines('1', '-1'));
    expect(show(plays('equation-4').map((p) => p.play))).toEqual(['0', '-2']);
    expect(show(plays('algorithm-4').map((p) => p.play))).toEqual(['0', '-1']);
    expect(plays('equation-4').map((p) => K.format(p.eta))).toEqual(['1', '2']);
    expect(plays('algorithm-4').map((p) => K.format(p.eta))).toEqual(['7', '1']);
  });

  test('hints enter with the weight of the round to come, and leave again', () => {
    const config = learner(line, { alpha: column('1', '2'), beta: column('1/2', '1/2', '1/2') });
    const losses = { losses: lines('1', '-1'), hints: lines('1', '3') };
    const plays = aoFtrl(K, config, losses);
    expect(show(plays.map((p) => p.play))).toEqual(['-1/2', '-7/2']);
    expect(show(plays.map((p) => p.sum))).toEqual(['1', '-1']);
    expect(show(aoFtrl(K, { ...config, projection: 'greedy' }, losses).map((p) => p.play))).toEqual(['-1/2', '-7/2']);
    expect(show(plays.map((p) => p.hint))).toEqual(['1', '3']);
  });

  test('the centre moves the regulariser; the first play, if it is given, ignores hint and projection', () => {
    const config = { alpha: column('1', '2'), beta: column('1/2', '1/2', '1/2') };
    const losses = { losses: lines('1', '-1'), hints: lines('1', '3') };
    expect(show(aoFtrl(K, learner(line, { ...config, centre: column('5') }), losses).map((p) => p.play))).toEqual(['9/2', '3/2']);
    const first = aoFtrl(K, learner(interval, { ...config, first: column('4') }), losses);
    expect(show(first.map((p) => p.play))).toEqual(['4', '-1']);
    expect(show(first.map((p) => p.unprojected))).toEqual(['4', '-7/2']);
    // Greedy goes on from where it was put: 4 − ½(6 + 1 − 1).
    expect(show(aoFtrl(K, learner(line, { ...config, first: column('4'), projection: 'greedy' }), losses).map((p) => p.play))).toEqual(['4', '1']);
  });

  test('lazy and greedy are one method where nothing was ever projected and β is constant', () => {
    let [projected, free] = [0, 0];
    holdsFor(
      300,
      fc.property(linearCase(rationalNumbers, { rates: 'constant' }), (data) => {
        const { config, losses } = prepareLinear(K, reference, data);
        const lazy = aoFtrl(K, config, losses);
        const greedy = aoFtrl(K, { ...config, projection: 'greedy' }, losses);
        if (lazy.every((p) => show([p.play])[0] === show([p.unprojected])[0])) {
          free += 1;
          expect(show(greedy.map((p) => p.play))).toEqual(show(lazy.map((p) => p.play)));
        } else projected += 1;
      }),
    );
    expect(Math.min(projected, free)).toBeGreaterThan(50);
  });

  test('every lazy play minimises ⟨S_{t−1} + α_t g̃_t, w⟩ + ‖w‖²/(2η_t) over W: no point of W is below', () => {
    holdsFor(
      200,
      fc.property(linearCase(rationalNumbers, { rates: 'any' }).chain((data) => fc.tuple(fc.constant(data), vector(rationalNumbers, data.losses[0]!.length))), ([data, other]) => {
        const { config, losses } = prepareLinear(K, reference, data);
        const elsewhere = config.set.project(numbers(K, other));
        let sum = K.zeros(elsewhere.length);
        aoFtrl(K, config, losses).forEach((p, i) => {
          const eta = q(data.beta[data.index === 'equation-4' ? i + 1 : i]!);
          const v = K.axpy(q(data.alpha[i]!), numbers(K, data.hints[i]!), sum);
          const objective = (w: Vector<Rational>): Rational => K.dot(v, w).add(K.dot(w, w).div(eta.mul(ratio(2))));
          expect(K.lessOrEqual(objective(p.play), objective(elsewhere))).toBe(true);
          sum = K.axpy(q(data.alpha[i]!), numbers(K, data.losses[i]!), sum);
          expect(show([p.sum])).toEqual(show([sum]));
        });
      }),
    );
  });

  test('sequences that do not fit, and turns out of order, are refused', () => {
    const config = learner(line, { alpha: column('1'), beta: column('1', '1') });
    expect(() => ftrl(K, config, lines('1', '2'))).toThrow(new RangeError('expected 2 weights and hints for 2 losses, got 1 and 2'));
    expect(() => aoFtrl(K, config, { losses: lines('1'), hints: [] })).toThrow(new RangeError('expected 1 weights and hints for 1 losses, got 1 and 0'));
    expect(() => ftrl(K, { ...config, beta: column('1') }, lines('1'))).toThrow(new RangeError('expected learning rates β_0 … β_T, got 1 of them at t = 1'));
    const outOfTurn = new RangeError('expected predict and reveal in turn, 1 times');
    expect(() => onlineLearner(K, config).reveal(column('1'))).toThrow(outOfTurn);
    const one = onlineLearner(K, { ...config, index: 'algorithm-4' });
    one.predict(column('0'));
    expect(() => one.predict(column('0'))).toThrow(outOfTurn);
    one.reveal(column('1'));
    expect(() => one.reveal(column('1'))).toThrow(outOfTurn);
    expect(() => one.predict(column('0'))).toThrow(outOfTurn);
    const two = onlineLearner(K, learner(line, { alpha: column('1', '1'), beta: column('1', '1', '1') }));
    two.predict(column('0'));
    expect(() => two.predict(column('0'))).toThrow(new RangeError('expected predict and reveal in turn, 2 times'));
  });
});

describe('AO-FTRL in a norm of each round', () => {
  const config = {
    intervals: [feasibleSet(K, { kind: 'box', lower: ['-1/2'], upper: ['1/2'] }), feasibleSet(K, line)],
    alpha: column('1', '2'),
    metric: (past: readonly unknown[]) => K.scale(ratio(past.length + 1), column('1', '2')),
  };
  const losses = [column('2', '-1'), column('1', '1')];

  test('divides by the norm, coordinate by coordinate, and then projects', () => {
    const plays = adaptiveFtrl(K, config, { losses, hints: [column('1', '0'), column('0', '-1')] });
    expect(show(plays.map((p) => p.unprojected))).toEqual(['-1 0', '-1 3/4']);
    expect(show(plays.map((p) => p.play))).toEqual(['-1/2 0', '-1/2 3/4']);
    expect(show(plays.map((p) => p.sumBefore))).toEqual(['0 0', '2 -1']);
    expect(show(plays.map((p) => p.sum))).toEqual(['2 -1', '4 1']);
    expect(show(plays.map((p) => p.metric))).toEqual(['1 2', '2 4']);
    expect(plays.map(({ t, alpha }) => `${t} ${K.format(alpha)}`)).toEqual(['1 1', '2 2']);
    expect([show(plays.map((p) => p.loss)), show(plays.map((p) => p.hint))]).toEqual([['2 -1', '1 1'], ['1 0', '0 -1']]);
    expect(show(adaptiveFtrl(K, config, { losses }).map((p) => p.unprojected))).toEqual(['0 0', '-1 1/4']);
  });

  test('sequences that do not fit are refused', () => {
    expect(() => adaptiveFtrl(K, { ...config, alpha: column('1') }, { losses })).toThrow(new RangeError('expected 2 weights and hints for 2 losses, got 1 and 2'));
    expect(() => adaptiveFtrl(K, config, { losses, hints: [] })).toThrow(new RangeError('expected 2 weights and hints for 2 losses, got 2 and 0'));
  });

  test('AdaGrad’s norm: the bound on the loss to come, and the weighed losses that came', () => {
    const interval = feasibleSet(float64, line);
    const alpha = [2, 1, 1];
    const plays = adaptiveFtrl(float64, { intervals: [interval, interval], alpha, metric: adagradMetric(float64, 0.5, [3, 5]) }, { losses: [[2, 6], [12, 84], [0, 0]] });
    // 3² + (2·2)² = 5², 5² + 12² = 13²; 5² + (2·6)² = 13², 13² + 84² = 85².
    expect(plays.map(({ metric }) => Array.from(metric))).toEqual([[6, 10], [10, 26], [26, 170]]);
  });
});

function meta(
  gradient: (x: Vector<Rational>) => Vector<Rational>,
  rule: RuleSpec,
  start: readonly Num[],
  details: Partial<MetaLearningConfig<Rational>> & Pick<MetaLearningConfig<Rational>, 'alpha' | 'beta'>,
  set: SetSpec = line,
): MetaLearningConfig<Rational> {
  return { ...learner(set, details), gradient, rule: updateRule(K, rule, start.length, gradient), start: column(...start), ...details };
}

const averages = (rounds: readonly Round<Rational>[]): string[] => show(rounds.map((r) => r.average));
const plays = (rounds: readonly Round<Rational>[]): string[] => show(rounds.map((r) => r.w));
const identity: RuleSpec = { kind: 'identity' };

describe('Algorithms 2 and 4', () => {
  test('Algorithm 2 with α_t = t, β = ½ on (x − 1)²/2', () => {
    const rounds = convexMetaLearning(K, meta(slope('1'), identity, ['100'], { alpha: column('1', '2', '3'), beta: column('1/2', '1/2', '1/2', '1/2') }));
    expect(plays(rounds)).toEqual(['0', '1/2', '7/6']);
    expect(averages(rounds)).toEqual(['0', '1/3', '3/4']);
    expect(show(rounds.map((r) => r.previousAverage))).toEqual(['100', '0', '1/3']);
    expect(show(rounds.map((r) => r.gradient))).toEqual(['-1', '-2/3', '-1/4']);
    expect(show(rounds.map((r) => r.sum))).toEqual(['-1', '-7/3', '-37/12']);
    expect(rounds.map((r) => [r.t, K.format(r.alphaSumBefore), K.format(r.alphaSum), K.format(r.eta)])).toEqual([[1, '0', '1', '1/2'], [2, '1', '3', '1/2'], [3, '3', '6', '1/2']]);
    for (const r of rounds) {
      expect(show([r.play, r.loss, r.offset, r.hint, r.jacobian[0]!])).toEqual(show([r.w, r.metaGradient, column('0'), column('0'), column('1')]));
      expect(show([r.x])).toEqual(show([r.w]));
    }
  });

  test('φ = w + 1 on x²/2, with rates 4 then 1: back to where S_2 = 0', () => {
    const shift: RuleSpec = { kind: 'affine', matrix: [['1']], offset: ['1'] };
    const rounds = convexMetaLearning(K, meta(slope('0'), shift, ['0'], { alpha: column('1', '1'), beta: column('9', '4', '1'), index: 'algorithm-4' }));
    expect([averages(rounds), plays(rounds), show(rounds.map((r) => r.sum))]).toEqual([['1', '-1'], ['0', '-4'], ['1', '0']]);
  });

  test('φ = ∇f as a position is no gradient descent: −1, −3/2, −11/6', () => {
    const rule: RuleSpec = { kind: 'state-affine', matrix: [['0']], gain: [['0']], direction: ['0'], offset: ['-1'], state: [['1']] };
    expect(averages(convexMetaLearning(K, meta(slope('1'), rule, ['0'], { alpha: column('1', '1', '1'), beta: column('1', '1', '1', '1') })))).toEqual(['-1', '-3/2', '-11/6']);
  });

  test('a Jacobian in two dimensions, pulled back from the gradient at the new average', () => {
    // φ(x, w) = 2w(−x₂, x₁) + (x₂, 0) from x̄_0 = (0, 1).
    const rule: RuleSpec = { kind: 'bilinear', matrices: [[['0', '-2'], ['2', '0']]], offset: ['0', '0'], state: [['0', '1'], ['0', '0']] };
    const [round] = convexMetaLearning(K, meta(slope('0'), rule, ['0', '1'], { alpha: column('1'), beta: column('1', '1') }));
    expect(show([round!.x, round!.average, round!.gradient, round!.metaGradient, round!.offset])).toEqual(['1 0', '1 0', '1 0', '-2', '1 0']);
  });

  test('hints: the previous gradient, the current Jacobian, scaled, given', () => {
    // φ = x − wf'(x) on x²/2 from 1, β = ¼: x̄ = 1, ¾; A_2 = −1, A_3 = −¾.
    const run = (alpha: readonly Num[], hint: Parameters<typeof optimisticMetaLearning<Rational>>[2]): Round<Rational>[] =>
      optimisticMetaLearning(K, meta(slope('0'), { kind: 'elementwise-descent' }, ['1'], { alpha: column(...alpha), beta: constantRate(q('1/4'), alpha.length) }), hint);
    const [previous, current] = [run(['1', '1', '1'], previousGradientHint(K, 1)), run(['1', '1', '1'], currentJacobianHint(K, 1))];
    expect([averages(previous).slice(0, 2), show(previous.map((r) => r.hint)), plays(previous)]).toEqual([['1', '3/4'], ['0', '-1', '-3/4'], ['0', '1/2', '5/8']]);
    expect([averages(current).slice(0, 2), show(current.map((r) => r.hint)), plays(current)]).toEqual([['1', '3/4'], ['0', '-1', '-9/16'], ['0', '1/2', '37/64']]);
    const scaled = run(['1', '1', '2'], scaledHint(K, 1));
    expect([show(scaled.map((r) => r.hint)), plays(scaled)]).toEqual([['0', '-1', '-9/64'], ['0', '1/2', '65/128']]);
    const given = run(['1', '1'], givenHints(lines('4', '0')));
    expect([show(given.map((r) => r.hint)), plays(given)[0]]).toEqual([['4', '0'], '-1']);
    expect(show(run(['1', '1'], noHint(K, 1)).map((r) => r.hint))).toEqual(['0', '0']);
    expect(() => run(['1', '1'], givenHints(lines('4')))).toThrow(new RangeError('expected a hint for round 2, got 1 hints'));
  });

  test('Eq. (3) taken literally weighs g_s with α_sρ_s', () => {
    const config = { alpha: column('1', '1', '1'), beta: column('1', '1', '1', '1') };
    const run = (lossWeight: 'alpha' | 'alpha-rho'): Round<Rational>[] => convexMetaLearning(K, meta(slope('1'), identity, ['0'], { ...config, lossWeight }));
    expect(plays(run('alpha'))).toEqual(['0', '1', '3/2']);
    expect(plays(run('alpha-rho'))).toEqual(['0', '1', '5/4']);
    expect(show(run('alpha-rho').map((r) => r.sum)).slice(0, 2)).toEqual(['-1', '-5/4']);
  });

  test('naive online-to-batch queries the iterate', () => {
    const config = { alpha: column('1', '1', '1'), beta: column('1', '1', '1', '1'), query: 'iterate' as const };
    const rounds = convexMetaLearning(K, meta(slope('1'), identity, ['0'], config));
    expect([plays(rounds), averages(rounds), show(rounds.map((r) => r.gradient))]).toEqual([['0', '1', '1'], ['0', '1/2', '2/3'], ['-1', '0', '0']]);
  });

  test('β may be such that a round is projected: W = [−1, 1]', () => {
    const rounds = convexMetaLearning(K, meta(slope('3'), identity, ['0'], { alpha: column('1', '1'), beta: column('1', '1', '1') }, interval));
    expect([plays(rounds), averages(rounds), show(rounds.map((r) => r.unprojected))]).toEqual([['0', '1'], ['0', '1/2'], ['0', '3']]);
  });

  test('without hints Algorithm 4 is Algorithm 2', () => {
    holdsFor(
      100,
      fc.property(metaCase(rationalNumbers), (data) => {
        const { config } = prepare(K, reference, data);
        const rounds = optimisticMetaLearning(K, config, () => K.zeros(config.set.dimension));
        expect(averages(rounds)).toEqual(averages(convexMetaLearning(K, config)));
      }),
    );
  });

  test('φ = w with the scaled hint is Nesterov’s method at its queries, for α_t = t', () => {
    const T = 5;
    holdsFor(
      100,
      fc.property(functionSpec(rationalNumbers, 2), rationalNumbers.positive, (spec, rate) => {
        const f = convexFunction(K, spec);
        const beta = q(rate);
        const alpha = weights(K, 'linear', T);
        const rounds = optimisticMetaLearning(K, meta(f.gradient, identity, ['7', '7'], { alpha, beta: constantRate(beta, T) }, { kind: 'all', dimension: 2 }), scaledHint(K, 2));
        const rates = alpha.map((t) => beta.mul(t).mul(ratio(2)).div(t.add(ratio(1))));
        const momenta = alpha.slice(0, -1).map((t) => t.sub(ratio(1)).div(t.add(ratio(2))));
        expect(averages(rounds)).toEqual(show(nesterov(K, f.gradient, K.zeros(2), rates, momenta).map((step) => step.query)));
      }),
    );
  });

  test('φ = w without hints is Heavy Ball with rates ρ_tα_{t−1}β and momenta ρ_t(1 − ρ_{t−1})/ρ_{t−1}', () => {
    const T = 5;
    holdsFor(
      100,
      fc.property(functionSpec(rationalNumbers, 2), fc.array(rationalNumbers.weight, { minLength: T, maxLength: T }), rationalNumbers.positive, (spec, data, rate) => {
        const f = convexFunction(K, spec);
        const [alpha, beta] = [data.map(q), q(rate)];
        const rho = averagingRates(K, alpha);
        const rounds = convexMetaLearning(K, meta(f.gradient, identity, ['7', '7'], { alpha, beta: constantRate(beta, T) }, { kind: 'all', dimension: 2 }));
        const rates = rho.slice(1).map((r, i) => r.mul(alpha[i]!).mul(beta));
        const momenta = rho.slice(1).map((r, i) => r.mul(ratio(1).sub(rho[i]!)).div(rho[i]!));
        expect(averages(rounds)).toEqual(show(heavyBall(K, f.gradient, K.zeros(2), rates, momenta)));
      }),
    );
  });
});

describe('Algorithms 1 and 3', () => {
  const phi = (offset: Num) => updateRule(K, { kind: 'affine', matrix: [['1']], offset: [offset] }, 1, (x) => x);

  test('Algorithm 1 moves by φ, and w by the gradient of its look-ahead', () => {
    const run = (rho: Num): string[][] => {
      const steps = metaGradient(K, { gradient: slope('0'), rule: phi('0'), beta: column('1', '1'), rho: column(rho, rho), start: column('1'), first: column('-1/2') });
      return [show(steps.map((s) => s.x)), show(steps.map((s) => s.next)), show(steps.map((s) => s.previous)), show(steps.map((s) => s.w)), steps.map((s) => String(s.t))];
    };
    // x_1 = ½, w_2 = −½ − ½ = −1; x_2 = −½, w_3 = −1 + ½.
    expect(run('1')).toEqual([['1/2', '-1/2'], ['-1', '-1/2'], ['1', '1/2'], ['-1/2', '-1'], ['1', '2']]);
    // ρ = ½: looks ahead to 3/4, so w_2 = −½ − 3/8; x_2 = −3/8, and from ½ it looks ahead to 1/16: w_3 = −7/8 − 1/32.
    expect(run('1/2')).toEqual([['1/2', '-3/8'], ['-7/8', '-29/32'], ['1', '1/2'], ['-1/2', '-7/8'], ['1', '2']]);
  });

  test('w is projected where a set is given', () => {
    const steps = metaGradient(K, {
      gradient: slope('0'),
      rule: phi('0'),
      beta: column('1'),
      rho: column('1'),
      start: column('1'),
      first: column('0'),
      set: feasibleSet(K, { kind: 'orthant', corner: ['-1/3'] }),
    });
    expect(show(steps.map((s) => s.next))).toEqual(['-1/3']);
  });

  test('Algorithm 3 moves w towards the target', () => {
    const steps = bootstrappedMetaGradient(K, {
      rule: phi('1'),
      beta: column('1', '1/2'),
      start: column('0'),
      first: column('0'),
      mirror: slope('0'),
      target: ({ t, x, w }) => K.axpy(ratio(t), w, K.plus(x, column('1'))),
    });
    // x_1 = 1, z_1 = 2, w_2 = 0 − (1 − 2) = 1; x_2 = 3, z_2 = 4 + 2, w_3 = 1 − ½(3 − 6).
    expect([show(steps.map((s) => s.x)), show(steps.map((s) => s.next))]).toEqual([['1', '3'], ['1', '5/2']]);
  });

  test('the bootstrapped target is one more step, or several, and a gradient step', () => {
    const target = (unroll?: number): string[] => show([bootstrappedTarget(K, phi('1'), slope('0', '1/2'), column('1'), column('1'), unroll)]);
    expect([target(), target(1), target(2), target(0)]).toEqual([['3/2'], ['3/2'], ['5/2'], ['1/2']]);
  });
});

describe('weights and rates', () => {
  test('by hand', () => {
    expect(weights(K, 'constant', 3).map(K.format)).toEqual(['1', '1', '1']);
    expect(weights(K, 'linear', 3).map(K.format)).toEqual(['1', '2', '3']);
    expect(averagingRates(K, weights(K, 'linear', 4)).map(K.format)).toEqual(['1', '2/3', '1/2', '2/5']);
    expect(constantRate(q('2/3'), 2).map(K.format)).toEqual(['2/3', '2/3', '2/3']);
    expect(corollaryOneRates(K, q('2'), 3).map(K.format)).toEqual(['0', '0', '1/8', '1/6']);
    expect(weights(primeField, 'linear', 3)).toEqual([1n, 2n, 3n]);
  });

  test('FISTA’s have α_t² = α_{1:t}, in 50 digits, and do not exist in rationals', () => {
    const D = decimal(50);
    const alpha = weights(D, 'nesterov', 40);
    expect(D.format(alpha[1]!)).toBe('1.6180339887498948482045868343656381177203091798058');
    let sum = D.zero;
    for (const a of alpha) {
      sum = D.add(sum, a);
      expect(Math.abs(D.toNumber(D.div(D.sub(D.mul(a, a), sum), sum)))).toBeLessThan(1e-47);
    }
    expect(fistaWeights(float64, 2)).toEqual([1, (1 + Math.sqrt(5)) / 2]);
    expect(() => weights(K, 'nesterov', 2)).toThrow(new RangeError('expected weights without roots in rational, got "nesterov"'));
  });
});

describe('textbook methods on x²/2', () => {
  const gradient = slope('0');

  test('gradient descent', () => {
    expect(show(gradientDescent(K, gradient, column('1', '-3'), q('1/3'), 2))).toEqual(['1 -3', '2/3 -2', '4/9 -4/3']);
  });

  test('Heavy Ball, with coefficients that vary', () => {
    expect(show(heavyBall(K, gradient, column('1'), column('1/2', '1/2', '1/2'), column('1/2', '1/2', '1/2')))).toEqual(['1', '1/2', '0', '-1/4']);
    // x_1 = 1 − 1/4, x_2 = 3/4 − 3/4 + 2(−1/4).
    expect(show(heavyBall(K, gradient, column('1'), column('1/4', '1'), column('9', '2')))).toEqual(['1', '3/4', '-1/2']);
    expect(() => heavyBall(K, gradient, column('1'), column('1'), [])).toThrow(new RangeError('expected as many rates as momenta, got 1 and 0'));
  });

  test('Nesterov, queries and points', () => {
    const steps = nesterov(K, gradient, column('1'), column('1/2', '1/2', '1/2'), column('1/2', '1/2'));
    expect([show(steps.map((s) => s.query)), show(steps.map((s) => s.x))]).toEqual([['1', '1/4', '-1/16'], ['1/2', '1/8', '-1/32']]);
    expect(() => nesterov(K, gradient, column('1'), column('1', '1', '1'), column('1'))).toThrow(new RangeError('expected 2 momenta for 3 rates, got 1'));
  });

  test('momentum: plain, dampened, Nesterov’s', () => {
    const run = (dampening: Num, nesterov: boolean): string[] =>
      show(momentum(K, gradient, column('1'), { rates: column('1/2', '1/2', '1/2'), momentum: q('1/2'), dampening: q(dampening), nesterov }));
    expect(run('0', false)).toEqual(['1', '1/2', '0', '-1/4']);
    expect(run('1/2', false)).toEqual(['1', '1/2', '1/8', '-3/32']);
    expect(run('0', true).slice(0, 3)).toEqual(['1', '1/4', '-1/16']);
  });

  test('AdaGrad: ε beside the root, and under it', () => {
    const sequence = (values: readonly number[]) => {
      let t = 0;
      return (): Vector<number> => Float64Array.of(values[t++]!);
    };
    const run = (epsilon: number, epsilonInside: boolean, ...g: number[]): number[] =>
      adagrad(float64, sequence(g), Float64Array.of(10), { rates: g.map(() => 1), epsilon, epsilonInside }).map((x) => x[0]!);
    expect(run(0, false, 4, 3)).toEqual([10, 9, 9 - 3 / 5]);
    expect(run(9, true, 4)).toEqual([10, 10 - 4 / 5]);
    expect(run(9, false, 4)).toEqual([10, 10 - 4 / 13]);
  });

  test('the co-evolution of Section 1 with φ = −∇f/√w', () => {
    const f = (x: Vector<number>): Vector<number> => x;
    const run = (x: number, w: number, metaRate: number, steps: number): number[][] =>
      metaAdaGradDescent(float64, { gradient: f, rule: metaAdaGrad(float64, f), start: [x], first: [w], metaRate, least: 0.25, steps }).map((step) => [step.x[0]!, step.w[0]!]);
    // x_1 = 4 − 4/2, Dφ = ½ · 4/8, w_2 = 4 − 6 · ¼ · 2; and x_2 = 2 − 2 is the minimiser.
    expect(run(4, 4, 6, 2)).toEqual([[4, 4], [2, 1], [0, 1]]);
    expect(run(4, 4, 8, 1)).toEqual([[4, 4], [2, 0.25]]);
    // Overshooting, w rises: x_1 = 4 − 4/½, Dφ = ½ · 4/⅛.
    expect(run(4, 0.25, 0.25, 1)).toEqual([[4, 0.25], [-4, 16.25]]);
    expect(() => run(4, 0, 1, 1)).toThrow(new RangeError('expected w > 0, got 0'));
  });

  test('the element-wise meta-optimizers of Section 7.2', () => {
    const config = { gradient, start: column('1'), first: column('1/2'), metaRate: q('1'), steps: 2 };
    const pairs = (path: readonly { x: Vector<Rational>; w: Vector<Rational> }[]): string[] => path.map(({ x, w }) => `${show([x])[0]!} ${show([w])[0]!}`);
    expect(pairs(metaSgd(K, config))).toEqual(['1 1/2', '1/2 1', '0 1']);
    expect(pairs(optimisticMetaSgd(K, config))).toEqual(['1 1/2', '1/2 1/4', '3/8 21/64']);
    // ½ − 4/4 < 0: cut off; and a rate of 0 leaves w where it is.
    expect(pairs(optimisticMetaSgd(K, { ...config, metaRate: q('4') }))[1]).toBe('1/2 0');
    expect(pairs(optimisticMetaSgd(K, { ...config, metaRate: q('0') }))).toEqual(['1 1/2', '1/2 1/2', '1/4 1/2']);
    // Overshooting with w = 3: f'(1)f'(−2) = −2, so that w falls.
    expect(pairs(metaSgd(K, { ...config, first: column('3'), steps: 1 }))).toEqual(['1 3', '-2 1']);
  });
});

describe('one source, four arithmetics', () => {
  const D = decimal(60);
  const run = <S>(space: OrderedSpace<S>, data: MetaCase): Round<S>[] => {
    const { config, hint } = prepare(space, reference, data);
    return optimisticMetaLearning(space, config, hint);
  };

  test('60 digits agree with rationals on Algorithm 4 and on FTRL, lazy and greedy', () => {
    holdsFor(
      150,
      fc.property(metaCase(rationalNumbers), fc.constantFrom('lazy' as const, 'greedy' as const), (data, projection) => {
        const [truth, other] = [run(rational, { ...data, projection }), run(D, { ...data, projection })];
        truth.forEach((round, t) => {
          for (const key of ['w', 'x', 'average', 'gradient', 'metaGradient', 'sum', 'hint'] as const) {
            Array.from(round[key]).forEach((entry, i) => {
              // Rounds amplify what 10⁻⁶⁰ leaves by their Jacobians, all below 10⁵ here: five of them leave half of the digits.
              const error = exactly(D, other[t]![key][i]!).sub(entry).abs();
              expect(K.lessOrEqual(error, entry.abs().add(ratio(1)).div(ratio(10n ** 30n))), `${key} in round ${t + 1}`).toBe(true);
            });
          }
        });
      }),
    );
  });

  test('float64 gives the very numbers where all of them are dyadic and short', () => {
    // Weights 1, 1, 2, 4: all averaging rates are ½, and all data are small multiples of ½.
    const half = fc.integer({ min: -6, max: 6 }).map((k): Num => k / 2);
    const rows = (n: number, m: number): fc.Arbitrary<Num[][]> => fc.array(fc.array(half, { minLength: m, maxLength: m }), { minLength: n, maxLength: n });
    const cases = fc.record({
      weights: fc.array(fc.constantFrom<Num>(1, 2, 0.5), { minLength: 2, maxLength: 2 }),
      centre: rows(1, 2),
      A: rows(2, 2),
      b: rows(1, 2),
      corner: rows(1, 2),
      kind: fc.constantFrom('identity', 'affine', 'state-affine'),
      set: fc.constantFrom('all', 'box', 'orthant'),
      hint: fc.constantFrom('none' as const, 'previous' as const, 'current-jacobian' as const),
    }).map(({ weights: c, centre, A, b, corner, kind, set, hint }): MetaCase => ({
      function: {
        body: { kind: 'ridge', terms: c.map((weight, i) => ({ direction: [i === 0 ? 1 : 0, i], offset: 0, weight, shape: { kind: 'huber', width: 2 } })) },
        minimiser: centre[0]!,
      },
      rule: kind === 'identity'
        ? { kind }
        : kind === 'affine'
        ? { kind, matrix: A, offset: b[0]! }
        : { kind: 'state-affine', matrix: A, gain: [[0.5, 0], [0, 1]], direction: [0.5, 1], offset: b[0]!, state: [[0.5, 0], [0, 0.5]] },
      set: set === 'all'
        ? { kind: 'all', dimension: 2 }
        : set === 'box'
        ? { kind: 'box', lower: corner[0]!, upper: corner[0]!.map((low) => Number(low) + 1.5) }
        : { kind: 'orthant', corner: corner[0]! },
      hint: { kind: hint },
      // A Jacobian that depends on x doubles the digits each round.
      ...(kind === 'state-affine' ? { alpha: [1, 1], beta: [0.5, 0.5, 0.25] } : { alpha: [1, 1, 2, 4], beta: [0.5, 0.5, 0.25, 0.25, 0.25] }),
      index: 'equation-4',
      projection: 'lazy',
      start: [0.5, -1],
    }));
    holdsFor(
      200,
      fc.property(cases, (data) => {
        const [doubles, truth] = [run(float64, data), run(rational, data)];
        truth.forEach((round, t) => {
          for (const key of ['w', 'x', 'average', 'gradient', 'metaGradient', 'sum'] as const)
            expect(Array.from(doubles[t]![key], (entry) => K.format(K.from(entry)))).toEqual(Array.from(round[key], K.format));
        });
      }),
    );
  });

  test('the prime field holds the images of the rational results', () => {
    const image = (value: Rational): bigint => primeField.from(K.format(value));
    const quadratic = metaCase(rationalNumbers, { functions: 'quadratic', sets: 'whole' }).filter(({ rule }) => rule.kind !== 'state-affine');
    holdsFor(
      150,
      fc.property(quadratic, (data) => {
        const identityRun = <S>(space: Space<S>): Round<S>[] => {
          const { config, hint } = prepareIdentity(space, reference, data);
          return optimisticMetaLearning(space, config, hint);
        };
        const [truth, residues] = [identityRun(rational), identityRun(primeField)];
        truth.forEach((round, t) => {
          for (const key of ['w', 'average', 'metaGradient', 'sum'] as const) expect(Array.from(residues[t]![key])).toEqual(Array.from(round[key], image));
        });
      }),
    );
  });

  test('the textbook methods agree in rationals, 60 digits and the prime field', () => {
    holdsFor(
      60,
      fc.property(quadraticSpec(rationalNumbers, 2), vector(rationalNumbers, 2), (spec, start) => {
        const paths = <S>(space: Space<S>): Vector<S>[] => {
          const { gradient } = differentiableFunction(space, spec);
          const [x, rate, half] = [numbers(space, start), space.from('1/7'), space.from('1/2')];
          return [
            ...gradientDescent(space, gradient, x, rate, 4),
            ...heavyBall(space, gradient, x, [rate, half, rate], [half, rate, half]),
            ...nesterov(space, gradient, x, [rate, rate, half], [half, rate]).map((step) => step.x),
            ...momentum(space, gradient, x, { rates: [rate, half, rate], momentum: half, dampening: rate, nesterov: true }),
          ];
        };
        const truth = paths(rational);
        expect(paths(primeField).map((x) => Array.from(x))).toEqual(truth.map((x) => Array.from(x, (entry) => primeField.from(K.format(entry)))));
        paths(D).forEach((x, k) =>
          Array.from(x).forEach((entry, i) => {
            expect(K.lessOrEqual(exactly(D, entry).sub(truth[k]![i]!).abs(), truth[k]![i]!.abs().add(ratio(1)).div(ratio(10n ** 40n)))).toBe(true);
          })
        );
      }),
    );
  });
});
