import { float64 } from '../arithmetic/float64.js';
import { primeField } from '../arithmetic/prime-field.js';
import { rational } from '../arithmetic/rational.js';
import type { Space } from '../arithmetic/space.js';
import { arm, type Arm, type Claim, type Variant } from '../claim.js';
import { doubles, rationalNumbers, residues } from '../generator/number.js';
import type { Json, Strength } from '../verdict.js';
import { compile, decide, type Compiled, type Theorem } from './judge.js';
import { CASES, mutantFates } from './mutants.js';

const ARITHMETICS = { rational: [rational, rationalNumbers], 'prime-field': [primeField, residues], float64: [float64, doubles] } as const;

/** A theorem, and how it is put to the test. */
export interface Tested<C> extends Theorem<C> {
  /** Each with the share of the cases asked for that it owes, where it is not the usual one. */
  readonly arithmetics: readonly (keyof typeof ARITHMETICS | readonly [keyof typeof ARITHMETICS, number])[];
  /** What its cases have in common, as a reader is told: the world's own words where it is left out. */
  readonly says?: readonly string[];
  /** Label → the share of the cases that must carry it. */
  readonly coverage?: Variant['coverage'];
  /** Cases that refute it, exactly. */
  readonly refutedBy?: readonly C[];
  /** Changed statements that nothing refuses, each with the reason. */
  readonly survivors?: Variant['survivors'];
  /** A rate is a bound that is told by how it falls with T. */
  readonly strength?: Strength;
}

/** A variant of a claim that is a formula: what is printed is what is checked. @throws what {@link compile} throws */
export function variant<C>(tested: Tested<C>): Variant {
  const compiled = compile(tested);
  const { world, statement, given = [], onRun = [], where = [], refutedBy = [], coverage = {}, steps = [], because = [] } = tested;
  return {
    statement: [statement.join('; '), ...compiled.terms].join(', with '),
    hypotheses: [...(tested.says ?? world.says), ...given, ...onRun],
    strength: tested.strength ?? (compiled.statement.some(({ relation }) => relation !== '=') ? 'inequality' : 'identity'),
    expected: refutedBy.length > 0 ? 'refuted' : 'holds',
    arms: armsOf(tested, compiled),
    where,
    lines: () =>
      [...steps, ...because, ...statement].map((line) => {
        const alone = { ...tested, steps: [], because: [], statement: [line] };
        return { line, arms: armsOf(alone, compile(alone)) };
      }),
    mutants: (seed) => mutantFates(tested, CASES, seed),
    survivors: tested.survivors ?? {},
    coverage,
    committed: refutedBy.map((one) => ({ arithmetic: 'rational', case: one as unknown as Json })),
  };
}

function armsOf<C>({ world, arithmetics }: Tested<C>, compiled: Compiled<C>): Arm[] {
  return arithmetics.map((entry) => {
    const [arithmetic, share] = typeof entry === 'string' ? [entry] : entry;
    const [K, numbers] = ARITHMETICS[arithmetic];
    return arm<C>({
      arithmetic,
      generator: world.cases(numbers),
      simpler: world.simpler,
      ...(share === undefined ? {} : { share }),
      check: (subject, data) => decide(K as Space<unknown>, subject, data, compiled),
    });
  });
}

interface Told {
  readonly id: string;
  /** Where the paper says it, and which of that section's claims it is. */
  readonly place: readonly [section: string, label: string, order: number];
  readonly proof: string;
  /** Names of the saboteurs that it catches, with blanks between them. */
  readonly saboteurs: string;
}
/** A claim whose two variants are formulas; without `corrected` the paper is right. */
export function theorem<P, C>(
  { id, place: [section, label, order], proof, saboteurs, printed, corrected }: Told & { readonly printed: Tested<P>; readonly corrected?: Tested<C> },
): Claim {
  const first = variant(printed);
  return {
    id,
    source: { section, label },
    order,
    printed: first,
    corrected: corrected === undefined ? first : variant(corrected),
    proof,
    saboteurs: saboteurs.trim().split(/\s+/),
  };
}
