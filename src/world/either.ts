import fc from 'fast-check';
import type { NumberSource } from '../generator/number.js';
import type { Theorem } from './judge.js';
import type { World } from './world.js';

/** A case of one of several theorems, each on cases of its own. */
export interface Choice {
  readonly part: number;
  readonly data: unknown;
}
interface Weighed {
  /** How often it is drawn; 0: never, in this arithmetic. */
  readonly weight: (numbers: NumberSource) => number;
  readonly theorem: Theorem<unknown>;
  readonly refutedBy: readonly unknown[];
}

/** One of the theorems of {@link either}, drawn so often beside the others; `refutedBy`: its cases that refute it, exactly. */
export function one<C>(weight: number | Weighed['weight'], { refutedBy = [], ...theorem }: Theorem<C> & { readonly refutedBy?: readonly C[] }): Weighed {
  return { weight: typeof weight === 'number' ? () => weight : weight, theorem: theorem as unknown as Weighed['theorem'], refutedBy };
}

/** Of what cannot be, or need not be, rounded. */
export const exactly = (weight: number): Weighed['weight'] => ({ name }) => (name === 'float64' ? 0 : weight);

/** Theorems on cases of their own, as parts of one statement. A case has the label that says which part it is of: its `when`. */
export function either(...all: readonly Weighed[]): {
  readonly parts: readonly Theorem<Choice>[];
  readonly cases: World<Choice>['cases'];
  readonly refutedBy: readonly Choice[];
} {
  const parts = all.map(choose);
  return {
    parts,
    cases: (numbers) => fc.oneof(...all.map(({ weight }, i) => ({ weight: weight(numbers), arbitrary: parts[i]!.world.cases(numbers) })).filter(({ weight }) => weight > 0)),
    refutedBy: all.flatMap(({ refutedBy }, part) => refutedBy.map((data): Choice => ({ part, data }))),
  };
}

function choose({ weight, theorem: { world, only, ...theorem } }: Weighed, part: number): Theorem<Choice> {
  const labels = theorem.when === undefined ? [] : [theorem.when];
  return {
    ...theorem,
    only: (choice) => choice.part === part && (only?.(choice.data) ?? true),
    world: {
      ...world,
      cases: (numbers) => (weight(numbers) > 0 ? world.cases(numbers).map((data): Choice => ({ part, data })) : fc.constant({ part: -1, data: null })),
      simpler: (choice) => (choice.part === part ? world.simpler(choice.data).map((data): Choice => ({ part, data })) : []),
      play(K, subject, { data }) {
        const played = world.play(K, subject, data);
        return 'kind' in played ? played : { ...played, labels: [...played.labels, ...labels] };
      },
    },
  };
}

/** A world with one case in it: what is said of it is said of a run that has a name. */
export function witness<C>(world: World<C>, run: C): World<C> {
  return { ...world, cases: () => fc.constant(run), simpler: () => [] };
}
