import { balls, type Ball } from '../arithmetic/ball.js';
import type { Vector } from '../arithmetic/space.js';
import type { Value, Values } from '../formula/meaning.js';
import type { Node } from '../formula/syntax.js';
import type { Sizes } from './world.js';

/** Half an ulp of 1. */
export const UNIT = 2 ** -53;

/** A run's numbers as balls of what rounding may have done to each: half an ulp, or γ_k of what its world says. What then grows is what evaluating a formula rounds. */
export function lift(values: Values<number>, known: Sizes): Values<Ball> {
  // What was lifted: a function that remembers its points knows it again.
  const centres = new WeakMap<object, Value<number>>();
  const middle = (value: Value<Ball>): Value<number> =>
    Array.isArray(value) ? centres.get(value) ?? Float64Array.from(value as Ball[], (entry) => entry.value) : (value as Ball).value;
  const ball = (value: number, size: number | undefined): Ball => ({ value, error: size === undefined ? UNIT * Math.abs(value) : known.gamma * (size + Math.abs(value)) });
  const around = (value: Value<number>, size: number | Vector<number> | undefined): Value<Ball> => {
    if (typeof value === 'number') return ball(value, size as number | undefined);
    const [entries, all] = [value as ArrayLike<number | Vector<number>>, [] as Value<Ball>[]];
    for (let i = 0; i < entries.length; i++) all.push(around(entries[i]!, size === undefined ? undefined : (size as Vector<number>)[i]));
    centres.set(all, value);
    return all as Value<Ball>;
  };
  const lifted = (one: Values<number>, { gamma, names, functions, sets }: Sizes): Values<Ball> => {
    const { paths, ...rest } = one;
    return {
      ...rest,
      K: balls,
      names: Object.fromEntries(
        Object.entries(one.names).map(([name, of]) => {
          const before = new Map<number, Value<Ball> | undefined>();
          return [name, (i: number, j: number) => {
            const key = i * 65_536 + j;
            if (!before.has(key)) {
              const value = of(i, j);
              before.set(key, value === undefined ? undefined : around(value, names[name]?.(i)));
            }
            return before.get(key);
          }];
        }),
      ),
      functions: Object.fromEntries(
        Object.entries(one.functions).map(([name, of]) => [name, (args: readonly Value<Ball>[], i: number) => {
          const own = args.map(middle);
          return around(of(own, i), functions[name]?.(own, i));
        }]),
      ),
      sets: Object.fromEntries(Object.entries(one.sets).map(([name, { project }]) => [name, { project: (v: Vector<Ball>) => projected(project, v, gamma, sets[name]) }])),
      ...(paths === undefined ? {} : { paths: paths.map(({ weight, values: path }, i) => ({ weight: ball(weight, undefined), values: lifted(path, known.paths?.[i] ?? known) })) }),
    };
  };
  return lifted(values, known);
}
/** A projection brings no two points farther apart: an entry is off by no more than all of the point was, and by what projecting rounds. */
function projected(project: (v: Vector<number>) => Vector<number>, v: Vector<Ball>, gamma: number, sizes: Sizes['sets'][string] = (point) => point): Vector<Ball> {
  const spread = Math.hypot(...Array.from(v, ({ error }) => error)) * (1 + 2 ** -50);
  const point = Float64Array.from(v as Ball[], (entry) => entry.value);
  const size = sizes(point);
  return Array.from(project(point), (value, i) => ({ value, error: spread + gamma * (Math.abs(size[i]!) + Math.abs(value)) }));
}

/**
 * Whether the ball of a formula has γ times its value as its radius at least, whatever its numbers are: each summand has a factor that the run has
 * rounded. Then γ(|left| + |right|) is excused without evaluating balls, for they would excuse it, too.
 */
export function isRounded(node: Node, sizes: Sizes, definitions: ReadonlyMap<string, Node>): boolean {
  const own = (one: Node): boolean => isRounded(one, sizes, definitions);
  switch (node.op) {
    case 'name': {
      const body = definitions.get(node.name);
      return body === undefined ? node.name in sizes.names && node.sub.every(({ to }) => to === null) : own(body);
    }
    case 'call':
      return node.name in sizes.functions;
    case '( )':
    case '[ ]':
    case '^':
    case '‖ ‖²':
      return own(node.a);
    case '·':
    case '⊙':
    case '/':
    case '⟨⟩':
      return own(node.a) || own(node.b);
    case '+':
      return node.parts.every((part) => own(part.node));
    case 'Σ':
      return own(node.body);
    default:
      return false;
  }
}
