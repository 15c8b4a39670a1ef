import { failed, passed, rejected } from '../../claim.js';
import { gateCase, simplerCases, type GateCase } from '../case.js';
import { gateClaim, type GateClaim } from '../claim.js';
import { compare } from '../compare.js';
import { METHODS } from '../methods.js';
import { play } from '../play.js';
import { parted, sessionEvidence } from './identity.js';

const single = (x: number): boolean => Math.fround(x) === x;

/** A float64 claim that is computed in float32 is found: by numbers that float32 holds, or by a trajectory that only float32 explains. */
export const dtypeHonesty: GateClaim = gateClaim<GateCase>({
  id: 'dtype-honesty', statement: () => 'what is declared float64 is computed in float64', hypotheses: [], strength: 'hypothesis',
  source: () => ({ section: 'docs/PROTOCOL.md', label: 'dtype' }), share: 0.2, coverage: () => ({}),
  inapplicable: ({ dtype }) => (dtype === 'float64' ? null : 'it declares float32, the least that there is'),
  generator: ({ method, dtype }) => gateCase(method, dtype, { horizon: { min: 1, max: 8 } }),
  simpler: simplerCases,
  async check({ door, method, reference, guessed }, data) {
    const played = await play(door, data, 'float64');
    const told = played.answers.slice(1).flatMap(({ query, x }) => [...query, ...x]);
    const fed = played.fed.gradients.flatMap((g) => Array.from(g));
    // Where most of what went in needs float64, some of what comes out does.
    const wide = fed.filter((g) => !single(g)).length;
    if (wide >= 2 && told.length > 0 && told.every(single)) {
      return failed({ expected: 'iterates that float32 cannot hold', lhs: 'all are float32 numbers', rhs: `${wide} gradient entries that are not`, evidence: sessionEvidence(data, played, played.answers.length - 1) });
    }
    if (!guessed) {
      const strict = compare(METHODS[method], reference, played, 'float64').difference;
      if (strict !== null && compare(METHODS[method], reference, played, 'float32').difference === null) {
        const { expected, lhs, rhs, evidence } = parted(data, played, strict);
        return failed({ expected: `${expected}, to the precision of float64: it is right to that of float32`, lhs, rhs, evidence });
      }
      if (strict !== null) return rejected('the trajectory is another one: see the claim "identity"');
    }
    return passed({ trivial: wide < 2, labels: [] });
  },
});
