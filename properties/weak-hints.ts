import { hintCase } from '../src/generator/hint-case.js';
import { alternating } from '../src/generator/sign-case.js';
import { LEADERS, REGRET, WORST } from '../src/world/lines.js';
import { hinted } from '../src/world/linear.js';
import { signs } from '../src/world/signs.js';
import { theorem } from '../src/world/theorem.js';

const WEAK = '⟨g_t, g̃_t⟩ ≥ ε‖g_t‖²';

export default theorem({
  id: 'weak-hints',
  place: ['Section 3, weakly correlated hints', '3.24'],
  error: 'gap',
  printed: {
    world: signs,
    given: [WEAK],
    statement: ['Σα_t⟨g_t, w_t − u⟩ ≤ ‖u‖²/(2β_1) + C(1 + ln T)'],
    strength: 'rate',
    arithmetics: ['rational'],
    // For each C the first T at which β = 1 fails on alternating signs, where R = ⌈T/2⌉; and a β_t that vanishes.
    refutedBy: [
      { constant: '1', beta: '1', signs: alternating(9) },
      { constant: '2', beta: '1', signs: alternating(17) },
      { constant: '4', beta: '1', signs: alternating(39) },
      { constant: '1', beta: null, signs: alternating(64) },
    ],
  },
  corrected: {
    world: hinted((numbers) => hintCase(numbers)),
    says: [
      'W = Rᵐ (on a bounded W no more than Eq. 5 holds), ‖·‖ Euclidean, ε real',
      'AO-FTRL on given losses: η_t = β_t (Eq. 4) or β_{t−1} (Algorithms 2 and 4); w_1 as every w_t',
    ],
    where: [WORST, ...LEADERS],
    given: ['η_t ≤ η_{t−1}, t ≥ 2', WEAK],
    steps: [REGRET],
    because: ['D_t ≤ (½ − ε)α_t²η_t‖g_t‖²'],
    statement: ['Σα_t⟨g_t, w_t − u⟩ ≤ ‖u‖²/(2η_T) + (½ − ε)Σα_t²η_t‖g_t‖²'],
    arithmetics: ['rational', 'float64'],
    coverage: { 'ε ≥ ½': 0.1, 'ε < ½': 0.2, 'ε > 0': 0.25, 'T ≥ 20': 0.2, 'β varies': 0.2 },
  },
  saboteurs: `
    beta-index-swapped beta-frozen beta-squared regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign
    hint-unweighted hint-twice hint-not-removed projection-greedy first-hint-ignored`,
  proof: `
    On Rᵐ the regret is known exactly, against every v. Of its terms −‖v + η_TS_T‖²/(2η_T) ≤ 0, which is 0 at the u of the statement, and ½(η_{t+1} − η_t)‖S_t‖² ≤ 0.
    The others are ½α_t²η_t(‖g_t − g̃_t‖² − ‖g̃_t‖²) = α_t²η_t(½‖g_t‖² − ⟨g_t, g̃_t⟩) ≤ (½ − ε)α_t²η_t‖g_t‖². Where ε ≥ ½ they are ≤ 0, and R(T) ≤ ‖u‖²/(2η_T) does not grow with T for constant η.
    As printed, on W = [−1, 1]² with g_t = (ξ_t, 1) and hints (0, 1): ⟨g_t, g̃_t⟩ = 1 = ½‖g_t‖², but the hints say nothing of the first coordinate. For fair signs ξ_t every algorithm has E R(T) ≥ E|ξ_1 + … + ξ_T|, which grows like √(2T/π): what it plays there has mean loss 0, the best u loses −|ξ_1 + … + ξ_T|, and the second coordinate’s part of the regret is ≥ 0. So no algorithm has R(T) = O(log T) under these hypotheses alone.`,
});
