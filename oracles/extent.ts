import { isReal, type OrderedSpace, type Vector } from '../src/arithmetic/space.js';
import type { SetSpec } from '../src/problem/feasible-set.js';

/** sup_W‖w‖², null for an unbounded W. @throws {RangeError} a ball, in an arithmetic without roots. */
export function largestSquaredNorm<S>(K: OrderedSpace<S>, set: SetSpec): S | null {
  const parse = (data: readonly (number | string)[]): Vector<S> => K.vector(data.length, (i) => K.from(data[i]!));
  switch (set.kind) {
    case 'all':
    case 'orthant':
      return null;
    case 'box': {
      const [lower, upper] = [parse(set.lower), parse(set.upper)];
      let sum = K.zero;
      for (let i = 0; i < lower.length; i++) sum = K.add(sum, K.max(K.mul(lower[i]!, lower[i]!), K.mul(upper[i]!, upper[i]!)));
      return sum;
    }
    case 'simplex': {
      // A convex function is largest at a vertex: corner + size e_i.
      const [corner, size] = [parse(set.corner), K.from(set.size)];
      let largest: S | null = null;
      for (let i = 0; i < corner.length; i++) {
        const vertex = K.vector(corner.length, (j) => (i === j ? K.add(corner[j]!, size) : corner[j]!));
        const norm = K.dot(vertex, vertex);
        largest = largest === null ? norm : K.max(largest, norm);
      }
      return largest;
    }
    case 'ball': {
      if (!isReal(K)) throw new RangeError(`expected a set without roots in ${K.name}, got "ball"`);
      const centre = parse(set.centre);
      const reach = K.add(K.sqrt(K.dot(centre, centre)), K.from(set.radius));
      return K.mul(reach, reach);
    }
  }
}
