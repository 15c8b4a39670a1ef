import { adaptiveCase } from '../src/generator/adaptive-case.js';
import { adaptive, roots } from '../src/world/adaptive.js';
import { theorem } from '../src/world/theorem.js';

/** Where R(u) − ½‖u‖²_(T) is largest. */
const WORST = 'u = argmin_{w∈W} {⟨S_T, w⟩ + ½‖w‖²_(T)}';

export default theorem({
  id: 'adagrad-norms',
  place: ['Section 2, AdaGrad by altering the norms', '2.22'],
  error: 'prose',
  printed: {
    world: roots,
    where: ['h_t = s_t/β', WORST],
    given: ['s_t² = Σ_{s≤t}α_s²g_s²'],
    // Eq. (3) and its bound (5), with ‖w‖²_(t) = Σ_i h_{t,i}w_i² for ‖w‖²/β_t.
    statement: ['Σα_t⟨g_t, w_t − u⟩ ≤ ½‖u‖²_(T) + ½Σα_t²‖g_t‖²_(t),*'],
    arithmetics: ['rational'],
    // g = (3, −4), s = (3, 5), w = (0, −1): 21/5 > 16/5 at u = 1/5, and 4 > 31/10 at u = 0.
    refutedBy: [{ beta: '1', losses: ['3', '-4'] }],
  },
  corrected: {
    world: adaptive((numbers) => adaptiveCase(numbers)),
    where: [WORST, 'm_t = min_{w∈W} {⟨S_{t−1}, w⟩ + ½‖w‖²_(t)}', 'D_t = α_t⟨g_t, w_t⟩ + m_t − m_{t+1}', 's_t = √(Σ_{s≤t}α_s²(g_s − g̃_s)²)'],
    given: ['h_{t−1,i} ≤ h_{t,i}, t ≥ 2'],
    steps: [
      'S_t = S_{t−1} + α_tg_t',
      'w_t = argmin_{w∈W} {⟨S_{t−1} + α_tg̃_t, w⟩ + ½‖w‖²_(t)}',
      'm_{T+1} ≤ ⟨S_T, v⟩ + ½‖v‖²_(T)',
      // AdaGrad's own bound, with what it rests on: it has roots, and is not sharp.
      's_{t,i} ≤ βh_{t,i}',
      'Σα_t⟨g_t, w_t − u⟩ ≤ ½‖u‖²_(T) + βΣ_is_{T,i}',
    ],
    because: ['D_t ≤ ½α_t²‖g_t − g̃_t‖²_(t),*'],
    statement: ['Σα_t⟨g_t, w_t − u⟩ ≤ ½‖u‖²_(T) − min_{w∈W} ½‖w‖²_(1) + ½Σα_t²‖g_t − g̃_t‖²_(t),*'],
    arithmetics: ['rational', 'float64'],
    coverage: { 'norms: given': 0.3, 'norms: adagrad': 0.2, 'projection active': 0.3, hints: 0.2, 'T ≥ 20': 0.2, 'the norm grows': 0.5, 'the norm is no multiple of ‖·‖': 0.3 },
  },
  saboteurs: 'projection-off norm-frozen norm-weights-forgotten norm-ascent norm-bound-too-small',
  proof: `
    The norms are diagonal and W is a product of intervals: each coordinate by itself is FTRL on an interval with η_t = 1/h_{t,i}, which does not increase. [regret-bound] holds for each, and the sum over i is the statement with min_W.
    In coordinate i write a_t = α_t|g_{t,i} − g̃_{t,i}|, so s_{t,i}² = a_1² + … + a_t². AdaGrad without hints has βh_{t,i} ≥ s_{t,i}, for G_i ≥ a_t. And a_t²/s_{t,i} ≤ 2(s_{t,i} − s_{t−1,i}), for a_t² = (s_{t,i} − s_{t−1,i})(s_{t,i} + s_{t−1,i}). So ½Σa_t²/h_{t,i} ≤ ½βΣa_t²/s_{t,i} ≤ βs_{T,i}, and R(T) ≤ ½‖u‖²_(T) + βΣ_is_{T,i}.
    As printed the bound has the norm of s_t in round t, but w_t can be formed with s_{t−1} only: what holds its step back is then weaker than the bound says.`,
});
