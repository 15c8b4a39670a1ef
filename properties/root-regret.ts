import fc from 'fast-check';
import type { HintCase } from '../src/generator/hint-case.js';
import { linearCase, type LinearCase } from '../src/generator/linear-case.js';
import type { NumberSource } from '../src/generator/number.js';
import { either, one, witness } from '../src/world/either.js';
import { LEADERS, WORST } from '../src/world/lines.js';
import { bounded } from '../src/world/linear.js';
import { theorem } from '../src/world/theorem.js';

/** Without hints, α_t = 1; losses of any size, or of one, most of them on one side; v as far out as it may be, or nearer. */
function cases(numbers: NumberSource): fc.Arbitrary<HintCase> {
  const signed = linearCase(numbers, { hints: false, rates: 'constant', dimension: 1 }).chain((run) =>
    fc.array(fc.constantFrom('1', '1', '-1'), { minLength: run.losses.length, maxLength: run.losses.length }).map((signs) => ({ ...run, losses: signs.map((sign) => [sign]) }))
  );
  return fc.oneof(linearCase(numbers, { hints: false, rates: 'constant' }), signed).chain((run) =>
    fc.record({ run: fc.constant<LinearCase>({ ...run, alpha: run.alpha.map(() => '1') }), comparator: units(run.losses[0]!.length) })
  );
}
const units = (m: number): fc.Arbitrary<string[]> =>
  fc.constantFrom('-1', '1', '1/2', '-1/3').chain((first) => fc.constant(Array.from({ length: m }, (_, i) => (i === 0 ? first : '0'))));
const world = bounded(cases);
/** Four losses of size 1, all but one of one sign. */
const attained: HintCase = {
  run: {
    set: { kind: 'all', dimension: 1 },
    alpha: ['1', '1', '1', '1'],
    beta: ['1/2', '1/2', '1/2', '1/2', '1/2'],
    index: 'equation-4',
    projection: 'lazy',
    losses: [['1'], ['-1'], ['1'], ['1']],
    hints: [['0'], ['0'], ['0'], ['0']],
  },
  comparator: ['-1'],
};

export default theorem({
  id: 'root-regret',
  place: ['Section 3, “FTRL can guarantee O(√T) regret”', '3.23'],
  printed: {
    ...either(
      one(5, {
        world,
        identified: { α: '1' },
        where: [WORST, ...LEADERS],
        given: ['η_t = β', '‖g_t‖² ≤ G²', '‖v‖² ≤ β²G²T'],
        because: ['D_t ≤ ½βG²'],
        statement: ['Σ⟨g_t, w_t − v⟩ ≤ βG²T', 'Σ⟨g_t, w_t − u⟩ ≤ ‖u‖²/(2β) + ½βG²T − min_{w∈W} ‖w‖²/(2β)'],
      }),
      one(1, { world: witness(world, attained), identified: { α: '1' }, when: 'attained, for g = (1, −1, 1, 1) and v = −1', statement: ['Σ⟨g_t, w_t − v⟩ = βG²T'] }),
    ),
    says: ['W closed and convex, ‖·‖ Euclidean', 'FTRL on given losses, α_t = 1, without hints', 'β = D/(G√T) with D any number ≥ ‖v‖: βG²T = DG√T, and D² = β²G²T'],
    arithmetics: ['rational', 'float64'],
    survivors: {
      'Σ_{t<T}⟨g_t, w_t − v⟩ ≤ βG²T': 'the bound for T − 1 rounds, and a little more',
      'Σ⟨g_t, −w_t − v⟩ = βG²T': 'Σ⟨g_t, w_t⟩ = 0 wherever it is attained',
    },
    coverage: { 'T ≥ 20': 0.2, 'projection active': 0.2, 'attained, for g = (1, −1, 1, 1) and v = −1': 0.05 },
  },
  saboteurs: 'beta-squared regulariser-doubled ascent memory-lost loss-sign projection-left-out projection-off',
  proof: `
    [regret-bound] with constant β, α_t = 1 and no hints: against every v, R(T) ≤ ‖v‖²/(2β) + ½βΣ‖g_t‖² ≤ D²/(2β) + ½βTG² (the u of the statement is where the first is nearest). For β = D/(G√T) is DG√T: O(√T), for bounded losses and comparators, with a rate that knows T, G and D. The paper names none of these.
    On Rᵐ it is attained where ‖g_t‖ = G and v = −βS_T with ‖S_T‖ = G√T: the regret against v is ‖v‖²/(2β) + ½βΣ‖g_t‖² − ‖v + βS_T‖²/(2β) [weak-hints].`,
});
