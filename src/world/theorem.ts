import { float64 } from '../arithmetic/float64.js';
import { primeField } from '../arithmetic/prime-field.js';
import { rational } from '../arithmetic/rational.js';
import type { Space } from '../arithmetic/space.js';
import { arm, passed, rejected, type Arm, type Claim, type Outcome, type Passed, type Rejected, type Variant } from '../claim.js';
import { doubles, rationalNumbers, residues } from '../generator/number.js';
import type { ErrorKind, Json, Strength } from '../verdict.js';
import { noticed } from './blind.js';
import { compile, decide, type Compiled, type Theorem } from './judge.js';
import { CASES, mutantFates } from './mutants.js';
import type { Played, World } from './world.js';

const ARITHMETICS = { rational: [rational, rationalNumbers], 'prime-field': [primeField, residues], float64: [float64, doubles] } as const;

/** So many cases show whether a quantity that is put wrong is noticed. */
const FEW = 24;

/** How a theorem is put to the test. */
interface Test<C> {
  /** Each with the share of the cases asked for that it owes, where it is not the usual one. */
  readonly arithmetics: readonly (keyof typeof ARITHMETICS | readonly [keyof typeof ARITHMETICS, number])[];
  /** What its cases have in common, as a reader is told: the world's own words where it is left out. */
  readonly says?: readonly string[];
  /** Label → the share of the cases that must carry it. */
  readonly coverage?: Variant['coverage'];
  /** Cases that refute it, exactly. */
  readonly refutedBy?: readonly C[];
  /** The like, in float64 alone: they take an exponential. */
  readonly refutedNearlyBy?: readonly C[];
  /** Changed statements that nothing refuses, each with the reason. */
  readonly survivors?: Variant['survivors'];
  /** A rate is a bound that is told by how it falls with T. */
  readonly strength?: Strength;
}
/** A theorem, or several: on the same cases, those of the first, or on those of `cases`. A case must keep all that speak of it. */
export type Tested<C> = Test<C> & (Theorem<C> | { readonly parts: readonly Theorem<C>[]; readonly cases?: World<C>['cases'] });

/** A variant of a claim that is a formula: what is printed is what is checked. @throws what {@link compile} throws */
export function variant<C>(tested: Tested<C>): Variant {
  const parts = 'parts' in tested ? tested.parts : [tested];
  const compiled = parts.map(compile);
  const { refutedBy = [], refutedNearlyBy = [], coverage = {} } = tested;
  const against = (arithmetic: 'rational' | 'float64', cases: readonly C[]): Variant['committed'] => cases.map((one) => ({ arithmetic, case: one as unknown as Json }));
  const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
  const statements = parts.map(({ when, statement }) => `${when === undefined ? '' : `${when}: `}${statement.join('; ')}`);
  return {
    statement: [statements.join('; and '), ...unique(compiled.flatMap(({ terms }) => terms))].join(', with '),
    hypotheses: unique([...(tested.says ?? parts.flatMap(({ world }) => world.says)), ...parts.flatMap(({ given = [], onRun = [] }) => [...given, ...onRun])]),
    strength: tested.strength ?? (compiled.some(({ statement }) => statement.some(({ relation }) => relation !== '=')) ? 'inequality' : 'identity'),
    expected: refutedBy.length > 0 ? 'refuted' : 'holds',
    arms: armsOf(tested, compiled),
    where: unique(parts.flatMap(({ where = [] }) => where)),
    lines: () =>
      parts.flatMap((part) => {
        const own = 'cases' in tested ? { cases: armsOf({ ...tested, cases: part.world.cases }, []).map(({ generator }) => generator) } : {};
        return [...(part.steps ?? []), ...(part.because ?? []), ...part.statement].map((line) => ({
          line: part.when === undefined ? line : `${part.when}: ${line}`,
          arms: armsOf(tested, [compile({ ...part, steps: [], because: [], statement: [line] })]),
          ...own,
        }));
      }),
    mutants: (seed) => mutantFates(parts, CASES, seed, tested.survivors),
    noticed: (seed) => parts.flatMap((part) => noticed(part, FEW, seed)),
    survivors: tested.survivors ?? {},
    coverage,
    committed: [...against('rational', refutedBy), ...against('float64', refutedNearlyBy)],
  };
}

function armsOf<C>(tested: Tested<C>, parts: readonly Compiled<C>[]): Arm[] {
  const worlds = ('parts' in tested ? tested.parts : [tested]).map(({ world }) => world);
  const cases = ('cases' in tested ? tested.cases : undefined) ?? worlds[0]!.cases;
  return tested.arithmetics.map((entry) => {
    const [arithmetic, share] = typeof entry === 'string' ? [entry] : entry;
    const [K, numbers] = ARITHMETICS[arithmetic];
    return arm<C>({
      arithmetic,
      generator: cases(numbers),
      ...('cases' in tested ? { parts: worlds.map((one) => one.cases(numbers)) } : {}),
      // Worlds that share their cases know the same simpler ones.
      simpler: 'cases' in tested ? (data) => worlds.flatMap(({ simpler }) => simpler(data)) : worlds[0]!.simpler,
      ...(share === undefined ? {} : { share }),
      check(subject, data) {
        const known = new Map<World<C>, Played<unknown> | Rejected>();
        const play = (one: World<C>): Played<unknown> | Rejected => {
          const played = known.get(one) ?? one.play(K as Space<unknown>, subject, data);
          known.set(one, played);
          return played;
        };
        return together(parts.filter(({ theorem: { only } }) => only?.(data) ?? true), (part) => decide(K as Space<unknown>, subject, data, part, play));
      },
    });
  });
}

/** The first outcome that is no pass, or all passes as one. */
function together<P>(parts: readonly P[], check: (part: P) => Outcome): Outcome {
  const passes: Passed[] = [];
  for (const part of parts) {
    const outcome = check(part);
    if (outcome.kind !== 'passed') return outcome;
    passes.push(outcome);
  }
  if (passes.length === 0) return rejected('nothing is said of this case');
  if (passes.length === 1) return passes[0]!;
  const degrees = passes.flatMap(({ degree }) => degree ?? []);
  return passed({
    ...passes.findLast(({ ratio }) => ratio !== undefined),
    trivial: passes.some(({ trivial }) => trivial),
    labels: [...new Set(passes.flatMap(({ labels }) => labels))],
    ...(degrees.length === 0 ? {} : { degree: Math.max(...degrees) }),
  });
}

interface Told {
  readonly id: string;
  /** What the paper calls it, and the sentences that say it, with blanks between them: "5.16" is the 16th of Section 5. */
  readonly place: readonly [label: string, sentences: string];
  /** Where the printed statement is false: how. */
  readonly error?: ErrorKind;
  readonly proof: string;
  /** Names of the saboteurs that it catches, with blanks between them. */
  readonly saboteurs: string;
}
/** A claim whose two variants are formulas; without `corrected` the paper is right. */
export function theorem<P, C>(
  { id, place: [label, said], error, proof, saboteurs, printed, corrected }: Told & { readonly printed: Tested<P>; readonly corrected?: Tested<C> },
): Claim {
  const first = variant(printed);
  return {
    id,
    source: { section: said.split('.', 1)[0]!, label },
    sentences: said.split(' '),
    ...(error === undefined ? {} : { error }),
    printed: first,
    corrected: corrected === undefined ? first : variant(corrected),
    proof,
    saboteurs: saboteurs.trim().split(/\s+/),
  };
}
