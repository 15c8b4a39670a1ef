import fc from 'fast-check';
import { failed, passed, type Failed, type Outcome } from '../../claim.js';
import { simplerCases, type CaseOptions, type GateCase } from '../case.js';
import { LARGE, gateClaim, sessionsOfAllSizes, type GateClaim, type GateContext } from '../claim.js';
import { runs } from '../methods.js';
import { Session, isTelling, play, type Played } from '../play.js';
import { SubjectFailure, type Answer, type Door, type SavedState } from '../protocol.js';
import { kindOf, sizesOf } from '../refusals.js';
import { sessionEvidence } from './identity.js';

const source = (): { section: string; label: string } => ({ section: 'docs/PROTOCOL.md', label: 'manners' });
const QUANTITIES = ['query', 'x', 'average', 'meta'] as const;
type Quantities = readonly (typeof QUANTITIES)[number][];

/** The first answer, and what in it, that is not the same bit for bit. */
function firstChange(expected: readonly Answer[], got: readonly Answer[], quantities: Quantities): { t: number; quantity: string; expected: string; got: string } | null {
  for (const [t, answer] of expected.entries()) {
    for (const quantity of quantities) {
      const [a, b] = [answer[quantity], got[t]?.[quantity] ?? null];
      const same = a === null || b === null ? a === b : a.length === b.length && a.every((entry, i) => Object.is(entry, b[i]));
      if (!same) return { t, quantity, expected: String(a), got: String(b) };
    }
  }
  return null;
}

const when = (t: number): string => (t === 0 ? 'init' : `step ${t}`);

/** Where `again` differs from what was played; null where it does not. */
function changed(data: GateCase, played: Played, again: readonly Answer[], expected: string, quantities: Quantities = QUANTITIES): Failed | null {
  const change = firstChange(played.answers, again, quantities);
  if (change === null) return null;
  const place = `${change.quantity} after ${when(change.t)}`;
  return failed({ expected: `${expected}: ${place}`, lhs: change.got, rhs: change.expected, evidence: { ...sessionEvidence(data, played, change.t), 'first difference': place } });
}

const fine = (data: GateCase, played: Played): Outcome => passed({ trivial: !isTelling(played), labels: sizesOf(data.config, data.x0.length, played.answers.length - 1) });

/** What came of it, or how it was refused: as "unsupported", or in any other way that the process survives. */
async function answered<T>(task: Promise<T>): Promise<T | SubjectFailure> {
  try {
    return await task;
  } catch (error) {
    if (error instanceof SubjectFailure && (error.failure === 'unsupported' || error.failure === 'errored')) return error;
    throw error;
  }
}

interface Manner {
  readonly inapplicable: GateClaim['inapplicable'];
  readonly check: (context: GateContext, data: GateCase) => Promise<Outcome>;
}

const manner = (id: string, statement: string, parts: Manner, schedule: CaseOptions['schedule'] = 'sometimes'): GateClaim =>
  gateClaim<GateCase>({
    id: `manners-${id}`,
    statement: () => statement,
    hypotheses: [],
    strength: 'hypothesis',
    source,
    share: 0.1,
    coverage: () => LARGE,
    generator: (context) => sessionsOfAllSizes(context, { schedule, horizon: { min: 1, max: 8 } }, 'both'),
    simpler: simplerCases,
    ...parts,
  });

const always = (): null => null;

/** A session that is restarted under its own name repeats itself, bit for bit. */
const repeats = manner('repeats', 'a session that is started again under the same name repeats itself, bit for bit', {
  inapplicable: always,
  async check({ door, dtype }, data) {
    const played = await play(door, data, dtype);
    return changed(data, played, (await play(door, data, dtype)).answers, 'the same answers when the session is started again') ?? fine(data, played);
  },
}, false);

/** So many kinds of sessions have a process each that sees no other kind: what one kind has set may stay so for ever. */
const PURE = 3;
const kinds = new WeakMap<Door, string[]>();

/** Where a session may be played that nothing of another kind came before; sessions of further kinds are played where the others are. */
function elsewhere(door: Door, { config }: GateCase): Door {
  const seen = kinds.get(door) ?? [];
  kinds.set(door, seen);
  // Whether rates are lists is not what stays: that would be twice as many kinds.
  const kind = kindOf(config).replaceAll(': a list', ': not 0');
  if (!seen.includes(kind) && seen.length < PURE) seen.push(kind);
  return seen.includes(kind) ? door.beside(seen.indexOf(kind)) : door;
}

const BESIDE = 'the same answers after and beside other sessions';

/** Another session, before it and then turn by turn, does not change what one answers in a process that never heard of the other. */
const sessions: GateClaim = gateClaim<readonly [GateCase, GateCase]>({
  id: 'manners-sessions',
  statement: () => 'a session answers after and between others as it does in a process of its own, bit for bit',
  hypotheses: [],
  strength: 'hypothesis',
  source,
  share: 0.1,
  inapplicable: always,
  coverage: () => LARGE,
  generator(context) {
    const one = sessionsOfAllSizes(context, { schedule: 'sometimes', horizon: { min: 2, max: 6 } }, 'both');
    return fc.tuple(one, one);
  },
  simpler: ([one, other]) => [...simplerCases(one).map((a): [GateCase, GateCase] => [a, other]), ...simplerCases(other).map((b): [GateCase, GateCase] => [one, b])],
  async check({ door, dtype }, [one, other]) {
    const alone = await play(elsewhere(door, one), one, dtype, { name: 'alone' });
    const earlier = await answered(play(door, other, dtype, { name: 'earlier' }));
    const between = earlier instanceof SubjectFailure ? [] : [new Session(door, other, dtype, { name: 'second' })];
    // Twice the same: what is kept for each setting is shared by these alone.
    const twins = [new Session(door, one, dtype, { name: 'first' }), new Session(door, one, dtype, { name: 'third' })] as const;
    const evidence = { 'config of the other session': other.config };
    for (let going = true; going;) {
      going = false;
      for (const session of [twins[0], ...between, twins[1]]) {
        const advanced = await answered(session.advance());
        if (advanced instanceof SubjectFailure)
          return failed({ expected: BESIDE, lhs: advanced.message, rhs: 'an answer', evidence: { ...sessionEvidence(one, alone, alone.answers.length - 1), ...evidence } });
        going ||= advanced;
      }
    }
    for (const { played } of twins) {
      const change = changed(one, alone, played.answers, BESIDE);
      if (change !== null) return { ...change, evidence: { ...change.evidence, ...evidence } };
    }
    if (earlier instanceof SubjectFailure) throw earlier;
    // The other one began between the two, and is what it was without them.
    const change = changed(other, earlier, between[0]!.played.answers, BESIDE);
    if (change !== null) return { ...change, evidence: { ...change.evidence, 'config of the other session': one.config } };
    return fine(one, alone);
  },
});

/** Takes a session from the answer to step `from` to that to step `to` with one `run`. */
async function ran(door: Door, name: string, played: Played, from: number, to: number): Promise<Answer[]> {
  const { queries, xs } = await door.run(name, played.fed.gradients.slice(from, to).map((g) => Float64Array.from(g)));
  return queries.map((query, i): Answer => ({ query, x: xs[i]!, average: null, meta: null }));
}

/** `run` is the same as `step` after `step`: from the start, between steps, and from a saved state. */
const run = manner('run', '"run" answers what "step" after "step" does, from the start, between steps and after "load", bit for bit', {
  inapplicable({ hello, method }) {
    if (!hello.capabilities.includes('run')) return 'it does not say that it can "run"';
    return runs(method) ? null : 'the method takes more than gradients';
  },
  async check({ door, dtype, hello }, data) {
    const stepped = new Session(door, data, dtype, { name: 'stepped' });
    while (await stepped.advance()) { /* to the end */ }
    const { played } = stepped;
    const T = played.fed.gradients.length;
    if (T === 0) return fine(data, played);
    const judged = (answers: readonly Answer[], how: string): Failed | null => changed(data, played, answers, `the same answers from "run" ${how}`, ['query', 'x']);
    const whole = [await door.init('open loop', stepped.start()), ...await ran(door, 'open loop', played, 0, T)];
    const early = judged(whole, 'from the start');
    if (early !== null || T === 1) return early ?? fine(data, played);
    // Some steps, some at once (of a long session most), and a step again.
    const [from, to] = T <= SHORT ? [Math.ceil(T / 3), T - Math.floor(T / 3)] : [3, T - 3];
    const mixed = [await door.init('between', stepped.start())];
    for (const input of stepped.sent(1, from)) mixed.push(await door.step('between', input));
    const kept = hello.capabilities.includes('state') ? await answered(door.save('between')) : null;
    mixed.push(...await ran(door, 'between', played, from, to));
    for (const input of stepped.sent(to + 1)) mixed.push(await door.step('between', input));
    const between = judged(mixed, `after ${when(from)}`);
    // Whether it can be saved, and goes on from there, is for another claim.
    if (between !== null || kept === null || kept instanceof SubjectFailure) return between ?? fine(data, played);
    // Against steps after the same load: whether that is right is for another claim.
    const loaded: Answer[] = [await door.load('resumed', kept)];
    for (const input of stepped.sent(from + 1)) loaded.push(await door.step('resumed', input));
    const resumed = [await door.load('run on', kept), ...await ran(door, 'run on', played, from, T)];
    const before = mixed.slice(0, from);
    return changed(
      data,
      { ...played, answers: [...before, ...loaded] },
      [...before, ...resumed],
      `the same answers from "run" after "load" of what was saved after ${when(from)}`,
      ['query', 'x'],
    ) ?? fine(data, played);
  },
});

/** It is saved after each of so many steps, and loaded in each way. A longer session is saved up to there, and where it is loaded, in one way each. */
const SHORT = 8;

/** A saved state resumes as if never stopped, wherever it was saved, and wherever it is loaded. */
const state = manner(
  'state',
  'a state saved before, between or after steps goes on as if never stopped, twice at once and in a new process, and from there again, and saving changes nothing, bit for bit',
  {
    inapplicable: ({ hello }) => (hello.capabilities.includes('state') ? null : 'it does not say that it can save its "state"'),
    async check({ door, dtype, hello, method }, data) {
      const played = await play(door, data, dtype, { name: 'unsaved' });
      const session = new Session(door, data, dtype, { name: 'saved' });
      const last = played.answers.length - 1;
      const marks = [...new Set(last <= SHORT ? [Math.ceil(last / 2), 0, last] : [last - 3, 0, last])];
      const kept = new Map<number, SavedState>();
      // To the end, before a state is loaded: it must not have been shared.
      for (let t = 0; await session.advance(); t++) {
        if (t <= SHORT || marks.includes(t)) kept.set(t, await door.save('saved'));
      }
      const disturbed = changed(data, played, session.played.answers, 'the same answers where the state was saved on the way');
      if (disturbed !== null) return disturbed;
      const resumed = async (where: Door, at: number, state: SavedState, { how = '', names = ['resumed'], again = false }: Resumption = {}): Promise<Failed | null> => {
        const half = again ? at + Math.ceil((last - at) / 2) : null;
        const expected = `the same answers from a state saved after ${when(at)}${how}${half === null ? '' : `, and saved and loaded again after ${when(half)}`}`;
        const paths = names.map((name) => ({ name, answers: played.answers.slice(0, at) }));
        for (const { name, answers } of paths) {
          const first = await answered(where.load(name, state));
          // Where this process can load it, and a new one cannot, it is no state.
          if (first instanceof SubjectFailure && where !== door) return failed({ expected, lhs: first.message, rhs: 'an answer', evidence: sessionEvidence(data, played, at) });
          if (first instanceof SubjectFailure) throw first;
          answers.push(first);
        }
        for (const input of session.sent(at + 1)) {
          for (const path of paths) {
            if (half !== null && input.t === half + 1) {
              const later = await where.save(path.name);
              path.name = `${path.name} again`;
              path.answers[half] = await where.load(path.name, later);
            }
            path.answers.push(await where.step(path.name, input));
          }
        }
        for (const { answers } of paths) {
          const change = changed(data, played, answers, expected, ['query', 'x', 'meta']);
          if (change !== null) return change;
        }
        return null;
      };
      // From one state twice, turn by turn: neither session is to change the state, or the other.
      const twice: Resumption = { how: ', loaded twice', names: ['resumed', 'beside it'] };
      const elsewhere: Resumption = { how: ', loaded in a new process', again: true };
      const beside = (): Door => door.beside(0);
      const passes: readonly (readonly [at: number, where: () => Door, Resumption?])[] = last <= SHORT
        ? marks.flatMap((at) => [[at, () => door], [at, () => door, twice], [at, beside, elsewhere]] as const)
        : [[last - 3, () => door, twice], [0, beside, elsewhere], [last, () => door]];
      for (const [at, where, how] of passes) {
        const change = await resumed(where(), at, kept.get(at)!, how);
        if (change !== null) return change;
      }
      if (!hello.capabilities.includes('run') || !runs(method) || last === 0) return fine(data, played);
      const middle = Math.ceil(last / 2);
      await door.init('run', session.start());
      await ran(door, 'run', played, 0, middle);
      return await resumed(door, middle, await door.save('run'), { how: ' of a "run"' }) ?? fine(data, played);
    },
  },
);

/** How a session goes on from a state. */
interface Resumption {
  /** In words, for what is said of a failure. */
  readonly how?: string;
  /** Of the sessions that go on from it, turn by turn. */
  readonly names?: readonly string[];
  /** Whether it is saved and loaded once more, half way to the end. */
  readonly again?: boolean;
}

/** What an optimizer is given it may keep, but not change; and what it gave away stays as it is. */
const arrays = manner('arrays', 'what it is given it leaves as it is (x0, config, gradients, hints, targets, a state to load), and what "save" returned stays as it was', {
  inapplicable: ({ hello }) => (hello.capabilities.includes('changed') ? null : 'it does not say that it can tell what it has "changed": between processes nothing is shared'),
  async check({ door, dtype, hello, method }, data) {
    const saves = hello.capabilities.includes('state');
    const session = new Session(door, data, dtype, { name: 'watched' });
    const told = (how: string): Failed | null => {
      const names = door.changed();
      return names.length === 0 ? null : failed({
        expected: 'what it was given, and what it gave away, as it was',
        lhs: `changed: ${names.join(', ')}`,
        rhs: 'nothing changed',
        evidence: { ...sessionEvidence(data, session.played, session.played.answers.length - 1), 'seen in the answer to': how },
      });
    };
    door.changed();
    let kept: SavedState | null = null;
    while (await session.advance()) {
      const at = session.played.answers.length - 1;
      const change = told(when(at));
      if (change !== null) return change;
      // Later ones must leave the first as it was.
      if (saves && at >= Math.floor(data.horizon / 2)) {
        const state = await door.save('watched');
        kept ??= state;
      }
    }
    const { played } = session;
    if (kept !== null) {
      await door.load('loaded', kept);
      for (const input of session.sent(Math.floor(data.horizon / 2) + 1)) {
        await door.step('loaded', input);
        const change = told(`${when(input.t)}, after "load"`);
        if (change !== null) return change;
      }
    }
    if (hello.capabilities.includes('run') && runs(method) && played.fed.gradients.length > 0) {
      await door.init('watched', session.start());
      await ran(door, 'watched', played, 0, played.fed.gradients.length);
    }
    return told('"run"') ?? fine(data, played);
  },
});

/** What every optimizer owes, whatever its method. */
export const manners: readonly GateClaim[] = [repeats, sessions, run, state, arrays];
