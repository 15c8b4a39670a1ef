/** The path of an optimizer beside its method's own, read off the evidence of a counterexample. */

import type { Counterexample, Json } from '../src/verdict.js';

/** How the method's own numbers are named, before the name of the optimizer's. */
const OWN = 'the method’s ';

export interface Step {
  /** 0 for the answer to `init`, else the step. */
  readonly t: number;
  /** What was given to the step; null where the evidence has none. */
  readonly gradient: Json;
  readonly gave: Json;
  readonly method: Json;
  /** The one entry that parts most in the end, for a plot: not finite where it is no number. */
  readonly entry: { readonly gave: number; readonly method: number };
}

export interface Path {
  /** What it is a path of: "queries". */
  readonly name: string;
  /** Which entry the numbers are of, where they are vectors of several; else null. */
  readonly entry: number | null;
  readonly steps: readonly Step[];
  /** The names of the evidence that it shows. */
  readonly shown: readonly string[];
}

export const listOf = (value: Json | undefined): readonly Json[] | null => (Array.isArray(value) ? (value as readonly Json[]) : null);

/** An encoded double as it was. */
const numberOf = (value: Json | undefined): number => (typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : NaN);

/** What two numbers differ by; infinitely, where one of them is none. */
export const apart = (a: number, b: number): number => (Object.is(a, b) ? 0 : Number.isNaN(a - b) ? Infinity : Math.abs(a - b));

/** Null where a counterexample has no two paths of the same length. */
export function pathOf(counterexample: Counterexample | null): Path | null {
  const { evidence = {} } = counterexample ?? {};
  const own = Object.keys(evidence).find((name) => name.startsWith(OWN));
  const name = own?.slice(OWN.length) ?? '';
  const [gave, method] = [listOf(evidence[name]), listOf(evidence[own ?? ''])];
  if (own === undefined || gave === null || method === null || gave.length !== method.length || gave.length === 0) return null;
  const given = `gradients${/,.*/u.exec(name)?.[0] ?? ''}`;
  const gradients = listOf(evidence[given]) ?? [];
  const entriesOf = (value: Json | undefined): readonly number[] => (listOf(value) ?? [value ?? null]).map(numberOf);
  const [last, wanted] = [entriesOf(gave.at(-1)), entriesOf(method.at(-1))];
  const distances = wanted.map((entry, i) => apart(entry, last[i] ?? NaN));
  const at = Math.max(0, distances.indexOf(Math.max(...distances)));
  const before = numberOf(evidence['steps']) + 1 - gave.length;
  const first = before > 0 ? before : 0;
  return {
    name,
    entry: wanted.length > 1 ? at : null,
    steps: gave.map((value, i) => ({
      t: first + i,
      gradient: gradients[i - 1] ?? null,
      gave: value,
      method: method[i]!,
      entry: { gave: entriesOf(value)[at] ?? NaN, method: entriesOf(method[i])[at] ?? NaN },
    })),
    shown: [name, own, ...(gradients.length === gave.length - 1 ? [given] : [])],
  };
}
