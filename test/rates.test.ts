import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constrainedRegretLedger, squaredNorm } from '../oracles/ledger.js';
import corollary2 from '../properties/corollary-2.js';
import { ratio, rational as K, type Rational } from '../src/arithmetic/rational.js';
import { linearCase, prepareLinear } from '../src/generator/linear-case.js';
import { rationalNumbers } from '../src/generator/number.js';
import { reference } from '../src/subject.js';
import { holdsFor } from './support/exactly.js';

const { add, sub, mul, div, one } = K;

describe('what a round costs', () => {
  test('at most α_t²η_t‖g_t − θg̃_t‖²/(2θ(2 − θ)), for every θ in (0, 1], on every W, whatever the hints; and not for all θ where it is 1', () => {
    let [projected, better] = [0, 0];
    const thetas = fc.integer({ min: 1, max: 12 }).map((p) => ratio(p, 12));
    holdsFor(
      400,
      fc.property(linearCase(rationalNumbers), thetas, (data, theta) => {
        const { config, losses } = prepareLinear(K, reference, data);
        const plays = reference.aoFtrl(K, config, losses);
        const { rounds } = constrainedRegretLedger(K, config.set, plays, config.set.project(K.zeros(config.set.dimension)), 0);
        for (const [i, { alpha, eta, loss, hint, play, unprojected }] of plays.entries()) {
          const cost = (share: Rational): Rational =>
            div(mul(mul(mul(alpha, alpha), eta), squaredNorm(K, K.minus(loss, K.scale(share, hint)))), mul(mul(K.from(2), share), sub(K.from(2), share)));
          expect(K.lessOrEqual(rounds[i]!.loss.value, cost(theta))).toBe(true);
          projected += Number(Array.from(play).some((entry, j) => !K.equal(entry, unprojected[j]!)));
          better += Number(K.compare(cost(theta), cost(one)) < 0);
        }
      }),
    );
    expect(Math.min(projected, better)).toBeGreaterThan(200);
  });
});

describe('the share of the last gradient that is reckoned with', () => {
  /** κ_t of corollary-1, for t ≥ 2. */
  const hintShare = (t: number): Rational => sub(one, div(K.from(2 * t), K.from(t * t + 3 * t - 2)));
  /** θ(2 − θ) − c·t[θ²/(t − 1) + (1 − θ)²/2], which must not be negative for β = c/(2λ̂L). */
  const slack = (t: number, theta: Rational, c: Rational = one): Rational => {
    const rest = sub(one, theta);
    const cost = add(div(mul(theta, theta), K.from(t - 1)), div(mul(rest, rest), K.from(2)));
    return sub(mul(theta, sub(K.from(2), theta)), mul(mul(c, K.from(t)), cost));
  };

  test('is paid for by smoothness in every round', () => {
    for (let t = 2; t <= 400; t++) expect(K.lessOrEqual(K.zero, slack(t, hintShare(t))), `t = ${t}`).toBe(true);
  });

  test('is the best one; at t = 2 nothing is left, and no other share pays for a larger β', () => {
    for (let t = 2; t <= 30; t++) {
      for (let p = 1; p <= 60; p++) expect(K.lessOrEqual(slack(t, ratio(p, 60)), slack(t, hintShare(t)))).toBe(true);
    }
    expect(K.format(slack(2, hintShare(2)))).toBe('0');
    for (let p = 1; p <= 240; p++) expect(K.compare(slack(2, ratio(p, 240), ratio(1001, 1000)), K.zero)).toBeLessThan(0);
  });
});

// Found by 200,000 cases: λ = G_i² ≈ 1e−160 makes β ≈ 5e159, which multiplies what ‖g‖² lost to underflow.
test('a gradient that all but vanishes, with the enormous rate that it asks for, is no evidence in float64', () => {
  const outcome = corollary2.corrected.arms.find(({ arithmetic }) => arithmetic === 'float64')!.check(reference, {
    function: { body: { kind: 'log-sum-exp', atoms: [[0, 0, 0], [0, -0.000001, 0], [0, 0, 1]], offsets: [0, 170, 0] }, minimiser: [0, 0, 0] },
    rule: { kind: 'elementwise-descent' },
    set: { kind: 'all', dimension: 3 },
    start: [0, 1, 0],
    horizon: 1,
    factor: 1,
    index: 'equation-4',
    extrapolation: 0,
  });
  expect(outcome).toEqual({ kind: 'rejected', reason: 'the trajectory diverges' });
});
