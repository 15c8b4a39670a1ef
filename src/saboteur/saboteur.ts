import { aoFtrl, ftrl } from '../algorithm/ao-ftrl.js';
import { convexMetaLearning } from '../algorithm/convex-meta-learning.js';
import { formulas, type Formulas } from '../algorithm/formulas.js';
import { optimisticMetaLearning } from '../algorithm/optimistic-meta-learning.js';
import { reference, type Subject } from '../subject.js';

/** A mistake that somebody could make, as a subject that makes it. Claims exist to catch these. */
export interface Saboteur {
  readonly name: string;
  /** What it breaks. */
  readonly part: 'algorithm' | 'hint' | 'update rule' | 'weights' | 'problem' | 'oracle';
  /** The slip, as a reviewer would put it. */
  readonly slip: string;
  readonly subject: Subject;
  /** The parts of the subject that differ from the reference: a claim that uses none of them cannot notice. */
  readonly broken: readonly (keyof Subject)[];
}

export function saboteur(name: string, part: Saboteur['part'], slip: string, overrides: Partial<Subject>): Saboteur {
  return { name, part, slip, subject: { ...reference, ...overrides }, broken: Object.keys(overrides) as (keyof Subject)[] };
}

/** Every algorithm that is made of the formulas, with some of them replaced. */
export function withFormulas(broken: Partial<Formulas>): Partial<Subject> {
  const steps = { ...formulas, ...broken };
  return {
    aoFtrl: (K, config, losses) => aoFtrl(K, config, losses, steps),
    ftrl: (K, config, losses) => ftrl(K, config, losses, steps),
    convexMetaLearning: (K, config) => convexMetaLearning(K, config, steps),
    optimisticMetaLearning: (K, config, hint) => optimisticMetaLearning(K, config, hint, steps),
  };
}
