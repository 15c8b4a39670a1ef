import fc from 'fast-check';
import { fista, fistaCase, worstForDescent } from '../src/world/fista.js';
import { theorem } from '../src/world/theorem.js';

export default theorem({
  id: 'averaging-required',
  place: ['Section 2, below Eq. (2): “required for accelerated rates”', '2.14'],
  error: 'prose',
  printed: {
    world: fista(() => fc.integer({ min: 1, max: 12 }).map(worstForDescent)),
    when: 'No last iterate is better than that of gradient descent where that is at its worst (our reading of “required”)',
    onRun: ['f(z_T) − f(x*) = L‖x_0 − x*‖²/(4T + 2)'],
    statement: ['L‖x_0 − x*‖²/(4T + 2) ≤ f(x_T) − f(x*)'],
    arithmetics: ['rational'],
    // T = 3, from 7: gradient descent goes to 4, and FISTA to 15/4.
    refutedBy: [worstForDescent(3)],
  },
  corrected: {
    world: fista(fistaCase),
    where: ['s_t = (t + 1)/2', 'v_t = s_tx_t − (s_t − 1)x_{t−1} − x*', 'P_t = 2s_t²(f(x_t) − f(x*))/L + ‖v_t‖²'],
    steps: ['x_t = y_t − ∇f(y_t)/L', 'y_t = x_{t−1} + (s_{t−1} − 1)/s_t(x_{t−1} − x_{t−2}), t ≥ 2'],
    because: ['P_1 ≤ ‖x_0 − x*‖²', 'P_t ≤ P_{t−1}, t ≥ 2'],
    statement: ['(T + 1)²/(2L)(f(x_T) − f(x*)) ≤ ‖x_0 − x*‖² − ‖v_T‖²'],
    arithmetics: ['rational', 'float64'],
    strength: 'rate',
    coverage: { 'T ≥ 3': 0.5, 'T ≥ 20': 0.2, 'f: chain': 0.03 },
  },
  saboteurs: 'gradient-lags lookahead-left-out lookahead-sign start-elsewhere smoothness-too-small gradient-off',
  proof: `
    With s = s_t, y = y_t: f(x_t) ≤ f(y) − ‖∇f(y)‖²/(2L) by smoothness, and f(y) ≤ f(p) + ⟨∇f(y), y − p⟩ for every p by convexity. Take p = x_{t−1} with weight s − 1 and p = x* with weight 1, times 2s/L: as ∇f(y) = L(y − x_t), the right sides add up to ‖v_{t−1}‖² − ‖v_t‖², since sy − (s − 1)x_{t−1} − x* = v_{t−1} is what the choice of y says.
    So 2s²δ_t/L + ‖v_t‖² ≤ 2(s² − s)δ_{t−1}/L + ‖v_{t−1}‖² with δ_t = f(x_t) − f(x*) ≥ 0; and s_t² − s_t = (t² − 1)/4 ≤ s_{t−1}², for t = 1 it is 0 and v_0 = x_0 − x*. So P_T ≤ … ≤ P_1 ≤ ‖x_0 − x*‖², which is the statement, and f(x_T) − f(x*) ≤ 2L‖x_0 − x*‖²/(T + 1)²: accelerated, for a last iterate.
    Online-to-batch conversion as such speaks of averages [anytime-online-to-batch]: in that sense the sentence says what the method is. That there is no acceleration without averages is false.`,
});
