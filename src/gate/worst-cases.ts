import type { WorstCaseInfo } from '../verdict.js';
import type { GateContext } from './claim.js';
import { isNotFixedStep } from './probe.js';
import { referenceDoor } from './reference-door.js';
import { judgedPoint, typicalConfigs } from './typical.js';
import { boundOf, outName, subjectWorstCase, wording, type WorstCaseOptions } from './worst-case.js';

/** After how many gradients. */
const HORIZONS = [1, 2, 5, 10] as const;

/**
 * The worst cases of an optimizer beside those of its method, with the method's plainest config for L = 1: none where steps are not fixed.
 * @throws {SubjectFailure} where it does not answer.
 */
export async function worstCases({ door, dtype, method, reference }: GateContext): Promise<WorstCaseInfo[]> {
  const [config] = typicalConfigs(method, 1);
  if (config === undefined) return [];
  const table: WorstCaseInfo[] = [];
  for (const horizon of HORIZONS) {
    const options: WorstCaseOptions = { config, horizon, dtype, smoothness: 1, strongConvexity: 0, criterion: 'value', condition: 'distance', judged: judgedPoint(method) };
    const found = await subjectWorstCase(door, options);
    const own = await subjectWorstCase(referenceDoor(method, reference, 'float64'), { ...options, dtype: 'float64' });
    if (isNotFixedStep(found) || isNotFixedStep(own)) return [];
    const { left, right } = wording(found.worst.statement, outName(options));
    const { certificate } = found.worst;
    table.push({
      gradients: horizon,
      config,
      criterion: left,
      unit: right,
      bound: boundOf(found.worst),
      exact: certificate?.bound ?? null,
      attained: Number.isFinite(found.attained) ? found.attained : 0,
      method: boundOf(own.worst),
    });
  }
  return table;
}
