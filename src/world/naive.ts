import fc from 'fast-check';
import type { Space } from '../arithmetic/space.js';
import { rejected, type Rejected } from '../claim.js';
import { simplerMetaCases, type MetaCase } from '../generator/meta-case.js';
import type { NumberSource } from '../generator/number.js';
import type { Subject } from '../subject.js';
import { META, playRun, prepared, raised } from './meta.js';
import type { Played, World } from './world.js';

/** A run that queries ∇f at its iterates. With `rate` it is FTRL on f itself: φ = w, α_t = 1, and β_t = 1/L in place of the data's. */
export interface NaiveCase {
  readonly run: MetaCase;
  readonly rate: boolean;
}

/** A run whose gradients are those at x_t, G_t = ∇f(x_t): naive online-to-batch. With `rate` x* is in W. */
export function naive(cases: (numbers: NumberSource) => fc.Arbitrary<NaiveCase>): World<NaiveCase> {
  return {
    signature: META,
    says: [
      'f convex and differentiable',
      'α_t > 0',
      'x_1, …, x_T any sequence, x̄_t its average (Eq. 2)',
      'for the rate: f L-smooth on all of Rⁿ, ∇f(x*) = 0, x* ∈ W, x_t the play of FTRL on f with α_t = 1 and β_t = 1/L',
    ],
    cases: (numbers) => cases(numbers).chain(({ run, rate }) => raised(numbers, fc.constant(run)).map((own) => ({ run: own, rate }))),
    simpler: ({ run, rate }) => simplerMetaCases(run).map((shorter) => ({ run: shorter, rate })),
    play<S>(K: Space<S>, subject: Subject, { run: data, rate }: NaiveCase): Played<S> | Rejected {
      const own = prepared(K, subject, data);
      const { f, size } = own;
      const L = 'smoothness' in f ? f.smoothness : null;
      if (rate && (L === null || K.equal(L, K.zero))) return rejected('f is constant: there is no 1/L');
      if (rate && Array.from(own.config.set.project(f.minimiser)).some((entry, i) => !K.equal(entry, f.minimiser[i]!))) return rejected('x* is not in W');
      const config = { ...own.config, query: 'iterate' as const, ...(rate ? { beta: subject.constantRate(K.div(K.one, L!), size.horizon) } : {}) };
      const played = playRun(K, subject, data, { ...own, config }, subject.optimisticMetaLearning(K, config, own.hint), { preserves: false });
      if ('kind' in played) return played;
      return { ...played, labels: [...played.labels, ...(rate ? ['rate'] : [])] };
    },
  };
}
