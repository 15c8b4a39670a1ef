import { arraySpace, isOrdered, isReal, type Field, type OrderedSpace, type Space } from '../src/arithmetic/space.js';

/** v + dε with ε² = 0 (Clifford 1873): a number with its derivative. */
export interface Dual<S> {
  readonly value: S;
  readonly derivative: S;
}

/**
 * Forward-mode differentiation as an arithmetic: whatever is written over a space runs over its dual numbers, and comes out
 * with its exact derivative. Comparisons look at the value alone, so that a piecewise function is differentiated on the piece
 * on which it is evaluated. What is differentiated this way is the value of a function; its gradient is not looked at.
 */
export function dualSpace<S>(K: OrderedSpace<S>): OrderedSpace<Dual<S>>;
export function dualSpace<S>(K: Space<S>): Space<Dual<S>>;
export function dualSpace<S>(K: Space<S>): Space<Dual<S>> {
  const dual = (value: S, derivative: S): Dual<S> => ({ value, derivative });
  const field: Field<Dual<S>> = {
    name: K.name,
    exact: K.exact,
    zero: dual(K.zero, K.zero),
    one: dual(K.one, K.zero),
    add: (a, b) => dual(K.add(a.value, b.value), K.add(a.derivative, b.derivative)),
    sub: (a, b) => dual(K.sub(a.value, b.value), K.sub(a.derivative, b.derivative)),
    mul: (a, b) => dual(K.mul(a.value, b.value), K.add(K.mul(a.derivative, b.value), K.mul(a.value, b.derivative))),
    div(a, b) {
      const quotient = K.div(a.value, b.value);
      return dual(quotient, K.div(K.sub(a.derivative, K.mul(quotient, b.derivative)), b.value));
    },
    neg: (a) => dual(K.neg(a.value), K.neg(a.derivative)),
    equal: (a, b) => K.equal(a.value, b.value),
    from: (data) => dual(K.from(data), K.zero),
    format: (a) => `${K.format(a.value)} + ${K.format(a.derivative)}ε`,
  };
  const space = arraySpace(field);
  return isOrdered(K) ? ordered(K, space) : space;
}

function ordered<S>(K: OrderedSpace<S>, space: Space<Dual<S>>): OrderedSpace<Dual<S>> {
  const lessOrEqual = (a: Dual<S>, b: Dual<S>): boolean => K.lessOrEqual(a.value, b.value);
  const result: OrderedSpace<Dual<S>> = {
    ...space,
    ordered: true,
    compare: (a, b) => K.compare(a.value, b.value),
    lessOrEqual,
    max: (a, b) => (lessOrEqual(b, a) ? a : b),
    min: (a, b) => (lessOrEqual(a, b) ? a : b),
    abs: (a) => (K.lessOrEqual(K.zero, a.value) ? a : space.neg(a)),
    toNumber: (a) => K.toNumber(a.value),
  };
  if (!isReal(K)) return result;
  const chain = (a: Dual<S>, value: S, slope: S): Dual<S> => ({ value, derivative: K.mul(slope, a.derivative) });
  return Object.assign(result, {
    real: true as const,
    sqrt(a: Dual<S>): Dual<S> {
      const root = K.sqrt(a.value);
      return chain(a, root, K.div(K.one, K.add(root, root)));
    },
    exp(a: Dual<S>): Dual<S> {
      const power = K.exp(a.value);
      return chain(a, power, power);
    },
    log1p: (a: Dual<S>): Dual<S> => chain(a, K.log1p(a.value), K.div(K.one, K.add(K.one, a.value))),
    log: (a: Dual<S>): Dual<S> => chain(a, K.log(a.value), K.div(K.one, a.value)),
  });
}
