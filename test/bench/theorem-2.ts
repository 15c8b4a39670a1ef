/** Theorem 2 in float64, as it is measured: the claim's own check, on cases up to n = 8 and T = 100. */
import fc from 'fast-check';
import theoremTwoClaim from '../../properties/theorem-2.js';
import type { Ball } from '../../src/arithmetic/ball.js';
import { float64 } from '../../src/arithmetic/float64.js';
import type { Arm, Claim } from '../../src/claim.js';
import { Environment } from '../../src/formula/meaning.js';
import { metaCase, prepare, type MetaCase } from '../../src/generator/meta-case.js';
import { doubles } from '../../src/generator/number.js';
import { runVariant } from '../../src/runner/run-variant.js';
import { reference } from '../../src/subject.js';
import { compile } from '../../src/world/judge.js';
import { lift } from '../../src/world/lift.js';
import { LEADERS } from '../../src/world/lines.js';
import { meta } from '../../src/world/meta.js';
import { processorTime } from './turns.js';

export const LARGEST = { horizon: 100, dimension: 8 };

export const generator = metaCase(doubles, { horizon: { min: 1, max: LARGEST.horizon }, dimension: LARGEST.dimension });
export const arm: Arm = { ...theoremTwoClaim.corrected.arms.find(({ arithmetic }) => arithmetic === 'float64')!, generator: generator as unknown as Arm['generator'] };
const claim: Claim = { ...theoremTwoClaim, corrected: { ...theoremTwoClaim.corrected, arms: [arm] } };

/** Microseconds of processor time a case, all cases counted: those that a hypothesis rejects, too. @throws {Error} where the claim does not hold. */
export function ourCase(seed: number): number {
  let drawn = 0;
  const time = processorTime(() => {
    const { verdict, cases, rejected, reason } = runVariant(claim, 'corrected', reference, { cases: 500, seed, deadline: null });
    if (verdict !== 'holds') throw new Error(`expected theorem-2 to hold, got ${verdict}: ${reason}`);
    drawn = cases + rejected;
  });
  return (time / drawn) * 1000;
}

const world = meta(() => generator);
/** Both sides of the regret’s ledger, and of the inequality. */
const LEDGER = 'Σα_t⟨g_t, w_t − w*⟩ = ‖w*‖²/(2η_T) − (⟨S_T, w*⟩ + ‖w*‖²/(2η_T) − m_{T+1}) − m_1 + ΣD_t';
const compared = compile({ world, where: LEADERS, statement: [LEDGER, theoremTwoClaim.corrected.statement.split(', with ')[0]!] });

/** What the claim compares on a case, each with its error; null where it is rejected. */
export function ourResult(data: MetaCase): { readonly [side in 'gap' | 'bound' | 'regret' | 'ledger']: Ball } | null {
  const played = world.play(float64, reference, data);
  if ('kind' in played || arm.check(reference, data as never).kind === 'rejected') return null;
  const e = new Environment(compared.define(lift(played.values, played.sizes!())));
  const [[regret, ledger], [gap, bound]] = compared.statement.map(({ numbers }) => numbers!.map((of) => of(e))) as [[Ball, Ball], [Ball, Ball]];
  return { gap, bound, regret, ledger };
}

/** Microseconds a case of each stage: the draw, the run, and the whole verdict's remainder. */
export function stages(seed: number): { readonly generation: number; readonly run: number; readonly verdict: number } {
  const cases: MetaCase[] = [];
  const count = 500;
  const each = (work: (data: MetaCase) => void): number => (processorTime(() => cases.forEach(work)) / count) * 1000;
  const generation = (processorTime(() => void fc.check(fc.property(generator, (data) => void cases.push(data)), { seed, numRuns: count })) / count) * 1000;
  const run = each((data) => {
    const { config, hint } = prepare(float64, reference, data);
    reference.optimisticMetaLearning(float64, config, hint);
  });
  const verdict = each((data) => void arm.check(reference, data as never)) - run;
  return { generation, run, verdict };
}

/** A case of exactly n dimensions and T rounds, whose run stays bounded: least squares, affine φ, a box, the last gradient as a hint. */
export function sizedCase(n: number, T: number): MetaCase {
  const wave = (i: number, j: number): number => Math.cos(1 + 3 * i + 5 * j + i * j);
  const matrix = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : wave(i, j) / (2 * n))));
  return {
    function: {
      body: { kind: 'ridge', terms: matrix.map((direction, i) => ({ direction, offset: wave(i, 0), weight: 1, shape: { kind: 'square' } })) },
      minimiser: matrix.map((_, i) => wave(i, 1) / 4),
    },
    rule: { kind: 'affine', matrix, offset: matrix.map(() => 0) },
    set: { kind: 'box', lower: matrix.map(() => -2), upper: matrix.map(() => 2) },
    hint: { kind: 'previous' },
    alpha: Array<number>(T).fill(1),
    beta: Array<number>(T + 1).fill(0.1),
    index: 'equation-4',
    projection: 'lazy',
    start: matrix.map(() => 1),
  };
}
