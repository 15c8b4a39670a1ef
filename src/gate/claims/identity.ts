import { failed, passed, rejected, type Failed, type Outcome } from '../../claim.js';
import { norm } from '../../arithmetic/magnitude.js';
import { simplerCases, type GateCase } from '../case.js';
import { LARGE, gateClaim, sessionsFor, sessionsOfAllSizes, type GateClaim, type GateContext } from '../claim.js';
import { compare, type Difference } from '../compare.js';
import { METHODS, runs, type MethodName } from '../methods.js';
import { functionOf, play, type Played } from '../play.js';
import { settingsOf, sizesOf } from '../refusals.js';
import type { Json } from '../../verdict.js';

const numbers = (v: ArrayLike<number>): number[] => Array.from(v);

/** What a reader needs to follow the session to where it parts from the method. @param difference where it does, if that is what the evidence is of. */
export function sessionEvidence(data: GateCase, { fed, answers }: Played, upTo: number, difference?: Difference): { readonly [name: string]: Json } {
  const f = functionOf(data);
  const asked = answers.slice(0, upTo + 1);
  if (data.x0.length > SHOWN || upTo > SHOWN) return largeEvidence(data, fed, asked, difference);
  return {
    ...(f === null ? { problem: `${data.losses.length} linear losses` } : { f: f.formula(), minimiser: numbers(f.minimiser), L: f.smoothness }),
    dimension: data.x0.length,
    steps: upTo,
    x0: data.x0,
    config: data.config,
    ...(data.config['rule'] === undefined ? {} : { 'gradient at x0': numbers(fed.first) }),
    queries: asked.map(({ query }) => numbers(query)),
    ...beside(asked, difference, '', numbers),
    gradients: fed.gradients.slice(0, upTo).map(numbers),
    ...(data.hints.length === 0 ? {} : { hints: data.hints.slice(0, upTo + 1) }),
    ...(data.targets.length === 0 ? {} : { targets: data.targets.slice(0, upTo) }),
  };
}

/** What parts as the method has it, after what was answered; queries are among the evidence already. */
function beside<V extends Json>(asked: Played['answers'], difference: Difference | undefined, which: string, shown: (v: ArrayLike<number>) => V): { readonly [name: string]: V[] } {
  if (difference === undefined) return {};
  const { quantity, path } = difference;
  const name = `${quantity === 'query' ? 'queries' : quantity}${which}`;
  return { ...(quantity === 'query' ? {} : { [name]: asked.map((answer) => shown(answer[quantity] ?? [])) }), [`the method’s ${name}`]: path.slice(-asked.length).map(shown) };
}

/** More entries or steps than this nobody reads: the case itself is in the counterexample. */
const SHOWN = 40;
/** Of so many steps. */
const LAST = 4;

function largeEvidence(
  { x0, config, losses }: GateCase,
  { gradients }: Played['fed'],
  asked: Played['answers'],
  difference: Difference | undefined,
): { readonly [name: string]: Json } {
  const entry = difference?.entry ?? 0;
  const steps = asked.length - 1;
  const from = Math.max(0, steps - LAST);
  const which = `entry ${entry}${from > 0 ? `, last ${LAST} of ${steps} steps` : ''}`;
  return {
    problem: `${losses.length} linear losses`,
    dimension: x0.length,
    steps,
    [`x0, entry ${entry}`]: x0[entry]!,
    config,
    [`queries, ${which}`]: asked.slice(from).map(({ query }) => query[entry]!),
    ...beside(asked.slice(from), difference, `, ${which}`, (v) => v[entry] ?? null),
    [`gradients, ${which}`]: gradients.slice(from, steps).map((g) => g[entry]!),
  };
}

/** The failure that a difference is. */
export function parted(data: GateCase, played: Played, difference: Difference): Failed {
  const { t, quantity, entry, expected, got, allowed, vectors } = difference;
  const when = t === 0 ? 'the answer to init' : `the answer to step ${t}`;
  const { expected: wanted, got: came } = vectors;
  if (came.length !== wanted.length) {
    const lengths = { expected: `${quantity} in ${when} with as many entries as the method has it`, lhs: String(came.length), rhs: String(wanted.length) };
    return failed({ ...lengths, evidence: { ...sessionEvidence(data, played, t), expected: wanted } });
  }
  return failed({
    expected: `${quantity}[${entry}] in ${when} as the method has it`,
    lhs: String(got),
    rhs: String(expected),
    evidence: {
      ...sessionEvidence(data, played, t, difference),
      'first difference': `${when}, ${quantity}, entry ${entry}`,
      // In one dimension both sides of the failure say it already.
      ...(wanted.length > 1 && wanted.length <= SHOWN ? { expected: wanted, got: came } : {}),
      allowed,
    },
  });
}

/** What a session covered. */
function labels(method: MethodName, data: GateCase, { answers }: Played, compared: number): string[] {
  return [
    ...settingsOf(data.config),
    ...sizesOf(data.config, data.x0.length, compared - 1),
    ...(data.function === null ? [] : [`f: ${data.function.body.kind}`]),
    ...(onBoundary(method, data, answers) ? ['projection active'] : []),
    ...(data.config['metaRate'] !== undefined && answers.some(({ meta }) => meta?.includes(0) === true) ? ['a rate at 0'] : []),
  ];
}

/** True where a play lies on the boundary of W: w where the method learns one, else x. What it answers beyond that is not looked at. */
function onBoundary(method: MethodName, { config }: GateCase, answers: Played['answers']): boolean {
  const set = config['set'] as { kind: string; radius?: number; lower?: number[]; upper?: number[] } | undefined;
  const play = METHODS[method].compared.includes('meta') ? 'meta' : 'x';
  return answers.some((answer) => {
    const w = answer[play] ?? [];
    switch (set?.kind) {
      case 'ball':
        return norm(w) >= set.radius! * (1 - 1e-6);
      case 'box':
        return w.some((entry, i) => entry === set.lower![i] || entry === set.upper![i]);
      default:
        return false;
    }
  });
}

async function check({ door, dtype, hello, method, reference }: GateContext, given: GateCase): Promise<Outcome> {
  const { run, ...stepwise } = given;
  const data: GateCase = run === true && hello.capabilities.includes('run') ? given : stepwise;
  const played = await play(door, data, dtype);
  // What "run" answers has no "meta".
  const { compared } = METHODS[method];
  const { answers, difference } = compare(
    { ...METHODS[method], compared: data.run === true ? compared.filter((quantity) => quantity !== 'meta') : compared },
    reference,
    played,
    dtype,
  );
  if (difference !== null) return parted(data, played, difference);
  if (answers < 2) return rejected('numbers leave the range at once');
  return passed({ trivial: !played.fed.gradients.some((g) => numbers(g).some((entry) => entry !== 0)), labels: labels(method, data, played, answers) });
}

/** Shares of the sessions that must have what a method's slips hide in. */
const COVERAGE: { readonly [name in MethodName]: { readonly [label: string]: number } } = {
  'gradient-descent': {},
  'heavy-ball': { 'momentum: not 0': 0.3 },
  'sgd-momentum': { 'momentum: not 0': 0.3, 'momentum: 0': 0.02, 'nesterov: true': 0.1, 'dampening: not 0': 0.05 },
  nesterov: {},
  adagrad: { 'epsilonInside: true': 0.1, 'epsilonInside: false': 0.1 },
  ftrl: { 'projection active': 0.1, 'set: all': 0.1, 'set: ball': 0.1, 'set: box': 0.1, 'alpha: linear': 0.05 },
  'ao-ftrl': { 'projection active': 0.1, 'set: all': 0.1, 'set: ball': 0.1, 'set: box': 0.1, 'alpha: linear': 0.05 },
  'convex-meta-learning': { 'rule: identity': 0.1, 'rule: elementwise-descent': 0.1, 'rule: affine': 0.1, 'set: ball': 0.1, 'set: box': 0.1 },
  'optimistic-meta-learning': {
    'rule: identity': 0.1,
    'rule: elementwise-descent': 0.1,
    'rule: affine': 0.1,
    'set: ball': 0.1,
    'set: box': 0.1,
    'hints: previous': 0.1,
    'hints: current-jacobian': 0.1,
  },
  'bootstrapped-meta-gradient': { 'rule: identity': 0.1, 'rule: elementwise-descent': 0.1, 'rule: affine': 0.1 },
  'meta-sgd': { 'a rate at 0': 0.05 },
  'optimistic-meta-sgd': { 'a rate at 0': 0.05 },
};

const common = {
  strength: 'identity' as const,
  source: (method: MethodName) => METHODS[method].source,
  check,
  simpler: simplerCases,
  judgesLists: true as const,
  hypotheses: ['rounding as the dtype has it: up to 8 times the running error bound of the usual formulations'],
};

/** The optimizer is the method that it claims to be: the same trajectory, whatever it is fed. */
export const identity: GateClaim = gateClaim<GateCase>({
  ...common,
  id: 'identity',
  statement: (method) => METHODS[method].formula,
  inapplicable: ({ guessed, method }) => (guessed ? `no method was named; if it is meant to be ${method}, run again with --like ${method}` : null),
  share: 1,
  within: { 'projection active': ['set: ball', 'set: box'] },
  generator: (context) => sessionsFor(context),
  coverage: ({ method }) => ({ 'T ≥ 4': 0.2, ...(method === 'adagrad' ? {} : { 'n ≥ 2': 0.3 }), ...COVERAGE[method] }),
});

/** The same where rates vary from step to step. */
export const identityWithSchedule: GateClaim = gateClaim<GateCase>({
  ...common,
  id: 'identity-schedule',
  statement: (method) => `${METHODS[method].formula}, with rates that vary from step to step`,
  inapplicable({ guessed, method }) {
    if (guessed) return 'no method was named';
    return method === 'meta-sgd' || method === 'optimistic-meta-sgd' ? 'the method has one rate' : null;
  },
  share: 0.5,
  generator: (context) => sessionsOfAllSizes(context, { schedule: true, horizon: { min: 2, max: 10 } }, 'listed'),
  coverage: () => LARGE,
});

/** How slips that only size shows are met: the gradients are given, so that a session is cheap and exact. */
const sized = (id: 'identity-wide' | 'identity-long', told: string, coverage: GateClaim['coverage']): GateClaim =>
  gateClaim<GateCase>({
    ...common,
    id,
    coverage,
    share: id === 'identity-wide' ? 0.3 : 0.1,
    statement: (method) => `${METHODS[method].formula}, ${told}`,
    inapplicable: ({ guessed }) => (guessed ? 'no method was named' : null),
    generator: (context) =>
      sessionsFor(context, { large: { way: id === 'identity-wide' ? 'wide' : 'long', atOnce: runs(context.method) && context.hello.capabilities.includes('run') } }),
  });

/** In many dimensions: an entry, a tail, a buffer that was made too short. */
export const identityWide = sized('identity-wide', 'in 5 to 257 dimensions', () => ({ 'n ≥ 17': 0.3, 'n = 257': 0.1 }));

/** Over many steps: a counter that wraps, a schedule that begins anew, a state that is lost. */
export const identityLong = sized('identity-long', 'over 17 to 1,024 steps', ({ method }) => ({
  'T ≥ 64': 0.3,
  'T = 1,024': 0.1,
  ...(COVERAGE[method]['alpha: linear'] === undefined ? {} : { 'T ≥ 128, α_t = t': 0.2 }),
}));
