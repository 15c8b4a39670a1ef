import fc from 'fast-check';
import { failed, passed, rejected, type Failed } from '../../claim.js';
import type { Subject } from '../../subject.js';
import { narrowed, type GateCase } from '../case.js';
import { gateClaim, sessionsFor, type GateClaim, type GateContext } from '../claim.js';
import { compare, type Difference } from '../compare.js';
import { expected } from '../expected.js';
import { METHODS, type Method } from '../methods.js';
import { play, type Played } from '../play.js';
import { SubjectFailure } from '../protocol.js';
import { parted, sessionEvidence } from './identity.js';

const single = (x: number): boolean => Math.fround(x) === x;

/** So many sessions are judged together, and so many of them must need float32 to be explained: one alone may part by little for another reason. */
const TOGETHER = 4;
const ENOUGH = 3;

/** A float64 claim that is computed in float32 is found: by numbers that float32 holds, by a setting that was rounded to it, or by trajectories that only float32 explains. */
export const dtypeHonesty: GateClaim = gateClaim<readonly GateCase[]>({
  id: 'dtype-honesty',
  statement: () => 'what is declared float64 is computed in float64, from settings in float64',
  hypotheses: [],
  strength: 'hypothesis',
  source: () => ({ section: 'docs/PROTOCOL.md', label: 'dtype' }),
  share: 0.1,
  coverage: () => ({}),
  inapplicable: ({ dtype }) => (dtype === 'float64' ? null : 'it declares float32, the least that there is'),
  generator: (context) => fc.array(sessionsFor(context, { schedule: 'sometimes', horizon: { min: 1, max: 8 } }), { minLength: TOGETHER, maxLength: TOGETHER }),
  simpler: () => [],
  async check(context, sessions) {
    const { door, method, reference, guessed } = context;
    let informative = 0;
    let strange = 0;
    const parting: { data: GateCase; played: Played; difference: Difference }[] = [];
    const refused: SubjectFailure[] = [];
    for (const data of sessions) {
      const played = await supported(play(door, data, 'float64'), refused);
      if (played === null) continue;
      const told = played.answers.slice(1).flatMap(({ query, x }) => [...query, ...x]);
      const difference = guessed ? null : compare(METHODS[method], reference, played, 'float64').difference;
      const narrow = difference === null ? null : narrowSetting(context, data, played);
      if (narrow !== null) return narrow;
      // Of a trajectory that is another one, which the claim "identity" tells, the numbers can still be judged.
      const another = guessed || (difference !== null && compare(METHODS[method], reference, played, 'float32').difference !== null);
      const wide = another ? moves(played) : needs(METHODS[method], reference, played);
      if (wide >= 2 && told.every(single)) {
        return failed({
          expected: 'iterates that float32 cannot hold',
          lhs: 'only numbers that it can',
          rhs: `${wide} numbers that it cannot`,
          evidence: sessionEvidence(data, played, played.answers.length - 1),
        });
      }
      informative += wide;
      if (another) strange += 1;
      else if (difference !== null) parting.push({ data, played, difference });
    }
    if (refused.length === sessions.length) throw refused[0]!;
    // Beside one that is another one, those that part by little part for the same reason.
    if (strange > 0) return passed({ trivial: informative < 2, labels: [] });
    if (parting.length >= ENOUGH) {
      const { expected, lhs, rhs, evidence } = parted(parting[0]!.data, parting[0]!.played, parting[0]!.difference);
      return failed({ expected: `${expected}, to the precision of float64 (it is right to that of float32)`, lhs, rhs, evidence });
    }
    return parting.length > 0 ? rejected('too few sessions part') : passed({ trivial: informative < 2, labels: [] });
  },
});

/** The settings that float32 cannot hold, one by one and all together: where the trajectory is that of one rounded to float32, to the precision of float64, it was. */
function narrowSetting({ method, reference }: GateContext, data: GateCase, played: Played): Failed | null {
  const settings = Object.entries(data.config).map(([name, value]) => [name, narrowed(value)] as const).filter(([name, value]) =>
    JSON.stringify(value) !== JSON.stringify(data.config[name])
  );
  for (const some of [...settings.map((one) => [one]), settings]) {
    const config = { ...data.config, ...Object.fromEntries(some) };
    if (some.length === 0 || compare(METHODS[method], reference, { ...played, fed: { ...played.fed, config } }, 'float64').difference !== null) continue;
    const names = some.map(([name]) => name);
    const shown = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(', ');
    return failed({
      expected: `the trajectory of ${names.join(', ')} in float64`,
      lhs: `that of ${shown(some.map(([, value]) => value))}`,
      rhs: `that of ${shown(names.map((name) => data.config[name]))}`,
      evidence: sessionEvidence(data, played, played.answers.length - 1),
    });
  }
  return null;
}

/** null, and the refusal noted, where the optimizer does not have what the session asks for: the others can still be judged. */
async function supported(playing: Promise<Played>, refused: SubjectFailure[]): Promise<Played | null> {
  try {
    return await playing;
  } catch (error) {
    if (!(error instanceof SubjectFailure && error.failure === 'unsupported')) throw error;
    refused.push(error);
    return null;
  }
}

/** How many numbers of the method's own trajectory float32 cannot hold, however they are rounded: a point of a ball's border may be 3, or next to it. */
function needs(method: Method, reference: Subject, { fed }: Played): number {
  const { trace, allows } = expected(method, reference, fed, 'float64');
  return (['query', 'x'] as const).flatMap((quantity) =>
    trace[quantity].slice(1).flatMap((v, t) =>
      Array.from(v)
        .filter((entry, i) => !allows(quantity, t + 1, i, Math.abs(Math.fround(entry) - entry)))
    )
  ).length;
}

/** Where no method is known: how many entries a gradient that needs float64 has moved. What it moves by is no float32 number either, but by chance. */
function moves({ fed: { gradients }, answers }: Played): number {
  return gradients.reduce(
    (count, g, t) => count + Array.from(g).filter((entry, i) => !single(entry) && Number.isFinite(answers[t + 1]!.x[i]) && answers[t + 1]!.x[i] !== answers[t]!.x[i]).length,
    0,
  );
}
