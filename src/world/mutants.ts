import fc from 'fast-check';
import { float64 } from '../arithmetic/float64.js';
import { rational } from '../arithmetic/rational.js';
import { FormulaError, parse } from '../formula/syntax.js';
import { mutants } from '../formula/mutants.js';
import { vocabulary } from '../formula/meaning.js';
import { doubles, rationalNumbers, type NumberSource } from '../generator/number.js';
import type { Space } from '../arithmetic/space.js';
import type { MutantFate, Rejected, Variant } from '../claim.js';
import { reference, type Subject } from '../subject.js';
import { compile, decide, type Compiled, type Theorem } from './judge.js';
import type { Played } from './world.js';

/** So many rational cases tell most changes from the statement. */
export const CASES = 400;
/** What passes them is tried on so many times as many: a bound is attained on one case in hundreds, and no other tells ≤ from <. */
const MORE = 8;

/**
 * Each statement of a theorem with one thing changed, against those of `cases` rational cases that it speaks of, which are run once; of cases in float64,
 * where it takes roots. What is known to pass is not tried on more.
 */
export function mutantFates<C>(parts: readonly Theorem<C>[], cases: number, seed: number, survivors: Variant['survivors'] = {}): MutantFate[] {
  return parts.flatMap((part) => {
    const drawn = (numbers: NumberSource, numRuns = cases): C[] =>
      distinct(fc.sample(part.world.cases(numbers), { numRuns, seed })).filter((example) => part.only?.(example) ?? true);
    const own = drawn(rationalNumbers);
    if (own.length === 0) return fatesOf(float64 as Space<unknown>, part, drawn(doubles), () => [], survivors);
    let more: readonly C[] | null = null;
    // The same seed: those of before, and others.
    return fatesOf(rational as Space<unknown>, part, own, () => (more ??= drawn(rationalNumbers, MORE * cases).slice(own.length)), survivors);
  });
}

const distinct = <C>(examples: readonly C[]): C[] => [...new Map(examples.map((example) => [JSON.stringify(example), example])).values()];

function fatesOf<C>(K: Space<unknown>, theorem: Theorem<C>, examples: readonly C[], more: () => readonly C[], survivors: NonNullable<Variant['survivors']>): MutantFate[] {
  const { world, statement } = theorem;
  // Every mutant sees the same runs.
  const known = new Map<C, Played<unknown> | Rejected>();
  const play = (own: Space<unknown>, subject: Subject, data: C): Played<unknown> | Rejected => {
    const played = (own === K ? known.get(data) : undefined) ?? world.play(own, subject, data);
    if (own === K) known.set(data, played);
    return played;
  };
  const once = { ...theorem, world: { ...world, play: play as unknown as typeof world.play } };
  const { signature } = compile(theorem);
  return statement.flatMap((line, k) =>
    // In float64 what is equal may differ by rounding.
    mutants(parse(line, vocabulary(signature))).filter(({ change }) => K.exact || change !== '= → ≠').map(({ text, change }): MutantFate => {
      const told = (fate: MutantFate['fate'], said: string): MutantFate => ({ statement: line, mutant: text, change, fate, told: said });
      let compiled: Compiled<C>;
      try {
        compiled = compile({ ...once, steps: [], statement: statement.map((own, i) => (i === k ? text : own)) });
      } catch (error) {
        if (!(error instanceof FormulaError)) throw error;
        return told('refused', error.message);
      }
      const first = (all: readonly C[]): MutantFate | null => {
        for (const example of all) {
          try {
            const outcome = decide(K, reference, example, compiled);
            if (outcome.kind === 'failed') return told(outcome.expected.startsWith('what the proof gives up') ? 'told apart' : 'refuted', `${outcome.lhs} and ${outcome.rhs}`);
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
            // An entry that no run has.
            return told('refused', error.message);
          }
        }
        return null;
      };
      return first(examples) ?? (text in survivors ? null : first(more())) ?? told('survives', '');
    })
  );
}
