import { deserialize, serialize } from 'node:v8';
import { float64 } from '../arithmetic/float64.js';
import type { Subject } from '../subject.js';
import { fed, type FedNumbers, type Trace } from './fed.js';
import { METHODS, type MethodName } from './methods.js';
import { SubjectFailure, type Answer, type Door, type Dtype, type Start, type StepInput } from './protocol.js';

interface Told {
  readonly start: Start;
  readonly steps: readonly StepInput[];
}

/**
 * The package's own algorithms, or a saboteur's, as an optimizer under test in this process: each answer is the last of the whole
 * trajectory on what was fed so far. In float32 every answer is rounded to it.
 */
export function referenceDoor(name: MethodName, subject: Subject, dtype: Dtype): Door {
  const sessions = new Map<string, Told>();
  const others = new Map<number, Door>();
  const rounded = (v: ArrayLike<number>): Float64Array => Float64Array.from(v, dtype === 'float32' ? Math.fround : (x) => x);
  const traceOf = (numbers: FedNumbers): Trace<number> => {
    try {
      return METHODS[name].reference(float64, subject, fed(float64, numbers));
    } catch (error) {
      // A config of another method.
      if (error instanceof RangeError) throw new SubjectFailure('unsupported', error.message);
      throw error;
    }
  };
  const answers = ({ start, steps }: Told, from = steps.length): Answer[] => {
    const numbers: FedNumbers = {
      x0: start.x0,
      config: start.config,
      first: start.gradient ?? new Float64Array(start.x0.length),
      gradients: steps.map(({ gradient }) => gradient),
      hints: [start, ...steps].flatMap(({ hint }) => hint ?? []),
      targets: steps.flatMap(({ target }) => target ?? []),
    };
    const trace = traceOf(numbers);
    return Array.from({ length: steps.length + 1 - from }, (_, i) => i + from)
      .map((t) => ({ query: rounded(trace.query[t]!), x: rounded(trace.x[t]!), average: null, meta: trace.meta === null ? null : rounded(trace.meta[t]!) }));
  };
  const told = (session: string): Told => {
    const found = sessions.get(session);
    if (found === undefined) throw new SubjectFailure('errored', `expected a session that was started, got "${session}"`);
    return found;
  };
  const answered = (session: string, next: Told): Promise<Answer> => {
    sessions.set(session, next);
    return Promise.resolve(answers(next)[0]!);
  };
  return {
    source: `the reference of ${name}`,
    kind: 'module',
    restarts: 0,
    hello: () => Promise.resolve({ implementation: { name, version: '0', language: 'TypeScript' }, dtype, capabilities: ['step', 'run', 'state'] }),
    init: (session, start) => answered(session, { start, steps: [] }),
    step: (session, input) => answered(session, { ...told(session), steps: [...told(session).steps, input] }),
    run(session, gradients) {
      const { start, steps } = told(session);
      const next = { start, steps: [...steps, ...gradients.map((gradient, i) => ({ t: steps.length + i + 1, gradient }))] };
      sessions.set(session, next);
      const all = answers(next, steps.length + 1);
      return Promise.resolve({ queries: all.map(({ query }) => query), xs: all.map(({ x }) => x) });
    },
    save: (session) => Promise.resolve({ json: JSON.stringify(serialize(told(session)).toString('base64')), dimension: told(session).start.x0.length }),
    load: (session, { json }) => answered(session, deserialize(Buffer.from(JSON.parse(json) as string, 'base64')) as Told),
    close: (session) => Promise.resolve(void sessions.delete(session)),
    changed: () => [],
    beside(which) {
      const other = others.get(which) ?? referenceDoor(name, subject, dtype);
      others.set(which, other);
      return other;
    },
    end: () => Promise.resolve(sessions.clear()),
    stop: () => Promise.resolve(sessions.clear()),
    bye: () => Promise.resolve(),
  };
}
