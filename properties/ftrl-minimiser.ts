import fc from 'fast-check';
import { metaCase } from '../src/generator/meta-case.js';
import { vector } from '../src/generator/number.js';
import { parameterCount } from '../src/update-rule/update-rule.js';
import { maximum } from '../src/world/maximum.js';
import { metaCompared } from '../src/world/meta.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'ftrl-minimiser',
  place: ['Section 3, “the minimiser exists, is unique, and finite”', '3.20 3.16'],
  error: 'gap',
  printed: {
    world: maximum,
    when: 'Two minimisers are one, in the norm max_i |w_i|',
    given: ['⟨s, p⟩ + (max_i |p_i|)²/(2η) = −½η(Σ_i |s_i|)²', '⟨s, q⟩ + (max_i |q_i|)²/(2η) = −½η(Σ_i |s_i|)²'],
    statement: ['p = q'],
    arithmetics: ['rational'],
    // −w_1 + ½max{|w_1|, |w_2|}² is −½ at (1, 1) and at (1, −1).
    refutedBy: [{ s: ['-1', '0'], rate: '1', p: ['1', '1'], q: ['1', '-1'] }],
  },
  corrected: {
    world: {
      ...metaCompared(
        (numbers) =>
          metaCase(numbers, { rates: 'any' }).chain((run) => fc.record({ run: fc.constant(run), comparator: vector(numbers, parameterCount(run.rule, run.start.length)) })),
        { preserves: false },
      ),
      regrets: true,
    },
    says: ['W closed, convex and not empty, ‖·‖ Euclidean', 'w_T: the play of AO-FTRL on the losses of Algorithm 4, in whichever round T; u any point of W'],
    steps: ['w_t = argmin_{w∈W} ‖w − w_t‖²'],
    because: ['0 ≤ ⟨S_{T−1} + α_Tg̃_T + w_T/η_T, u − w_T⟩'],
    statement: ['⟨S_{T−1} + α_Tg̃_T, w_T⟩ + ‖w_T‖²/(2η_T) + ‖u − w_T‖²/(2η_T) ≤ ⟨S_{T−1} + α_Tg̃_T, u⟩ + ‖u‖²/(2η_T)'],
    arithmetics: ['rational', 'float64'],
    coverage: { 'projection active': 0.1, 'T ≥ 20': 0.2, 'β varies': 0.2, 'hint: given': 0.05, 'W: all': 0.2 },
  },
  saboteurs: `
    beta-squared regulariser-doubled ascent hint-left-out hint-sign hint-unweighted hint-twice projection-left-out hint-not-removed projection-greedy
    projection-off projection-reflects`,
  proof: `
    Write v = S_{T−1} + α_Tg̃_T and F(w) = ⟨v, w⟩ + ‖w‖²/(2η). F(u) = F(w) + ⟨v + w/η, u − w⟩ + ‖u − w‖²/(2η) for all u and w, by the parallelogram law: ‖·‖² is strongly convex. F is large where ‖w‖ is, and W is closed: there is a minimiser w_T on W. There ⟨v + w_T/η, u − w_T⟩ ≥ 0 for u ∈ W, since W is convex: this is the statement, and it says that no other u ∈ W is a minimiser.
    A norm that comes from no inner product need not have this: the square of the largest entry does not see the others, and ⟨s, w⟩ + ½‖w‖² with s_i = 0 is least for every w_i up to ‖s‖. The like holds for Σ_i|w_i|: −w_1 − w_2 + ½(|w_1| + |w_2|)² is least at (1, 0) and at (0, 1). There is a minimiser, but not one alone.`,
});
