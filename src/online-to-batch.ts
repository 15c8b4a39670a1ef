import { ledgerRoundings } from '../oracles/rounding.js';
import { TallyBuilder, type Tally } from '../oracles/tally.js';
import type { Space, Vector } from './arithmetic/space.js';
import type { Failed } from './claim.js';
import type { MetaRun } from './generator/meta-case.js';
import { inequality, show, type Evidence } from './outcome.js';
import type { DifferentiableFunction } from './problem/convex-function.js';
import type { Round } from './trajectory.js';
import type { OrderedSpace } from './arithmetic/space.js';

/** k of γ_k for the online-to-batch ledgers: theirs, and the average's own recursion, in which a summand passes 4T + 8 roundings. */
export function batchRoundings(size: MetaRun<unknown, unknown>['size']): number {
  return ledgerRoundings(size) + 2 * size.horizon;
}

/**
 * The degree of I1, of Jensen's ledger and of their difference in a case's random entries, for quadratics and rules of constant
 * Jacobian. Let P_t = Π_{s≤t} α_{1:s}. ∇f(x̄) = Σ c a⟨a, x̄ − x*⟩ adds 3 to the degree of x̄, A_tᵀ 1, a hint's factor 1, α_t 1, η_t 1,
 * φ 1, α_t again in Eq. (2): P_t x̄_t has degree at most 9 more than P_{t−1} x̄_{t−1}, so at most 9t. Each term of a ledger is at most
 * quadratic in these, times c a² α_{1:t}; cleared by P_T² it has degree at most 18T + 2T + 8.
 */
export function batchDegree(horizon: number): number {
  return 20 * horizon + 8;
}

/** The numbers of a sequence and its averages, for a reader with a pencil. */
export function batchEvidence<S>(K: Space<S>, f: DifferentiableFunction<S>, rounds: readonly Round<S>[], u: Vector<S>): Evidence {
  return () => ({
    f: f.formula(),
    'x*': show(K, f.minimiser),
    u: show(K, u),
    rounds: rounds.map(({ t, alpha, x, average, gradient }) => ({ t, α: K.format(alpha), x: show(K, x), 'x̄': show(K, average), gradient: show(K, gradient) })),
  });
}

/** null if each summand of Σα_t B is ≥ 0 (up to its rounding), else the failure. */
export function convexitySigns<S>(K: OrderedSpace<S>, divergences: readonly Tally<S>[], evidence: Evidence): Failed | null {
  const zero = { terms: [], value: K.zero, error: 0 };
  for (const divergence of divergences) {
    const failure = inequality(K, `${divergence.terms[0]?.name ?? 'B_f'} ≥ 0`, { lhs: zero, rhs: divergence }, evidence);
    if (failure !== null) return failure;
  }
  return null;
}

/** Σ of `tallies` with the errors that they carry, plus what a derivation adds. */
export function total<S>(K: Space<S>, tallies: readonly Tally<S>[], error: number): Tally<S> {
  const terms = tallies.flatMap((tally) => tally.terms);
  return { terms, value: tallies.reduce((sum, { value }) => K.add(sum, value), K.zero), error: tallies.reduce((sum, tally) => sum + tally.error, error) };
}

/** −tally */
export function negative<S>(K: Space<S>, { terms, value, error }: Tally<S>): Tally<S> {
  return { terms: terms.map((term) => ({ name: `−${term.name}`, value: K.neg(term.value) })), value: K.neg(value), error };
}

/** A tally of one term. */
export function single<S>(K: Space<S>, roundings: number, name: string, value: S, magnitude: () => S): Tally<S> {
  return new TallyBuilder(K, roundings).add(name, value, magnitude);
}
