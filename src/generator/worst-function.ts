import fc from 'fast-check';
import { worstCase } from '../../oracles/performance-estimation/worst-case.js';
import type { WorstFunction } from '../../oracles/performance-estimation/worst-function.js';
import { rational } from '../arithmetic/rational.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import { SPECIAL_CASES, stepsOf, type SpecialCaseId } from '../special-cases.js';
import { reference } from '../subject.js';
import type { MetaCase } from './meta-case.js';
import type { NumberSource } from './number.js';

/** The function on which one of the paper's special cases does worst after T rounds from 0, of any size and smoothness. */
export interface WorstScene {
  /** T */
  readonly horizon: number;
  readonly function: FunctionSpec;
}

/** Longer runs have worse functions, but not of another kind; nearest points are computed exactly, which is dear. */
const LONGEST = { float64: 6, rational: 4 } as const;
/** Points are rounded to multiples of this, which leaves a function of the class and nearly as bad. */
const GRID = { float64: 2 ** -20, rational: 2 ** -10 } as const;

export function worstScene(numbers: NumberSource, id: SpecialCaseId, horizon: { readonly min: number; readonly max: number }): fc.Arbitrary<WorstScene> {
  const kind = numbers.name === 'float64' ? 'float64' : 'rational';
  const longest = Math.min(horizon.max, LONGEST[kind]);
  return fc.record({ T: fc.integer({ min: Math.min(horizon.min, longest), max: longest }), size: numbers.positive, smoothness: numbers.positive }).map(
    ({ T, size, smoothness }) => {
      const { points, heights, start } = known(id, T);
      const times = (x: number, power: 1 | 2): Num => {
        const onGrid = Math.round(x / GRID[kind]) * GRID[kind];
        if (typeof size === 'number') return onGrid * size ** power;
        const scale = rational.from(size);
        return rational.format(rational.mul(rational.from(onGrid), power === 1 ? scale : rational.mul(scale, scale)));
      };
      // Everything is moved so that the run starts at 0.
      return {
        horizon: T,
        function: {
          body: {
            kind: 'envelope',
            points: points.map((point) => point.map((entry, e) => times(entry - start[e]!, 1))),
            heights: heights.map((height) => times(height, 2)),
            blur: 0,
            smoothness,
          },
          minimiser: start.map((entry) => times(-entry, 1)),
        },
      };
    },
  );
}

/** `cases`, and once in fifty the run on which Theorem 1's rate is attained: φ = w, α_t = 1, β = 1/L, no hints, on the function that is worst for it. */
export function withWorst(numbers: NumberSource, cases: fc.Arbitrary<MetaCase>): fc.Arbitrary<MetaCase> {
  const worst = worstScene(numbers, 'heavy-ball-constant-weights', { min: 1, max: numbers.horizon }).map((scene): MetaCase => {
    const [n, T] = [scene.function.minimiser.length, scene.horizon];
    const L = scene.function.body.kind === 'envelope' ? scene.function.body.smoothness : 1;
    const beta = typeof L === 'number' ? 1 / L : rational.format(rational.div(rational.one, rational.from(L)));
    return {
      function: scene.function,
      rule: { kind: 'identity' },
      set: { kind: 'all', dimension: n },
      hint: { kind: 'none' },
      alpha: Array<Num>(T).fill(1),
      beta: Array<Num>(T + 1).fill(beta),
      index: 'equation-4',
      projection: 'lazy',
      start: Array<Num>(n).fill(0),
    };
  });
  return fc.oneof({ weight: 49, arbitrary: cases }, { weight: 1, arbitrary: worst });
}

const solved = new Map<string, WorstFunction>();

function known(id: SpecialCaseId, T: number): WorstFunction {
  const name = `${id} ${T}`;
  let worst = solved.get(name);
  if (worst === undefined) {
    ({ worst } = worstCase({ method: stepsOf(reference, SPECIAL_CASES.find((one) => one.id === id)!, T), condition: 'distance', criterion: 'value' }));
    solved.set(name, worst);
  }
  return worst;
}
