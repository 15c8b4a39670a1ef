import fc from 'fast-check';
import type { RuleSpec } from '../update-rule/update-rule.js';
import type { Json } from '../verdict.js';
import type { GateCase } from './case.js';
import type { MethodName } from './methods.js';
import type { Config } from './protocol.js';

/** In which way a session is large: in entries, in steps, in steps with a rate for each, or in some of both. */
export type Large = 'wide' | 'long' | 'listed' | 'both';

/** Widths of registers and blocks, and around them, where vectors have tails; and the widest. */
const BLOCKS: readonly number[] = [5, 6, 7, 8, 9, 16, 17, 32, 33, 64, 65, 65, 128, 256, 257, 257, 257];
const WIDEST = 257;
/** Beyond this a rule that works entry by entry costs too much: to the reference its Jacobian is a matrix like any other. */
export const DENSE = 65;
/** Beyond what a counter of eight bits holds. */
const STEPS = { min: 17, max: 127 } as const;
const MANY = 128;
export const MOST = 1024;
/** Methods that may add up what rounding does to them, for 20 steps or for all: only where gradients outgrow it does a long session in float32 say something in the end. */
const GROWING: readonly MethodName[] = ['heavy-ball', 'sgd-momentum', 'nesterov', 'bootstrapped-meta-gradient'];
/** So many steps double their gradients. */
const DOUBLING = 34;

/** n and T of large sessions. `atOnce`: whether the optimizer can take the longest in one request; if not, they are few. */
export function largeSizes(large: Large, atOnce: boolean): fc.Arbitrary<{ readonly n: number; readonly T: number }> {
  const widths = (min: number, max: number): fc.Arbitrary<number> =>
    fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...BLOCKS.filter((n) => n >= min && n <= max)) }, { weight: 1, arbitrary: fc.noBias(fc.integer({ min, max })) });
  const few = fc.integer({ min: 2, max: 3 });
  const n = { wide: widths(5, WIDEST), both: widths(9, DENSE), long: few, listed: few }[large];
  const many = { weight: 3, arbitrary: fc.constant(MANY) };
  const T = {
    wide: fc.integer({ min: 2, max: 5 }),
    long: fc.oneof({ weight: 3, arbitrary: fc.integer(STEPS) }, many, { weight: atOnce ? 3 : 2, arbitrary: fc.constant(MOST) }),
    listed: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: STEPS.min, max: 40 }) }, { weight: 2, arbitrary: fc.noBias(fc.integer({ min: 41, max: STEPS.max })) }, many),
    both: fc.integer({ min: STEPS.min, max: 24 }),
  }[large];
  return fc.record({ n, T });
}

/** Numbers from 0 to 2³² − 1 without a pattern that a method could share (splitmix32). */
function stream(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    const once = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    const twice = Math.imul(once ^ (once >>> 15), 0x735a2d97);
    return (twice ^ (twice >>> 15)) >>> 0;
  };
}

/**
 * The session with gradients that are chosen beforehand, of few bits, so that a large one is cheap and exact. In one of many steps those of the first entry have one sign:
 * what it has moved is no difference of large numbers, in which rounding would drown the session.
 */
export function givenNumbers(name: MethodName, large: Large, data: GateCase, seed: number): GateCase {
  const [n, T, next] = [data.x0.length, data.horizon, stream(seed)];
  const few = (): number => ((next() % 129) - 64) / 16;
  const size = (t: number): number => (large !== 'wide' && GROWING.includes(name) ? 2 ** Math.floor((t - T) / DOUBLING) : 1);
  const entry = (t: number, i: number): number => (large !== 'wide' && i === 0 ? Math.abs(few()) + 0.25 : few()) * size(t);
  const vectors = (count: number): number[][] => Array.from({ length: count }, (_, t) => Array.from({ length: n }, (_, i) => entry(t, i)));
  const x0 = name === 'ftrl' || name === 'ao-ftrl' ? Array<number>(n).fill(0) : vectors(1)[0]!;
  return { ...data, function: null, x0, losses: vectors(T), hints: vectors(data.hints.length), targets: vectors(data.targets.length) };
}

/** Weights of many steps are one of the kinds: a list is told number by number. */
export const WEIGHTS: fc.Arbitrary<Json> = fc.constantFrom('constant', 'linear', 'nesterov');

/** Rates for which a large session stays in range, and W is reached late rather than at once: what was drawn is for a few steps. */
export function tempered(name: MethodName, large: Large, { config, ...data }: GateCase): GateCase {
  const rule = config['rule'] as RuleSpec | undefined;
  const T = large === 'wide' ? 1 : data.horizon;
  const by = (key: string, factor: number): Config => {
    const value = config[key] as number | readonly number[];
    return { [key]: typeof value === 'number' ? value * factor : value.map((one) => one * factor) };
  };
  const rates = (): Config => {
    switch (name) {
      case 'ftrl':
      case 'ao-ftrl':
        return by('beta', 1 / total(config['alpha']!, T));
      case 'convex-meta-learning':
      case 'optimistic-meta-learning':
        return by('beta', T / total(config['alpha']!, T));
      case 'bootstrapped-meta-gradient':
        // Its own steps feed back through squares of gradients, which are up to 4.
        return rule?.kind === 'elementwise-descent' ? by('beta', 1 / (16 * T)) : {};
      case 'meta-sgd':
      case 'optimistic-meta-sgd':
        return by('metaRate', 1 / (16 * T));
      default:
        return {};
    }
  };
  return { ...data, config: { ...config, ...rates() } };
}

/** α_1 + … + α_T, about. */
function total(alpha: Json, T: number): number {
  return alpha === 'constant' ? T : alpha === 'linear' ? (T * (T + 1)) / 2 : ((T + 1) / 2) ** 2;
}
