/** The canonical report, report.json, and the files of single counterexamples: written whole, read with suspicion. */

import { join } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { VERDICTS, type ClaimResult, type Counterexample, type Report, type Tightest, type Verdict } from '../src/verdict.js';
import { decodeDouble, encodeDouble, encodeDoubles } from '../src/base/doubles.js';
import { InputError } from '../src/base/errors.js';
import { writeWhole } from '../src/base/files.js';
import { LARGEST, readJson } from './input.js';
import schema from './report.schema.json' with { type: 'json' };

/** A result as the file has it: a ratio over a bound of zero is infinite, which a JSON number cannot say. */
type StoredClaim = Omit<ClaimResult, 'tightest'> & {
  readonly tightest: (Omit<Tightest, 'ratio'> & { readonly ratio: number | string }) | null;
};
type StoredReport = Omit<Report, 'claims'> & { readonly claims: readonly StoredClaim[] };

interface Validators {
  readonly report: ValidateFunction<StoredReport>;
  readonly counterexample: ValidateFunction<Counterexample>;
}

let compiled: Validators | undefined;

/** Compiled once, and only in a process that reads or writes a report: it is a good part of a short command's time. */
function validators(): Validators {
  if (compiled === undefined) {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, verbose: true });
    compiled = {
      report: ajv.compile<StoredReport>(schema),
      counterexample: ajv.compile<Counterexample>({ $ref: `${schema.$id}#/$defs/counterexample` }),
    };
  }
  return compiled;
}

function abridged(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The most telling of ajv's errors, in one line: where, what is required there, and what came. */
function firstError(validate: ValidateFunction): string {
  // Of alternatives ajv lists what each lacks. What came was not meant to be null, and the deepest came closest to fitting.
  const errors = (validate.errors ?? []).filter(({ keyword, params }) => !['anyOf', 'if'].includes(keyword) && params['type'] !== 'null');
  const { keyword, instancePath, message, params, data } = errors.reduce((best, next) => (depth(next) > depth(best) ? next : best));
  const where = instancePath === '' ? 'at the top' : `at ${instancePath}`;
  // For a property that is missing or one too many the data is the whole object, which says nothing.
  const hint = ((): string => {
    switch (keyword) {
      case 'required':
        return '';
      case 'additionalProperties':
        return ` ("${params['additionalProperty']}")`;
      case 'enum':
        return ` (${(params['allowedValues'] as unknown[]).join(', ')}), not ${abridged(data)}`;
      case 'const':
        return ` (${JSON.stringify(params['allowedValue'])}), not ${abridged(data)}`;
      default:
        return `, not ${abridged(data)}`;
    }
  })();
  return `${where} it ${message}${hint}`;
}

const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;

/** What a schema cannot say: no result twice, totals that count the results, each counterexample at its own claim, a part that there is. */
function contradiction(report: StoredReport): string | null {
  const { shard } = report;
  if (shard !== undefined && shard.index > shard.count) return `it says that it is part ${shard.index} of ${shard.count}`;
  const seen = new Set<string>();
  const totals = new Map<Verdict, number>();
  for (const { id, variant, verdict, counterexample } of report.claims) {
    const name = `${id}, ${variant}`;
    if (seen.has(name)) return `it has two results of one claim (${name})`;
    seen.add(name);
    totals.set(verdict, (totals.get(verdict) ?? 0) + 1);
    if (counterexample !== null && (counterexample.claim !== id || counterexample.variant !== variant)) {
      return `the counterexample at ${name} is one of ${counterexample.claim}, ${counterexample.variant}`;
    }
  }
  for (const verdict of VERDICTS) {
    const counted = totals.get(verdict) ?? 0;
    const said = report.totals[verdict] ?? 0;
    if (counted !== said) return `its totals say ${said} ${verdict} where its claims have ${counted}`;
  }
  return null;
}

function stored(counterexample: Counterexample): Counterexample {
  return {
    ...counterexample,
    case: encodeDoubles(counterexample.case),
    evidence: encodeDoubles(counterexample.evidence) as Counterexample['evidence'],
  };
}

/**
 * Writes `dir`/report.json and returns its path. The runner calls it after each finished claim with `complete: false`: whatever
 * ends the run, what lies there is a whole report that says of itself whether it is complete. Throws an
 * `OutputError` where the file cannot be written, and a plain `Error` for a report that is not one (a bug of the caller).
 */
export function writeReport(dir: string, report: Report): string {
  const { complete, ...rest } = report;
  const file = {
    ...rest,
    claims: report.claims.map((claim) => ({
      ...claim,
      tightest: claim.tightest && { ...claim.tightest, ratio: encodeDouble(claim.tightest.ratio + 0), case: encodeDoubles(claim.tightest.case) },
      counterexample: claim.counterexample && stored(claim.counterexample),
    })),
    complete, // last in the file: a copy that was cut off cannot have it
  };
  const { report: validate } = validators();
  const wrong = validate(file) ? contradiction(file) : firstError(validate);
  if (wrong !== null) throw new Error(`a bug in the caller of writeReport: ${wrong}`);
  const path = join(dir, 'report.json');
  writeWhole(path, `${JSON.stringify(file, null, 2)}\n`);
  return path;
}

export const counterexamplePath = (dir: string, name: string): string => join(dir, 'counterexamples', `${name}.json`);

/** Writes `dir`/counterexamples/`name`.json (CLAIM.VARIANT.json) and returns its path. Throws as {@link writeReport} does. */
export function writeCounterexample(dir: string, counterexample: Counterexample, name = `${counterexample.claim}.${counterexample.variant}`): string {
  const file = stored(counterexample);
  const { counterexample: validate } = validators();
  if (!validate(file)) throw new Error(`a bug in the caller of writeCounterexample: ${firstError(validate)}`);
  const path = counterexamplePath(dir, name);
  writeWhole(path, `${JSON.stringify(file, null, 2)}\n`);
  return path;
}

function readObject(path: string, kind: 'report' | 'counterexample', remedy: string): Readonly<Record<string, unknown>> {
  const wanted = { expected: `a ${kind} in ${path}`, remedy };
  const value = readJson(path, wanted, LARGEST[kind]);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InputError({ ...wanted, received: `it is ${abridged(value)}` });
  return value as Readonly<Record<string, unknown>>;
}

/** Reads and checks a report.json. An incomplete one is read: `complete` says so. Throws an {@link InputError}. */
export function readReport(path: string): Report {
  const remedy = 'Run `omg-oracle verify --out DIR` again (or the gate) and give its DIR/report.json.';
  const file = readObject(path, 'report', remedy);
  const refuse = (received: string): InputError => new InputError({ expected: `a whole report in ${path}`, received, remedy });
  // The version comes first: of a file of another version nothing else can be said.
  if ('schemaVersion' in file && file['schemaVersion'] !== schema.properties.schemaVersion.const) {
    throw new InputError({
      expected: `a report of schema version ${schema.properties.schemaVersion.const} in ${path}`,
      received: `its version is ${abridged(file['schemaVersion'])}`,
      remedy: 'Read it with the release of omg-oracle that wrote it, or run `omg-oracle verify` again.',
    });
  }
  if ('schemaVersion' in file && !('complete' in file)) {
    throw refuse('it has no property "complete": the run that wrote it was cut off');
  }
  const { report: validate } = validators();
  if (!validate(file)) throw refuse(firstError(validate));
  const wrong = contradiction(file);
  if (wrong !== null) throw refuse(wrong);
  return {
    ...file,
    claims: file.claims.map((claim) => ({
      ...claim,
      tightest: claim.tightest && { ...claim.tightest, ratio: decodeDouble(claim.tightest.ratio) },
    })),
  };
}

/**
 * Reads and checks the file of one counterexample. One of another generator version is refused: its case would mean
 * another thing now. Throws an {@link InputError}.
 */
export function readCounterexample(path: string, generatorVersion: number): Counterexample {
  const remedy = 'Give a file of the folder counterexamples/ that a run wrote.';
  const file = readObject(path, 'counterexample', remedy);
  if ('generatorVersion' in file && file['generatorVersion'] !== generatorVersion) {
    throw new InputError({
      expected: `a counterexample of generator version ${generatorVersion} in ${path}`,
      received: `its version is ${abridged(file['generatorVersion'])}`,
      remedy: 'Replay it with the release of omg-oracle that wrote it, or search again with `omg-oracle verify`.',
    });
  }
  const { counterexample: validate } = validators();
  if (!validate(file)) {
    throw new InputError({ expected: `a counterexample in ${path}`, received: firstError(validate), remedy });
  }
  return file;
}
