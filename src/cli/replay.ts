import { InputError } from '../../reports/errors.js';
import { LARGEST, readJson } from '../../reports/input.js';
import { readCounterexample, readReport } from '../../reports/json.js';
import { valueText } from '../../reports/wording.js';
import { gateClaims } from '../gate/claims/index.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import type { Arm, Claim, Outcome } from '../claim.js';
import { EXIT } from '../runner/exit-status.js';
import { loadClaims } from '../runner/load-claims.js';
import { runCase } from '../runner/run-case.js';
import { reference } from '../subject.js';
import type { Counterexample, Json } from '../verdict.js';
import { parse } from './arguments.js';
import type { Command } from './command.js';
import { UsageError } from './usage.js';

/**
 * Runs a counterexample again, or all of a report's. A statement that is known to be false must fail on it (status 0); one
 * that should hold must not (status 1 if it does).
 * @throws {InputError} a file that cannot be read, or is of another version. @throws {UsageError} a claim that is not known.
 */
export const command: Command = async (args, terminal) => {
  const { values, words: [path] } = parse(args, [], 1);
  if (path === undefined) throw new UsageError('expected a file: omg-oracle replay FILE, a counterexample or a report.json');
  const claims = await loadClaims();
  const counterexamples = isReport(path) ? readReport(path).claims.flatMap(({ counterexample }) => counterexample ?? []) : [readCounterexample(path, GENERATOR_VERSION)];
  const results = counterexamples.map((counterexample) => rerun(counterexample, claims));
  if (values['json'] === true) terminal.out(`${JSON.stringify(results)}\n`);
  else for (const result of results) terminal.out(describe(result));
  return results.every(({ asExpected }) => asExpected) ? EXIT.ok : EXIT.violated;
};

/** @throws {InputError} a case that is none of this claim's: a file that was edited, say. */
function attempt(arm: Arm, { claim, case: example }: Counterexample): Outcome {
  try {
    return runCase(arm, reference, example);
  } catch (error) {
    const received = `it cannot be run (${error instanceof Error ? error.message : String(error)})`;
    throw new InputError({ expected: `a case of ${claim}`, received, remedy: 'Give a file of the folder counterexamples/ that a run wrote.' }, { cause: error });
  }
}

interface Replayed {
  readonly claim: string;
  readonly variant: string;
  readonly statement: string;
  readonly outcome: Outcome;
  readonly asExpected: boolean;
}

function rerun(counterexample: Counterexample, claims: readonly Claim[]): Replayed {
  const { claim: id, variant, arithmetic } = counterexample;
  const claim = claims.find((one) => one.id === id);
  if (gateClaims.some((one) => one.id === id)) {
    throw new UsageError(`expected a counterexample of the theory, got one of an optimizer ("${id}"): "omg-oracle gate … --counterexamples DIR" runs those of a folder first`);
  }
  if (claim === undefined) throw new UsageError(`expected a counterexample of a known claim, got one of "${id}"; "omg-oracle claims" lists them all`);
  const { arms, statement, expected } = claim[variant];
  const arm = arms.find((one) => one.arithmetic === arithmetic);
  if (arm === undefined) throw new UsageError(`expected a case in ${arms.map((one) => one.arithmetic).join(' or ')}, in which ${id} (${variant}) is tested, got one in ${arithmetic}`);
  const outcome = attempt(arm, counterexample);
  return { claim: id, variant, statement, outcome, asExpected: (outcome.kind === 'failed') === (expected === 'refuted') };
}

function describe({ claim, variant, statement, outcome, asExpected }: Replayed): string {
  const head = `${claim} (${variant}): ${statement}\n`;
  if (outcome.kind !== 'failed') {
    const reason = outcome.kind === 'rejected' ? `a hypothesis fails: ${outcome.reason}` : 'the statement holds on this case';
    return `${head}  not reproduced: ${reason}${asExpected ? '' : ', where a counterexample was expected'}\n`;
  }
  const evidence = Object.entries(outcome.evidence).map(([name, value]: [string, Json]) => `  ${name}: ${valueText(value)}\n`).join('');
  return `${head}  ${asExpected ? 'refuted, as known' : 'VIOLATED'}: expected ${outcome.expected}\n  left side ${outcome.lhs}, right side ${outcome.rhs}\n${evidence}`;
}

/** A report has a schema version; whatever is no JSON is left to the reader of counterexamples to complain of. */
function isReport(path: string): boolean {
  try {
    const data = readJson(path, { expected: '', remedy: '' }, LARGEST.report);
    return typeof data === 'object' && data !== null && 'schemaVersion' in data;
  } catch {
    return /report[^/]*\.json$/.test(path);
  }
}
