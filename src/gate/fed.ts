import type { RealSpace, Vector } from '../arithmetic/space.js';
import type { SetSpec } from '../problem/feasible-set.js';
import type { RuleSpec } from '../update-rule/update-rule.js';
import type { Json } from '../verdict.js';
import type { Config } from './protocol.js';

/** What a session was fed, as plain numbers: with it any implementation of the method must come to the same trajectory. T = gradients.length. */
export interface FedNumbers {
  readonly x0: ArrayLike<number>;
  readonly config: Config;
  /** ∇f(x0), for methods whose update rule needs it before the first query. */
  readonly first: ArrayLike<number>;
  /** g_1 … g_T: each at the query of its step, or given. */
  readonly gradients: readonly ArrayLike<number>[];
  /** g̃_1 … g̃_{T+1} at least; empty where the method takes none. */
  readonly hints: readonly ArrayLike<number>[];
  /** z_1 … z_T; empty where the method takes none. */
  readonly targets: readonly ArrayLike<number>[];
}

/** The same over any space, with a gradient of zeros after the last: what comes after it is not looked at. */
export interface Fed<S> {
  readonly n: number;
  readonly T: number;
  readonly x0: Vector<S>;
  readonly settings: Settings<S>;
  readonly first: Vector<S>;
  /** g_1 … g_T, 0 */
  readonly gradients: readonly Vector<S>[];
  readonly hints: readonly Vector<S>[];
  /** z_1 … z_T, 0 */
  readonly targets: readonly Vector<S>[];
}

/** What a session answered, or what a reference would have: T + 1 of each, from `init` on. */
export interface Trace<S> {
  readonly query: readonly Vector<S>[];
  readonly x: readonly Vector<S>[];
  readonly meta: readonly Vector<S>[] | null;
}

export function fed<S>(K: RealSpace<S>, { x0, config, first, gradients, hints, targets }: FedNumbers): Fed<S> {
  const n = x0.length;
  const vector = (v: ArrayLike<number>): Vector<S> => K.vector(v.length, (i) => K.from(v[i]!));
  const gradientsAnd = [...gradients.map(vector), K.zeros(n)];
  const T = gradients.length;
  return {
    n,
    T,
    x0: vector(x0),
    first: vector(first),
    settings: settings(K, config, T + 1),
    gradients: gradientsAnd,
    hints: hints.slice(0, T + 1).map(vector),
    targets: [...targets.map(vector), K.zeros(n)],
  };
}

/** A session's `config`, read by name. */
export interface Settings<S> {
  /** One number. */
  readonly number: (name: string) => S;
  /** One number for each step, T + 1 of them, whether the config has a list or one for all. */
  readonly sequence: (name: string) => readonly S[];
  readonly flag: (name: string) => boolean;
  /** The kind of the weights α, or their values. */
  readonly weights: () => string | readonly S[];
  readonly set: (dimension: number) => SetSpec;
  readonly rule: () => RuleSpec;
  readonly word: (name: string) => string;
}

function settings<S>(K: RealSpace<S>, config: Config, length: number): Settings<S> {
  const wrong = (name: string, expected: string): RangeError => new RangeError(`expected "${name}" in the config to be ${expected}, got ${JSON.stringify(config[name])}`);
  const given = (value: Json | undefined): value is number => typeof value === 'number';
  return {
    number(name) {
      const value = config[name];
      if (!given(value)) throw wrong(name, 'a number');
      return K.from(value);
    },
    sequence(name) {
      const value = config[name];
      if (given(value)) return Array.from({ length }, () => K.from(value));
      if (!isList(value) || value.length < length || !value.every(given)) throw wrong(name, `a number, or a list of ${length} or more`);
      return value.slice(0, length).map((entry) => K.from(entry));
    },
    flag: (name) => config[name] === true,
    word(name) {
      const value = config[name];
      if (typeof value !== 'string') throw wrong(name, 'a word');
      return value;
    },
    weights() {
      const value = config['alpha'];
      if (typeof value === 'string') return value;
      if (!isList(value) || value.length < length || !value.every(given)) throw wrong('alpha', `a word or ${length} numbers`);
      return value.slice(0, length).map((entry) => K.from(entry));
    },
    set(dimension) {
      const value = config['set'] as { kind: 'all' } | { kind: 'ball'; radius: number } | { kind: 'box'; lower: number[]; upper: number[] } | undefined;
      switch (value?.kind) {
        case 'all':
          return { kind: 'all', dimension };
        case 'ball':
          return { kind: 'ball', centre: Array.from({ length: dimension }, () => 0), radius: value.radius };
        case 'box':
          return value;
        default:
          throw wrong('set', 'a set: all, ball or box');
      }
    },
    rule() {
      const value = config['rule'];
      if (typeof value !== 'object' || value === null) throw wrong('rule', 'an update rule');
      return value as unknown as RuleSpec;
    },
  };
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
