import fc from 'fast-check';
import { rational } from '../../arithmetic/rational.js';
import { failed, passed, rejected, type Failed, type Outcome } from '../../claim.js';
import type { Json } from '../../verdict.js';
import { gateClaim, type GateClaim, type GateContext } from '../claim.js';
import { isNotFixedStep } from '../probe.js';
import { referenceDoor } from '../reference-door.js';
import type { Requirement } from '../requirement.js';
import { judgedPoint, typicalConfigs } from '../typical.js';
import { INFLATION, SAME, SHOWN, boundOf, outName, subjectWorstCase, wording, type SubjectWorstCase, type WorstCaseOptions } from '../worst-case.js';

/** A question about an optimizer that claims to be a method with fixed steps. */
interface WorstCaseCase {
  /** Which of the method's typical configs. */
  readonly variant: number;
  readonly smoothness: number;
  readonly horizon: number;
  readonly criterion: WorstCaseOptions['criterion'];
  readonly judged: WorstCaseOptions['judged'];
  /** The requirement that it is about; null: the method's own worst case. */
  readonly required: string | null;
}

/** Beyond this many gradients nothing new shows of whose worst case it is. */
const HORIZON = 6;
const SMOOTHNESS: readonly number[] = [1, 4, 0.25];

/**
 * The worst case of an optimizer with fixed steps over every convex L-smooth f, proved, is its method's, and its own run shows it; and it is
 * within what the user requires.
 */
export function worstCaseClaim(requirements: readonly Requirement[]): GateClaim {
  const required = requirements.map(({ text, horizons }) => `; ${text}${horizons.length === 1 ? '' : `, N = ${horizons[0]}, …, ${horizons.at(-1)}`}`).join('');
  return gateClaim<WorstCaseCase>({
    id: 'worst-case',
    strength: 'rate',
    share: 0.05,
    coverage: () => ({}),
    source: () => ({ section: 'docs/GATE.md', label: 'worst cases' }),
    statement: () => `its worst case over every convex L-smooth f, proved for its steps as they are, is the method's, and its own run shows it${required}`,
    hypotheses: ['the typical rates of the method', 'up to 2⁻²⁰ (float32: 2⁻¹⁰) of the worst case'],
    inapplicable({ guessed, method }) {
      if (typicalConfigs(method, 1).length === 0) return 'its steps depend on more than gradients and their number: a worst case is computed of fixed steps only';
      return guessed ? `no method was named; if it is meant to be ${method}, run again with --like ${method}` : null;
    },
    generator: ({ method }) => ownCases(method),
    required: () =>
      requirements.flatMap(({ text, criterion, judged, horizons }) =>
        horizons.map((horizon) => ({ told: `${text}, N = ${horizon}`, example: { horizon, variant: 0, criterion, judged, smoothness: 1, required: text } }))
      ),
    simpler: () => [],
    check: async (context, example) => checked(context, example, requirements),
  });
}

function ownCases(method: GateContext['method']): fc.Arbitrary<WorstCaseCase> {
  return fc.record({
    horizon: fc.integer({ min: 1, max: HORIZON }),
    variant: fc.nat({ max: typicalConfigs(method, 1).length - 1 }),
    criterion: fc.constantFrom('value' as const, 'gradient' as const),
    judged: fc.constantFrom(judgedPoint(method), 'query' as const),
    smoothness: fc.constantFrom(...SMOOTHNESS),
    required: fc.constant(null),
  });
}

async function checked({ door, dtype, method, reference }: GateContext, example: WorstCaseCase, requirements: readonly Requirement[]): Promise<Outcome> {
  const { variant, smoothness, horizon, required } = example;
  const config = typicalConfigs(method, smoothness)[variant];
  // Rounded to what is no question.
  if (config === undefined || !SMOOTHNESS.includes(smoothness) || !(Number.isInteger(horizon) && horizon >= 1)) return rejected('no such question');
  const requirement = required === null ? null : requirements.find(({ text, horizons }) => text === required && horizons.includes(horizon));
  // One that was kept is of the run that required it.
  if (requirement === undefined) return rejected(`"${required}" is not required of N = ${horizon}`);
  const options: WorstCaseOptions = { ...example, config, dtype, strongConvexity: 0, condition: 'distance' };
  const found = await subjectWorstCase(door, options);
  const told = { method, config, L: smoothness, N: horizon };
  if (isNotFixedStep(found))
    return failed({ expected: `fixed steps, as ${method} has`, lhs: found.reason, rhs: 'what fixed steps give', evidence: told });
  const bound = boundOf(found.worst);
  if (found.worst.certificate === null) return rejected(`no proof from doubles for N = ${horizon}`);
  const { left, right } = wording(found.worst.statement, outName(options));
  const fail = (expected: string, lhs: number, rhs: number): Failed => failed({ expected, lhs: String(lhs), rhs: String(rhs), evidence: { ...told, ...evidence(found) } });
  // What it did itself is beyond all doubt; a little more than what is proved is rounding.
  if (!(found.attained <= 1 + SAME[dtype])) return fail(`${left} ≤ ${bound} ${right}, which is proved of its steps`, found.attained * bound, bound);
  if (requirement !== null) {
    const most = rational.toNumber(requirement.bound(horizon));
    const at = `${requirement.text}, N = ${horizon}`;
    if (bound <= most + INFLATION * Math.abs(most)) return passed({ trivial: false, labels: [] });
    // Its own run, too, is off by what rounding makes of it.
    const shown = found.attained * bound;
    return shown * (1 - SAME[dtype]) > most ? fail(at, shown, most) : rejected(`at most ${bound} is proved, ${shown} was seen`);
  }
  const own = await subjectWorstCase(referenceDoor(method, reference, 'float64'), { ...options, dtype: 'float64' });
  if (isNotFixedStep(own)) throw new Error(`expected ${method} to have fixed steps: ${own.reason}`);
  if (own.worst.certificate === null || !(found.attained >= SHOWN)) return rejected('between what is proved and what is shown');
  const truth = boundOf(own.worst);
  if (!(Math.abs(bound - truth) <= SAME[dtype] * truth)) return fail(`max ${left} of ${method}, in units of ${right}`, bound, truth);
  return passed({ trivial: false, labels: [`worst case of ${example.criterion}`] });
}

/** What a reader needs to run it. */
function evidence({ steps, worst: { worst: f } }: SubjectWorstCase): { readonly [name: string]: Json } {
  return {
    'steps to each query': steps.queries.map((row) => [...row]),
    'steps to each iterate': steps.iterates.map((row) => [...row]),
    'worst function (min over p of ½‖x − p‖² + v)': { points: f.points.map((point) => [...point]), heights: [...f.heights] },
    'x_0 − x*': [...f.start],
  };
}
