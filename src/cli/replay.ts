import { InputError } from '../base/errors.js';
import { LARGEST, readJson } from '../../reports/input.js';
import { readCounterexample, readReport } from '../../reports/json.js';
import { valueText } from '../../reports/wording.js';
import { gateClaims } from '../gate/claims/index.js';
import { GENERATOR_VERSION } from '../generator/version.js';
import type { Arm, Claim, Outcome } from '../claim.js';
import { EXIT } from '../runner/exit-status.js';
import { loadClaims } from '../runner/load-claims.js';
import { plainly, runCase } from '../runner/run-case.js';
import { reference } from '../subject.js';
import type { Counterexample, Json } from '../verdict.js';
import { parse } from './arguments.js';
import type { Command } from './command.js';
import { UsageError } from './usage.js';

/**
 * Runs a counterexample again, or all of a report's. A statement that is known to be false must fail on it (status 0); one
 * that should hold must not (status 1 if it does).
 * @throws {InputError} a file that cannot be read, is of another version, or has nothing that can be run again here.
 */
export const command: Command = async (args, terminal) => {
  const { values, words: [path] } = parse('replay', args);
  if (path === undefined) throw new UsageError('expected a file: omg-oracle replay FILE, a counterexample or a report.json');
  const claims = await loadClaims();
  const counterexamples = isReport(path) ? ofReport(path) : [readCounterexample(path, GENERATOR_VERSION)];
  const results = counterexamples.map((counterexample) => rerun(counterexample, claims, path));
  const wrong = results.filter(({ asExpected }) => !asExpected).length;
  if (values['json'] === true) terminal.out(`${JSON.stringify(results)}\n`);
  else {
    for (const result of results) terminal.out(describe(result));
    terminal.out(
      `\n${results.length === 1 ? 'One counterexample' : `${results.length} counterexamples`} of ${path}, ${
        wrong === 0 ? 'as known' : `${wrong === results.length ? 'not' : `${wrong} of them not`} as known`
      }.\n`,
    );
  }
  return wrong === 0 ? EXIT.ok : EXIT.violated;
};

/** @throws {InputError} a report without any: nothing that could fail was run. */
function ofReport(path: string): readonly Counterexample[] {
  const counterexamples = readReport(path).claims.flatMap(({ counterexample }) => counterexample ?? []);
  const old = counterexamples.find(({ generatorVersion }) => generatorVersion !== GENERATOR_VERSION);
  if (old !== undefined)
    throw refusal(
      path,
      `a report of generator version ${GENERATOR_VERSION}`,
      `the case of ${old.claim} is of version ${old.generatorVersion}`,
      'Replay it with the release of omg-oracle that wrote it.',
    );
  if (counterexamples.length > 0) return counterexamples;
  throw refusal(path, 'a report with counterexamples', 'none of its results has one: there is nothing to replay', 'Give the report of a run that found some.');
}

const refusal = (
  path: string,
  expected: string,
  received: string,
  remedy = 'Give a file of the folder counterexamples/ that "omg-oracle verify" wrote.',
  cause?: unknown,
): InputError => new InputError({ expected: `${expected} in ${path}`, received, remedy }, { cause });

/** @throws {InputError} a case that is none of this claim's: a file that was edited, say. */
function attempt(arm: Arm, { claim, case: example }: Counterexample, path: string): Outcome {
  try {
    return runCase(arm, reference, example);
  } catch (error) {
    throw refusal(path, `a case of ${claim}`, `it cannot be run${plainly(error)}`, undefined, error);
  }
}

interface Replayed {
  readonly claim: string;
  readonly variant: string;
  readonly statement: string;
  readonly outcome: Outcome;
  readonly asExpected: boolean;
}

function rerun(counterexample: Counterexample, claims: readonly Claim[], path: string): Replayed {
  const { claim: id, variant, arithmetic } = counterexample;
  const claim = claims.find((one) => one.id === id);
  if (gateClaims.some((one) => one.id === id))
    throw refusal(
      path,
      'a counterexample of the theory',
      `it is one of an optimizer ("${id}")`,
      'Those that lie in a folder are tried first by "omg-oracle gate … --counterexamples DIR".',
    );
  if (claim === undefined) throw refusal(path, 'a counterexample of a known claim', `it is one of "${id}"`, '"omg-oracle claims" lists them all.');
  const { arms, statement, expected } = claim[variant];
  const arm = arms.find((one) => one.arithmetic === arithmetic);
  if (arm === undefined) throw refusal(path, `a case in ${arms.map((one) => one.arithmetic).join(' or ')}, in which ${id} (${variant}) is tested,`, `it is in ${arithmetic}`);
  const outcome = attempt(arm, counterexample, path);
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
