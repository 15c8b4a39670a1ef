import type fc from 'fast-check';
import type { OrderedSpace } from '../arithmetic/space.js';
import { vector } from '../formula/unit.js';
import type { NumberSource } from '../generator/number.js';
import { isZero } from '../generator/path-case.js';
import { show } from '../outcome.js';
import { numbers as parseVector } from '../problem/body.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { RuleSpec } from '../update-rule/update-rule.js';
import { FUNCTIONS, NAMES, given, signature } from './names.js';
import type { Played, World } from './world.js';

/** f and φ at points that no run has to come to. */
export interface AnywhereCase {
  readonly function: FunctionSpec;
  readonly rule: RuleSpec;
  readonly point: readonly Num[];
  readonly parameters: readonly Num[];
  readonly lambda: Num;
}

const ANYWHERE = signature({ x: given(vector('x', 'x')), w: given(vector('w', 'w')), λ: NAMES.λ, L: NAMES.L }, { '∇f': FUNCTIONS['∇f'], φ: FUNCTIONS.φ, Dφ: FUNCTIONS.Dφ }, {});

/** Any x, w and λ. */
export function anywhere(cases: (numbers: NumberSource) => fc.Arbitrary<AnywhereCase>): World<AnywhereCase> {
  return { signature: ANYWHERE, says: ['f convex, ∇f Lipschitz', 'φ affine in w'], cases, simpler: () => [], play: (K, subject, data) => playAnywhere(K as never, subject, data) };
}

function playAnywhere<S>(K: OrderedSpace<S>, subject: Subject, data: AnywhereCase): Played<S> {
  const f = subject.convexFunction(K, data.function);
  const rule = subject.updateRule(K, data.rule, f.dimension, f.gradient);
  const [x, w, λ] = [parseVector(K, data.point), parseVector(K, data.parameters), K.from(data.lambda)];
  return {
    values: {
      K,
      constants: { T: 1, n: f.dimension, m: rule.parameters },
      size: { x: f.dimension, w: rule.parameters },
      names: { x: () => x, w: () => w, λ: () => λ, L: () => f.smoothness },
      functions: {
        '∇f': ([at]) => f.gradient(at as typeof x),
        φ: ([at, own]) => rule.apply(at as typeof x, own as typeof w),
        Dφ: ([at]) => rule.jacobian(at as typeof x),
      },
      sets: {},
    },
    labels: [],
    still: isZero(K, f.gradient(x)),
    evidence: () => ({ f: f.formula(), φ: rule.formula(), λ: K.format(λ), x: show(K, x), '∇f(x)': show(K, f.gradient(x)) }),
  };
}
