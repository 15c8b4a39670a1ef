import type { Optimizer, Played, Session } from '../../src/gate/define-optimizer.js';
import { SubjectFailure, type Answer, type Door } from '../../src/gate/protocol.js';

/** A module's default export behind a door without a process: for tests that ask many of them many things. */
export function inProcess(optimizer: Optimizer): Door {
  const sessions = new Map<string, Session>();
  const told = ({ query, x, average, meta }: Played): Answer => ({
    query: Float64Array.from(query),
    x: Float64Array.from(x),
    average: average === undefined || average === null ? null : Float64Array.from(average),
    meta: meta === undefined || meta === null ? null : Float64Array.from(meta),
  });
  const asked = async (name: string, answer: () => Played | Promise<Played>): Promise<Answer> => {
    try {
      return told(await answer());
    } catch (error) {
      const { kind, message } = error as Error & { kind?: string };
      throw new SubjectFailure(kind === 'unsupported' ? 'unsupported' : 'errored', `session "${name}": ${message}`);
    }
  };
  const gone = (): Promise<void> => Promise.resolve(sessions.clear());
  const missing = (): never => {
    throw new SubjectFailure('unsupported', 'step alone');
  };
  return {
    source: optimizer.name,
    kind: 'module',
    restarts: 0,
    hello: () =>
      Promise.resolve({
        implementation: { name: optimizer.name, version: '0', language: 'JavaScript' },
        dtype: optimizer.dtype ?? 'float64',
        capabilities: optimizer.capabilities ?? ['step'],
      }),
    init: async (name, { x0, config, problem, ...extra }) =>
      asked(name, async () => {
        const session = await optimizer.start(x0, config, problem, extra);
        sessions.set(name, session);
        return session;
      }),
    step: async (name, input) => asked(name, () => sessions.get(name)!.step(input)),
    run: missing,
    save: missing,
    load: missing,
    close: (name) => Promise.resolve(void sessions.delete(name)),
    changed: () => [],
    beside: () => inProcess(optimizer),
    end: gone,
    stop: gone,
    bye: gone,
  };
}
