import fc from 'fast-check';
import type { BootstrapConfig } from '../algorithm/bootstrapped-meta-gradient.js';
import type { BetaIndex } from '../algorithm/formulas.js';
import { isOrdered, type Space, type Vector } from '../arithmetic/space.js';
import { numbers as parseVector } from '../problem/body.js';
import type { ConvexFunction, DifferentiableFunction } from '../problem/convex-function.js';
import type { FunctionSpec } from '../problem/function-spec.js';
import { isQuadratic, type MirrorMap, type MirrorSpec } from '../problem/mirror.js';
import type { Num } from '../problem/shape.js';
import type { Subject } from '../subject.js';
import type { MetaStep } from '../trajectory.js';
import { parameterCount, type RuleSpec, type UpdateRule } from '../update-rule/update-rule.js';
import { functionSpec, quadraticSpec } from './function.js';
import { constantJacobianRule, ruleSpec } from './learner.js';
import { approximate, metaCase, positiveSequence, simplerMetaCases, summands, type MetaCase, type MetaCaseOptions } from './meta-case.js';
import { mirrorSpec } from './mirror.js';
import { logUniform, matrix, uniform, vector, type NumberSource } from './number.js';

/** z_1, z_2, …: what a target oracle answers. */
export type TargetSpec =
  /** Given beforehand: arbitrary vectors. */
  | { readonly kind: 'given'; readonly targets: readonly (readonly Num[])[] }
  /** z_t = x_t − κ∇f(x_t) */
  | { readonly kind: 'gradient-step'; readonly rate: Num }
  /** z_t = x_t + φ(x_t, w_t) − ∇f(x_t + φ(x_t, w_t)) */
  | { readonly kind: 'bootstrapped' };

/** A whole run of Algorithm 3, as data. T = beta.length. */
export interface BootstrapCase {
  readonly function: FunctionSpec;
  /** φ as a displacement */
  readonly rule: RuleSpec;
  readonly mirror: MirrorSpec;
  readonly target: TargetSpec;
  /** β_1 … β_T */
  readonly beta: readonly Num[];
  /** x_0 */
  readonly start: readonly Num[];
  /** w_1 */
  readonly first: readonly Num[];
}

export interface BootstrapOptions {
  readonly horizon?: { readonly min: number; readonly max: number };
  readonly dimension?: number;
  readonly functions?: 'all' | 'quadratic';
  readonly rules?: 'all' | 'constant-jacobian';
  readonly mirror?: 'all' | 'loss' | 'euclidean';
  readonly target?: 'all' | 'given' | 'bootstrapped';
}

/** Runs of Algorithm 3. Without averages a displacement that is expansive doubles x each round: horizons are short but in the field. */
export function bootstrapCase(numbers: NumberSource, options: BootstrapOptions = {}): fc.Arbitrary<BootstrapCase> {
  const largest = options.dimension ?? numbers.dimension;
  const sizes = fc.record({
    T: fc.integer(options.horizon ?? { min: 1, max: numbers.name === 'float64' ? 12 : 3 }),
    n: fc.integer({ min: 1, max: largest }),
    m: fc.integer({ min: 1, max: largest }),
  });
  const functions = options.functions === 'quadratic' || numbers.name === 'prime-field' ? quadraticSpec : functionSpec;
  const rules = options.rules === 'constant-jacobian'
    ? constantJacobianRule
    : (from: NumberSource, n: number, m: number): fc.Arbitrary<RuleSpec> => fc.oneof(constantJacobianRule(from, n, m), ruleSpec(from, n, m));
  return sizes.chain(({ T, n, m }) =>
    rules(numbers, n, m).chain((rule) =>
      fc.record({
        function: functions(numbers, n),
        rule: fc.constant(rule),
        mirror: options.mirror === undefined || options.mirror === 'all' ? mirrorSpec(numbers, n) : fc.constant<MirrorSpec>({ kind: options.mirror }),
        target: targetSpec(numbers, n, T, options.target ?? 'all'),
        beta: fc.array(numbers.name === 'float64' ? logUniform(-3, 0.5) : numbers.positive, { minLength: T, maxLength: T }),
        start: vector(near(numbers), n),
        first: vector(near(numbers), parameterCount(rule, n)),
      })
    )
  ).map((data) => ({ ...closer(data), start: nearer(data.mirror, data.start), beta: tamed(data.beta, data.rule, data.mirror, data.function) }));
}

/** A run whose targets unroll the learner by 1 to 3 steps; the displayed formula is that of one. */
export interface UnrollingCase {
  readonly run: BootstrapCase;
  readonly unroll: number;
}

/** ½‖·‖²: with it the step of BMG along the plain meta-gradient needs no scale to be compared with it. */
export function unrollingCase(numbers: NumberSource, options: BootstrapOptions = {}): fc.Arbitrary<UnrollingCase> {
  return fc.record({ run: bootstrapCase(numbers, { ...options, mirror: 'euclidean', target: 'bootstrapped' }), unroll: fc.integer({ min: 1, max: 3 }) });
}

/** In float64 points near 0: μ may grow exponentially. */
function near(numbers: NumberSource): NumberSource {
  return numbers.name === 'float64' ? { ...numbers, scalar: uniform(-4, 4) } : numbers;
}

/** In float64, where ∇μ grows exponentially, points of a quarter of the size: most of the others would diverge. */
function nearer(mirror: MirrorSpec, v: readonly Num[]): Num[] {
  const steep = mirror.kind === 'exponential' || mirror.kind === 'hyperbolic';
  return v.map((entry) => (steep && typeof entry === 'number' ? entry / 4 : entry));
}

function closer<C extends { readonly mirror: MirrorSpec; readonly target: TargetSpec; readonly first: readonly Num[] }>(data: C): C {
  const { mirror, target, first } = data;
  const targets: TargetSpec = target.kind === 'given' ? { kind: 'given', targets: target.targets.map((z) => nearer(mirror, z)) } : target;
  return { ...data, first: nearer(mirror, first), target: targets };
}

function targetSpec(numbers: NumberSource, n: number, T: number, kind: 'all' | 'given' | 'bootstrapped'): fc.Arbitrary<TargetSpec> {
  const given = fc.record({ kind: fc.constant('given' as const), targets: matrix(near(numbers), T, n) });
  const bootstrapped = fc.constant<TargetSpec>({ kind: 'bootstrapped' });
  if (kind === 'given') return given;
  if (kind === 'bootstrapped') return bootstrapped;
  return fc.oneof(given, fc.record({ kind: fc.constant('gradient-step' as const), rate: numbers.positive }), bootstrapped);
}

/** In float64 β is divided by what bounds the slope of w ↦ ∇d_t(w) for a constant Jacobian, or most trajectories would diverge. */
function tamed(beta: readonly Num[], rule: RuleSpec, mirror: MirrorSpec, f: FunctionSpec): Num[] {
  const steep = mirror.kind === 'exponential' || mirror.kind === 'hyperbolic' ? 9 : 1;
  const jacobian = 'matrix' in rule ? largest(rule.matrix) + ('gain' in rule ? largest(rule.gain) : 0) : 1;
  const curvature = mirror.kind === 'quadratic' ?
    largest(mirror.factor) ** 2 + approximate(mirror.shift)
    : mirror.kind === 'loss' && f.body.kind === 'ridge' ?
    f.body.terms.reduce((sum, { direction, weight }) => sum + largest([direction]) ** 2 * approximate(weight), 0)
    : mirror.kind === 'asymmetric' ?
    approximate(mirror.ratio)
    : steep;
  return beta.map((b) => (typeof b === 'number' ? b / ((1 + jacobian ** 2) * (1 + curvature)) : b));
}

function largest(rows: readonly (readonly Num[])[]): number {
  return Math.max(...rows.map((row) => row.reduce<number>((sum, entry) => sum + Math.abs(approximate(entry)), 0)), 0);
}

/** A run of Algorithm 3 as the data denote it. */
export interface BootstrapRun<S> {
  readonly f: DifferentiableFunction<S> | ConvexFunction<S>;
  readonly mirror: MirrorMap<S>;
  readonly config: BootstrapConfig<S>;
  readonly steps: readonly MetaStep<S>[];
  /** z_1 … z_T, as the oracle answered. */
  readonly targets: readonly Vector<S>[];
  /** How many roundings a summand of a one-step identity passes through. */
  readonly roundings: number;
}

export function runBootstrap<S>(K: Space<S>, subject: Subject, data: BootstrapCase): BootstrapRun<S> {
  positiveSequence('β', data.beta, data.beta.length);
  const f = lossFunction(K, subject, data.function);
  const rule = subject.updateRule(K, data.rule, f.dimension, f.gradient);
  const mirror = subject.mirrorMap(K, data.mirror, f, data.function.body);
  const targets: Vector<S>[] = [];
  const config: BootstrapConfig<S> = {
    rule,
    mirror: mirror.gradient,
    beta: data.beta.map((b) => K.from(b)),
    start: parseVector(K, data.start),
    first: parseVector(K, data.first),
    target({ t, x, w }) {
      const z = targetOf(K, subject, data.target, rule, f.gradient)(t, x, w);
      targets.push(z);
      return z;
    },
  };
  const steps = subject.bootstrappedMetaGradient(K, config);
  return { f, mirror, config, steps, targets, roundings: stepRoundings(f.dimension, rule.parameters, summands(data.function.body)) };
}

/** f with magnitudes where the field has an order. */
export function lossFunction<S>(K: Space<S>, subject: Subject, spec: FunctionSpec): DifferentiableFunction<S> | ConvexFunction<S> {
  return isOrdered(K) ? subject.convexFunction(K, spec) : subject.differentiableFunction(K, spec);
}

/**
 * One step: a gradient of f is a sum of `summands` ridge terms, each over a dot product in n (n + summands + 8, twice for the
 * tilt), which also covers a product with M (2n) and the solution of a linear system by LDLᵀ (4n); the pullback adds n + 2, the
 * rule's own Jacobian as much as a gradient, φ another m + 4, and 24 covers the scalar operations around them.
 */
export function stepRoundings(n: number, m: number, terms: number): number {
  return 4 * (n + terms + 8) + 6 * n + m + 24;
}

/** z_t as the data say, given the displacement φ, x_t and w_t. */
export function targetOf<S>(
  K: Space<S>,
  subject: Subject,
  spec: TargetSpec,
  rule: UpdateRule<S>,
  gradient: (x: Vector<S>) => Vector<S>,
): (t: number, x: Vector<S>, w: Vector<S>) => Vector<S> {
  switch (spec.kind) {
    case 'given':
      return (t) => {
        const target = spec.targets[t - 1];
        if (target === undefined) throw new RangeError(`expected a target for round ${t}, got ${spec.targets.length} targets`);
        return parseVector(K, target);
      };
    case 'gradient-step':
      return (_, x) => K.axpy(K.neg(K.from(spec.rate)), gradient(x), x);
    case 'bootstrapped':
      return (_, x, w) => subject.bootstrappedTarget(K, rule, gradient, x, w);
  }
}

/** Fewer rounds, targets that are given and plain, φ = w. */
export function simplerBootstrapCases(data: BootstrapCase): BootstrapCase[] {
  const T = data.beta.length;
  const shorter = [1, 2, T - 1].filter((horizon) => horizon >= 1 && horizon < T).map((horizon): BootstrapCase => ({ ...data, beta: data.beta.slice(0, horizon) }));
  return [...shorter, ...plainTargets(data, T)];
}

function plainTargets<C extends { readonly target: TargetSpec; readonly function: FunctionSpec }>(data: C, T: number): C[] {
  if (data.target.kind === 'bootstrapped') return [];
  const n = data.function.minimiser.length;
  return ['0', '1', '2'].map((entry): C => ({ ...data, target: { kind: 'given', targets: Array.from({ length: T }, () => Array<Num>(n).fill(entry)) } }))
    .filter((simpler) => size(simpler.target) < size(data.target));
}

/** So that a simplification is one: it must not turn a plain target into another for ever. */
function size(target: TargetSpec): number {
  return target.kind === 'given' ? target.targets.flat().reduce<number>((sum, entry) => sum + Math.abs(approximate(entry)) + String(entry).length / 100, 0) : Infinity;
}

/** A run of Algorithm 4 on W = Rᵐ with the targets that its hints are made of. T = run.alpha.length. */
export interface OptimisticCase {
  /** Its hint is none: the claim makes the hints. */
  readonly run: MetaCase;
  readonly mirror: MirrorSpec;
  /** z_1, z_2, … */
  readonly target: TargetSpec;
  /** w_1 */
  readonly first: readonly Num[];
}

export interface OptimisticOptions extends Pick<MetaCaseOptions, 'horizon' | 'dimension' | 'functions' | 'rules'> {
  /** `mixed`: constant in one half of the cases, arbitrary in the other. */
  readonly rates?: 'constant' | 'any' | 'mixed';
  /** Left out: either. */
  readonly index?: BetaIndex;
  readonly mirror?: 'all' | 'onto' | 'loss' | 'saturating';
  readonly target?: 'all' | 'given';
}

export function optimisticCase(numbers: NumberSource, options: OptimisticOptions = {}): fc.Arbitrary<OptimisticCase> {
  const { mirror = 'all', target = 'all', rates = 'mixed', index, ...rest } = options;
  const own = numbers.name === 'prime-field' ? { rules: constantJacobianRule, ...rest } : rest;
  const runsAt = (kind: 'constant' | 'any'): fc.Arbitrary<MetaCase> => metaCase(numbers, { ...own, rates: kind, sets: 'whole', hints: () => fc.constant({ kind: 'none' }) });
  const either = rates === 'mixed' ? fc.oneof(runsAt('constant'), runsAt('any')) : runsAt(rates);
  const runs = index === undefined ? either : either.map((run) => ({ ...run, index }));
  return runs.chain((run) => {
    const n = run.function.minimiser.length;
    return fc.record({
      run: fc.constant(run),
      mirror: mirror === 'loss' || mirror === 'saturating' ? fc.constant<MirrorSpec>({ kind: mirror }) : mirrorSpec(numbers, n, mirror === 'onto'),
      target: targetSpec(numbers, n, run.alpha.length, target),
      first: vector(near(numbers), parameterCount(run.rule, n)),
    });
  }).map(({ run, ...data }) => {
    const known = data.mirror.kind !== 'loss' || mirror !== 'onto' || isQuadratic(run.function.body);
    const spec: MirrorSpec = known ? data.mirror : { kind: 'euclidean' };
    return { ...closer(data), mirror: spec, run: { ...run, start: nearer(spec, run.start), beta: tamed(run.beta, run.rule, spec, run.function) } };
  });
}

/** Two or three rounds of quadratics on the line, where a reader may look for what refutes a statement. */
export function shortOptimisticCase(numbers: NumberSource, options: OptimisticOptions): fc.Arbitrary<OptimisticCase> {
  return optimisticCase({ ...numbers, dimension: 1 }, { horizon: { min: 2, max: 3 }, functions: 'quadratic', rules: constantJacobianRule, target: 'given', ...options });
}

/** Fewer rounds, with w_1 as it is and with all its entries 1; μ = ½‖·‖²; targets that are plain. */
export function simplerOptimisticCases(data: OptimisticCase): OptimisticCase[] {
  const shorter = simplerMetaCases(data.run).filter((run) => run.alpha.length < data.run.alpha.length);
  const ones = data.first.map(() => '1');
  const plainer = data.mirror.kind === 'quadratic' || data.mirror.kind === 'asymmetric' ? [{ ...data, mirror: { kind: 'euclidean' as const } }] : [];
  return [
    ...shorter.flatMap((run): OptimisticCase[] => [{ ...data, run }, { ...data, run, first: ones }]),
    ...plainer,
    ...plainTargets({ ...data, function: data.run.function }, data.run.alpha.length).map(({ run, mirror, target, first }): OptimisticCase => ({ run, mirror, target, first })),
  ];
}
