/** Settings that are one value, or a list with one for each step: and optimizers that take the one, and compute with the other as if it were one. */

import type { Failed } from '../claim.js';
import type { GateCase } from './case.js';
import type { GateClaim, GateContext } from './claim.js';
import type { Json } from '../verdict.js';
import { SubjectFailure, overlaid, type Answer, type Config, type Door, type FailureKind, type Start, type StepInput } from './protocol.js';

const LISTED = ['learningRate', 'momentum', 'beta', 'alpha'] as const;

const listsOf = (config: Config): readonly string[] => LISTED.filter((name) => Array.isArray(config[name]));

/** The same with one value for all steps: the first rate, or weights that do not vary. */
const plainly = (config: Config, names: readonly string[]): Config =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, !names.includes(name) ? value : name === 'alpha' ? 'constant' : (value as readonly number[])[0]!]));

/** The lists one by one, and all of them: one of which is what an optimizer fails at, if it fails at lists. */
const suspects = (names: readonly string[]): readonly (readonly string[])[] => (names.length > 1 ? [...names.map((name) => [name]), names] : names.map((name) => [name]));

const told = (names: readonly string[]): string => `${names.join(' and ')} ${names.length === 1 ? 'was a list' : 'were lists'} here; answer unsupported, or use entry t`;

/**
 * Why a case failed, where it does not with one value in place of a list; null where it does. What broke down, or gave numbers that are not finite, does not do so: whether its
 * numbers are right then is another matter. Any other failure is none.
 */
export async function listsBehind(claim: GateClaim, context: GateContext, example: GateCase, failed: Failed | SubjectFailure): Promise<string | null> {
  const gives = ({ lhs }: Failed): boolean => Number.isFinite(Number(lhs));
  const broke = failed instanceof SubjectFailure || !gives(failed);
  for (const names of suspects(listsOf(example.config))) {
    try {
      const outcome = await claim.check(context, { ...example, config: plainly(example.config, names) } as unknown as Json);
      if (outcome.kind === 'passed' || (outcome.kind === 'failed' && broke && gives(outcome))) return told(names);
    } catch (error) {
      if (!(error instanceof SubjectFailure)) throw error;
    }
  }
  return null;
}

/** A session to which a list was sent: all that was asked of it. */
interface Listed {
  readonly start: Start;
  readonly inputs: StepInput[];
}

const FAILED: readonly FailureKind[] = ['errored', 'crashed', 'garbled', 'timed-out'];
/** Of those, the ones that end the process. */
const FATAL = FAILED.slice(1);

const isFinite = ({ query, x, meta }: Answer): boolean => [query, x, meta ?? []].every((v) => v.every(Number.isFinite));

/**
 * The same door for claims that are not about lists. A session that fails where it was sent one, or answers with numbers that are not finite, and does not where its first entry
 * is sent in its place, is one of an optimizer that takes one value and does not say so: it counts as refused, and what it should have said is told. A list that has ended its
 * process is not sent again.
 * @param excuse is told how often a process had to be started anew for a list.
 */
export function withoutLists(door: Door, excuse: (times: number) => void): Door {
  const refused = new Map<string, string>();
  const around = (inner: Door): Door => {
    const sessions = new Map<string, Listed>();
    /** @throws {SubjectFailure} where it is the list that the session fails at. */
    const ask = async (session: string, failure: SubjectFailure | null): Promise<void> => {
      const { start, inputs } = sessions.get(session)!;
      sessions.delete(session);
      const before = inner.restarts;
      for (const names of suspects(listsOf(start.config))) {
        if (!await answers(inner, { ...start, config: plainly(start.config, names) }, inputs)) continue;
        // What fails now and then fails at anything.
        if (await answers(inner, start, inputs)) return;
        const message = `${told(names)} (${failure?.message ?? 'it answered with numbers that are not finite'})`;
        if (failure !== null && FATAL.includes(failure.failure)) {
          for (const name of names) refused.set(name, message);
          // The last try has ended it once more.
          excuse(inner.restarts - before + 1);
        }
        throw new SubjectFailure('unsupported', message);
      }
    };
    const watched = async <T>(session: string, task: () => Promise<T>, finite: (answer: T) => boolean): Promise<T> => {
      try {
        const answer = await task();
        if (sessions.has(session) && !finite(answer)) await ask(session, null);
        return answer;
      } catch (error) {
        if (error instanceof SubjectFailure && FAILED.includes(error.failure) && sessions.has(session)) await ask(session, error);
        throw error;
      }
    };
    return overlaid(inner, {
      async init(session, start) {
        sessions.delete(session);
        const lists = listsOf(start.config);
        const known = lists.flatMap((name) => refused.get(name) ?? [])[0];
        if (known !== undefined) throw new SubjectFailure('unsupported', known);
        if (lists.length > 0) sessions.set(session, { start, inputs: [] });
        return watched(session, async () => inner.init(session, start), isFinite);
      },
      async step(session, input) {
        sessions.get(session)?.inputs.push(input);
        return watched(session, async () => inner.step(session, input), isFinite);
      },
      async run(session, gradients) {
        const inputs = sessions.get(session)?.inputs;
        inputs?.push(...gradients.map((gradient, i) => ({ t: inputs.length + i + 1, gradient })));
        return watched(session, async () => inner.run(session, gradients), ({ queries, xs }) => [...queries, ...xs].every((v) => v.every(Number.isFinite)));
      },
      async load(session, state) {
        sessions.delete(session);
        return inner.load(session, state);
      },
      beside: (which) => around(inner.beside(which)),
    });
  };
  return around(door);
}

/** Whether a session is answered to its end, with numbers. */
async function answers(door: Door, start: Start, inputs: readonly StepInput[]): Promise<boolean> {
  const name = 'with one value for all steps';
  try {
    if (!isFinite(await door.init(name, start))) return false;
    for (const input of inputs) if (!isFinite(await door.step(name, input))) return false;
    return true;
  } catch (error) {
    if (error instanceof SubjectFailure) return false;
    throw error;
  }
}
