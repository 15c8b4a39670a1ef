/** Of which optimizer, and of which functions, a worst case is asked: what `worst-case` and `certificate check --of` are told alike. */

import { existsSync } from 'node:fs';
import { closest, unknownMember } from '../base/closest.js';
import { openDoor } from '../gate/door.js';
import { METHODS, METHOD_NAMES, type MethodName } from '../gate/methods.js';
import { SubjectFailure, type Config, type Door, type Hello } from '../gate/protocol.js';
import { referenceDoor } from '../gate/reference-door.js';
import { judgedPoint, typicalConfigs } from '../gate/typical.js';
import { JUDGED, type WorstCaseOptions } from '../gate/worst-case.js';
import { Interrupted } from '../runner/prover.js';
import { reference } from '../subject.js';
import { checkModule, text, type Values } from './arguments.js';
import { UsageError, choiceOption, integerOption, numberOption, objectOption } from './usage.js';

export interface WorstCaseQuestion {
  readonly subject: { readonly method: MethodName } | { readonly module: string } | { readonly command: string };
  readonly config: Config;
  readonly options: Omit<WorstCaseOptions, 'config' | 'dtype'>;
}

/** Whose worst case it is. Not every optimizer tells a version. */
export const nameOf = (subject: WorstCaseQuestion['subject'], { name, version }: Hello['implementation']): string =>
  'method' in subject ? `${subject.method}, the package's own` : `${name} ${version}`.trim();

/** @param word a method or a module, where there is no --command. @throws {UsageError} */
export function worstCaseQuestion(values: Values, word: string | undefined, of = 'omg-oracle worst-case nesterov'): WorstCaseQuestion {
  const [program, like] = [text(values, 'command'), text(values, 'like')];
  if ((program === undefined) === (word === undefined)) {
    throw new UsageError(
      `expected an optimizer: a method (${of}), a module (my-optimizer.mjs) or --command "python3 my.py", got ${program === undefined ? 'none of them' : 'two of them'}`,
    );
  }
  const method = METHOD_NAMES.find((name) => name === word);
  if (word !== undefined && method === undefined) {
    const near = closest(word, METHOD_NAMES);
    if (near !== null && !existsSync(word)) throw new UsageError(`expected a method or a module, got "${word}"; did you mean "${near}"?`);
    checkModule(word);
  }
  const named = like === undefined ? method : choiceOption('like', like, METHOD_NAMES);
  const horizon = integerOption('horizon', text(values, 'horizon'), 1, 200);
  if (horizon === undefined) throw new UsageError('expected --horizon N: after how many gradients the optimizer is judged');
  const L = numberOption('smoothness', text(values, 'smoothness'), (x) => x >= 1e-100 && x <= 1e100, 'a number from 1e-100 to 1e100') ?? 1;
  const mu = numberOption('strong-convexity', text(values, 'strong-convexity'), (x) => x >= 0 && x < L, `a number from 0 to below L = ${L}`) ?? 0;
  const criterion = choiceOption('criterion', text(values, 'criterion') ?? 'value', ['value', 'gradient', 'distance']);
  const condition = choiceOption('condition', text(values, 'condition') ?? 'distance', ['distance', 'value']);
  if (criterion === 'distance' && condition === 'value' && mu === 0)
    throw new UsageError('expected --strong-convexity beside --criterion distance --condition value: convex functions may be flat, and then no f(x_0) − f* bounds a distance');
  return {
    subject: method !== undefined ? { method } : program === undefined ? { module: word! } : { command: program },
    config: configOption(text(values, 'config'), method, named, L),
    options: {
      horizon,
      smoothness: L,
      strongConvexity: Math.abs(mu),
      criterion,
      condition,
      judged: choiceOption('judged', text(values, 'judged') ?? (named === undefined ? 'iterate' : judgedPoint(named)), JUDGED),
    },
  };
}

/**
 * The config that a session starts with.
 * @param own the package's own method, which must find every member of it. @param named what it claims to be: a member that this method has not would be printed above a proof, and mean nothing.
 * @throws {UsageError}
 */
function configOption(given: string | undefined, own: MethodName | undefined, named: MethodName | undefined, L: number): Config {
  if (given === undefined) {
    if (named === undefined) throw new UsageError('expected --like NAME or --config JSON, such as --config \'{"learningRate":0.5}\': what the optimizer is told when it starts');
    const [config] = typicalConfigs(named, L);
    if (config === undefined)
      throw new UsageError(
        `expected a method whose steps are fixed, one of ${
          METHOD_NAMES.filter((name) => typicalConfigs(name, 1).length > 0).join(', ')
        }, got "${named}"; --config JSON tries another config`,
      );
    return config;
  }
  const config = objectOption('config', given, '{"learningRate":0.5}');
  const unknown = named === undefined ? null : unknownMember(config, METHODS[named].members);
  if (unknown !== null) throw new UsageError(`expected --config with members that ${named} has, ${METHODS[named!].members.join(', ')}, ${unknown}`);
  const missing = own === undefined ? undefined : METHODS[own].members.find((name) => !Object.hasOwn(config, name) && !OPTIONAL.has(name));
  if (missing !== undefined) throw new UsageError(`expected --config with every member that ${own} has, ${METHODS[own!].members.join(', ')}, got none called "${missing}"`);
  return config;
}

/** Flags, which are false where they are left out. */
const OPTIONAL: ReadonlySet<string> = new Set(['nesterov', 'epsilonInside']);

/** Asks the optimizer. What it does wrong when it ends is the gate's to judge: by then its answers are known. @throws {SubjectFailure} it did not answer. */
export async function withOptimizer<T>(subject: WorstCaseQuestion['subject'], signal: AbortSignal, ask: (door: Door) => Promise<T>): Promise<T> {
  const door = 'method' in subject ? interruptible(referenceDoor(subject.method, reference, 'float64'), signal) : openDoor(subject);
  const stop = (): void => void door.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await ask(door);
  } catch (error) {
    // The package's own methods fail at nothing but what they are told.
    if ('method' in subject && error instanceof SubjectFailure && error.failure === 'unsupported') throw new UsageError(`--config: ${error.message}`);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    if (!signal.aborted) await ended(door);
    await door.end();
  }
}

/** A door that answers at once, but lets signals in before each step. */
function interruptible(door: Door, signal: AbortSignal): Door {
  return {
    ...door,
    step: async (session, input) => {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      if (signal.aborted) throw new Interrupted('interrupted');
      return door.step(session, input);
    },
  };
}

async function ended(door: Door): Promise<void> {
  try {
    await door.bye();
  } catch (error) {
    if (!(error instanceof SubjectFailure)) throw error;
  }
}
