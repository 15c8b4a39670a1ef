import type fc from 'fast-check';
import { isOrdered, type Vector } from '../arithmetic/space.js';
import { rejected } from '../claim.js';
import { huberCase, huberRun, type HuberCase } from '../generator/huber-case.js';
import type { MetaCase } from '../generator/meta-case.js';
import type { World } from './world.js';

export interface HuberSettings {
  /** Where the minimiser may be: where the run is soon locked to the straight parts of f, exact numbers stay short. */
  readonly thirds: readonly number[];
  readonly horizon: { readonly min: number; readonly max: number };
  /** What the cases have in common. */
  readonly says: readonly string[];
}

/** Runs of a world on Huber's functions, in exact numbers, and told in decimals, since there are many rounds. */
export function huber(of: (cases: () => fc.Arbitrary<MetaCase>) => World<MetaCase>, { thirds, horizon, says }: HuberSettings): World<HuberCase> {
  const cases = huberCase(thirds, horizon);
  const base = of(() => cases.map(huberRun));
  return {
    signature: base.signature,
    says,
    cases: () => cases,
    simpler: (data) => [{ ...data, width: 1, weight: '1', minimum: '0' }],
    play(K, subject, data) {
      if (!thirds.includes(data.thirds) || data.horizon < horizon.min || data.horizon > horizon.max || data.width < 1) return rejected('x* or T is none of these');
      const played = base.play(K, subject, huberRun(data));
      if ('kind' in played || !isOrdered(K)) return played;
      const { T } = played.values.constants;
      const about = (name: string, t: number): string => K.toNumber((played.values.names[name]!(t, 0) as Vector<never>)[0]!).toPrecision(10);
      return {
        ...played,
        evidence: () => ({
          ...played.evidence(),
          α_t: 't',
          β: '1/(2L)',
          T: T!,
          rounds: Array.from({ length: T! }, (_, i) => ({ t: i + 1, 'x̄ ≈': about('x̄', i + 1), 'G ≈': about('G', i + 1) })),
        }),
      };
    },
  };
}
