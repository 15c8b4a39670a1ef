import fc from 'fast-check';
import { float64 } from '../arithmetic/float64.js';
import { rational } from '../arithmetic/rational.js';
import { FormulaError, parse } from '../formula/syntax.js';
import { mutants } from '../formula/mutants.js';
import { vocabulary } from '../formula/meaning.js';
import { doubles, rationalNumbers, type NumberSource } from '../generator/number.js';
import type { Space } from '../arithmetic/space.js';
import type { MutantFate, Rejected } from '../claim.js';
import { reference, type Subject } from '../subject.js';
import { compile, decide, type Compiled, type Theorem } from './judge.js';
import type { Played } from './world.js';

/** So many rational cases tell every change that matters from the statement: with 100 some pass. */
export const CASES = 400;

/**
 * Each statement of a theorem with one thing changed, against those of `cases` rational cases that it speaks of, which are run once; of cases in float64,
 * where it takes roots.
 */
export function mutantFates<C>(parts: readonly Theorem<C>[], cases: number, seed: number): MutantFate[] {
  return parts.flatMap((part) => {
    const drawn = (numbers: NumberSource): C[] => distinct(fc.sample(part.world.cases(numbers), { numRuns: cases, seed })).filter((example) => part.only?.(example) ?? true);
    const own = drawn(rationalNumbers);
    return own.length > 0 ? fatesOf(rational as Space<unknown>, part, own) : fatesOf(float64 as Space<unknown>, part, drawn(doubles));
  });
}

const distinct = <C>(examples: readonly C[]): C[] => [...new Map(examples.map((example) => [JSON.stringify(example), example])).values()];

function fatesOf<C>(K: Space<unknown>, theorem: Theorem<C>, examples: readonly C[]): MutantFate[] {
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
      for (const example of examples) {
        try {
          const outcome = decide(K, reference, example, compiled);
          if (outcome.kind === 'failed') return told(outcome.expected.startsWith('what the proof gives up') ? 'told apart' : 'refuted', `${outcome.lhs} and ${outcome.rhs}`);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          // An entry that no run has.
          return told('refused', error.message);
        }
      }
      return told('survives', '');
    })
  );
}
