import fc from 'fast-check';
import { Undecided, tainted, type Tainted } from '../../arithmetic/tainted.js';
import { failed, passed, rejected, type Failed, type Outcome } from '../../claim.js';
import type { Subject } from '../../subject.js';
import { simplerCases, type GateCase } from '../case.js';
import { gateClaim, sessionsFor, type GateClaim, type GateContext } from '../claim.js';
import { expected as expectedOf } from '../expected.js';
import { fed, type Trace } from '../fed.js';
import { METHODS, type Method, type Quantity } from '../methods.js';
import { Session, traceOf, type Played } from '../play.js';
import { SubjectFailure, type Answer, type Dtype } from '../protocol.js';
import { sizesOf } from '../refusals.js';
import { sessionEvidence } from './identity.js';

const KINDS = { NaN, Infinity, '-Infinity': -Infinity } as const;

/** A session of which one gradient has an entry that is not finite. */
interface Spoilt {
  readonly session: GateCase;
  /** Which step, which entry, counted from 0: modulo what the session has. */
  readonly step: number;
  readonly entry: number;
  readonly value: keyof typeof KINDS;
}

/** What the method makes of NaN or ∞ in a gradient is what it answers, in that entry and in the others; or it refuses the gradient. */
export const notFinite: GateClaim = gateClaim<Spoilt>({
  id: 'manners-nonfinite',
  statement: () => 'a gradient that is not finite is refused, or answered as the formula has it: no entry hides it, and no other entry suffers',
  strength: 'hypothesis',
  share: 0.15,
  coverage: () => ({ 'n > 4': 0.2 }),
  idle: 'in no session that it supports is there an answer that is wrong',
  hypotheses: ['where sign, min, max or a projection meets it, any answer is right'],
  source: () => ({ section: 'docs/PROTOCOL.md', label: 'manners' }),
  inapplicable: ({ guessed, method }) => (guessed ? `no method was named; if it is meant to be ${method}, run again with --like ${method}` : null),
  generator: (context) =>
    fc.record({
      session: fc.oneof(sessionsFor(context, { horizon: { min: 1, max: 6 } }), sessionsFor(context, { large: { way: 'wide', atOnce: false } })),
      step: fc.nat({ max: 5 }),
      entry: fc.nat({ max: 256 }),
      value: fc.constantFrom<keyof typeof KINDS>('NaN', 'Infinity', '-Infinity'),
    }),
  simpler: (example) => simplerCases(example.session).map((session) => ({ ...example, session })),
  check,
});

async function check({ door, dtype, method, reference }: GateContext, { session: data, step, entry, value }: Spoilt): Promise<Outcome> {
  const session = new Session(door, data, dtype, { name: 'before' });
  while (await session.advance()) { /* for its gradients, all of them finite */ }
  const { fed: numbers } = session.played;
  const T = numbers.gradients.length;
  if (T === 0) return rejected('numbers leave the range at once');
  const [k, i] = [step % T, entry % data.x0.length];
  const recorded = numbers.gradients.map((g, t) => Float64Array.from(g, (x, j) => (t === k && j === i ? KINDS[value] : x)));
  const sizes = sizesOf(data.config, data.x0.length, T);
  const answers: Answer[] = [await door.init('spoilt', session.start())];
  try {
    // Gradients that are chosen beforehand come without the function's values.
    for (const { value: _, ...input } of session.sent(1)) answers.push(await door.step('spoilt', { ...input, gradient: recorded[input.t - 1]! }));
  } catch (error) {
    if (!(error instanceof SubjectFailure && (error.failure === 'errored' || error.failure === 'unsupported')) || answers.length <= k) throw error;
    return passed({ trivial: false, labels: [`${value} refused`, ...sizes] });
  }
  const played: Played = { fed: { ...numbers, gradients: recorded }, answers };
  return judged(METHODS[method], reference, { data, played, clean: session.played, dtype }, `${value} in entry ${i} of the gradient of step ${k + 1}`);
}

interface Pair {
  readonly data: GateCase;
  readonly played: Played;
  /** The same session with all gradients finite. */
  readonly clean: Played;
  readonly dtype: Dtype;
}

function judged(method: Method, subject: Subject, { data, played, clean, dtype }: Pair, spoilt: string): Outcome {
  const expected = decidedPart(method, subject, played);
  const { allows } = expectedOf(method, subject, clean.fed, dtype);
  const [got, without] = [traceOf(played.answers), traceOf(clean.answers)];
  let seen = false;
  const fail = (t: number, quantity: Quantity, i: number, lhs: number, rhs: string): Failed =>
    failed({
      expected: `${quantity}[${i}] in the answer to step ${t}, with ${spoilt}`,
      lhs: String(lhs),
      rhs,
      evidence: {
        ...sessionEvidence(data, played, t),
        gradients: played.fed.gradients.slice(0, t).map((g) => Array.from(g, (x) => (Number.isFinite(x) ? x : String(x)))),
        queries: played.answers.slice(0, t + 1).map(({ query }) => Array.from(query, String)),
      },
    });
  for (let t = 1; t < (expected?.query.length ?? 0); t++) {
    for (const quantity of method.compared) {
      for (const [i, entry] of Array.from(expected?.[quantity]?.[t] ?? []).entries()) {
        const lhs = got[quantity]?.[t]?.[i] ?? 0;
        if (entry === 'not finite') {
          if (Number.isFinite(lhs)) return fail(t, quantity, i, lhs, 'NaN or ±∞, as the method has it');
          seen = true;
        }
        if (typeof entry === 'string') continue;
        // A Jacobian that is written as a matrix multiplies by zeros what it does not use.
        if (data.config['rule'] !== undefined && !Number.isFinite(lhs)) continue;
        // What the method does not make of the spoilt entry is what it was; whether that is right is for other claims to say.
        const was = without[quantity]?.[t]?.[i] ?? 0;
        // Both may be off by as much.
        if (lhs !== was && !allows(quantity, t, i, Math.abs(lhs - was) / 2)) return fail(t, quantity, i, lhs, `${was}, as without it`);
      }
    }
  }
  return passed({ trivial: !seen, labels: sizesOf(data.config, data.x0.length, played.answers.length - 1) });
}

/** The method's trajectory up to where a decision depends on what is not finite: from there on any answer is right. */
function decidedPart(method: Method, subject: Subject, { fed: numbers }: Played): Trace<Tainted> | null {
  for (let T = numbers.gradients.length; T > 0; T--) {
    try {
      return method.reference(tainted, subject, fed(tainted, { ...numbers, gradients: numbers.gradients.slice(0, T), targets: numbers.targets.slice(0, T) }));
    } catch (error) {
      if (!(error instanceof Undecided)) throw error;
    }
  }
  return null;
}
