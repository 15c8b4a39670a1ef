import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Arm, Claim, Variant } from '../../src/claim.js';
import { runCase } from '../../src/runner/run-case.js';
import { reference } from '../../src/subject.js';
import type { Json } from '../../src/verdict.js';

const CASES = 16;
const SEED = 3;

/** What an arm says of the cases that one seed draws: which these are, and the simpler ones than each, how many it rejects or finds trivial, what they cover, and the two sides where they first differ. */
interface Saying {
  readonly cases: string;
  readonly simpler: string;
  readonly outcomes: { readonly [outcome: string]: number };
  readonly labels: { readonly [label: string]: number };
  readonly ratios: readonly [count: number, largest: string];
  readonly degree: number;
  readonly failure: readonly [lhs: string, rhs: string] | null;
}

/** By variant and arithmetic. */
type ClaimRecord = { readonly [arm: string]: Saying };

function count(names: readonly string[]): { [name: string]: number } {
  const counts: { [name: string]: number } = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** How many, and a hash: which they are shows elsewhere, that they are others is enough here. */
function summary(cases: readonly Json[]): string {
  return `${cases.length} ${createHash('sha256').update(JSON.stringify(cases)).digest('hex').slice(0, 12)}`;
}

function saying(arm: Arm, variant: Variant): Saying {
  const share = { float64: 1, rational: 0.75, decimal: 0.25, 'prime-field': 0.1 }[arm.arithmetic];
  const drawn = fc.sample(arm.generator, { seed: SEED, numRuns: Math.ceil(CASES * share) });
  const outcomes = [...variant.committed.filter(({ arithmetic }) => arithmetic === arm.arithmetic).map((one) => one.case), ...drawn].map((example) =>
    runCase(arm, reference, example)
  );
  const passes = outcomes.flatMap((outcome) => (outcome.kind === 'passed' ? [outcome] : []));
  const failures = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome] : []));
  const ratios = passes.flatMap(({ ratio }) => ratio ?? []);
  const short = (text: string): string => text.slice(0, 24);
  const simpler = drawn.flatMap((example) => arm.simpler?.(example) ?? []);
  return {
    cases: summary(drawn),
    simpler: summary(simpler),
    outcomes: count(outcomes.map((outcome) => (outcome.kind === 'passed' && outcome.trivial ? 'trivial' : outcome.kind))),
    labels: count(passes.flatMap(({ labels }) => labels)),
    ratios: [ratios.length, Math.max(0, ...ratios).toPrecision(6)],
    degree: Math.max(0, ...passes.map(({ degree }) => degree ?? 0)),
    failure: failures[0] === undefined ? null : [short(failures[0].lhs), short(failures[0].rhs)],
  };
}

export function recorded(claim: Claim): ClaimRecord {
  const variants = claim.printed === claim.corrected ? ['corrected'] as const : ['printed', 'corrected'] as const;
  return Object.fromEntries(variants.flatMap((name) => claim[name].arms.map((arm) => [`${name}, ${arm.arithmetic}`, saying(arm, claim[name])])));
}

/** Both written by write-record.js. The checks of each claim, with a saboteur that shows each. */
export const CHECKS = JSON.parse(readFileSync('test/fixtures/checks.json', 'utf8')) as { readonly [claim: string]: { readonly [check: string]: string } };
export const RECORD = JSON.parse(readFileSync('test/fixtures/record.json', 'utf8')) as { readonly [claim: string]: ClaimRecord };
