import fc from 'fast-check';
import { failed, passed, type Outcome } from '../../claim.js';
import { simplerCases, type GateCase } from '../case.js';
import { gateClaim, sessionsFor, type GateClaim, type GateContext } from '../claim.js';
import { runs } from '../methods.js';
import { isTelling, play, Session, type Played } from '../play.js';
import type { Answer } from '../protocol.js';
import { sessionEvidence } from './identity.js';

const source = (): { section: string; label: string } => ({ section: 'docs/PROTOCOL.md', label: 'manners' });
const QUANTITIES = ['query', 'x', 'average', 'meta'] as const;

/** The first answer, and what in it, that is not the same bit for bit. */
function firstChange(expected: readonly Answer[], got: readonly Answer[], quantities: readonly (typeof QUANTITIES)[number][] = QUANTITIES): { t: number; quantity: string; expected: string; got: string } | null {
  for (const [t, answer] of expected.entries()) {
    for (const quantity of quantities) {
      const [a, b] = [answer[quantity], got[t]?.[quantity] ?? null];
      const same = a === null || b === null ? a === b : a.length === b.length && a.every((entry, i) => Object.is(entry, b[i]));
      if (!same) return { t, quantity, expected: String(a), got: String(b) };
    }
  }
  return null;
}

function judged(data: GateCase, played: Played, again: readonly Answer[], expected: string, quantities?: readonly (typeof QUANTITIES)[number][]): Outcome {
  const change = firstChange(played.answers, again, quantities);
  if (change !== null) {
    const when = change.t === 0 ? 'init' : `step ${change.t}`;
    return failed({
      expected: `${expected}: ${change.quantity} after ${when}`, lhs: change.got, rhs: change.expected,
      evidence: { ...sessionEvidence(data, played, change.t), 'first difference': `${change.quantity} after ${when}` },
    });
  }
  return passed({ trivial: !isTelling(played), labels: [] });
}

const manner = (id: string, statement: string, parts: Pick<GateClaim, 'inapplicable'> & { readonly check: (context: GateContext, data: GateCase) => Promise<Outcome> }): GateClaim => gateClaim<GateCase>({
  id: `manners-${id}`, statement: () => statement, hypotheses: [], strength: 'hypothesis', source, share: 0.1, coverage: () => ({}),
  generator: (context) => sessionsFor(context, { horizon: { min: 1, max: 8 } }), simpler: simplerCases, ...parts,
});

const always = (): null => null;

/** A session that is restarted under its own name repeats itself, bit for bit. */
const repeats = manner('repeats', 'a session that is started again under the same name repeats itself, bit for bit', {
  inapplicable: always,
  async check({ door, dtype }, data) {
    const played = await play(door, data, dtype);
    return judged(data, played, (await play(door, data, dtype)).answers, 'the same answers when the session is started again');
  },
});

/** Two sessions, turn by turn, do not disturb one another. */
const sessions: GateClaim = gateClaim<readonly [GateCase, GateCase]>({
  id: 'manners-sessions', statement: () => 'two sessions that take turns answer as each would alone, bit for bit', hypotheses: [], strength: 'hypothesis', source, share: 0.1,
  inapplicable: always, coverage: () => ({}),
  generator: (context) => fc.tuple(sessionsFor(context, { horizon: { min: 2, max: 6 } }), sessionsFor(context, { horizon: { min: 2, max: 6 } })),
  simpler: ([one, other]) => [...simplerCases(one).map((a): [GateCase, GateCase] => [a, other]), ...simplerCases(other).map((b): [GateCase, GateCase] => [one, b])],
  async check({ door, dtype }, [one, other]) {
    const alone = await play(door, one, dtype, { name: 'alone' });
    const [first, second] = [new Session(door, one, dtype, { name: 'first' }), new Session(door, other, dtype, { name: 'second' })];
    let going = true;
    while (going) {
      const [a, b] = [await first.advance(), await second.advance()];
      going = a || b;
    }
    return judged(one, alone, first.played.answers, 'the same answers beside another session');
  },
});

/** `run` is the same as `step` after `step`. */
const run = manner('run', '"run" answers what "step" after "step" does, bit for bit', {
  inapplicable({ hello, method }) {
    if (!hello.capabilities.includes('run')) return 'it does not say that it can "run"';
    return runs(method) ? null : 'the method takes more than gradients';
  },
  async check({ door, dtype }, data) {
    const played = await play(door, data, dtype);
    const session = new Session(door, data, dtype, { name: 'open loop' });
    await session.advance();
    const { queries, xs } = await door.run('open loop', played.fed.gradients.map((g) => Float64Array.from(g)));
    const answers = queries.map((query, t): Answer => ({ query, x: xs[t]!, average: null, meta: null }));
    return judged(data, played, [session.played.answers[0]!, ...answers], 'the same answers from "run"', ['query', 'x']);
  },
});

/** A saved state resumes as if never stopped. */
const state = manner('state', 'a saved state, loaded in another session, goes on as if never stopped, bit for bit', {
  inapplicable: ({ hello }) => (hello.capabilities.includes('state') ? null : 'it does not say that it can save its "state"'),
  async check({ door, dtype }, data) {
    const session = new Session(door, data, dtype, { name: 'saved' });
    const half = 1 + Math.floor(data.horizon / 2);
    for (let t = 0; t < half; t++) if (!(await session.advance())) break;
    const kept = await door.save('saved');
    const at = session.played.answers.length - 1;
    while (await session.advance()) { /* to the end, before the state is loaded: it must not have been shared */ }
    const { played } = session;
    const resumed: Answer[] = [...played.answers.slice(0, at), await door.load('resumed', kept)];
    for (const input of session.sentFrom(at + 1)) resumed.push(await door.step('resumed', input));
    return judged(data, played, resumed, 'the same answers from a saved state', ['query', 'x', 'meta']);
  },
});

/** What every optimizer owes, whatever its method. */
export const manners: readonly GateClaim[] = [repeats, sessions, run, state];
