import { failed, passed, rejected, type Failed, type Outcome } from '../../claim.js';
import { representable, simplerCases, type GateCase } from '../case.js';
import { gateClaim, sessionsFor, type GateClaim, type GateContext } from '../claim.js';
import type { Guarantee } from '../guarantee/guarantee.js';
import { GUARANTEES } from '../guarantee/index.js';
import { seen, type Missing, type Seen } from '../guarantee/seen.js';
import { broken, tells, used, type Statement } from '../guarantee/statement.js';
import { METHODS, type MethodName } from '../methods.js';
import { functionOf, play, type Played } from '../play.js';
import { sessionEvidence } from './identity.js';

/** A session with rates for which the method promises something; as it is, where they are such rates. */
function tamed(method: MethodName, data: GateCase): GateCase {
  const L = functionOf(data)?.smoothness ?? 1;
  return GUARANTEES[method].tamed(data, L > 0 ? L : 1);
}

function incomplete(data: GateCase, played: Played, { quantity, t }: Missing): Failed {
  return failed({ expected: `"${quantity}" in every answer`, lhs: 'none, or of another length', rhs: 'a vector', evidence: sessionEvidence(data, played, Math.max(t, 0)) });
}

type Part = (guarantee: Guarantee, session: Seen) => readonly Statement[];

async function judged(context: GateContext, data: GateCase, part: Part): Promise<Outcome> {
  const guarantee = GUARANTEES[context.method];
  const played = await play(context.door, data, context.dtype);
  const session = seen(context, data, played, guarantee.needs);
  if ('quantity' in session) return incomplete(data, played, session);
  if (session.T === 0) return rejected('numbers leave the range at once');
  const outside = guarantee.outside(session);
  if (outside !== null) return rejected(outside);
  const statements = part(guarantee, session);
  for (const one of statements) {
    const failure = broken(one, () => sessionEvidence(data, played, Math.min(one.t, played.answers.length - 1)));
    if (failure !== null) return failure;
  }
  return passed({ trivial: stands(session) || !statements.some(tells), labels: labels(session, statements) });
}

/** Without gradients nothing moves. */
function stands({ gradients }: Seen): boolean {
  return gradients.every((g) => Array.from(g).every(({ value }) => value === 0));
}

function labels({ T, data, n }: Seen, statements: readonly Statement[]): string[] {
  const kind = (
    name: string,
  ): string[] => (data.config[name] === undefined ? [] : [`${name}: ${(data.config[name] as { kind?: string }).kind ?? JSON.stringify(data.config[name])}`]);
  return [
    ...(T >= 4 ? ['T ≥ 4'] : []),
    ...(n >= 2 ? ['n ≥ 2'] : []),
    ...kind('set'),
    ...kind('rule'),
    ...(statements.some((one) => one.relation === '≤' && tells(one) && used(one) > 0.5 && used(one) <= 1) ? ['a bound at least half used'] : []),
  ];
}

const common = {
  source: (method: MethodName) => METHODS[method].source,
  share: 0.3,
  coverage: () => ({ 'T ≥ 4': 0.2 }),
  generator: (context: GateContext) => sessionsFor(context).map((data) => representable(tamed(context.method, data), context.dtype)),
  simpler: simplerCases,
  inapplicable: ({ guessed, method }: GateContext) => (guessed ? `no method was named; if it is meant to be ${method}, run again with --like ${method}` : null),
};
const rounding = 'points as the dtype has them: up to 9 times the running error bound of the usual formulations, gradients as they were fed';

/** The exact sum behind the method's rate or regret bound, and the signs of its terms. */
export const guaranteeLedger: GateClaim = gateClaim<GateCase>({
  ...common,
  id: 'guarantee-ledger',
  strength: 'identity',
  hypotheses: [rounding, 'the hypotheses of the bound'],
  statement: (method) => GUARANTEES[method].ledger,
  check: async (context, data) => judged(context, data, (guarantee, session) => guarantee.steps(session)),
});

/** The rate or regret bound itself. */
export const guaranteeBound: GateClaim = gateClaim<GateCase>({
  ...common,
  id: 'guarantee-bound',
  strength: 'rate',
  hypotheses: [rounding, 'rates for which the method promises something: ηL ≤ 1, η ≤ (1 − m)/L, constant β'],
  statement: (method) => GUARANTEES[method].bound,
  check: async (context, data) => judged(context, data, (guarantee, session) => guarantee.promises(session)),
});

export const guarantees: readonly GateClaim[] = [guaranteeLedger, guaranteeBound];
