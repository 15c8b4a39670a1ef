import { linearCase, type LinearCase } from '../src/generator/linear-case.js';
import { AO_FTRL, LEADERS, WORST } from '../src/world/lines.js';
import { linear } from '../src/world/linear.js';
import { theorem } from '../src/world/theorem.js';

/** W = R, α_t = 1. */
const onTheLine = (losses: string[], hints: string[], beta: string[]): LinearCase => ({
  set: { kind: 'all', dimension: 1 },
  alpha: losses.map(() => '1'),
  beta,
  index: 'equation-4',
  projection: 'lazy',
  losses: losses.map((g) => [g]),
  hints: hints.map((g) => [g]),
});

export default theorem({
  id: 'regret-bound',
  place: ['Eq. (5)', '3.21 3.17 3.22'],
  error: 'gap',
  printed: {
    // β that grow, either index, a first hint: one dimension is enough to refute each.
    world: linear((numbers) => linearCase({ ...numbers, horizon: 2, dimension: 1 }, { rates: 'any' }), { first: true }),
    where: [WORST],
    statement: ['Σα_t⟨g_t, w_t − u⟩ ≤ ‖u‖²/(2β_T) + ½Σα_t²β_t‖g_t − g̃_t‖²'],
    arithmetics: ['rational'],
    // A learning rate that grows; and a first hint that w_1 ignores.
    refutedBy: [onTheLine(['1', '-1'], ['0', '0'], ['1', '1', '2']), onTheLine(['1'], ['1'], ['1', '1'])],
  },
  corrected: {
    world: linear((numbers) => linearCase(numbers)),
    where: [WORST, ...LEADERS],
    given: ['η_t ≤ η_{t−1}, t ≥ 2'],
    steps: [...AO_FTRL, 'm_{T+1} ≤ ⟨S_T, w_t⟩ + ‖w_t‖²/(2η_T)'],
    because: ['D_t ≤ ½α_t²η_t‖g_t − g̃_t‖²'],
    statement: ['Σα_t⟨g_t, w_t − u⟩ ≤ ‖u‖²/(2η_T) − min_{w∈W} ‖w‖²/(2η_1) + ½Σα_t²η_t‖g_t − g̃_t‖²'],
    arithmetics: ['rational', 'float64'],
    coverage: { 'projection active': 0.15, hints: 0.3, 'T ≥ 20': 0.2, 'β varies': 0.2 },
  },
  saboteurs: `
    beta-index-swapped beta-frozen beta-squared regulariser-doubled ascent memory-lost loss-unweighted loss-weight-squared loss-sign hint-left-out hint-sign
    hint-unweighted hint-twice hint-not-removed projection-left-out projection-greedy projection-off first-hint-ignored`,
  proof: `
    R(u) = Σα_t⟨g_t, w_t⟩ − ⟨S_T, u⟩. With m_t the minimum of ⟨S_{t−1}, w⟩ + ‖w‖²/(2η_t) on W and η_{T+1} = η_T, telescoping gives R(u) = ‖u‖²/(2η_T) − [⟨S_T, u⟩ + ‖u‖²/(2η_T) − m_{T+1}] − m_1 + ΣD_t. The bracket is ≥ 0 for every u ∈ W, and 0 for the one that the statement has; and m_1 = min_W‖w‖²/(2η_1).
    Let û have the minimum m_{t+1}. Since η_{t+1} ≤ η_t, m_{t+1} ≥ ⟨S_{t−1} + α_tg_t, û⟩ + ‖û‖²/(2η_t); and m_t ≤ ⟨S_{t−1}, w_t⟩ + ‖w_t‖²/(2η_t).
    w_t minimises ⟨S_{t−1} + α_tg̃_t, w⟩ + ‖w‖²/(2η_t), which is 1/η_t-strongly convex (here the norm must come from an inner product): at û it is larger by ‖û − w_t‖²/(2η_t) or more.
    Together D_t ≤ α_t⟨g_t − g̃_t, w_t − û⟩ − ‖û − w_t‖²/(2η_t) ≤ ½α_t²η_t‖g_t − g̃_t‖².
    As printed β_t may grow, which breaks the second line; and w_1 minimises ‖·‖², which breaks the third where g̃_1 ≠ 0.`,
});
