/** Lines of proofs that several claims share. */

/** x* is a minimiser. */
export const MINIMISER = ['‖∇f(x*)‖² = 0', 'f(x*) ≤ f(x̄_t)'];

/** Eq. (4) */
export const PLAY = 'w_t = argmin_{w∈W} {⟨S_{t−1} + α_tg̃_t, w⟩ + ‖w‖²/(2η_t)}';
/** A run of AO-FTRL is what its equations say. */
export const AO_FTRL = ['S_t = S_{t−1} + α_tg_t', PLAY];
/** A run of Algorithm 2 or 4 is what its equations say. */
export const RUN = [
  'S_t = S_{t−1} + α_tA_tᵀG_t',
  PLAY,
  'x_t = φ(x̄_{t−1}, w_t)',
  'x_t = A_tw_t + b_t',
  'α_{1:t}x̄_t = α_{1:t−1}x̄_{t−1} + α_tx_t',
  'G_t = ∇f(x̄_t)',
  'g_t = A_tᵀG_t',
];

/** The like for φ = w, and w*, the smallest w ∈ W with ⟨S_T, w⟩ ≤ ⟨S_T, x*⟩. */
export const PLAIN_RUN = [
  'S_t = S_{t−1} + α_tG_t',
  PLAY,
  'x_t = w_t',
  'α_{1:t}x̄_t = α_{1:t−1}x̄_{t−1} + α_tx_t',
  'G_t = ∇f(x̄_t)',
  'g_t = G_t',
];
export const PLAIN_COMPARATOR = ['w* = Π_W(−θS_T)', '0 ≤ θ', 'θ⟨S_T, x* − w*⟩ = 0'];

/** w* is the smallest w ∈ W that Definition 1 allows: Π_W(−θc) with θ ≥ 0 and complementary. */
export const DEFINITION_ONE = ['w* = Π_W(−θc)', '0 ≤ θ', 'θ(s − ⟨c, w*⟩) = 0', 'c = Σα_tA_tᵀG_t', 's = Σα_t⟨G_t, x* − b_t⟩'];

/** Round t begins with a minimum of m_t on W, and costs D_t. η_{T+1} = η_T. */
export const LEADERS = ['m_t = min_{w∈W} {⟨S_{t−1}, w⟩ + ‖w‖²/(2η_t)}', 'D_t = α_t⟨g_t, w_t⟩ + m_t − m_{t+1}'];

/** The u ∈ W at which R(u) − ‖u‖²/(2η_T) is largest: a bound that holds there holds everywhere. */
export const WORST = 'u = argmin_{w∈W} {⟨S_T, w⟩ + ‖w‖²/(2η_T)}';
/** I2, for W = Rᵐ, any η_t > 0, any hints and any v. */
export const REGRET = 'Σα_t⟨g_t, w_t − v⟩ = ‖v‖²/(2η_T) − ‖v + η_TS_T‖²/(2η_T) + Σ_{t<T}½(η_{t+1} − η_t)‖S_t‖² + Σ½α_t²η_t(‖g_t − g̃_t‖² − ‖g̃_t‖²)';

/** I1, for every differentiable f and every sequence: what online-to-batch conversion gains, and what it leaves out. */
export const ANYTIME = 'α_{1:T}(f(x̄_T) − f(x*)) = Σ[α_t⟨G_t, x_t − x*⟩ − α_tB_f(x*, x̄_t) − α_{1:t−1}B_f(x̄_{t−1}, x̄_t)]';
/** I3, for affine φ and every w in place of w*. */
export const DECOMPOSITION = 'Σα_t⟨G_t, x_t − x*⟩ = Σα_t⟨g_t, w_t − w*⟩ + Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩';
/** Jensen's inequality with what it leaves out, for every differentiable f and every sequence. */
export const NAIVE = 'α_{1:T}(f(x̄_T) − f(x*)) = Σα_t⟨∇f(x_t), x_t − x*⟩ − Σα_t[B_f(x*, x_t) + B_f(x_t, x̄_T)]';

/** What every theorem on convergence rests on. */
export const CONVERGENCE = [...MINIMISER, ...RUN, ...DEFINITION_ONE, ANYTIME, DECOMPOSITION];
/** Definition 1's own inequality: with it R^x ≤ R^w. */
export const PRESERVED = 'Σα_t⟨G_t, φ(x̄_{t−1}, w*) − x*⟩ ≤ 0';
/** The last leader does no worse than w*. */
export const LAST = 'm_{T+1} ≤ ⟨S_T, w*⟩ + ‖w*‖²/(2η_T)';
/** What L-smoothness pays for a round. */
export const SMOOTH = 'α_t/(2L)‖G_t‖² + α_{1:t−1}/(2L)‖G_{t−1} − G_t‖² ≤ α_tB_f(x*, x̄_t) + α_{1:t−1}B_f(x̄_{t−1}, x̄_t)';
/** The same lines, where the rate is a constant β. */
export const constant = (lines: readonly string[]): string[] => lines.map((line) => line.replaceAll(/η_[tT1]/gu, 'β'));
/** What the rounds of α_t = t, g̃_t = A_tᵀG_{t−1} and β = 1/(2λ̂L) give up. */
export const OPTIMISTIC = {
  where: [...constant(LEADERS), 'κ_t = max{1 − 2t/(t² + 3t − 2), 1/t}'],
  because: [
    'D_t ≤ t²β‖g_t − κ_tg̃_t‖²/(2κ_t(2 − κ_t))',
    't²β‖g_t − κ_tg̃_t‖²/(2κ_t(2 − κ_t)) ≤ t/(2L)‖G_t‖² + t(t − 1)/(4L)‖G_{t−1} − G_t‖²',
    SMOOTH.replaceAll('α_{1:t−1}', '½t(t − 1)').replaceAll('α_t', 't'),
  ],
} as const;
/**
 * By these a run on which ∇f has the signs of a cycle of P = 2·half rounds has them for ever. They sum to 0 over a cycle, so that along every P-th round w_t is affine and, as G_t
 * goes on, E_t a polynomial of degree ≤ 3; Newton's formula makes it of what its first four values are, with no term that is negative.
 */
export function locked(from: number, half: number): readonly string[] {
  const P = 2 * half;
  const [once, cycle] = [`${from} ≤ t < ${from + P}`, (k: number) => `t+${k * P}`];
  return [
    `G_{t+${half}} = −G_t, ${from} ≤ t < ${from + 3 * P + half}`,
    `w_{${cycle(2)}} − 2w_{${cycle(1)}} + w_t = 0w_t, ${once}`,
    `E_{${cycle(3)}} − 3E_{${cycle(2)}} + 3E_{${cycle(1)}} − E_t = 0, ${once}`,
    `E_{${cycle(2)}} − 2E_{${cycle(1)}} + E_t ≥ 0, ${once}`,
    `E_{${cycle(1)}} ≥ E_t ≥ 0, ${once}`,
  ];
}

/** Algorithm 3 for φ = w, moved on the averages, with β = 1/(2L), α_t = t and μ = ½‖·‖². */
export const MOVED = ['α_t = t', '(t + 1)x̄_t = (t − 1)x̄_{t−1} + 2w_t', 'w_{t+1} = w_t − 1/(2L)(∇μ(x̄_t) − ∇μ(z_t))'];
